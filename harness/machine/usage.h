/* Resource usage of workers: CPU time, page faults, context switches, memory. */
#ifndef NWAY_USAGE_H
#define NWAY_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* Resource usage of one worker, from its own clock and getrusage. */
struct usage {
  int64_t cpu_ns, user_ns, sys_ns;
  int64_t minor_faults, major_faults, voluntary_switches, involuntary_switches;
  int64_t max_rss_bytes; /* peak of its process, not a difference */
};

/* Returns the usage of the calling thread since its start: CLOCK_THREAD_CPUTIME_ID and getrusage(RUSAGE_THREAD), two
 * system calls. */
struct usage usage_of_worker(void);

/* Returns the usage of this process and its reaped children; cpu_ns is user_ns + sys_ns. */
struct usage usage_of_process(void);

/* sum += now - before; for max_rss_bytes keeps the larger of sum and now. */
void usage_add(struct usage *sum, struct usage now, struct usage before);

/* Returns the proportional set size of a process in bytes (/proc/PID/smaps_rollup), or 0 if unknown. It divides shared
 * pages among their processes, so that a sum over processes counts each page once. */
int64_t usage_pss(pid_t pid);

#endif
