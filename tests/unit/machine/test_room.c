/* Tests that memory limits are found wherever they stand, on fake trees of /proc and /sys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/room.h"
#include "tools/fake_tree.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define GROUPS "/proc/self/cgroup"
#define INFO "/proc/meminfo"
#define V2 "/sys/fs/cgroup"
#define V1 "/sys/fs/cgroup/memory"
#define FREE_4M                                                                                                        \
  { INFO, "MemTotal:  8000 kB\nMemFree: 1 kB\nMemAvailable:   4000 kB\n" }

static const struct {
  const char *name;
  double bytes;
  const char *by;
  struct {
    const char *path, *text;
  } files[8];
} trees[] = {
    {"nothing at all", HUGE_VAL, "", {{NULL, NULL}}},
    {"only what is free", 4096000, "machine", {FREE_4M}},
    {"v2 without a limit",
     4096000,
     "machine",
     {FREE_4M, {GROUPS, "0::/a\n"}, {V2 "/a/memory.max", "max\n"}, {V2 "/a/memory.current", "7\n"}}},
    {"v2, a limit less what is used",
     900000,
     "cgroup",
     {FREE_4M, {GROUPS, "0::/a\n"}, {V2 "/a/memory.max", "1000000\n"}, {V2 "/a/memory.current", "100000\n"}}},
    {"v2, pages of files can go",
     990000,
     "cgroup",
     {FREE_4M,
      {GROUPS, "0::/a\n"},
      {V2 "/a/memory.max", "1000000\n"},
      {V2 "/a/memory.current", "100000\n"},
      {V2 "/a/memory.stat", "anon 1\ninactive_file 60000\nactive_file 30000\n"}}},
    {"v2, the parent has less left",
     500,
     "cgroup",
     {{GROUPS, "0::/a/b\n"},
      {V2 "/a/b/memory.max", "1000000\n"},
      {V2 "/a/b/memory.current", "0\n"},
      {V2 "/a/memory.max", "2000\n"},
      {V2 "/a/memory.current", "1500\n"}}},
    {"v2, more used than allowed",
     0,
     "cgroup",
     {{GROUPS, "0::/a\n"}, {V2 "/a/memory.max", "10\n"}, {V2 "/a/memory.current", "20\n"}}},
    {"v2, the machine has less",
     4096000,
     "machine",
     {FREE_4M, {GROUPS, "0::/a\n"}, {V2 "/a/memory.max", "9000000\n"}, {V2 "/a/memory.current", "1\n"}}},
    {"v1",
     700,
     "cgroup",
     {FREE_4M,
      {GROUPS, "9:cpu:/c\n5:memory:/a\n"},
      {V1 "/a/memory.limit_in_bytes", "1000\n"},
      {V1 "/a/memory.usage_in_bytes", "400\n"},
      {V1 "/a/memory.stat", "active_file 9\ntotal_inactive_file 100\n"}}},
    {"v1, another controller's group",
     4096000,
     "machine",
     {FREE_4M,
      {GROUPS, "9:cpu:/a\n"},
      {V1 "/a/memory.limit_in_bytes", "1000\n"},
      {V1 "/a/memory.usage_in_bytes", "400\n"}}},
};

static void the_least_that_machine_and_groups_leave_is_found(void **state) {
  for (size_t i = 0; i < LENGTH(trees); i++) {
    assert_int_equal(plant(state), 0);
    for (size_t j = 0; j < LENGTH(trees[i].files) && trees[i].files[j].path; j++)
      put(trees[i].files[j].path, trees[i].files[j].text);
    struct room room = room_read(root);
    if (!(room.machine == trees[i].bytes))
      print_error("%s: %g\n", trees[i].name, room.machine);
    assert_true(room.machine == trees[i].bytes);
    assert_non_null(strstr(room.machine_by, trees[i].by));
    assert_int_equal(fell(state), 0);
  }
}

static void ulimit_leaves_what_is_not_mapped_yet(void **state) {
  (void)state;
  struct rlimit before, limit;
  assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
  if (before.rlim_max != RLIM_INFINITY)
    skip();
  put("/proc/self/statm", "1000 5 5 5 0 5 0\n");
  limit = (struct rlimit){(rlim_t)1 << 50, before.rlim_max}; /* even ASan maps less */
  assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
  double left = room_read(root).process;
  assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
  assert_true(left == (double)limit.rlim_cur - 1000.0 * (double)sysconf(_SC_PAGESIZE));
  if (before.rlim_cur == RLIM_INFINITY)
    assert_true(room_read(root).process == HUGE_VAL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_least_that_machine_and_groups_leave_is_found),
      cmocka_unit_test_setup_teardown(ulimit_leaves_what_is_not_mapped_yet, plant, fell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
