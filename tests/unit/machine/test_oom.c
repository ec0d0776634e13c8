/* Tests that out-of-memory kills are counted in both kinds of cgroup, on fake trees of /proc and /sys. */
#include "machine/oom.h"
#include "tools/fake_tree.h"

#define GROUPS "/proc/self/cgroup"
#define VMSTAT "/proc/vmstat"

static bool since(struct oom_kills before) {
  char evidence[120];
  bool found = oom_since(root, before, evidence, sizeof evidence);
  assert_int_equal(found, evidence[0] != '\0');
  return found;
}

static void without_any_counter_nothing_is_known(void **state) {
  (void)state;
  struct oom_kills kills = oom_read(root);
  assert_int_equal(kills.groups, -1);
  assert_int_equal(kills.machine, -1);
  assert_false(since(kills));
  put(VMSTAT, "nr_free_pages 5\noom_kill 3\n");
  assert_false(since(kills)); /* unknown before is no evidence now */
}

/* F16: a fake cgroup folder whose counter rises. */
static void a_kill_in_a_group_of_either_version_is_evidence(void **state) {
  static const struct {
    const char *groups, *file, *before, *after;
  } trees[] = {{"0::/a/b\n", "/sys/fs/cgroup/a/b/memory.events", "low 9\noom 1\noom_kill 1\n", "oom 2\noom_kill 2\n"},
               {"0::/a/b\n", "/sys/fs/cgroup/a/memory.events", "oom_kill 0\n", "oom_kill 1\n"},
               {"4:memory:/m\n", "/sys/fs/cgroup/memory/m/memory.oom_control",
                "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n", "oom_kill_disable 0\nunder_oom 0\noom_kill 8\n"}};
  (void)state;
  for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
    char evidence[120];
    put(GROUPS, trees[i].groups);
    put(trees[i].file, trees[i].before);
    struct oom_kills before = oom_read(root);
    assert_true(before.groups >= 0);
    assert_false(since(before));
    put(trees[i].file, trees[i].after);
    assert_true(oom_since(root, before, evidence, sizeof evidence));
    assert_string_equal(evidence, "oom_kill of its memory cgroup rose by 1");
  }
}

static void groups_above_count_too_and_others_do_not(void **state) {
  (void)state;
  put(GROUPS, "0::/a/b\n");
  put("/sys/fs/cgroup/a/b/memory.events", "oom_kill 2\n");
  put("/sys/fs/cgroup/a/memory.events", "oom_kill 5\n");
  put("/sys/fs/cgroup/other/memory.events", "oom_kill 9\n");
  put("/sys/fs/cgroup/a/b/memory.events.local", "oom_kill 11\n");
  assert_int_equal(oom_read(root).groups, 7);
}

static void a_kill_anywhere_on_the_machine_is_weaker_evidence(void **state) {
  char evidence[120];
  (void)state;
  put(VMSTAT, "nr_free_pages 5\noom_kill 3\nballoon_inflate 0\n");
  struct oom_kills before = oom_read(root);
  assert_int_equal(before.machine, 3);
  put(VMSTAT, "nr_free_pages 5\noom_kill 5\nballoon_inflate 0\n");
  assert_true(oom_since(root, before, evidence, sizeof evidence));
  assert_string_equal(evidence, "oom_kill of /proc/vmstat rose by 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(without_any_counter_nothing_is_known, plant, fell),
      cmocka_unit_test_setup_teardown(a_kill_in_a_group_of_either_version_is_evidence, plant, fell),
      cmocka_unit_test_setup_teardown(groups_above_count_too_and_others_do_not, plant, fell),
      cmocka_unit_test_setup_teardown(a_kill_anywhere_on_the_machine_is_weaker_evidence, plant, fell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
