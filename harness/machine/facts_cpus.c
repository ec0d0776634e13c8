/* The facts about CPUs, their caches, kinds and frequencies. */
#include "facts.h"

#include "sysfile.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPU_FOLDER "/sys/devices/system/cpu"
#define ALL_CLOCKS CPU_FOLDER "/cpu*/cpufreq/"

static json_t *quota(const struct survey *survey, const struct fact *fact) {
  (void)fact;
  double cpus = survey->vitals.cpus.quota;
  return isinf(cpus) ? json_string("none") : json_real(cpus);
}

static json_t *turbo(const struct survey *survey, const struct fact *fact) {
  (void)fact;
  return survey->vitals.turbo < 0 ? NULL : json_string(survey->vitals.turbo ? "on" : "off");
}

/* Returns the highest or lowest value over all CPUs, in MHz, of a cpufreq file in kHz. */
static json_t *clock_of(const struct survey *survey, const char *file, bool highest) {
  double found = NAN;
  for (int cpu = 0; cpu <= survey->highest; cpu++) {
    char line[64], *end;
    if (!sysfile_line(survey->root, line, sizeof line, CPU_FOLDER "/cpu%d/cpufreq/%s", cpu, file))
      continue;
    double mhz = strtod(line, &end) / 1e3;
    if (end > line && mhz > 0)
      found = highest ? fmax(found, mhz) : fmin(found, mhz); /* fmax and fmin ignore a NaN */
  }
  return isnan(found) ? NULL : json_real(found);
}

static json_t *lowest_clock(const struct survey *survey, const struct fact *fact) {
  return clock_of(survey, fact->with, false);
}

static json_t *highest_clock(const struct survey *survey, const struct fact *fact) {
  return clock_of(survey, fact->with, true);
}

/* For systems without cpufreq, such as most virtual machines. */
static json_t *clock_in_cpuinfo(const struct survey *survey, const struct fact *fact) {
  char text[64], *end;
  if (!sysfile_value(survey->root, "/proc/cpuinfo", fact->with, ':', text, sizeof text))
    return NULL;
  double mhz = strtod(text, &end);
  return end > text && mhz > 0 ? json_real(mhz) : NULL;
}

static const char by_hwloc[] = "hwloc, the whole machine", by_mask[] = "affinity mask and cgroup quota, v1 and v2";

#define IN(member) offsetof(struct survey, member)
#define CACHE(level) IN(shape.caches) + level * sizeof((struct shape *)0)->caches[0]

const struct fact facts_of_cpus[] = {
    {"cpu_model", "", "/proc/cpuinfo", fact_text_at, IN(model), NULL},
    {"sockets", "", by_hwloc, fact_count_at, IN(shape.packages), NULL},
    {"physical_cores", "", by_hwloc, fact_count_at, IN(shape.cores), NULL},
    {"threads_per_core", "", by_hwloc, fact_count_at, IN(shape.threads_per_core), NULL},
    {"numa_nodes", "", by_hwloc, fact_count_at, IN(shape.numa_nodes), NULL},
    {"cpu_kinds", "", "hwloc_cpukinds", fact_text_at, IN(shape.kinds), NULL},
    {"cache_l1d", "", by_hwloc, fact_text_at, CACHE(0), NULL},
    {"cache_l1i", "", by_hwloc, fact_text_at, CACHE(1), NULL},
    {"cache_l2", "", by_hwloc, fact_text_at, CACHE(2), NULL},
    {"cache_l3", "", by_hwloc, fact_text_at, CACHE(3), NULL},
    {"present_cpus", "", CPU_FOLDER "/present", fact_count_at, IN(present), NULL},
    {"logical_cpus", "", "sysconf: online", fact_count_at, IN(vitals.cpus.logical), NULL},
    {"affinity_cpus", "", "sched_getaffinity", fact_count_at, IN(vitals.cpus.affinity), NULL},
    {"usable_cpus", "", by_mask, fact_count_at, IN(vitals.cpus.usable), NULL},
    {"usable_ratio", "CPUs", by_mask, fact_real_at, IN(vitals.cpus.ratio), NULL},
    {"cpu_quota", "CPUs", "cgroup v1, v2", quota, 0, NULL},
    {"smt", "", CPU_FOLDER "/smt/control", fact_line, 0, CPU_FOLDER "/smt/control"},
    {"governor", "", ALL_CLOCKS "scaling_governor, usable CPUs", fact_text_at, IN(vitals.governor), NULL},
    {"frequency_driver", "", CPU_FOLDER "/cpu0/cpufreq/scaling_driver", fact_line, 0,
     CPU_FOLDER "/cpu0/cpufreq/scaling_driver"},
    {"turbo", "", CPU_FOLDER ", boost or no_turbo", turbo, 0, NULL},
    {"frequency_min", "MHz", ALL_CLOCKS "cpuinfo_min_freq, the lowest", lowest_clock, 0, "cpuinfo_min_freq"},
    {"frequency_max", "MHz", ALL_CLOCKS "cpuinfo_max_freq, the highest", highest_clock, 0, "cpuinfo_max_freq"},
    {"frequency_limit", "MHz", ALL_CLOCKS "scaling_max_freq, the lowest", lowest_clock, 0, "scaling_max_freq"},
    {"frequency_base", "MHz", ALL_CLOCKS "base_frequency, the highest", highest_clock, 0, "base_frequency"},
    {"frequency_now_low", "MHz", ALL_CLOCKS "scaling_cur_freq, the lowest", lowest_clock, 0, "scaling_cur_freq"},
    {"frequency_now_high", "MHz", ALL_CLOCKS "scaling_cur_freq, the highest", highest_clock, 0, "scaling_cur_freq"},
    {"frequency_cpuinfo", "MHz", "/proc/cpuinfo, the first CPU", clock_in_cpuinfo, 0, "cpu MHz"},
    {0},
};
