/* Tests of the advised number of workers, on rounds of known times. */
#include "stats/advice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COUNTS = 4, ROUNDS = 12 };

/* Rounds whose noise is common to all counts, and `own` of each, up and down in turn. */
static void fill(double *logs, const double *times, size_t rounds, double own) {
  for (size_t i = 0; i < COUNTS; i++)
    for (size_t r = 0; r < rounds; r++)
      logs[i * rounds + r] = log(times[i]) + 0.1 * (double)(r % 3) + ((r + i) % 2 ? own : -own);
}

static void the_smallest_count_within_two_percent_is_advised(void **state) {
  (void)state;
  static const double knee[] = {4, 2.2, 1.01, 1}, rising[] = {4, 2, 1.5, 1}, flat[] = {1, 1, 1, 1},
                      late[] = {1, 2, 3, 4};
  double logs[COUNTS * ROUNDS];
  fill(logs, knee, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL), 2);
  fill(logs, rising, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL), 3);
  fill(logs, flat, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL), 0);
  fill(logs, late, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL), 0);
}

static void noise_and_few_rounds_leave_it_undecided(void **state) {
  (void)state;
  static const double knee[] = {4, 2.2, 1.01, 1};
  double logs[COUNTS * ROUNDS];
  bool maybe[COUNTS];
  fill(logs, knee, ROUNDS, 0.05);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, maybe), COUNTS);
  assert_false(maybe[0] || maybe[1]);
  assert_true(maybe[2] && maybe[3]);
  fill(logs, knee, 5, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, 5, maybe), COUNTS);
  assert_true(maybe[0]);
}

static void a_count_without_common_rounds_proves_nothing(void **state) {
  (void)state;
  static const double knee[] = {4, 2.2, 1.01, 1};
  double logs[COUNTS * ROUNDS];
  fill(logs, knee, ROUNDS, 0.002);
  for (size_t r = 0; r < ROUNDS; r++)
    logs[3 * ROUNDS + r] = NAN;
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL), COUNTS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_smallest_count_within_two_percent_is_advised),
      cmocka_unit_test(noise_and_few_rounds_leave_it_undecided),
      cmocka_unit_test(a_count_without_common_rounds_proves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
