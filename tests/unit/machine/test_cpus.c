/* Tests that quotas are found in all cgroup ancestors, v1 and v2, on fake trees of /proc and /sys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/cpus.h"
#include "tools/fake_tree.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define GROUPS "/proc/self/cgroup"
#define V2 "/sys/fs/cgroup"
#define V1 "/sys/fs/cgroup/cpu"
#define V1_LONG "/sys/fs/cgroup/cpu,cpuacct"
#define QUOTA "/cpu.cfs_quota_us"
#define PERIOD "/cpu.cfs_period_us"

struct tree {
  const char *name;
  double quota; /* HUGE_VAL = none */
  struct {
    const char *path, *text;
  } files[8];
};

static const struct tree trees[] = {
    {"nothing at all", HUGE_VAL, {{NULL, NULL}}},
    {"v2, no limit", HUGE_VAL, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "max 100000\n"}}},
    {"v2, a limit", 1.5, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "150000 100000\n"}}},
    {"v2, half a CPU", 0.5, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "50000 100000\n"}}},
    {"v2, another period", 0.25, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "2500 10000\n"}}},
    {"v2, no line end", 0.75, {{GROUPS, "0::/job"}, {V2 "/job/cpu.max", "75000 100000"}}},
    {"v2, a namespace's own root", 0.5, {{GROUPS, "0::/\n"}, {V2 "/cpu.max", "50000 100000\n"}}},
    {"v2, the parent allows less",
     0.5,
     {{GROUPS, "0::/a/b/c\n"},
      {V2 "/a/b/c/cpu.max", "200000 100000\n"},
      {V2 "/a/b/cpu.max", "max 100000\n"},
      {V2 "/a/cpu.max", "50000 100000\n"}}},
    {"v2, the root allows less",
     0.25,
     {{GROUPS, "0::/a/b\n"}, {V2 "/a/b/cpu.max", "50000 100000\n"}, {V2 "/cpu.max", "25000 100000\n"}}},
    {"v2, a group in between without a file",
     0.5,
     {{GROUPS, "0::/a/b/c\n"}, {V2 "/a/b/c/cpu.max", "max 100000\n"}, {V2 "/a/cpu.max", "50000 100000\n"}}},
    {"v2, four groups deep, each allows less than its parent",
     0.125,
     {{GROUPS, "0::/a/b/c/d\n"},
      {V2 "/cpu.max", "max 100000\n"},
      {V2 "/a/cpu.max", "100000 100000\n"},
      {V2 "/a/b/cpu.max", "50000 100000\n"},
      {V2 "/a/b/c/cpu.max", "25000 100000\n"},
      {V2 "/a/b/c/d/cpu.max", "12500 100000\n"}}},
    {"v2, the group in the middle allows least",
     0.5,
     {{GROUPS, "0::/a/b/c\n"},
      {V2 "/a/cpu.max", "400000 100000\n"},
      {V2 "/a/b/cpu.max", "50000 100000\n"},
      {V2 "/a/b/c/cpu.max", "150000 100000\n"}}},
    {"v2, the group has no folder", HUGE_VAL, {{GROUPS, "0::/gone/away\n"}}},
    {"v2, limits but no /proc/self/cgroup", HUGE_VAL, {{V2 "/cpu.max", "50000 100000\n"}}},
    {"v2, a quota of zero", HUGE_VAL, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "0 100000\n"}}},
    {"v2, a neighbour's limit",
     HUGE_VAL,
     {{GROUPS, "0::/a\n"},
      {V2 "/a/cpu.max", "max 100000\n"},
      {V2 "/ab/cpu.max", "50000 100000\n"},
      {V2 "/a/b/cpu.max", "50000 100000\n"}}},
    {"v2, blank and colon in the name", 0.5, {{GROUPS, "0::/a b:c\n"}, {V2 "/a b:c/cpu.max", "50000 100000\n"}}},
    {"v2, outside of the namespace", 0.5, {{GROUPS, "0::/../../other\n"}, {V2 "/cpu.max", "50000 100000\n"}}},
    {"v1, cpu", 0.5, {{GROUPS, "3:cpu:/job\n"}, {V1 "/job" QUOTA, "50000\n"}, {V1 "/job" PERIOD, "100000\n"}}},
    {"v1, no limit", HUGE_VAL, {{GROUPS, "3:cpu:/job\n"}, {V1 "/job" QUOTA, "-1\n"}, {V1 "/job" PERIOD, "100000\n"}}},
    {"v1, cpu,cpuacct",
     0.5,
     {{GROUPS, "4:cpu,cpuacct:/job\n"}, {V1_LONG "/job" QUOTA, "50000\n"}, {V1_LONG "/job" PERIOD, "100000\n"}}},
    {"v1, cpuacct,cpu",
     0.5,
     {{GROUPS, "4:cpuacct,cpu:/job\n"}, {V1_LONG "/job" QUOTA, "50000\n"}, {V1_LONG "/job" PERIOD, "100000\n"}}},
    {"v1, cpu,cpuacct mounted as cpu",
     0.5,
     {{GROUPS, "4:cpu,cpuacct:/job\n"}, {V1 "/job" QUOTA, "50000\n"}, {V1 "/job" PERIOD, "100000\n"}}},
    {"v1, the parent allows less",
     0.25,
     {{GROUPS, "3:cpu:/a/b\n"},
      {V1 "/a/b" QUOTA, "-1\n"},
      {V1 "/a/b" PERIOD, "100000\n"},
      {V1 "/a" QUOTA, "25000\n"},
      {V1 "/a" PERIOD, "100000\n"}}},
    {"v1, a container that sees its own root",
     0.5,
     {{GROUPS, "3:cpu:/docker/abc\n"}, {V1 QUOTA, "50000\n"}, {V1 PERIOD, "100000\n"}}},
    {"v1, one and a half",
     1.5,
     {{GROUPS, "3:cpu:/job\n"}, {V1 "/job" QUOTA, "150000\n"}, {V1 "/job" PERIOD, "100000\n"}}},
    {"v1, the grandparent allows less, the parent has no files",
     0.25,
     {{GROUPS, "3:cpu:/a/b/c\n"},
      {V1 "/a/b/c" QUOTA, "50000\n"},
      {V1 "/a/b/c" PERIOD, "100000\n"},
      {V1 "/a" QUOTA, "25000\n"},
      {V1 "/a" PERIOD, "100000\n"}}},
    {"v1, each group another period",
     0.2,
     {{GROUPS, "3:cpu:/a/b\n"},
      {V1 "/a/b" QUOTA, "50000\n"},
      {V1 "/a/b" PERIOD, "100000\n"},
      {V1 "/a" QUOTA, "2000\n"},
      {V1 "/a" PERIOD, "10000\n"}}},
    {"v1, a quota without its file of periods in the parent",
     0.5,
     {{GROUPS, "3:cpu:/a/b\n"},
      {V1 "/a/b" QUOTA, "50000\n"},
      {V1 "/a/b" PERIOD, "100000\n"},
      {V1 "/a" QUOTA, "1000\n"}}},
    {"v1, not the last line",
     0.5,
     {{GROUPS, "9:memory:/m\n3:cpu:/job\n2:cpuset:/\n1:name=systemd:/s\n"},
      {V1 "/job" QUOTA, "50000\n"},
      {V1 "/job" PERIOD, "100000\n"}}},
    {"v1, cpuset and cpuacct are other controllers",
     HUGE_VAL,
     {{GROUPS, "5:cpuset:/job\n4:cpuacct:/job\n3:cpu:/other\n"},
      {V1 "/job" QUOTA, "50000\n"},
      {V1 "/job" PERIOD, "100000\n"}}},
    {"both, v2 allows less",
     0.25,
     {{GROUPS, "3:cpu:/job\n0::/job\n"},
      {V1 "/job" QUOTA, "50000\n"},
      {V1 "/job" PERIOD, "100000\n"},
      {V2 "/job/cpu.max", "25000 100000\n"}}},
    {"both, v1 allows less",
     0.25,
     {{GROUPS, "0::/job\n3:cpu:/job\n"},
      {V1 "/job" QUOTA, "25000\n"},
      {V1 "/job" PERIOD, "100000\n"},
      {V2 "/job/cpu.max", "50000 100000\n"}}},
    {"a word for a number", HUGE_VAL, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "banana 100000\n"}}},
    {"an empty file", HUGE_VAL, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", ""}}},
    {"no period", HUGE_VAL, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "50000\n"}}},
    {"a period of zero", HUGE_VAL, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "50000 0\n"}}},
    {"a negative quota", HUGE_VAL, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "-50000 100000\n"}}},
    {"v1, a word for a number",
     HUGE_VAL,
     {{GROUPS, "3:cpu:/job\n"}, {V1 "/job" QUOTA, "banana\n"}, {V1 "/job" PERIOD, "100000\n"}}},
    {"v1, no period", HUGE_VAL, {{GROUPS, "3:cpu:/job\n"}, {V1 "/job" QUOTA, "50000\n"}}},
    {"no such line", HUGE_VAL, {{GROUPS, "\n:\n::\n0\n0:\nnonsense\n"}, {V2 "/job/cpu.max", "50000 100000\n"}}},
    {"a quota of many CPUs", 100000, {{GROUPS, "0::/job\n"}, {V2 "/job/cpu.max", "10000000000 100000\n"}}},
};

static void assert_quota(const char *name, double quota) {
  struct cpus cpus = cpus_read(root);
  if (!(cpus.quota == quota))
    fail_msg("%s: quota %g, not %g", name, cpus.quota, quota);
  double ratio = fmin(cpus.affinity, quota);
  assert_true(cpus.ratio == ratio);
  assert_int_equal(cpus.usable, ratio < 1 ? 1 : (int)floor(ratio));
  assert_true(cpus.affinity >= 1 && cpus.logical >= 1);
}

static void the_least_quota_of_all_ancestors_counts(void **state) {
  for (size_t i = 0; i < LENGTH(trees); i++) {
    assert_int_equal(plant(state), 0);
    for (size_t j = 0; j < LENGTH(trees[i].files) && trees[i].files[j].path; j++)
      put(trees[i].files[j].path, trees[i].files[j].text);
    assert_quota(trees[i].name, trees[i].quota);
    assert_int_equal(fell(state), 0);
  }
}

/* Usable is the whole CPUs of the quota, at least one; the ratio stays as it is. */
static void a_fraction_of_a_quota_is_cut_in_usable_and_kept_in_the_ratio(void **state) {
  (void)state;
  static const struct {
    const char *max;
    double quota;
    int whole; /* of the quota alone */
  } table[] = {{"500 100000\n", 0.005, 1}, {"50000 100000\n", 0.5, 1},  {"99999 100000\n", 0.99999, 1},
               {"100000 100000\n", 1, 1},  {"150000 100000\n", 1.5, 1}, {"199999 100000\n", 1.99999, 1},
               {"200000 100000\n", 2, 2},  {"390000 100000\n", 3.9, 3}, {"6400000 100000\n", 64, 64}};
  put(GROUPS, "0::/job\n");
  for (size_t i = 0; i < LENGTH(table); i++) {
    put(V2 "/job/cpu.max", table[i].max);
    struct cpus cpus = cpus_read(root);
    assert_true(fabs(cpus.quota - table[i].quota) < 1e-12);
    assert_true(cpus.ratio == fmin(cpus.affinity, cpus.quota));
    assert_int_equal(cpus.usable, table[i].whole < cpus.affinity ? table[i].whole : cpus.affinity);
  }
}

/* The kernel keeps the mask within the cpuset: of a fake cpuset nothing may follow, and none has to be read. */
static void a_cpuset_counts_by_the_mask_and_not_by_its_file(void **state) {
  (void)state;
  int affinity = cpus_read(root).affinity;
  put(GROUPS, "5:cpuset:/job\n0::/job\n");
  put("/sys/fs/cgroup/cpuset/job/cpuset.cpus", "0\n");
  put(V2 "/job/cpuset.cpus.effective", "0\n");
  assert_int_equal(cpus_read(root).usable, affinity);
}

static void a_group_path_of_any_length_does_no_harm(void **state) {
  (void)state;
  static char line[20000];
  for (size_t length = 4000; length < sizeof line - 10; length += 3999) {
    memset(line, 'a', length);
    memcpy(line, "0::/", 4);
    for (size_t i = 10; i < length; i += 10)
      line[i] = '/';
    strcpy(line + length, "\n");
    put(GROUPS, line);
    assert_true(cpus_read(root).quota == HUGE_VAL);
  }
}

static void the_affinity_mask_is_counted_not_the_machine(void **state) {
  (void)state;
  cpu_set_t before, one;
  assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  int logical = cpus_read(root).logical;
  assert_int_equal(cpus_read(root).affinity, CPU_COUNT(&before));
  assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
  struct cpus cpus = cpus_read(root);
  assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
  assert_int_equal(cpus.affinity, 1);
  assert_int_equal(cpus.usable, 1);
  assert_true(cpus.ratio == 1);
  assert_int_equal(cpus.logical, logical);
}

static void this_machine_has_at_least_one_cpu_to_use(void **state) {
  (void)state;
  struct cpus cpus = cpus_read("");
  assert_true(cpus.usable >= 1 && cpus.usable <= cpus.affinity);
  assert_true(cpus.ratio > 0 && cpus.ratio <= cpus.affinity);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_least_quota_of_all_ancestors_counts),
      cmocka_unit_test_setup_teardown(a_fraction_of_a_quota_is_cut_in_usable_and_kept_in_the_ratio, plant, fell),
      cmocka_unit_test_setup_teardown(a_cpuset_counts_by_the_mask_and_not_by_its_file, plant, fell),
      cmocka_unit_test_setup_teardown(a_group_path_of_any_length_does_no_harm, plant, fell),
      cmocka_unit_test_setup_teardown(the_affinity_mask_is_counted_not_the_machine, plant, fell),
      cmocka_unit_test(this_machine_has_at_least_one_cpu_to_use),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
