/* The machine's topology, read by hwloc: the CPUs to bind workers to, and the machine's cores, caches and nodes. */
#ifndef NWAY_TOPOLOGY_H
#define NWAY_TOPOLOGY_H

#include "base/fault.h"

#include <stdbool.h>

#define TOPOLOGY_CPUS_MAX 8192

/* Operating system CPU numbers in the order in which workers are bound to them. */
struct placement {
  int count; /* 0: not bound */
  int cpus[TOPOLOGY_CPUS_MAX];
};

/* Reads this machine's topology, limited to CPUs that this process may use. Returns NULL and a fault if hwloc fails. */
struct topology *topology_open(struct fault *fault);
void topology_close(struct topology *topology);

/* Returns the number of physical cores among the CPUs that this process may use, at least 1. */
int topology_cores(const struct topology *topology);

/* Whether the CPUs that this process may use are of one kind, as far as hwloc knows. */
bool topology_is_even(const struct topology *topology);

enum { SHAPE_CACHES = 5 }; /* L1 data, L1 instruction, L2, L3, L4 */

/* The whole machine's online CPUs, including those that this process may not use; 0 or "" is unknown. */
struct shape {
  int packages, cores, numa_nodes;
  int threads_per_core; /* largest count of any core */
  char kinds[400];      /* kinds of cores with their CPUs: "0-3 (efficiency 0), 4-7 (efficiency 1)"; higher is faster */
  char caches[SHAPE_CACHES][100]; /* "4 x 2 MiB" */
};

/* Reads /sys below `root` ("" for this machine). */
void topology_shape(const char *root, struct shape *shape);

/* Fills the placement for a policy:
 *   none     workers are not bound; a cell that runs in one thread stays on one CPU nevertheless (plan_stays)
 *   free     no cell stays
 *   cores    one worker per physical core first, performance cores before efficiency cores (hwloc's cpukinds), then
 *            their other hardware threads
 *   compact  neighbours in the topology: all hardware threads of a core, then the next core
 *   scatter  as far apart as possible: packages and NUMA nodes in turn, physical cores first
 *   0+2+4-7  this list, in this order; this process must be allowed to use each CPU ('+' joins CPUs, because a comma
 *            separates alternatives) */
int topology_place(const struct topology *topology, const char *policy, struct placement *placement,
                   struct fault *fault);

/* Returns 0 if `policy` is one of these names or starts with a digit, else -1 and a fault that suggests the nearest
 * name. */
int topology_policy(const char *policy, struct fault *fault);

/* Writes the CPUs of the first `workers` workers, "0,1,4"; wraps around if there are more workers than CPUs. Returns
 * `out`. */
char *placement_text(const struct placement *placement, int workers, char *out, int size);

#endif
