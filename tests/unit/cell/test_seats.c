/* Tests which CPUs real affinity masks leave the workers of a team. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "cell/seats.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* CPUs of each worker's mask as bits, and what must come of them. */
static const struct {
  const char *what;
  int workers, different;
  uint64_t masks[4];
} table[] = {
    {"one CPU for two threads: GOMP_CPU_AFFINITY=0", 2, 1, {1, 1}},
    {"a CPU each: OMP_PROC_BIND=true", 2, 2, {1, 2}},
    {"two CPUs for two threads", 2, 2, {3, 3}},
    {"two CPUs for three threads", 3, 2, {3, 3, 3}},
    {"two threads share, the third has room", 3, 2, {1, 1, 6}},
    {"the first must make room", 3, 3, {7, 3, 1}},
    {"a chain that must move twice", 4, 4, {3, 6, 12, 1}},
    {"unknown masks have no CPU", 2, 0, {0, 0}},
};

static void as_many_cpus_as_the_masks_allow(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct stamps stamps[4] = {0};
    int cpus[WORKERS_MAX];
    for (int w = 0; w < table[i].workers; w++)
      stamps[w].mask[0] = table[i].masks[w];
    if (seats_find(stamps, table[i].workers, cpus) != table[i].different)
      fail_msg("%s", table[i].what);
    for (int w = 0; w < table[i].workers; w++)
      assert_true(cpus[w] < 0 ? !table[i].masks[w] : (table[i].masks[w] >> cpus[w] & 1) != 0);
  }
}

static void only_masks_that_somebody_changed_are_told(void **state) {
  (void)state;
  struct stamps stamps[2] = {0};
  uint64_t own[MASK_WORDS] = {3}, unknown[MASK_WORDS] = {0};
  assert_false(seats_are_moved(stamps, 2, own)); /* not read */
  stamps[0].mask[0] = stamps[1].mask[0] = 3;
  assert_false(seats_are_moved(stamps, 2, own));
  assert_false(seats_are_moved(stamps, 2, unknown));
  stamps[1].mask[0] = 1;
  assert_true(seats_are_moved(stamps, 2, own));
}

static void the_own_mask_has_a_cpu(void **state) {
  (void)state;
  struct stamps stamps[1] = {0};
  int cpus[WORKERS_MAX];
  seats_mask(stamps[0].mask);
  assert_int_equal(seats_find(stamps, 1, cpus), 1);
  assert_true(cpus[0] >= 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(as_many_cpus_as_the_masks_allow),
      cmocka_unit_test(only_masks_that_somebody_changed_are_told),
      cmocka_unit_test(the_own_mask_has_a_cpu),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
