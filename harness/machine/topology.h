/* The machine's topology by hwloc: which CPUs workers are bound to, and what the machine is made of. */
#ifndef NWAY_TOPOLOGY_H
#define NWAY_TOPOLOGY_H

#include "base/fault.h"

#define TOPOLOGY_CPUS_MAX 8192

/* The system's CPU numbers in the order in which workers get them. */
struct placement {
  int count; /* 0: not bound */
  int cpus[TOPOLOGY_CPUS_MAX];
};

/* Reads this machine's topology once; only CPUs that this process may use. NULL and a fault if hwloc cannot. */
struct topology *topology_open(struct fault *fault);
void topology_close(struct topology *topology);

/* Physical cores among the CPUs that this process may use, at least 1. */
int topology_cores(const struct topology *topology);

enum { SHAPE_CACHES = 5 }; /* L1 data, L1 instruction, L2, L3, L4 */

/* What the whole machine is made of, whatever this process may use of it; 0 or "" is unknown. CPUs that are offline
 * are in none of it. */
struct shape {
  int packages, cores, numa_nodes;
  int threads_per_core; /* the most of any core */
  char kinds[400];      /* of cores, with their CPUs: "0-3 (efficiency 0), 4-7 (efficiency 1)"; higher is faster */
  char caches[SHAPE_CACHES][100]; /* "4 x 2 MiB" */
};

/* Reads /sys below `root` ("" for this machine). */
void topology_shape(const char *root, struct shape *shape);

/* The order for a policy:
 *   none     workers are not bound
 *   cores    one worker a physical core first, performance cores before efficiency cores (hwloc's cpukinds), then
 *            their other hardware threads
 *   compact  neighbours in the topology: all hardware threads of a core, then the next core
 *   scatter  as far apart as can be: packages and NUMA nodes in turn, physical cores first
 *   0+2+4-7  this list, in this order; each CPU must be one that this process may use (joined by '+', since a comma
 *            separates alternatives) */
int topology_place(const struct topology *topology, const char *policy, struct placement *placement,
                   struct fault *fault);

/* 0 where `policy` is one of these names or begins like a list; else -1 and a fault with the nearest name. */
int topology_policy(const char *policy, struct fault *fault);

/* "0,1,4": the CPUs of the first `workers` workers; workers beyond the list start again at its head. Returns `out`. */
char *placement_text(const struct placement *placement, int workers, char *out, int size);

#endif
