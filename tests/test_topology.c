/* Holds the placements of workers against synthetic machines whose topology is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/topology.h"

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
  refuses("4", "CPU 4 is not one that this process may use");
  refuses("0-9", "CPU 4 is not one");
  refuses("0+0", "CPU 0 stands twice");
  refuses("3-1", "'3-1' goes down");
  refuses("1+x", "'x' is not a whole number");
  refuses("compct", "did you mean 'compact'?");
  refuses("zzzzzzzzz", "there are none, cores, compact, scatter");
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
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
