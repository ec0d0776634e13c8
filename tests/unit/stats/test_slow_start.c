/* Tests that a cell whose processes begin slowly is found, and that a steady one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "stats/slow_start.h"

enum { ROUNDS = 24 };

/* A cell with `rounds` processes; the first sample of those of round `from` and later is `share` longer. */
static struct slow_start found(int rounds, int from, double share) {
  struct process processes[ROUNDS];
  for (int i = 0; i < rounds; i++)
    processes[i] = (struct process){.round = i + 1, .ok = true, .first_excess = i + 1 >= from ? log1p(share) : 0};
  return slow_start_of(&(struct cell){.processes = processes, .process_count = (size_t)rounds});
}

static void a_slow_first_sample_is_found(void **state) {
  (void)state;
  struct slow_start slow = found(ROUNDS, 1, 0.05);
  assert_true(slow.proven);
  assert_float_equal(slow.excess, 0.05, 1e-9);
  assert_true(found(11, 1, 0.05).proven);
}

static void few_small_or_rare_ones_are_not(void **state) {
  (void)state;
  assert_false(found(10, 1, 0.05).proven);
  assert_false(found(ROUNDS, 1, 0.019).proven);
  assert_false(found(ROUNDS, 14, 0.05).proven);
  assert_false(found(0, 1, 0).proven);
  assert_true(isnan(found(0, 1, 0).excess));
}

static void rounds_before_the_warm_up_grew_do_not_count(void **state) {
  (void)state;
  struct process processes[ROUNDS];
  for (int i = 0; i < ROUNDS; i++)
    processes[i] = (struct process){.round = i + 1, .ok = true, .first_excess = i < 6 ? 1 : 0};
  struct slow_start slow = slow_start_of(&(struct cell){.processes = processes, .process_count = ROUNDS});
  assert_false(slow.proven);
  assert_float_equal(slow.excess, 0, 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_slow_first_sample_is_found),
      cmocka_unit_test(few_small_or_rare_ones_are_not),
      cmocka_unit_test(rounds_before_the_warm_up_grew_do_not_count),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
