/* Orders the usable CPUs by topology and counts the machine's cores, caches and nodes, through hwloc. */
#include "topology.h"

#include "base/words.h"

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sort keys of a CPU. */
struct cpu {
  int os;         /* operating system number */
  int position;   /* in topology order */
  int thread;     /* 0 for the first hardware thread of its core, 1 for the second ... */
  int efficiency; /* hwloc's rank of its kind: higher is faster; 0 if all kinds are equal */
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

/* Returns the core of a processing unit, or the unit itself if the system reports no cores. */
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

/* Limits the topology to the affinity mask, which hwloc does not apply. Leaves a topology that tests pass to hwloc
 * unchanged. */
static void keep_usable(hwloc_topology_t handle) {
  hwloc_bitmap_t usable = hwloc_bitmap_alloc();
  if (usable && hwloc_topology_is_thissystem(handle) && hwloc_get_cpubind(handle, usable, HWLOC_CPUBIND_PROCESS) == 0)
    hwloc_topology_restrict(handle, usable, 0); /* on failure the topology is unchanged */
  hwloc_bitmap_free(usable);
}

static bool load(hwloc_topology_t *handle, unsigned long flags) {
  if (hwloc_topology_init(handle) != 0)
    return false;
  hwloc_topology_set_icache_types_filter(*handle,
                                         HWLOC_TYPE_FILTER_KEEP_ALL); /* hwloc omits instruction caches by default */
  if (hwloc_topology_set_flags(*handle, flags) == 0 && hwloc_topology_load(*handle) == 0)
    return true;
  hwloc_topology_destroy(*handle);
  return false;
}

struct topology *topology_open(struct fault *fault) {
  struct topology *topology = calloc(1, sizeof *topology);
  if (topology && load(&topology->handle, 0)) {
    keep_usable(topology->handle);
    topology->count = hwloc_get_nbobjs_by_type(topology->handle, HWLOC_OBJ_PU);
    topology->cpus = calloc((size_t)(topology->count > 0 ? topology->count : 1), sizeof *topology->cpus);
    if (topology->count > 0 && topology->count <= TOPOLOGY_CPUS_MAX && topology->cpus)
      return read_cpus(topology), topology;
    hwloc_topology_destroy(topology->handle);
  }
  if (topology)
    free(topology->cpus);
  free(topology);
  return fault_set(fault, EXIT_UNDECIDED, "hwloc cannot read the topology of this machine; see what 'lstopo' says"),
         NULL;
}

void topology_close(struct topology *topology) {
  if (!topology)
    return;
  hwloc_topology_destroy(topology->handle);
  free(topology->cpus);
  free(topology);
}

/* ---- counting ---- */

bool topology_is_even(const struct topology *topology) {
  for (int i = 1; i < topology->count; i++)
    if (topology->cpus[i].efficiency != topology->cpus[0].efficiency)
      return false;
  return true;
}

int topology_cores(const struct topology *topology) {
  int cores = 0;
  for (int i = 0; i < topology->count; i++)
    cores += topology->cpus[i].thread == 0;
  return cores;
}

/* "0-3 (efficiency 1), 4-7 (efficiency 0)"; "" if the system reports no kinds. */
static void read_kinds(hwloc_topology_t handle, char *out, size_t size) {
  hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
  int count = hwloc_cpukinds_get_nr(handle, 0), efficiency;
  out[0] = '\0';
  for (int i = 0; cpus && i < count; i++) {
    char list[200];
    if (hwloc_cpukinds_get_info(handle, (unsigned)i, cpus, &efficiency, NULL, NULL, 0) != 0)
      continue;
    hwloc_bitmap_list_snprintf(list, sizeof list, cpus);
    append(out, size, efficiency < 0 ? "%s%s (efficiency unknown)" : "%s%s (efficiency %d)", i ? ", " : "", list,
           efficiency);
  }
  hwloc_bitmap_free(cpus);
}

/* "4 x 2 MiB": all caches of a level, grouped by size. */
static void read_cache(hwloc_topology_t handle, hwloc_obj_type_t type, char *out, size_t size) {
  int count = hwloc_get_nbobjs_by_type(handle, type);
  out[0] = '\0';
  for (int i = 0, same; i < count; i += same) {
    uint64_t bytes = hwloc_get_obj_by_type(handle, type, (unsigned)i)->attr->cache.size;
    for (same = 1; i + same < count; same++)
      if (hwloc_get_obj_by_type(handle, type, (unsigned)(i + same))->attr->cache.size != bytes)
        break;
    bool whole = bytes >= 1 << 20 && bytes % (1 << 20) == 0;
    if (bytes > 0)
      append(out, size, "%s%d x %llu %s", out[0] ? " + " : "", same, (unsigned long long)(bytes >> (whole ? 20 : 10)),
             whole ? "MiB" : "KiB");
  }
}

static int count_of(hwloc_topology_t handle, hwloc_obj_type_t type) {
  int count = hwloc_get_nbobjs_by_type(handle, type);
  return count > 0 ? count : 0;
}

/* Returns the largest number of processing units of a core, or 0 if the system reports no cores. */
static int threads_of(hwloc_topology_t handle) {
  int most = 0;
  for (hwloc_obj_t core = NULL; (core = hwloc_get_next_obj_by_type(handle, HWLOC_OBJ_CORE, core));) {
    int threads = hwloc_bitmap_weight(core->cpuset);
    most = threads > most ? threads : most;
  }
  return most;
}

/* Loads the topology below `root`. hwloc takes the root only from the environment; its x86 component is disabled
 * because it would query this machine's CPUs. */
static bool load_below(const char *root, hwloc_topology_t *handle) {
  if (root[0]) {
    setenv("HWLOC_FSROOT", root, 1);
    setenv("HWLOC_COMPONENTS", "-x86", 1);
  }
  bool loaded = load(handle, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  if (root[0]) {
    unsetenv("HWLOC_FSROOT");
    unsetenv("HWLOC_COMPONENTS");
  }
  return loaded;
}

void topology_shape(const char *root, struct shape *shape) {
  static const hwloc_obj_type_t caches[SHAPE_CACHES] = {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L1ICACHE, HWLOC_OBJ_L2CACHE,
                                                        HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L4CACHE};
  hwloc_topology_t handle;
  *shape = (struct shape){0};
  if (!load_below(root, &handle))
    return;
  shape->packages = count_of(handle, HWLOC_OBJ_PACKAGE);
  shape->cores = count_of(handle, HWLOC_OBJ_CORE);
  /* hwloc adds one node if the system reports none */
  shape->numa_nodes = shape->cores > 0 ? count_of(handle, HWLOC_OBJ_NUMANODE) : 0;
  shape->threads_per_core = threads_of(handle);
  read_kinds(handle, shape->kinds, sizeof shape->kinds);
  for (int i = 0; i < SHAPE_CACHES; i++)
    read_cache(handle, caches[i], shape->caches[i], sizeof shape->caches[i]);
  hwloc_topology_destroy(handle);
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
} policies[] = {
    {"none", NULL}, {"free", NULL}, {"cores", by_cores}, {"compact", by_position}, {"scatter", by_distance}};
enum { POLICIES = sizeof policies / sizeof *policies };

static int place_ordered(const struct topology *topology, int (*order)(const void *, const void *),
                         struct placement *placement, struct fault *fault) {
  size_t bytes = (size_t)topology->count * sizeof *topology->cpus;
  struct cpu *cpus = malloc(bytes);
  if (!cpus)
    return fault_memory(fault);
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
    return fault_set(listing->fault, EXIT_USAGE, "this process may not use CPU %lld; choose a CPU in its affinity mask",
                     (long long)os);
  for (int i = 0; i < listing->placement->count; i++)
    if (listing->placement->cpus[i] == os)
      return fault_set(listing->fault, EXIT_USAGE, "CPU %lld is listed twice; remove one", (long long)os);
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
    return fault_set(listing->fault, EXIT_USAGE, "'%s' is a descending range; write the lower CPU first", part);
  for (; low <= high; low++)
    if (add_cpu(listing, low) != 0)
      return -1;
  return 0;
}

int topology_policy(const char *policy, struct fault *fault) {
  const char *names[POLICIES];
  for (int i = 0; i < POLICIES; i++)
    if (strcmp(policy, names[i] = policies[i].name) == 0)
      return 0;
  if (policy[0] >= '0' && policy[0] <= '9')
    return 0;
  return unknown_word(fault, "placement", policy, names, POLICIES,
                      "expected none, cores, compact, scatter or CPUs such as 0+2+4-7");
}

int topology_place(const struct topology *topology, const char *policy, struct placement *placement,
                   struct fault *fault) {
  placement->count = 0;
  for (int i = 0; i < POLICIES; i++)
    if (strcmp(policy, policies[i].name) == 0)
      return policies[i].order ? place_ordered(topology, policies[i].order, placement, fault) : 0;
  return topology_policy(policy, fault) != 0
             ? -1
             : each_part(policy, '+', add_range, &(struct listing){topology, placement, fault});
}

char *placement_text(const struct placement *placement, int workers, char *out, int size) {
  out[0] = '\0';
  for (int i = 0; i < workers && placement->count > 0; i++)
    append(out, (size_t)size, "%s%d", i ? "," : "", placement->cpus[i % placement->count]);
  return out;
}
