/* Holds the reading and judging of steal, throttling and sleep against fake trees and planted disturbances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/disturbance.h"

static char root[] = "/tmp/nway-disturbance-XXXXXX";

static int make_root(void **state) {
  (void)state;
  return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
  char command[100];
  (void)state;
  snprintf(command, sizeof command, "rm -rf %s", root);
  return system(command);
}

/* Writes a file of the fake tree, with its folders. */
static void put(const char *path, const char *text) {
  char full[300];
  snprintf(full, sizeof full, "%s%s", root, path);
  for (char *at = full + strlen(root) + 1; (at = strchr(at, '/')); *at++ = '/') {
    *at = '\0';
    mkdir(full, 0777);
  }
  FILE *file = fopen(full, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void steal_is_the_eighth_number_in_ticks(void **state) {
  (void)state;
  put("/proc/stat", "cpu  1 2 3 4 5 6 7 42 9 10\ncpu0 1 2 3 4 5 6 7 99 9 10\n");
  assert_int_equal(disturbance_read(root).steal_ns, 420000000);
}

/* F32. */
static void throttling_is_read_from_both_kinds_of_cgroup(void **state) {
  (void)state;
  put("/proc/self/cgroup", "0::/a/b\n");
  put("/sys/fs/cgroup/a/b/cpu.stat", "usage_usec 100\nthrottled_usec 77\n");
  assert_int_equal(disturbance_read(root).throttled_ns, 77000);
  put("/proc/self/cgroup", "3:memory:/m\n2:cpu,cpuacct:/c\n");
  put("/sys/fs/cgroup/cpu/c/cpu.stat", "nr_periods 3\nthrottled_time 5000\n");
  assert_int_equal(disturbance_read(root).throttled_ns, 5000);
}

static void a_whole_name_is_the_controller_and_not_a_part_of_one(void **state) {
  (void)state;
  put("/proc/self/cgroup", "5:cpuset:/x\n6:cpuacct:/z\n4:cpu:/y\n");
  put("/sys/fs/cgroup/cpu/x/cpu.stat", "throttled_time 1000\n");
  put("/sys/fs/cgroup/cpu/z/cpu.stat", "throttled_time 2000\n");
  put("/sys/fs/cgroup/cpu/y/cpu.stat", "throttled_time 4000\n");
  assert_int_equal(disturbance_read(root).throttled_ns, 4000);
}

static void a_controller_mounted_under_both_its_names_counts_once(void **state) {
  (void)state;
  put("/proc/self/cgroup", "4:cpuacct,cpu:/long\n");
  put("/sys/fs/cgroup/cpu,cpuacct/long/cpu.stat", "throttled_time 600\n");
  assert_int_equal(disturbance_read(root).throttled_ns, 600);
  put("/sys/fs/cgroup/cpu/long/cpu.stat", "throttled_time 600\n");
  assert_int_equal(disturbance_read(root).throttled_ns, 600);
}

/* A quota may stand anywhere above; of two groups the one that grew is seen, however large the other's number is. */
static void throttling_of_all_ancestors_is_summed(void **state) {
  (void)state;
  put("/proc/self/cgroup", "0::/p/q\n");
  put("/sys/fs/cgroup/p/q/cpu.stat", "usage_usec 100\n");
  put("/sys/fs/cgroup/p/cpu.stat", "throttled_usec 5\n");
  assert_int_equal(disturbance_read(root).throttled_ns, 5000);
  put("/sys/fs/cgroup/p/q/cpu.stat", "throttled_usec 900\n");
  struct disturbance before = disturbance_read(root);
  put("/sys/fs/cgroup/p/cpu.stat", "throttled_usec 12\n");
  assert_int_equal(disturbance_between(before, disturbance_read(root)).throttled_ns, 7000);
  put("/proc/self/cgroup", "2:cpu:/c/d/e\n");
  put("/sys/fs/cgroup/cpu/c/cpu.stat", "throttled_time 5000\n");
  assert_int_equal(disturbance_read(root).throttled_ns, 5000);
}

static void what_the_system_does_not_tell_is_unknown_and_never_zero(void **state) {
  (void)state;
  struct disturbance nothing = disturbance_read("/nowhere-at-all");
  assert_int_equal(nothing.steal_ns, -1);
  assert_int_equal(nothing.throttled_ns, -1);
  struct disturbance grown = disturbance_between((struct disturbance){1, -1, 0}, (struct disturbance){5, 7, 3});
  assert_int_equal(grown.steal_ns, 4);
  assert_int_equal(grown.throttled_ns, -1);
  assert_int_equal(grown.asleep_ns, 3);
}

/* F30. */
static void each_disturbance_over_its_threshold_is_named(void **state) {
  (void)state;
  enum { MS = 1000000 };
  static const struct {
    struct disturbance grown;
    const char *trust;
  } cases[] = {
      {{0, 0, 0}, ""},
      {{-1, -1, 0}, ""},
      {{10 * MS, 0, 0}, ""}, /* one tick says nothing */
      {{39 * MS, 0, 0}, ""}, /* under 2 % of 1 s on 2 CPUs */
      {{50 * MS, 0, 0}, "steal"},
      {{0, 4 * MS, 0}, ""}, /* under 1 % of the CPU time */
      {{0, 20 * MS, 0}, "throttled"},
      {{0, 0, 900000}, ""},
      {{0, 0, 2 * MS}, "suspended"},
      {{50 * MS, 20 * MS, 2 * MS}, "throttled steal suspended"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char trust[100];
    disturbance_trust(cases[i].grown, 1000 * MS, 2, 500 * MS, trust, sizeof trust);
    assert_string_equal(trust, cases[i].trust);
  }
}

static void a_clock_is_read_where_there_is_one(void **state) {
  (void)state;
  put("/sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq", "2400000\n");
  assert_int_equal(disturbance_cpu_khz(root, 3), 2400000);
  assert_int_equal(disturbance_cpu_khz(root, 4), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steal_is_the_eighth_number_in_ticks),
      cmocka_unit_test(throttling_is_read_from_both_kinds_of_cgroup),
      cmocka_unit_test(a_whole_name_is_the_controller_and_not_a_part_of_one),
      cmocka_unit_test(a_controller_mounted_under_both_its_names_counts_once),
      cmocka_unit_test(throttling_of_all_ancestors_is_summed),
      cmocka_unit_test(what_the_system_does_not_tell_is_unknown_and_never_zero),
      cmocka_unit_test(each_disturbance_over_its_threshold_is_named),
      cmocka_unit_test(a_clock_is_read_where_there_is_one),
  };
  return cmocka_run_group_tests(tests, make_root, remove_root);
}
