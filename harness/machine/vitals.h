/* Settings and state of the system that affect measurements, read from /proc and /sys below a root. */
#ifndef NWAY_VITALS_H
#define NWAY_VITALS_H

#include "cpus.h"

#include <stdint.h>

enum { VITALS_CPUS_MAX = 8192 };

struct cpu_list {
  int count, cpus[VITALS_CPUS_MAX];
};

/* Unknown values are -1, NAN or ""; vitals_unknown() sets all of them. */
struct vitals {
  struct cpus cpus;
  int cores;              /* physical cores among the usable CPUs; 0 unknown */
  int siblings;           /* usable CPUs that share a core with another usable CPU */
  char governor[64];      /* of the usable CPUs: "performance", or "powersave, performance" if they differ */
  int turbo;              /* 0 off, 1 on */
  const char *turbo_file; /* the file that switches it, below /sys/devices/system/cpu */
  int battery;            /* 0 no battery, 1 a battery but mains power, 2 running on battery */
  int aslr;               /* randomize_va_space */
  int virtual_machine;    /* 0 or 1 */
  char vendor[64];        /* the machine's vendor, as in host.h */
  char clocksource[32];
  int bindings;        /* variables of the environment that bind or limit OpenMP's threads; -1: not looked at */
  char binding[200];   /* these as they are set: "GOMP_CPU_AFFINITY=0 OMP_PLACES={0}" */
  char unbinding[120]; /* their names, separated by blanks */
  double load;         /* load average of the last minute */
};

void vitals_unknown(struct vitals *vitals);

/* The CPUs of the affinity mask of this process, ascending. */
void vitals_usable(struct cpu_list *usable);

/* Lists the first usable CPU of each physical core, by thread_siblings_list; a CPU without that file counts as a core.
 * Sets `cores` and `siblings` of the vitals. */
void vitals_cores(const char *root, const struct cpu_list *usable, struct cpu_list *cores, struct vitals *vitals);

/* Quota, governor, turbo, power, ASLR, virtualisation, clock source and load; and, from the environment, OpenMP's own
 * binding. */
void vitals_facts(const char *root, const struct cpu_list *usable, struct vitals *vitals);

/* These variables alone: bindings, binding, unbinding. */
void vitals_bindings(struct vitals *);

/* Ticks since boot, summed over the listed CPUs. */
struct ticks {
  double busy, idle, steal; /* busy without steal */
  int cpus;                 /* lines found; 0: unknown */
};
struct ticks vitals_ticks(const char *root, const struct cpu_list *usable);

/* ticks_busy: the number of CPUs busy between two readings. ticks_steal: the stolen share of the CPU time demanded. NAN
 * if unknown. */
double ticks_busy(struct ticks before, struct ticks after);
double ticks_steal(struct ticks before, struct ticks after);

#endif
