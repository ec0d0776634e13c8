/* Reads the affinity mask and the CPU quotas of all cgroup ancestors. */
#include "cpus.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* CPUs that cpu.max ("max 100000" or "50000 100000") of one v2 group allows. */
static double quota_v2(const char *root, const char *group) {
  char path[4096], text[64] = "";
  double quota, period;
  snprintf(path, sizeof path, "%s/sys/fs/cgroup%s/cpu.max", root, group);
  FILE *file = fopen(path, "re");
  if (!file)
    return HUGE_VAL;
  if (!fgets(text, sizeof text, file))
    text[0] = '\0';
  fclose(file);
  return sscanf(text, "%lf %lf", &quota, &period) == 2 && quota > 0 && period > 0 ? quota / period : HUGE_VAL;
}

static double number_in(const char *path) {
  double number = -1;
  FILE *file = fopen(path, "re");
  if (!file)
    return -1;
  if (fscanf(file, "%lf", &number) != 1)
    number = -1;
  fclose(file);
  return number;
}

/* The same for a v1 group, whose controller is mounted as cpu or cpu,cpuacct. */
static double quota_v1(const char *root, const char *group) {
  static const char *const mounts[] = {"cpu", "cpu,cpuacct"};
  for (int i = 0; i < 2; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/sys/fs/cgroup/%s%s/cpu.cfs_quota_us", root, mounts[i], group);
    double quota = number_in(path);
    snprintf(path, sizeof path, "%s/sys/fs/cgroup/%s%s/cpu.cfs_period_us", root, mounts[i], group);
    double period = number_in(path);
    if (quota > 0 && period > 0)
      return quota / period;
  }
  return HUGE_VAL;
}

/* The least quota of a group and all its ancestors; cuts `group` up. */
static double least_of_ancestors(const char *root, char *group, double (*quota)(const char *, const char *)) {
  double least = HUGE_VAL;
  for (;;) {
    if (strcmp(group, "/") == 0)
      group[0] = '\0';
    least = fmin(least, quota(root, group));
    char *slash = strrchr(group, '/');
    if (!slash)
      return least;
    *slash = '\0';
  }
}

/* A line of /proc/self/cgroup: "0::/path" is v2, "4:cpu,cpuacct:/path" v1. */
static double quota_of_line(const char *root, char *line) {
  char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
  if (!group)
    return HUGE_VAL;
  *controllers++ = '\0';
  *group++ = '\0';
  group[strcspn(group, "\n")] = '\0';
  if (strcmp(line, "0") == 0 && *controllers == '\0')
    return least_of_ancestors(root, group, quota_v2);
  for (char *at = controllers, *next; at; at = next) {
    next = strchr(at, ',');
    if (next)
      *next++ = '\0';
    if (strcmp(at, "cpu") == 0)
      return least_of_ancestors(root, group, quota_v1);
  }
  return HUGE_VAL;
}

static double quota_of_all(const char *root) {
  char path[4096], line[4096];
  double least = HUGE_VAL;
  snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
  FILE *file = fopen(path, "re");
  if (!file)
    return least;
  while (fgets(line, sizeof line, file))
    least = fmin(least, quota_of_line(root, line));
  fclose(file);
  return least;
}

static int affinity_count(void) {
  /* Larger than the 1024 of cpu_set_t: big machines have more. */
  enum { CPUS_MAX = 8192 };
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
