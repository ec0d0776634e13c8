/* Holds the placements of workers against synthetic machines whose topology is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <hwloc.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/topology.h"

/* hwloc takes the machine from this variable instead of the real one. */
static struct topology *open_synthetic(const char *machine) {
  struct fault fault;
  setenv("HWLOC_SYNTHETIC", machine, 1);
  struct topology *topology = topology_open(&fault);
  unsetenv("HWLOC_SYNTHETIC");
  assert_non_null(topology);
  return topology;
}

static void assert_order(const char *machine, const char *policy, int workers, const char *expected) {
  static struct placement placement;
  struct fault fault;
  char text[256];
  struct topology *topology = open_synthetic(machine);
  assert_int_equal(topology_place(topology, policy, &placement, &fault), 0);
  assert_string_equal(placement_text(&placement, workers, text, sizeof text), expected);
  topology_close(topology);
}

static void cores_come_before_their_second_hardware_threads(void **state) {
  (void)state;
  assert_order("pack:1 core:4 pu:2", "cores", 8, "0,2,4,6,1,3,5,7");
  assert_order("pack:2 core:2 pu:1", "cores", 4, "0,1,2,3");
}

static void compact_fills_a_core_before_the_next(void **state) {
  (void)state;
  assert_order("pack:2 core:2 pu:2", "compact", 5, "0,1,2,3,4");
}

static void scatter_takes_packages_in_turn_and_cores_first(void **state) {
  (void)state;
  assert_order("pack:2 core:2 pu:2", "scatter", 8, "0,4,2,6,1,5,3,7");
}

static void workers_beyond_the_list_start_again_at_its_head(void **state) {
  (void)state;
  assert_order("pack:1 core:2 pu:1", "cores", 5, "0,1,0,1,0");
}

static void none_binds_nobody(void **state) {
  (void)state;
  assert_order("pack:1 core:2 pu:1", "none", 2, "");
}

static void a_list_is_taken_in_its_own_order(void **state) {
  (void)state;
  assert_order("pack:1 core:8 pu:1", "6+0-2", 4, "6,0,1,2");
}

static void refuses(const char *policy, const char *why) {
  static struct placement placement;
  struct fault fault;
  struct topology *topology = open_synthetic("pack:1 core:4 pu:1");
  assert_int_equal(topology_place(topology, policy, &placement, &fault), -1);
  assert_int_equal(fault.code, EXIT_USAGE);
  if (!strstr(fault.text, why))
    fail_msg("'%s' is not in '%s'", why, fault.text);
  topology_close(topology);
}

static void what_cannot_be_is_refused_with_the_reason(void **state) {
  (void)state;
  refuses("4", "this process may not use CPU 4");
  refuses("0-9", "may not use CPU 4");
  refuses("0+0", "CPU 0 is listed twice");
  refuses("3-1", "'3-1' is a descending range");
  refuses("1+x", "'x' is not a whole number");
  refuses("compct", "did you mean 'compact'?");
  refuses("zzzzzzzzz", "expected none, cores, compact, scatter");
}

static void physical_cores_are_counted_once(void **state) {
  (void)state;
  static const struct {
    const char *machine;
    int cores;
  } table[] = {{"pack:1 core:4 pu:2", 4}, {"pack:2 core:3 pu:1", 6}, {"pack:2 core:2 pu:4", 4}, {"pu:3", 3}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct topology *topology = open_synthetic(table[i].machine);
    assert_int_equal(topology_cores(topology), table[i].cores);
    assert_true(topology_is_even(topology));
    topology_close(topology);
  }
}

/* The affinity mask is no part of hwloc's topology unless it is asked for. */
static void only_cpus_of_the_affinity_mask_are_there(void **state) {
  (void)state;
  cpu_set_t before, one;
  struct fault fault;
  static struct placement placement;
  assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
  struct topology *topology = topology_open(&fault);
  assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
  assert_non_null(topology);
  assert_int_equal(topology_cores(topology), 1);
  assert_int_equal(topology_place(topology, "compact", &placement, &fault), 0);
  assert_int_equal(placement.count, 1);
  assert_true(CPU_ISSET(placement.cpus[0], &one));
  topology_close(topology);
}

static struct shape shape_of(const char *variable, const char *machine) {
  struct shape shape;
  setenv(variable, machine, 1);
  topology_shape("", &shape);
  unsetenv(variable);
  return shape;
}

static void the_shape_of_a_machine_is_told(void **state) {
  (void)state;
  struct shape shape = shape_of("HWLOC_SYNTHETIC", "pack:2 [numa] l3:1(size=33554432) core:4 l2:1(size=1310720) "
                                                   "l1d:1(size=49152) l1i:1(size=32768) pu:2");
  assert_int_equal(shape.packages, 2);
  assert_int_equal(shape.cores, 8);
  assert_int_equal(shape.threads_per_core, 2);
  assert_int_equal(shape.numa_nodes, 2);
  assert_string_equal(shape.caches[0], "8 x 48 KiB");
  assert_string_equal(shape.caches[1], "8 x 32 KiB");
  assert_string_equal(shape.caches[2], "8 x 1280 KiB");
  assert_string_equal(shape.caches[3], "2 x 32 MiB");
  assert_string_equal(shape.caches[4], "");
  assert_string_equal(shape.kinds, "");
}

/* Writes a machine of 2 fast cores (CPUs 2 and 3) and 2 slow ones as hwloc's XML; the caller removes the file. */
static void write_two_kinds(const char *path) {
  static const int slow = 0, fast = 1;
  hwloc_topology_t made;
  hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
  assert_int_equal(hwloc_topology_init(&made), 0);
  assert_int_equal(hwloc_topology_set_synthetic(made, "pack:1 core:4 pu:1"), 0);
  assert_int_equal(hwloc_topology_load(made), 0);
  hwloc_bitmap_set_range(cpus, 0, 1);
  assert_int_equal(hwloc_cpukinds_register(made, cpus, slow, 0, NULL, 0), 0);
  hwloc_bitmap_zero(cpus);
  hwloc_bitmap_set_range(cpus, 2, 3);
  assert_int_equal(hwloc_cpukinds_register(made, cpus, fast, 0, NULL, 0), 0);
  assert_int_equal(hwloc_topology_export_xml(made, path, 0), 0);
  hwloc_bitmap_free(cpus);
  hwloc_topology_destroy(made);
}

static void kinds_of_cores_are_told_and_the_fast_ones_come_first(void **state) {
  (void)state;
  char path[] = "/tmp/nway-topology-XXXXXX", text[64];
  static struct placement placement;
  struct fault fault;
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  write_two_kinds(path);
  struct shape shape = shape_of("HWLOC_XMLFILE", path);
  setenv("HWLOC_XMLFILE", path, 1);
  struct topology *topology = topology_open(&fault);
  unsetenv("HWLOC_XMLFILE");
  unlink(path);
  assert_string_equal(shape.kinds, "0-1 (efficiency 0), 2-3 (efficiency 1)");
  assert_non_null(topology);
  assert_false(topology_is_even(topology));
  assert_int_equal(topology_place(topology, "cores", &placement, &fault), 0);
  assert_string_equal(placement_text(&placement, 4, text, sizeof text), "2,3,0,1");
  topology_close(topology);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cores_come_before_their_second_hardware_threads),
      cmocka_unit_test(compact_fills_a_core_before_the_next),
      cmocka_unit_test(scatter_takes_packages_in_turn_and_cores_first),
      cmocka_unit_test(workers_beyond_the_list_start_again_at_its_head),
      cmocka_unit_test(none_binds_nobody),
      cmocka_unit_test(a_list_is_taken_in_its_own_order),
      cmocka_unit_test(what_cannot_be_is_refused_with_the_reason),
      cmocka_unit_test(physical_cores_are_counted_once),
      cmocka_unit_test(only_cpus_of_the_affinity_mask_are_there),
      cmocka_unit_test(the_shape_of_a_machine_is_told),
      cmocka_unit_test(kinds_of_cores_are_told_and_the_fast_ones_come_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
