/* Reads what the machine took from a process, and judges it. */
#include "disturbance.h"

#include "sysfile.h"
#include "words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double throttled_most = 0.01, steal_most = 0.02;
static const int64_t asleep_most_ns = 1000000;

static int64_t tick_ns(void) { return 1000000000 / sysconf(_SC_CLK_TCK); }

/* The eighth number of the first line, "cpu user nice system idle iowait irq softirq steal ...". */
static int64_t steal_ns(const char *root) {
  long long steal;
  FILE *file = sysfile_open(root, "/proc/stat");
  int found = file ? fscanf(file, "cpu %*d %*d %*d %*d %*d %*d %*d %lld", &steal) : 0;
  if (file)
    fclose(file);
  return found == 1 ? steal * tick_ns() : -1;
}

/* The group of a controller ("" for v2) in /proc/self/cgroup. */
static bool find_group(const char *root, const char *controller, char *out, size_t size) {
  char line[4096];
  bool found = false;
  FILE *file = sysfile_open(root, "/proc/self/cgroup");
  while (file && !found && fgets(line, sizeof line, file)) {
    char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;
    if (!group)
      continue;
    *group++ = '\0';
    group[strcspn(group, "\n")] = '\0';
    found = strcmp(names + 1, controller) == 0 || (*controller && strstr(names + 1, controller));
    if (found)
      snprintf(out, size, "%s", strcmp(group, "/") == 0 ? "" : group);
  }
  if (file)
    fclose(file);
  return found;
}

/* A number from a cpu.stat file of lines "key number". */
static int64_t stat_number(const char *root, const char *path, const char *key) {
  char name[64];
  long long number, found = -1;
  FILE *file = sysfile_open(root, "%s", path);
  while (file && fscanf(file, "%63s %lld", name, &number) == 2)
    if (strcmp(name, key) == 0)
      found = number;
  if (file)
    fclose(file);
  return found;
}

static int64_t throttled_ns(const char *root) {
  char group[2048], path[4096];
  if (find_group(root, "", group, sizeof group)) {
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.stat", group);
    int64_t us = stat_number(root, path, "throttled_usec");
    if (us >= 0)
      return us * 1000;
  }
  if (!find_group(root, "cpu", group, sizeof group))
    return -1;
  snprintf(path, sizeof path, "/sys/fs/cgroup/cpu%s/cpu.stat", group);
  return stat_number(root, path, "throttled_time");
}

static int64_t asleep_ns(void) {
  struct timespec boot, monotonic;
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  clock_gettime(CLOCK_BOOTTIME, &boot);
  return (int64_t)(boot.tv_sec - monotonic.tv_sec) * 1000000000 + boot.tv_nsec - monotonic.tv_nsec;
}

struct disturbance disturbance_read(const char *root) {
  return (struct disturbance){steal_ns(root), throttled_ns(root), asleep_ns()};
}

static int64_t growth(int64_t before, int64_t after) { return before < 0 || after < 0 ? -1 : after - before; }

struct disturbance disturbance_between(struct disturbance before, struct disturbance after) {
  return (struct disturbance){growth(before.steal_ns, after.steal_ns), growth(before.throttled_ns, after.throttled_ns),
                              growth(before.asleep_ns, after.asleep_ns)};
}

char *disturbance_trust(struct disturbance grown, int64_t wall_ns, int cpus, int64_t cpu_ns, char *out, size_t size) {
  out[0] = '\0';
  if (grown.throttled_ns > 0 && (double)grown.throttled_ns > throttled_most * (double)cpu_ns)
    append(out, size, "throttled");
  if (grown.steal_ns > tick_ns() && (double)grown.steal_ns > steal_most * (double)wall_ns * cpus)
    append(out, size, "%ssteal", out[0] ? " " : "");
  if (grown.asleep_ns > asleep_most_ns)
    append(out, size, "%ssuspended", out[0] ? " " : "");
  return out;
}

int64_t disturbance_cpu_khz(const char *root, int cpu) {
  char path[128];
  long long khz = 0;
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq", cpu);
  FILE *file = sysfile_open(root, "%s", path);
  if (!file)
    return 0;
  if (fscanf(file, "%lld", &khz) != 1)
    khz = 0;
  fclose(file);
  return khz;
}
