/* What the machine took from a process meanwhile: steal, throttling, sleep; and whether a sample can be trusted. */
#ifndef NWAY_DISTURBANCE_H
#define NWAY_DISTURBANCE_H

#include <stddef.h>
#include <stdint.h>

/* Counters that only grow; -1 where the system does not tell. */
struct disturbance {
  int64_t steal_ns;     /* time the hypervisor gave to others, all CPUs, in ticks of 10 ms (/proc/stat) */
  int64_t throttled_ns; /* time CPU quotas held back this cgroup and its ancestors, summed over them (cpu.stat) */
  int64_t asleep_ns;    /* time the machine was suspended: CLOCK_BOOTTIME - CLOCK_MONOTONIC */
};

/* Reads the counters, /proc and /sys below `root` ("" for this machine). */
struct disturbance disturbance_read(const char *root);

/* What grew between two readings; -1 stays -1. */
struct disturbance disturbance_between(struct disturbance before, struct disturbance after);

/* Names what makes a measurement of `wall_ns` that asked for `cpus` CPUs and ran for `cpu_ns` of CPU time
 * untrustworthy, joined by blanks: "throttled" (over 1 % of the CPU time), "steal" (over 2 % of the CPUs' time and more
 * than one tick), "suspended". "" if nothing. Returns `out`. */
char *disturbance_trust(struct disturbance grown, int64_t wall_ns, int cpus, int64_t cpu_ns, char *out, size_t size);

/* The clock of a CPU now in kHz, 0 if unknown. */
int64_t disturbance_cpu_khz(const char *root, int cpu);

#endif
