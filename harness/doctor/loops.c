/* Runs and times countdown loops side by side on bound threads. */
#include "loops.h"

#include "base/clock.h"
#include "machine/cpus.h"
#include "machine/disturbance.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Where all threads wait for the last one; start_ns is the common start, -1 ends the threads. */
struct gate {
  int count;
  atomic_int arrived;
  _Atomic int64_t start_ns;
};

struct seat {
  struct gate *gate;
  struct loop *loop;
};

static void count_down(int64_t i) {
  for (; i != 0; i--)
    __asm__ volatile("" : "+r"(i));
}

static int64_t thread_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Spins, since a thread that sleeps here would start late. */
static int64_t pass_gate(struct gate *gate) {
  int64_t start = 0;
  if (atomic_fetch_add(&gate->arrived, 1) + 1 == gate->count)
    atomic_compare_exchange_strong(&gate->start_ns, &start, clock_ns());
  while ((start = atomic_load(&gate->start_ns)) == 0)
    ;
  return start;
}

static void *run(void *with) {
  struct seat *seat = with;
  struct loop *loop = seat->loop;
  count_down(loop->iterations / 10 + 1); /* wakes the core up */
  int64_t start = pass_gate(seat->gate);
  if (start < 0)
    return NULL;
  int64_t cpu = thread_ns();
  count_down(loop->iterations);
  loop->wall_ns = clock_ns() - start;
  loop->cpu_ns = thread_ns() - cpu;
  loop->khz = loop->root ? disturbance_cpu_khz(loop->root, loop->cpu) : 0;
  return NULL;
}

static bool start_bound(pthread_t *thread, struct seat *seat) {
  cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
  size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
  pthread_attr_t attributes;
  if (!set)
    return false;
  CPU_ZERO_S(bytes, set);
  CPU_SET_S((size_t)seat->loop->cpu, bytes, set);
  pthread_attr_init(&attributes);
  bool started =
      pthread_attr_setaffinity_np(&attributes, bytes, set) == 0 && pthread_create(thread, &attributes, run, seat) == 0;
  pthread_attr_destroy(&attributes);
  CPU_FREE(set);
  return started;
}

int loops_run(struct loop *loops, int count) {
  struct gate gate = {.count = count};
  struct seat seats[LOOPS_MAX];
  pthread_t threads[LOOPS_MAX];
  int started = 0;
  while (started < count && started < LOOPS_MAX) {
    seats[started] = (struct seat){&gate, &loops[started]};
    if (!start_bound(&threads[started], &seats[started]))
      break;
    started++;
  }
  if (started < count)
    atomic_store(&gate.start_ns, -1);
  for (int i = 0; i < started; i++)
    pthread_join(threads[i], NULL);
  return started == count ? 0 : -1;
}

int64_t loops_calibrate(int cpu, int64_t ns) {
  enum { TRIES = 3 };
  struct loop loop = {.cpu = cpu, .iterations = 100000};
  int64_t least = INT64_MAX;
  for (;; loop.iterations *= 2) {
    if (loops_run(&loop, 1) != 0)
      return 0;
    if (loop.wall_ns > ns / 4)
      break;
  }
  for (int i = 0; i < TRIES; i++)
    if (loops_run(&loop, 1) == 0 && loop.wall_ns > 0 && loop.wall_ns < least)
      least = loop.wall_ns;
  double scaled = (double)loop.iterations * (double)ns / (double)least;
  return scaled >= 1 ? (int64_t)scaled : 1;
}
