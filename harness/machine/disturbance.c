/* Reads steal, throttling and suspension, and applies their thresholds. */
#include "disturbance.h"

#include "base/states.h"
#include "base/words.h"
#include "cgroup.h"
#include "sysfile.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double throttled_most = 0.01, steal_most = 0.02;
static const int64_t asleep_most_ns = 1000000;

static int64_t tick_ns(void) { return 1000000000 / sysconf(_SC_CLK_TCK); }

/* Reads the eighth number of the first line, "cpu user nice system idle iowait irq softirq steal ...". */
static int64_t steal_ns(const char *root) {
  long long steal;
  FILE *file = sysfile_open(root, "/proc/stat");
  int found = file ? fscanf(file, "cpu %*d %*d %*d %*d %*d %*d %*d %lld", &steal) : 0;
  if (file)
    fclose(file);
  return found == 1 ? steal * tick_ns() : -1;
}

/* Reads a number from the group's cpu.stat, lines of "key number"; -1 if missing. */
static int64_t stat_number(const char *root, const char *folder, const char *key) {
  char name[64];
  long long number, found = -1;
  FILE *file = sysfile_open(root, "%s/cpu.stat", folder);
  while (file && fscanf(file, "%63s %lld", name, &number) == 2)
    if (strcmp(name, key) == 0)
      found = number;
  if (file)
    fclose(file);
  return found;
}

/* Sums over the groups, because a group counts only the throttling by its own quota, and a maximum would hide the
 * growth of a smaller counter. Time throttled by two quotas counts twice: a false alarm is better than a missed one. */
static void add_throttled(const char *root, const char *folder, bool v2, void *with) {
  int64_t *sum_ns = with;
  int64_t number = stat_number(root, folder, v2 ? "throttled_usec" : "throttled_time");
  if (number >= 0)
    *sum_ns = (*sum_ns < 0 ? 0 : *sum_ns) + (v2 ? 1000 : 1) * number;
}

static int64_t throttled_ns(const char *root) {
  int64_t sum_ns = -1;
  cgroup_walk(root, "cpu", add_throttled, &sum_ns);
  return sum_ns;
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
    trust_add(out, size, TRUST_THROTTLED);
  if (grown.steal_ns > tick_ns() && (double)grown.steal_ns > steal_most * (double)wall_ns * cpus)
    trust_add(out, size, TRUST_STEAL);
  if (grown.asleep_ns > asleep_most_ns)
    trust_add(out, size, TRUST_SUSPENDED);
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
