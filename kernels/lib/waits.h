/* A wait that is held to its word: kernels keep a result only if the time that they asked for did pass. */
#ifndef NWAY_WAITS_H
#define NWAY_WAITS_H

#include "../kernel.h"

#include <time.h>

/* Waits that follow one another on a single worker may take this long in all; more is a mistake in a unit. */
#define WAITS_NS_MAX (INT64_C(3600) * 1000000000)

/* CLOCK_MONOTONIC in ns: one clock for all threads and processes of a machine. */
static inline int64_t waits_clock_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Lets `ns` nanoseconds pass. 1 if they did by a clock of its own, 0 if the wait came back too soon. */
static inline int worker_waited(struct worker *worker, int64_t ns) {
  int64_t start = waits_clock_ns();
  worker_wait(worker, ns);
  return waits_clock_ns() - start >= ns;
}

/* True if `count` waits of `us` microseconds one after another are longer than WAITS_NS_MAX. */
static inline int waits_too_long(int64_t count, int64_t us) {
  int64_t ns;
  return mul_overflows(count, us, &ns) || mul_overflows(ns, 1000, &ns) || ns > WAITS_NS_MAX;
}

#endif
