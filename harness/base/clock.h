/* The clock for all times that nway measures: CLOCK_MONOTONIC in integer nanoseconds. */
#ifndef NWAY_CLOCK_H
#define NWAY_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct clock_facts {
  int64_t overhead_ns;   /* cost of one reading, the median of many; at least 1 */
  int64_t resolution_ns; /* smallest difference observed between two readings */
};

/* Measures the clock itself; takes about 1 ms. */
struct clock_facts clock_measure(void);

#endif
