/* Countdown loops on threads that are bound to CPUs, to measure the speed of single cores. */
#ifndef NWAY_LOOPS_H
#define NWAY_LOOPS_H

#include <stdint.h>

struct loop {
  int cpu;
  int64_t iterations;
  const char *root;        /* root of /sys for reading the CPU's clock after the loop; NULL: do not read it */
  int64_t wall_ns, cpu_ns; /* results: from the common start to this loop's end; the thread's own CPU time */
  int64_t khz;             /* 0 unknown */
};

enum { LOOPS_MAX = 2 };

/* Runs at most LOOPS_MAX loops side by side, each on its CPU, from one start. 0, or -1 if a thread could not be made
 * or bound; nothing runs on then. */
int loops_run(struct loop *loops, int count);

/* How many iterations take about `ns` on a CPU; 0 if nothing can run there. */
int64_t loops_calibrate(int cpu, int64_t ns);

#endif
