/* Passes a turn back and forth between two workers, by spinning or by sleeping, to measure the cost of a handover. */
#include "kernel.h"
#include "lib/pair.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>

enum by { SPIN, FUTEX };

/* The record of one side, written only by that side. */
struct side {
  _Alignas(128) int64_t taken; /* number of turns taken */
  int64_t last;                /* number of its last turn */
  int64_t skipped;             /* turns whose number was not `last` + 2 */
};

/* The job's memory. */
struct table {
  _Alignas(128) atomic_uint turn; /* number of the next turn, taken by side turn % 2; also the futex */
  int64_t passed;                 /* counts turns; not atomic, since only the side with the turn writes it */
  _Alignas(128) atomic_int pair;  /* see pair_join */
  struct side sides[2];
};

/* One worker's state. */
struct player {
  struct table *table;
  struct worker *worker;
  unsigned turns;
  enum by by;
  int stalls; /* see wait_for_change */
};

static int layout(struct job *job) {
  job->bytes = sizeof(struct table);
  job->steps = 1;
  job->items = 2;
  job->units = (double)job_int(job, "turns");
  return 0;
}

static void reset(struct job *job) {
  struct table *table = job->memory;
  memset(table, 0, sizeof *table);
  for (int side = 0; side < 2; side++)
    table->sides[side].last = side - 2;
}

/* ---- waiting ---- */

static int changed(struct table *table, unsigned seen) {
  return atomic_load_explicit(&table->turn, memory_order_acquire) != seen;
}

static void pause_cpu(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Spins, then yields, so that a partner on the same core can run. Returns 1 if the turn changed, else 0. */
static int spin(struct table *table, unsigned seen) {
  enum { SPINS = 2000, YIELDS = 64 };
  for (int i = 0; i < SPINS; i++, pause_cpu())
    if (changed(table, seen))
      return 1;
  for (int i = 0; i < YIELDS; i++, sched_yield())
    if (changed(table, seen))
      return 1;
  return 0;
}

/* Sleeps at most a millisecond. Not FUTEX_PRIVATE: the partner may be another process. Returns 1 if woken or if the
 * turn changed, else 0. */
static int sleep_on(struct table *table, unsigned seen) {
  struct timespec limit = {0, 1000000};
  long failed = syscall(SYS_futex, &table->turn, FUTEX_WAIT, seen, &limit, NULL, 0);
  return !failed || errno != ETIMEDOUT || changed(table, seen);
}

/* If workers are coroutines of one thread, the partner runs only during worker_wait. So an unsuccessful wait ends in
 * worker_wait; if that helped FEW times, the next WHILE calls use only worker_wait. */
static void wait_for_change(struct player *self, unsigned seen) {
  enum { FEW = 3, WHILE = 4096 };
  static int (*const waits[])(struct table *, unsigned) = {[SPIN] = spin, [FUTEX] = sleep_on};
  if (self->stalls < FEW && waits[self->by](self->table, seen)) {
    self->stalls = 0;
    return;
  }
  worker_wait(self->worker, 0);
  int helped = changed(self->table, seen);
  self->stalls = !helped ? 0 : self->stalls + 1 < FEW + WHILE ? self->stalls + 1 : FEW - 1;
}

/* ---- playing ---- */

static void take_turn(struct player *self, unsigned turn) {
  struct table *table = self->table;
  struct side *side = &table->sides[turn % 2];
  side->skipped += turn != side->last + 2;
  side->last = turn;
  side->taken++;
  table->passed++;
  atomic_store_explicit(&table->turn, turn + 1, memory_order_release);
  if (self->by == FUTEX)
    syscall(SYS_futex, &table->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void play_side(struct player *self, unsigned side) {
  for (;;) {
    unsigned turn = atomic_load_explicit(&self->table->turn, memory_order_acquire);
    if (turn >= self->turns)
      return;
    if (turn % 2 == side)
      take_turn(self, turn);
    else
      wait_for_change(self, turn);
  }
}

/* The base of comparison: the same turns and system calls without a wait. */
static void play_both(struct player *self) {
  unsigned turn;
  while ((turn = atomic_load_explicit(&self->table->turn, memory_order_acquire)) < self->turns)
    take_turn(self, turn);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  struct player self = {.table = job->memory,
                        .worker = worker,
                        .turns = (unsigned)job_int(job, "turns"),
                        .by = (enum by)job_choice(job, "by")};
  enum pair_part part = PAIR_BOTH_SIDES;
  if (hi - lo < 2)
    part = pair_join(&self.table->pair, worker, job->workers);
  else
    atomic_store(&self.table->pair, PAIR_ALONE);
  if (part == PAIR_ONE_SIDE)
    play_side(&self, (unsigned)lo);
  else if (part == PAIR_BOTH_SIDES)
    play_both(&self);
}

static uint64_t digest(struct job *job) {
  struct table *table = job->memory;
  int64_t result[8] = {atomic_load(&table->turn), table->passed};
  for (int side = 0; side < 2; side++) {
    result[2 + 3 * side] = table->sides[side].taken;
    result[3 + 3 * side] = table->sides[side].last;
    result[4 + 3 * side] = table->sides[side].skipped;
  }
  return digest_of(0, result, sizeof result);
}

static const char *check(struct job *job) {
  struct table *table = job->memory;
  int64_t turns = job_int(job, "turns");
  if (atomic_load(&table->turn) != turns || table->passed != turns)
    return job_say(job, "the turn was passed %u times and counted %lld times, expected %lld", atomic_load(&table->turn),
                   (long long)table->passed, (long long)turns);
  for (int i = 0; i < 2; i++) {
    const struct side *side = &table->sides[i];
    int64_t taken = (turns + 1 - i) / 2;
    if (side->taken != taken || side->last != i + 2 * (taken - 1) || side->skipped != 0)
      return job_say(job, "side %d took %lld turns (expected %lld), the last was %lld, %lld out of turn", i,
                     (long long)side->taken, (long long)taken, (long long)side->last, (long long)side->skipped);
  }
  return NULL;
}

/* Only one side runs at a time, so two workers are no faster than one under any schedule. */
static double cost(const struct job *job, int step, long item) {
  (void)job, (void)step;
  return item == 0 ? 1 : 1e-9;
}

static int counters(struct job *job, struct counter *out) {
  struct table *table = job->memory;
  out[0] = (struct counter){"alone", atomic_load(&table->pair) == PAIR_ALONE};
  return 1;
}

static const struct param params[] = {
    {"turns", PARAM_SIZE, PARAM_INT, "10k", 1, 1000000000, .unit = "",
     .meaning = "number of times the turn is handed over"},
    {"by", PARAM_METHOD, PARAM_CHOICE, "spin", .choices = "spin|futex", .unit = "",
     .meaning = "spin: poll for the turn and yield after a while; futex: sleep until woken"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "handoff",
               .summary = "two workers pass a turn back and forth",
               .doc = "With two workers, the time of a switch is the time to signal another worker: the transfer of a "
                      "cache line between two cores (spin), or a sleep and a wake-up by the system (futex). A single "
                      "worker takes both sides, which is the same work without a wait; with more than two, the others "
                      "are idle. The counter alone is 1 if one worker took both sides.",
               .unit = "switches",
               .params = params,
               .needs = NEED_SHARED | NEED_WAIT,
               .bound = BOUND_MIXED,
               .min_unit_ns = 0.1,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost,
               .counters = counters};
