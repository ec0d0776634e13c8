/* Reads the settings and state of the machine that affect measurements; unreadable values stay unknown. */
#include "vitals.h"

#include "base/words.h"
#include "host.h"
#include "sysfile.h"

#include <dirent.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPU_FOLDER "/sys/devices/system/cpu"

void vitals_unknown(struct vitals *vitals) {
  *vitals = (struct vitals){
      .siblings = -1, .turbo = -1, .battery = -1, .aslr = -1, .virtual_machine = -1, .bindings = -1, .load = NAN};
}

/* ---- reading ---- */

static int number_of(const char *root, const char *path) {
  char line[32], *end;
  if (!sysfile_line(root, line, sizeof line, "%s", path))
    return -1;
  long number = strtol(line, &end, 10);
  return end > line && *end == '\0' && number >= 0 && number < 1 << 30 ? (int)number : -1;
}

/* ---- CPUs ---- */

void vitals_usable(struct cpu_list *usable) {
  cpu_set_t *set = CPU_ALLOC(VITALS_CPUS_MAX);
  size_t bytes = CPU_ALLOC_SIZE(VITALS_CPUS_MAX);
  usable->count = 0;
  if (set && sched_getaffinity(0, bytes, set) == 0)
    for (int cpu = 0; cpu < VITALS_CPUS_MAX; cpu++)
      if (CPU_ISSET_S(cpu, bytes, set))
        usable->cpus[usable->count++] = cpu;
  CPU_FREE(set);
}

static int by_number(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static bool listed(const struct cpu_list *list, long cpu) {
  int key = (int)cpu;
  return bsearch(&key, list->cpus, (size_t)list->count, sizeof *list->cpus, by_number) != NULL;
}

/* Returns the first usable CPU of a list such as "0,4" or "0-1", or -1; sets `members` to the number of usable CPUs in
 * it. */
static int first_sibling(const char *text, const struct cpu_list *usable, int *members) {
  int first = -1;
  *members = 0;
  for (char *end; *text; text = *end == ',' ? end + 1 : end) {
    long low = strtol(text, &end, 10), high = low;
    if (end == text)
      break;
    if (*end == '-')
      high = strtol(end + 1, &end, 10);
    for (long cpu = low; cpu <= high && cpu >= 0 && cpu < VITALS_CPUS_MAX; cpu++)
      if (listed(usable, cpu)) {
        first = first < 0 ? (int)cpu : first;
        ++*members;
      }
  }
  return first;
}

void vitals_cores(const char *root, const struct cpu_list *usable, struct cpu_list *cores, struct vitals *vitals) {
  int known = 0, sharing = 0;
  cores->count = 0;
  for (int i = 0; i < usable->count; i++) {
    int cpu = usable->cpus[i], members = 0, first = -1;
    char line[1024];
    if (sysfile_line(root, line, sizeof line, CPU_FOLDER "/cpu%d/topology/thread_siblings_list", cpu))
      first = first_sibling(line, usable, &members);
    known += first >= 0;
    sharing += members > 1;
    if (first < 0 || first == cpu)
      cores->cpus[cores->count++] = cpu;
  }
  bool all = known == usable->count && known > 0;
  vitals->cores = all ? cores->count : 0;
  vitals->siblings = all ? sharing : -1;
}

/* ---- facts ---- */

/* Collects the governors of the usable CPUs, each once. */
static void read_governor(const char *root, const struct cpu_list *usable, struct vitals *vitals) {
  char *all = vitals->governor;
  for (int i = 0; i < usable->count; i++) {
    char line[32];
    if (sysfile_line(root, line, sizeof line, CPU_FOLDER "/cpu%d/cpufreq/scaling_governor", usable->cpus[i]) &&
        !strstr(all, line))
      append(all, sizeof vitals->governor, "%s%s", all[0] ? ", " : "", line);
  }
}

static void read_turbo(const char *root, struct vitals *vitals) {
  static const struct {
    const char *path, *all; /* all: the files that switch every CPU */
    int on;
  } files[] = {{"cpufreq/boost", "cpufreq/boost", 1},
               {"intel_pstate/no_turbo", "intel_pstate/no_turbo", 0},
               {"cpu0/cpufreq/boost", "cpu*/cpufreq/boost", 1}};
  for (size_t i = 0; i < sizeof files / sizeof *files && vitals->turbo < 0; i++) {
    char path[128];
    snprintf(path, sizeof path, CPU_FOLDER "/%s", files[i].path);
    int number = number_of(root, path);
    if (number < 0)
      continue;
    vitals->turbo = (number == files[i].on);
    vitals->turbo_file = files[i].all;
  }
}

/* Returns 0 if the supply is not a battery of the machine (mains, or the battery of a mouse), 1 if it is one, 2 if it
 * is discharging. */
static int battery_state(const char *root, const char *supply) {
  char type[32], scope[32], status[32];
  if (!sysfile_line(root, type, sizeof type, "/sys/class/power_supply/%s/type", supply) || strcmp(type, "Battery") != 0)
    return 0;
  if (sysfile_line(root, scope, sizeof scope, "/sys/class/power_supply/%s/scope", supply) &&
      strcmp(scope, "Device") == 0)
    return 0;
  sysfile_line(root, status, sizeof status, "/sys/class/power_supply/%s/status", supply);
  return strcmp(status, "Discharging") == 0 ? 2 : 1;
}

static void read_power(const char *root, struct vitals *vitals) {
  char path[4096];
  snprintf(path, sizeof path, "%s/sys/class/power_supply", root);
  DIR *folder = opendir(path);
  if (!folder)
    return;
  vitals->battery = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    int state = entry->d_name[0] == '.' ? 0 : battery_state(root, entry->d_name);
    vitals->battery = state > vitals->battery ? state : vitals->battery;
  }
  closedir(folder);
}

static void read_virtual(const char *root, struct vitals *vitals) {
  struct host host;
  host_read(root, &host);
  vitals->virtual_machine = host.virtual_machine;
  snprintf(vitals->vendor, sizeof vitals->vendor, "%s", host.vendor);
}

void vitals_bindings(struct vitals *vitals) {
  static const char *const names[] = {"GOMP_CPU_AFFINITY", "KMP_AFFINITY", "OMP_PLACES", "OMP_PROC_BIND",
                                      "OMP_THREAD_LIMIT"};
  vitals->bindings = 0;
  vitals->binding[0] = vitals->unbinding[0] = '\0';
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]), *between = vitals->bindings ? " " : "";
    char shown[60];
    if (!value)
      continue;
    append(vitals->binding, sizeof vitals->binding, "%s%s=%s", between, names[i],
           printable(value, shown, sizeof shown));
    append(vitals->unbinding, sizeof vitals->unbinding, "%s%s", between, names[i]);
    vitals->bindings++;
  }
}

void vitals_facts(const char *root, const struct cpu_list *usable, struct vitals *vitals) {
  char line[64], *end;
  vitals->cpus = cpus_read(root);
  read_governor(root, usable, vitals);
  read_turbo(root, vitals);
  read_power(root, vitals);
  read_virtual(root, vitals);
  vitals_bindings(vitals);
  vitals->aslr = number_of(root, "/proc/sys/kernel/randomize_va_space");
  sysfile_line(root, vitals->clocksource, sizeof vitals->clocksource,
               "/sys/devices/system/clocksource/clocksource0/current_clocksource");
  sysfile_line(root, line, sizeof line, "/proc/loadavg");
  double load = strtod(line, &end);
  vitals->load = end > line ? load : NAN;
}

/* ---- ticks ---- */

/* "cpu1 user nice system idle iowait irq softirq steal ...": guest time is a part of user and nice. */
static void add_ticks(const char *line, const struct cpu_list *usable, struct ticks *ticks) {
  int cpu;
  double user, nice, system, idle, iowait, irq, softirq, steal;
  if (sscanf(line, "cpu%d %lf %lf %lf %lf %lf %lf %lf %lf", &cpu, &user, &nice, &system, &idle, &iowait, &irq, &softirq,
             &steal) != 9 ||
      !listed(usable, cpu))
    return;
  ticks->busy += user + nice + system + irq + softirq;
  ticks->idle += idle + iowait;
  ticks->steal += steal;
  ticks->cpus++;
}

struct ticks vitals_ticks(const char *root, const struct cpu_list *usable) {
  struct ticks ticks = {0};
  char path[4096], line[512];
  snprintf(path, sizeof path, "%s/proc/stat", root);
  FILE *file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file) && strncmp(line, "cpu", 3) == 0)
    add_ticks(line, usable, &ticks);
  if (file)
    fclose(file);
  return ticks;
}

double ticks_busy(struct ticks before, struct ticks after) {
  double busy = after.busy - before.busy, all = busy + after.idle - before.idle + after.steal - before.steal;
  return before.cpus > 0 && before.cpus == after.cpus && all > 0 && busy >= 0 ? busy / all * after.cpus : NAN;
}

double ticks_steal(struct ticks before, struct ticks after) {
  double steal = after.steal - before.steal, asked = steal + after.busy - before.busy;
  return before.cpus > 0 && before.cpus == after.cpus && asked > 0 && steal >= 0 ? steal / asked : NAN;
}
