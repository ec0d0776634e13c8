/* Tests how machines are held against each other: ratios of unpaired rates, choices that pay, outliers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/machines.h"

#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

static const struct figures any;

static struct rate rate(double median, double low, double high) { return (struct rate){&any, median, low, high}; }

static void a_ratio_combines_the_intervals_of_both_on_the_logarithms(void **state) {
  (void)state;
  struct lead lead = lead_of(rate(200, 180, 220), rate(100, 95, 110));
  assert_near(lead.ratio, 2, 1e-12);
  assert_near(log(2 / lead.low), hypot(log(200.0 / 180), log(110.0 / 100)), 1e-12);
  assert_near(log(lead.high / 2), hypot(log(220.0 / 200), log(100.0 / 95)), 1e-12);
  assert_int_equal(lead_kind(lead), LEAD_PROVEN);
  assert_true(lead.low > 180.0 / 110 && lead.high < 220.0 / 95); /* narrower than the extremes of both */
}

static void without_two_intervals_nothing_is_proven(void **state) {
  (void)state;
  assert_int_equal(lead_kind(lead_of(rate(200, NAN, NAN), rate(100, 95, 110))), LEAD_UNKNOWN);
  assert_near(lead_of(rate(200, NAN, NAN), rate(100, 95, 110)).ratio, 2, 1e-12);
  assert_int_equal(lead_kind(lead_of((struct rate){NULL, NAN, NAN, NAN}, rate(100, 95, 110))), LEAD_UNKNOWN);
  assert_int_equal(lead_kind(lead_of(rate(101, 95, 108), rate(100, 95, 110))), LEAD_OPEN);
}

/* ---- outliers ---- */

static bool odd_among(const double *rates, size_t count, size_t run) {
  struct rate *best = calloc(count, sizeof *best);
  struct contest c = {.best = best, .runs = count};
  for (size_t i = 0; i < count; i++)
    best[i] = rate(rates[i], NAN, NAN);
  bool odd = is_outlier(&c, count, run);
  free(best);
  return odd;
}

static void an_outlier_is_far_by_the_spread_and_by_five_percent(void **state) {
  (void)state;
  static const double slow_one[] = {100, 101, 99, 100.5, 98, 53}, close[] = {100, 100.1, 99.9, 100, 100, 97},
                      few[] = {100, 101, 99, 10}, wide[] = {50, 100, 200, 70, 140, 45};
  assert_true(odd_among(slow_one, 6, 5));
  assert_false(odd_among(slow_one, 6, 4));
  assert_false(odd_among(close, 6, 5)); /* 3 %: far by the spread alone */
  assert_false(odd_among(few, 4, 3));   /* 4 machines do not show what is usual */
  assert_false(odd_among(wide, 6, 5));
}

/* ---- the fastest of several ---- */

enum { CELLS = 8, ROUNDS = 9 };

/* Cells with the same rounds, so all may be as fast; the interval of a chosen one must be wider than that of one. */
static void a_chosen_cell_pays_for_the_choice(void **state) {
  (void)state;
  struct process processes[ROUNDS] = {0};
  struct cell cells[CELLS] = {0};
  struct figures figures[CELLS] = {0};
  struct analysis a = {.figures = figures, .count = CELLS};
  struct contest c = {.executions = true};
  for (int i = 0; i < ROUNDS; i++)
    processes[i].ns = 100 + i, processes[i].ok = true;
  for (int i = 0; i < CELLS; i++) {
    cells[i].processes = processes, cells[i].process_count = ROUNDS, cells[i].workers = i + 1;
    figures[i].cell = &cells[i], figures[i].valid = true;
    figures[i].time = (struct estimate){.n = ROUNDS, .median = 104, .low = 101, .high = 107, .coverage = 0.96};
  }
  struct rate alone = rate_at(&c, &a, 3), chosen = fastest_rate(&c, &a, NULL, NULL);
  assert_near(alone.median, 1e9 / 104, 1e-6);
  assert_near(alone.low, 1e9 / 107, 1e-6);  /* second and eighth of nine: 96 % */
  assert_near(chosen.low, 1e9 / 108, 1e-6); /* the extremes: 99.6 % */
  assert_near(chosen.high, 1e9 / 100, 1e-6);
  for (int i = 1; i < CELLS; i++) /* far slower cells cannot have been chosen */
    figures[i].time = (struct estimate){.n = ROUNDS, .median = 204, .low = 201, .high = 207, .coverage = 0.96};
  assert_near(fastest_rate(&c, &a, NULL, NULL).low, 1e9 / 107, 1e-6);
  figures[0].valid = false; /* a wrong answer is never the fastest */
  assert_near(fastest_rate(&c, &a, NULL, NULL).median, 1e9 / 204, 1e-6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_ratio_combines_the_intervals_of_both_on_the_logarithms),
      cmocka_unit_test(without_two_intervals_nothing_is_proven),
      cmocka_unit_test(an_outlier_is_far_by_the_spread_and_by_five_percent),
      cmocka_unit_test(a_chosen_cell_pays_for_the_choice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
