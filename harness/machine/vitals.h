/* Reads for the doctor what the system tells of itself, all of it from /proc and /sys below a root. */
#ifndef NWAY_VITALS_H
#define NWAY_VITALS_H

#include "doctor/health.h"

#include <stdint.h>

enum { VITALS_CPUS_MAX = 8192 };

struct cpu_list {
  int count, cpus[VITALS_CPUS_MAX];
};

/* The CPUs of the affinity mask of this process, ascending. */
void vitals_usable(struct cpu_list *usable);

/* The first usable CPU of each physical core, by thread_siblings_list; where that cannot be read each CPU counts as a
 * core. Fills `cores` and `siblings` of the readings. */
void vitals_cores(const char *root, const struct cpu_list *usable, struct cpu_list *cores, struct readings *readings);

/* Quota, governor, turbo, power, ASLR, virtualisation, clock source and load. */
void vitals_facts(const char *root, const struct cpu_list *usable, struct readings *readings);

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
