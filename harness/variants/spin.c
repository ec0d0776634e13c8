/* Waits for a word in memory by spinning, then by futex, and makes of such words the rounds and the barrier of a team.
 *
 * No wake-up is lost. The writer stores the value, then reads `sleepers`, and wakes if there are any. A waiter raises
 * `sleepers`, then reads the value, and sleeps only if the value is not there yet. All four accesses are sequentially
 * consistent, so they have one order: if the writer read no sleeper, the waiter raised `sleepers` later, read the value
 * later still, and found it. If the writer read a sleeper, it wakes; the system compares the value again before a
 * waiter sleeps, atomically with every wake, so the waiter is either queued when the wake comes, or finds the changed
 * value and does not sleep. A waiter that spins reads with acquire, so it sees what was written before the value.
 *
 * `value == wanted` is enough. Rounds and phases increase by one, and neither increases twice without the waiter: the
 * round only after all have done it, the phase only after all arrived. `done` keeps the value that the leader waits for
 * until the leader begins another round.
 */
#include "spin.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* SPIN_NS is longer than a tick of the scheduler, on purpose. Where no worker is bound, a waiter and the one it waits
 * for may be queued on one CPU while another is idle, and a futex wake puts them there again. Two that never sleep are
 * two runnable threads, which the next tick spreads; a waiter that yields or sleeps early hides the second one, and the
 * team stays on one CPU for ever (seen: speedup 1.0 of 2 workers). libgomp, too, spins for long before it sleeps
 * (GOMP_SPINCOUNT: 300,000 looks by its manual). */
enum { SPIN_NS = 5000000, SPINS_A_LOOK_AT_THE_CLOCK = 100 };

_Static_assert(sizeof(atomic_uint) == 4, "a futex is a word of 32 bits");

struct wait_policy wait_policy_of(const struct team *team) {
  int cpus = team->usable_cpus;
  if (team->cpu_count > 0 && team->cpu_count < cpus)
    cpus = team->cpu_count;
  return (struct wait_policy){.spin_ns = team->workers <= cpus ? SPIN_NS : 0, .processes = team->processes};
}

/* ---- words ---- */

static void relax(void) {
#if defined __x86_64__ || defined __i386__
  __builtin_ia32_pause();
#elif defined __aarch64__
  __asm__ volatile("yield" ::: "memory");
#else
  __asm__ volatile("" ::: "memory");
#endif
}

/* True once the word has the value, false when the time is over. A short wait reads no clock. */
static int spin(struct spin_word *word, unsigned value, int64_t spin_ns) {
  for (int64_t end = 0;;) {
    for (int i = 0; i < SPINS_A_LOOK_AT_THE_CLOCK; i++) {
      if (atomic_load_explicit(&word->value, memory_order_acquire) == value)
        return 1;
      if (spin_ns == 0)
        return 0;
      relax();
    }
    int64_t now = clock_ns();
    if (end == 0)
      end = now + spin_ns;
    else if (now >= end)
      return 0;
  }
}

static int futex_op(int op, const struct wait_policy *policy) {
  return policy->processes ? op : op | FUTEX_PRIVATE_FLAG;
}

static void sleep_until(struct spin_word *word, unsigned value, const struct wait_policy *policy) {
  atomic_fetch_add(&word->sleepers, 1);
  for (unsigned seen; (seen = atomic_load(&word->value)) != value;)
    syscall(SYS_futex, &word->value, futex_op(FUTEX_WAIT, policy), seen, NULL);
  atomic_fetch_sub(&word->sleepers, 1);
}

static void wake(struct spin_word *word, const struct wait_policy *policy) {
  if (atomic_load(&word->sleepers) > 0)
    syscall(SYS_futex, &word->value, futex_op(FUTEX_WAKE, policy), INT_MAX);
}

void spin_until(struct spin_word *word, unsigned value, const struct wait_policy *policy) {
  if (!spin(word, value, policy->spin_ns))
    sleep_until(word, value, policy);
}

void spin_set(struct spin_word *word, unsigned value, const struct wait_policy *policy) {
  atomic_store(&word->value, value);
  wake(word, policy);
}

/* ---- the hub ---- */

struct hub *hub_map(int workers, int processes) {
  void *memory = mmap(NULL, sizeof(struct hub), PROT_READ | PROT_WRITE,
                      (processes ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return NULL;
  struct hub *hub = memory;
  hub->followers = (unsigned)workers - 1;
  return hub;
}

void hub_unmap(struct hub *hub) { munmap(hub, sizeof *hub); }

static unsigned round_now(const struct hub *hub) {
  return atomic_load_explicit(&hub->round.value, memory_order_relaxed);
}

/* What `done` comes to when all have done this round. Both wrap round alike. */
static unsigned all_done(const struct hub *hub) { return (round_now(hub) + 1) * hub->followers; }

void hub_wait(struct hub *hub, const struct wait_policy *policy) { spin_until(&hub->done, all_done(hub), policy); }

void hub_begin(struct hub *hub, const struct wait_policy *policy) { spin_set(&hub->round, round_now(hub) + 1, policy); }

void hub_end(struct hub *hub, const struct wait_policy *policy) {
  atomic_store_explicit(&hub->over, 1, memory_order_relaxed);
  hub_begin(hub, policy);
}

/* If the leader ends a team before all are ready, the round may have moved on; the call then returns at once. */
void hub_done(struct hub *hub, const struct wait_policy *policy) {
  unsigned all = all_done(hub);
  if (atomic_fetch_add(&hub->done.value, 1) + 1 == all)
    wake(&hub->done, policy);
}

int hub_next(struct hub *hub, unsigned number, const struct wait_policy *policy) {
  spin_until(&hub->round, number, policy);
  return !atomic_load_explicit(&hub->over, memory_order_relaxed);
}

/* The phase cannot change before the caller has arrived, and the last to arrive clears the count before it changes. */
void hub_barrier(struct hub *hub, const struct wait_policy *policy) {
  unsigned phase = atomic_load_explicit(&hub->phase.value, memory_order_relaxed);
  if (atomic_fetch_add(&hub->arrived, 1) < hub->followers) {
    spin_until(&hub->phase, phase + 1, policy);
    return;
  }
  atomic_store_explicit(&hub->arrived, 0, memory_order_relaxed);
  spin_set(&hub->phase, phase + 1, policy);
}
