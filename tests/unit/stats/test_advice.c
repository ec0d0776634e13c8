/* Tests of the advised number of workers, on rounds of known times. */
#include "stats/advice.h"
#include "stats/fitness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

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
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL, NULL), 2);
  fill(logs, rising, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL, NULL), 3);
  fill(logs, flat, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL, NULL), 0);
  fill(logs, late, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL, NULL), 0);
}

/* Time falls as 1/p up to 600 of 1000 counts and rises again: 589 is within 2 % of the fastest. */
static void of_many_counts_the_knee_is_advised(void **state) {
  (void)state;
  enum { MANY = 1000, FASTEST = 600, KNEE = 589 };
  double *logs = calloc(MANY * ROUNDS, sizeof *logs);
  for (size_t i = 0; i < MANY; i++)
    for (size_t r = 0; r < ROUNDS; r++)
      logs[i * ROUNDS + r] = fabs(log((double)(i + 1) / FASTEST)) + 0.1 * (double)(r % 3);
  assert_int_equal(advised_count(logs, MANY, ROUNDS, NULL, NULL), MANY); /* 12 rounds prove nothing of so many */
  assert_false(has_minima(logs, MANY, ROUNDS, NULL));
  double *more = calloc(MANY * 2 * ROUNDS, sizeof *more);
  for (size_t i = 0; i < MANY; i++)
    for (size_t r = 0; r < 2 * ROUNDS; r++)
      more[i * 2 * ROUNDS + r] = logs[i * ROUNDS + r % ROUNDS];
  assert_int_equal(advised_count(more, MANY, 2 * ROUNDS, NULL, NULL) + 1, KNEE);
  free(logs), free(more);
}

static void noise_and_few_rounds_leave_it_undecided(void **state) {
  (void)state;
  static const double knee[] = {4, 2.2, 1.01, 1};
  double logs[COUNTS * ROUNDS];
  bool maybe[COUNTS];
  fill(logs, knee, ROUNDS, 0.05);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL, maybe), COUNTS);
  assert_false(maybe[0] || maybe[1]);
  assert_true(maybe[2] && maybe[3]);
  fill(logs, knee, 5, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, 5, NULL, maybe), COUNTS);
  assert_true(maybe[0]);
}

static void a_step_that_met_the_rounds_withholds_the_advice(void **state) {
  (void)state;
  static const double knee[] = {4, 2.2, 1.01, 1};
  struct dependence_finding found[COUNTS] = {{.factor = 1}, {.factor = 1}, {.factor = 1}, {.factor = 1}};
  double logs[COUNTS * ROUNDS];
  fill(logs, knee, ROUNDS, 0.002);
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, found, NULL), 2);
  found[2].shift = 0.05;
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, found, NULL), COUNTS);
}

static void a_count_without_common_rounds_proves_nothing(void **state) {
  (void)state;
  static const double knee[] = {4, 2.2, 1.01, 1};
  double logs[COUNTS * ROUNDS];
  fill(logs, knee, ROUNDS, 0.002);
  for (size_t r = 0; r < ROUNDS; r++)
    logs[3 * ROUNDS + r] = NAN;
  assert_int_equal(advised_count(logs, COUNTS, ROUNDS, NULL, NULL), COUNTS);
}

static void a_time_that_rises_and_falls_again_has_minima(void **state) {
  (void)state;
  static const double two[] = {4, 2, 3, 2.1}, one[] = {4, 2, 2.5, 3}, flat[] = {1, 1.015, 1, 1},
                      late[] = {1, 2, 3, 2.5};
  double logs[COUNTS * ROUNDS];
  fill(logs, two, ROUNDS, 0.002);
  assert_true(has_minima(logs, COUNTS, ROUNDS, NULL));
  fill(logs, two, ROUNDS, 0.5); /* not proven */
  assert_false(has_minima(logs, COUNTS, ROUNDS, NULL));
  fill(logs, one, ROUNDS, 0.002);
  assert_false(has_minima(logs, COUNTS, ROUNDS, NULL));
  fill(logs, flat, ROUNDS, 0.002);
  assert_false(has_minima(logs, COUNTS, ROUNDS, NULL));
  fill(logs, late, ROUNDS, 0.002);
  assert_true(has_minima(logs, COUNTS, ROUNDS, NULL));
}

/* ---- of a problem ---- */

/* What is advised where two workers take `even` and `odd` ns in turn, and one takes 100. */
static long long advised_workers(double even, double odd) {
  struct process one[ROUNDS], two[ROUNDS];
  for (int r = 0; r < ROUNDS; r++) {
    one[r] = (struct process){.round = r + 1, .ns = 100, .cold_ns = NAN, .throughput = NAN, .ok = true};
    two[r] = one[r];
    two[r].order = 1;
    two[r].ns = r % 2 ? odd : even;
  }
  struct cell serial = {.workers = 1, .processes = one, .process_count = ROUNDS, .attainable = NAN, .serial = true};
  struct cell cells[] = {serial, serial};
  cells[0].build = cells[0].kernel = cells[0].problem = cells[0].schedule = cells[0].pin = cells[0].memory = "";
  cells[0].method = cells[0].scale = cells[0].plan_note = "", cells[0].variant = "seq";
  cells[1] = cells[0];
  cells[1].variant = "pthread", cells[1].workers = 2, cells[1].processes = two, cells[1].serial = false;
  struct problem problem = {.build = "",
                            .kernel = "k",
                            .problem = "",
                            .scale = "",
                            .cells = cells,
                            .count = 2,
                            .naive = cells,
                            .best_serial = cells};
  struct analysis a = analyse(&problem);
  analysis_withhold(&a, NAN);
  struct advice advice = advise(&a);
  assert_true(advice.asked);
  long long workers = advice.use ? (long long)advice.use->cell->workers : 0;
  analysis_free(&a);
  return workers;
}

static void several_workers_are_advised_only_where_they_gain(void **state) {
  (void)state;
  assert_int_equal(advised_workers(55, 56), 2);
  assert_int_equal(advised_workers(100.5, 99.5), 1);
  assert_int_equal(advised_workers(101, 88), 0); /* at most 1 % slower, perhaps 13 % faster */
  assert_int_equal(advised_workers(40, 70), 0);  /* faster, by a figure of +-38 % */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_smallest_count_within_two_percent_is_advised),
      cmocka_unit_test(of_many_counts_the_knee_is_advised),
      cmocka_unit_test(noise_and_few_rounds_leave_it_undecided),
      cmocka_unit_test(a_step_that_met_the_rounds_withholds_the_advice),
      cmocka_unit_test(a_count_without_common_rounds_proves_nothing),
      cmocka_unit_test(a_time_that_rises_and_falls_again_has_minima),
      cmocka_unit_test(several_workers_are_advised_only_where_they_gain),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
