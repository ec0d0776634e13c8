/* Orders the usable CPUs by topology, through hwloc. */
#include "topology.h"

#include "words.h"

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the order of a CPU depends on. */
struct cpu {
  int os;         /* the system's number */
  int position;   /* in topology order */
  int thread;     /* 0 for the first hardware thread of its core, 1 for the second ... */
  int efficiency; /* hwloc's rank of its kind: higher is faster; 0 if all are alike */
  int group;      /* package and NUMA node, counted in topology order */
  int in_group;   /* position among the CPUs of its group with the same `thread` */
};

struct topology {
  hwloc_topology_t handle;
  int count;
  struct cpu *cpus; /* in topology order */
};

/* ---- reading ---- */

static int efficiency_of(hwloc_topology_t handle, hwloc_obj_t unit) {
  int kind = hwloc_cpukinds_get_by_cpuset(handle, unit->cpuset, 0), efficiency = 0;
  if (kind < 0 || hwloc_cpukinds_get_info(handle, (unsigned)kind, NULL, &efficiency, NULL, NULL, 0) != 0)
    return 0;
  return efficiency > 0 ? efficiency : 0;
}

/* The core of a processing unit, or the unit itself where the system tells of no cores. */
static hwloc_obj_t core_of(hwloc_topology_t handle, hwloc_obj_t unit) {
  hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(handle, HWLOC_OBJ_CORE, unit);
  return core ? core : unit;
}

static bool same_group(hwloc_topology_t handle, hwloc_obj_t a, hwloc_obj_t b) {
  return hwloc_get_ancestor_obj_by_type(handle, HWLOC_OBJ_PACKAGE, a) ==
             hwloc_get_ancestor_obj_by_type(handle, HWLOC_OBJ_PACKAGE, b) &&
         hwloc_bitmap_isequal(a->nodeset, b->nodeset);
}

static void read_cpus(struct topology *topology) {
  hwloc_obj_t last = NULL;
  for (int i = 0; i < topology->count; i++) {
    hwloc_obj_t unit = hwloc_get_obj_by_type(topology->handle, HWLOC_OBJ_PU, (unsigned)i);
    struct cpu *cpu = &topology->cpus[i], *before = i > 0 ? cpu - 1 : NULL;
    bool same_core = last && core_of(topology->handle, last) == core_of(topology->handle, unit);
    *cpu = (struct cpu){.os = (int)unit->os_index, .position = i, .efficiency = efficiency_of(topology->handle, unit)};
    cpu->thread = same_core ? before->thread + 1 : 0;
    cpu->group = !last ? 0 : before->group + !same_group(topology->handle, last, unit);
    for (int j = 0; j < i; j++)
      cpu->in_group += topology->cpus[j].group == cpu->group && topology->cpus[j].thread == cpu->thread;
    last = unit;
  }
}

struct topology *topology_open(struct fault *fault) {
  struct topology *topology = calloc(1, sizeof *topology);
  if (topology && hwloc_topology_init(&topology->handle) == 0) {
    if (hwloc_topology_load(topology->handle) == 0)
      topology->count = hwloc_get_nbobjs_by_type(topology->handle, HWLOC_OBJ_PU);
    topology->cpus = calloc((size_t)(topology->count > 0 ? topology->count : 1), sizeof *topology->cpus);
    if (topology->count > 0 && topology->count <= TOPOLOGY_CPUS_MAX && topology->cpus)
      return read_cpus(topology), topology;
    hwloc_topology_destroy(topology->handle);
  }
  if (topology)
    free(topology->cpus);
  free(topology);
  return fault_set(fault, EXIT_UNDECIDED, "hwloc cannot read the topology of this machine"), NULL;
}

void topology_close(struct topology *topology) {
  if (!topology)
    return;
  hwloc_topology_destroy(topology->handle);
  free(topology->cpus);
  free(topology);
}

/* ---- policies ---- */

static int by_cores(const void *a, const void *b) {
  const struct cpu *x = a, *y = b;
  if (x->thread != y->thread)
    return x->thread - y->thread;
  return x->efficiency != y->efficiency ? y->efficiency - x->efficiency : x->position - y->position;
}

static int by_position(const void *a, const void *b) {
  const struct cpu *x = a, *y = b;
  return x->position - y->position;
}

static int by_distance(const void *a, const void *b) {
  const struct cpu *x = a, *y = b;
  if (x->thread != y->thread)
    return x->thread - y->thread;
  return x->in_group != y->in_group ? x->in_group - y->in_group : x->group - y->group;
}

static const struct {
  const char *name;
  int (*order)(const void *, const void *); /* NULL: not bound */
} policies[] = {{"none", NULL}, {"cores", by_cores}, {"compact", by_position}, {"scatter", by_distance}};
enum { POLICIES = sizeof policies / sizeof *policies };

static int place_ordered(const struct topology *topology, int (*order)(const void *, const void *),
                         struct placement *placement, struct fault *fault) {
  size_t bytes = (size_t)topology->count * sizeof *topology->cpus;
  struct cpu *cpus = malloc(bytes);
  if (!cpus)
    return fault_set(fault, EXIT_UNDECIDED, "out of memory");
  memcpy(cpus, topology->cpus, bytes);
  qsort(cpus, (size_t)topology->count, sizeof *cpus, order);
  for (int i = 0; i < topology->count; i++)
    placement->cpus[placement->count++] = cpus[i].os;
  free(cpus);
  return 0;
}

/* ---- lists ---- */

struct listing {
  const struct topology *topology;
  struct placement *placement;
  struct fault *fault;
};

static int add_cpu(struct listing *listing, int64_t os) {
  bool usable = false;
  for (int i = 0; i < listing->topology->count; i++)
    usable |= listing->topology->cpus[i].os == os;
  if (!usable)
    return fault_set(listing->fault, EXIT_USAGE, "CPU %lld is not one that this process may use", (long long)os);
  for (int i = 0; i < listing->placement->count; i++)
    if (listing->placement->cpus[i] == os)
      return fault_set(listing->fault, EXIT_USAGE, "CPU %lld stands twice in the list", (long long)os);
  listing->placement->cpus[listing->placement->count++] = (int)os;
  return 0;
}

static int add_range(const char *part, void *with) {
  struct listing *listing = with;
  char first[64];
  int64_t low, high;
  const char *dash = strchr(part, '-');
  snprintf(first, sizeof first, "%.*s", dash ? (int)(dash - part) : 63, part);
  if (parse_count(first, &low, listing->fault) != 0 || parse_count(dash ? dash + 1 : first, &high, listing->fault) != 0)
    return -1;
  if (high < low)
    return fault_set(listing->fault, EXIT_USAGE, "'%s' goes down", part);
  for (; low <= high; low++)
    if (add_cpu(listing, low) != 0)
      return -1;
  return 0;
}

int topology_place(const struct topology *topology, const char *policy, struct placement *placement,
                   struct fault *fault) {
  const char *names[POLICIES];
  char shown[80];
  placement->count = 0;
  for (int i = 0; i < POLICIES; i++) {
    names[i] = policies[i].name;
    if (strcmp(policy, names[i]) == 0)
      return policies[i].order ? place_ordered(topology, policies[i].order, placement, fault) : 0;
  }
  if (policy[0] >= '0' && policy[0] <= '9')
    return each_part(policy, '+', add_range, &(struct listing){topology, placement, fault});
  const char *near = nearest_word(policy, names, POLICIES);
  return fault_set(fault, EXIT_USAGE, "no placement '%s'; %s%s%s", printable(policy, shown, sizeof shown),
                   near ? "did you mean '" : "there are none, cores, compact, scatter and lists such as 0+2+4-7",
                   near ? near : "", near ? "'?" : "");
}

char *placement_text(const struct placement *placement, int workers, char *out, int size) {
  out[0] = '\0';
  for (int i = 0; i < workers && placement->count > 0; i++)
    append(out, (size_t)size, "%s%d", i ? "," : "", placement->cpus[i % placement->count]);
  return out;
}
