/* Checked waits: kernels count a wait only if the clock shows that the requested time has passed. */
#ifndef NWAY_WAITS_H
#define NWAY_WAITS_H

#include "../kernel.h"

#include <time.h>

/* Longest total of consecutive waits on one worker; a longer one is likely a mistake in the unit. */
#define WAITS_NS_MAX (INT64_C(3600) * 1000000000)

/* CLOCK_MONOTONIC in ns, the same for all threads and processes of a machine. */
static inline int64_t waits_clock_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Waits for `ns` nanoseconds. Returns 1 if the clock shows that they have passed, 0 if the wait returned too soon. */
static inline int worker_waited(struct worker *worker, int64_t ns) {
  int64_t start = waits_clock_ns();
  worker_wait(worker, ns);
  return waits_clock_ns() - start >= ns;
}

/* True if `count` consecutive waits of `us` microseconds take longer than WAITS_NS_MAX. */
static inline int waits_too_long(int64_t count, int64_t us) {
  int64_t ns;
  return mul_overflows(count, us, &ns) || mul_overflows(ns, 1000, &ns) || ns > WAITS_NS_MAX;
}

#endif
