/* How many CPUs this process may really use: affinity and CPU quota, never the online count. */
#ifndef NWAY_CPUS_H
#define NWAY_CPUS_H

#define CPUS_MAX 8192 /* for sets of CPUs: larger than the 1024 of cpu_set_t, since big machines have more */

struct cpus {
  int logical;  /* online */
  int affinity; /* allowed by the affinity mask, which the kernel keeps within the cpuset: sched_setaffinity(2) */
  double quota; /* CPUs the quota allows, the least over all cgroup ancestors, v1 and v2; HUGE_VAL if none */
  int usable;   /* max(1, min(affinity, floor(quota))) */
  double ratio; /* min(affinity, quota), the raw fraction */
};

/* Reads /proc and /sys below `root` ("" for this machine; a folder with fake trees in tests). */
struct cpus cpus_read(const char *root);

#endif
