/* What a worker used of the machine: CPU time, page faults, switches, memory; by its own clocks. */
#ifndef NWAY_USAGE_H
#define NWAY_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* What one worker used of the machine, by its own clocks and its own getrusage. */
struct usage {
  int64_t cpu_ns, user_ns, sys_ns;
  int64_t minor_faults, major_faults, voluntary_switches, involuntary_switches;
  int64_t max_rss_bytes; /* of its process; a peak, not a difference */
};

/* Of the calling thread since it began: CLOCK_THREAD_CPUTIME_ID and getrusage(RUSAGE_THREAD), two system calls. */
struct usage usage_of_worker(void);

/* Of this whole process and all its reaped children; cpu_ns is user_ns + sys_ns. */
struct usage usage_of_process(void);

/* sum += now - before; peaks are not differences: the larger one stays. */
void usage_add(struct usage *sum, struct usage now, struct usage before);

/* Proportional set size of a process in bytes (/proc/PID/smaps_rollup), 0 where the system does not tell. Shared pages
 * count by the share of their users, so that a sum over processes counts each page once. */
int64_t usage_pss(pid_t pid);

#endif
