/* Reads the affinity mask and the CPU quotas of all cgroup ancestors. */
#include "cpus.h"

#include "cgroup.h"
#include "sysfile.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

/* CPUs that cpu.max ("max 100000" or "50000 100000") of one v2 group allows. */
static double quota_v2(const char *root, const char *folder) {
  char text[64];
  double quota, period;
  sysfile_line(root, text, sizeof text, "%s/cpu.max", folder);
  return sscanf(text, "%lf %lf", &quota, &period) == 2 && quota > 0 && period > 0 ? quota / period : HUGE_VAL;
}

static double number_in(const char *root, const char *folder, const char *name) {
  double number = -1;
  FILE *file = sysfile_open(root, "%s/%s", folder, name);
  if (!file)
    return -1;
  if (fscanf(file, "%lf", &number) != 1)
    number = -1;
  fclose(file);
  return number;
}

static double quota_v1(const char *root, const char *folder) {
  double quota = number_in(root, folder, "cpu.cfs_quota_us"), period = number_in(root, folder, "cpu.cfs_period_us");
  return quota > 0 && period > 0 ? quota / period : HUGE_VAL;
}

static void take_quota(const char *root, const char *folder, bool v2, void *with) {
  double *least = with;
  *least = fmin(*least, v2 ? quota_v2(root, folder) : quota_v1(root, folder));
}

static double quota_of_all(const char *root) {
  double least = HUGE_VAL;
  cgroup_walk(root, "cpu", take_quota, &least);
  return least;
}

static int affinity_count(void) {
  cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
  size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
  int count = set && sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 1;
  CPU_FREE(set);
  return count;
}

struct cpus cpus_read(const char *root) {
  struct cpus cpus = {.logical = (int)sysconf(_SC_NPROCESSORS_ONLN), .affinity = affinity_count()};
  cpus.quota = quota_of_all(root);
  cpus.ratio = fmin(cpus.affinity, cpus.quota);
  cpus.usable = cpus.ratio >= 1 ? (int)floor(cpus.ratio) : 1;
  return cpus;
}
