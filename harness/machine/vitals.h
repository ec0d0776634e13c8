/* What the system tells of itself that measurements depend on, all of it from /proc and /sys below a root. */
#ifndef NWAY_VITALS_H
#define NWAY_VITALS_H

#include "cpus.h"

#include <stdint.h>

enum { VITALS_CPUS_MAX = 8192 };

struct cpu_list {
  int count, cpus[VITALS_CPUS_MAX];
};

/* Unknown is -1, NAN or ""; vitals_unknown() makes all of it so. */
struct vitals {
  struct cpus cpus;
  int cores;              /* physical cores among the usable CPUs; 0 unknown */
  int siblings;           /* usable CPUs that share a core with another usable one */
  char governor[64];      /* of the usable CPUs: "performance", or "powersave, performance" where they differ */
  int turbo;              /* 0 off, 1 on */
  const char *turbo_file; /* what switches it, below /sys/devices/system/cpu */
  int battery;            /* 0 no battery, 1 a battery but mains power, 2 running on battery */
  int aslr;               /* randomize_va_space */
  int virtual_machine;    /* 0 or 1 */
  char vendor[64];        /* of the machine, by DMI */
  char clocksource[32];
  double load; /* of the last minute */
};

void vitals_unknown(struct vitals *vitals);

/* The CPUs of the affinity mask of this process, ascending. */
void vitals_usable(struct cpu_list *usable);

/* The first usable CPU of each physical core, by thread_siblings_list; where that cannot be read each CPU counts as a
 * core. Fills `cores` and `siblings` of the vitals. */
void vitals_cores(const char *root, const struct cpu_list *usable, struct cpu_list *cores, struct vitals *vitals);

/* Quota, governor, turbo, power, ASLR, virtualisation, clock source and load. */
void vitals_facts(const char *root, const struct cpu_list *usable, struct vitals *vitals);

/* Ticks since boot, summed over the listed CPUs. */
struct ticks {
  double busy, idle, steal; /* busy without steal */
  int cpus;                 /* lines found; 0: unknown */
};
struct ticks vitals_ticks(const char *root, const struct cpu_list *usable);

/* CPUs that were busy between two readings, and the stolen share of the CPU time asked for; NAN if unknown. */
double ticks_busy(struct ticks before, struct ticks after);
double ticks_steal(struct ticks before, struct ticks after);

#endif
