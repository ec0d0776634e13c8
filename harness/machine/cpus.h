/* The number of CPUs that this process may use: by affinity mask and CPU quota, not by the online count. */
#ifndef NWAY_CPUS_H
#define NWAY_CPUS_H

#define CPUS_MAX 8192 /* size of CPU sets; the 1024 of cpu_set_t is too small for large machines */

struct cpus {
  int logical;  /* online */
  int affinity; /* in the affinity mask, which the kernel limits to the cpuset: sched_setaffinity(2) */
  double quota; /* in CPUs: the smallest over all cgroup ancestors, v1 and v2; HUGE_VAL if unlimited */
  int usable;   /* max(1, min(affinity, floor(quota))) */
  double ratio; /* min(affinity, quota), the raw fraction */
};

/* Reads /proc and /sys below `root` ("" for this machine; tests pass a folder with a fake tree). */
struct cpus cpus_read(const char *root);

#endif
