/* Time that steal, throttling and suspension took from a process, and whether they make a sample untrustworthy. */
#ifndef NWAY_DISTURBANCE_H
#define NWAY_DISTURBANCE_H

#include <stddef.h>
#include <stdint.h>

/* Monotonic counters; -1 if unknown. */
struct disturbance {
  int64_t steal_ns;     /* time the hypervisor gave to other guests, all CPUs, in ticks of 10 ms (/proc/stat) */
  int64_t throttled_ns; /* time CPU quotas throttled this cgroup and its ancestors, summed over them (cpu.stat) */
  int64_t asleep_ns;    /* time the machine was suspended: CLOCK_BOOTTIME - CLOCK_MONOTONIC */
};

/* Reads the counters, /proc and /sys below `root` ("" for this machine). */
struct disturbance disturbance_read(const char *root);

/* Returns the growth between two readings; -1 if either is -1. */
struct disturbance disturbance_between(struct disturbance before, struct disturbance after);

/* Writes the disturbances that make a measurement untrustworthy, separated by blanks; it took `wall_ns` on `cpus` CPUs
 * and used `cpu_ns` of CPU time: "throttled" (over 1 % of the CPU time), "steal" (over 2 % of the CPUs' time and more
 * than one tick), "suspended" (over 1 ms); "" if there are none. Returns `out`. */
char *disturbance_trust(struct disturbance grown, int64_t wall_ns, int cpus, int64_t cpu_ns, char *out, size_t size);

/* Returns the current frequency of a CPU in kHz, or 0 if unknown. */
int64_t disturbance_cpu_khz(const char *root, int cpu);

#endif
