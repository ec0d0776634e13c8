/* Tests the order statistics against tables, closed forms and the definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/paired.h"

#define EPS 1e-12
/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void sorts_and_takes_the_median(void **state) {
  (void)state;
  double odd[] = {3, -1, 2}, even[] = {4, 1, 3, 2}, one[] = {7}, huge[] = {1.7e308, 1.5e308};
  sort_doubles(odd, 3);
  assert_true(odd[0] == -1 && odd[1] == 2 && odd[2] == 3);
  assert_near(median_sorted(odd, 3), 2, 0);
  sort_doubles(even, 4);
  assert_near(median_sorted(even, 4), 2.5, 0);
  sort_doubles(one, 1);
  assert_near(median_sorted(one, 1), 7, 0);
  sort_doubles(huge, 2);
  assert_true(isfinite(median_sorted(huge, 2)));
  sort_doubles(NULL, 0);
}

/* Ranks and coverage as in the tables of the median's confidence interval at 95 % (1-based ranks). */
static void interval_takes_the_tabulated_ranks(void **state) {
  (void)state;
  static const struct {
    size_t n, low;
    double coverage;
  } table[] = {
      {6, 1, 0.96875},        {7, 1, 0.984375},       {8, 1, 0.9921875},     {9, 2, 0.9609375},
      {10, 2, 0.978515625},   {12, 3, 0.9614257812},  {17, 5, 0.9509582520}, {24, 7, 0.9773441553},
      {34, 11, 0.9756934899}, {48, 17, 0.9706950533},
  };
  double values[64];
  for (size_t i = 0; i < LENGTH(values); i++)
    values[i] = (double)(i + 1);
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct interval ci = median_interval(values, table[i].n, 0.95);
    assert_near(ci.low, table[i].low, 0);
    assert_near(ci.high, table[i].n + 1 - table[i].low, 0);
    assert_near(ci.coverage, table[i].coverage, 1e-9);
  }
}

static void under_six_values_there_is_no_interval(void **state) {
  (void)state;
  double values[] = {1, 2, 3, 4, 5};
  for (size_t n = 0; n <= 5; n++) {
    struct interval ci = median_interval(values, n, 0.95);
    assert_true(isnan(ci.low) && isnan(ci.high));
    assert_near(ci.coverage, 0, 0);
  }
  assert_near(median_interval(values, 5, 0.90).coverage, 0.9375, EPS);
}

static void large_n_stays_finite_and_near_the_level(void **state) {
  (void)state;
  enum { N = 20000 };
  double *values = calloc(N, sizeof *values);
  assert_non_null(values);
  for (size_t i = 0; i < N; i++)
    values[i] = (double)i;
  struct interval ci = median_interval(values, N, 0.95);
  assert_true(ci.coverage >= 0.95 && ci.coverage < 0.953);
  /* the normal approximation puts the half width at 0.98 sqrt(n) ranks */
  assert_near((ci.high - ci.low) / 2, 0.98 * sqrt(N), 2);
  free(values);
}

/* Draws from a skewed distribution of median 0 must be covered as often as promised. */
static void interval_covers_the_median_as_often_as_it_says(void **state) {
  (void)state;
  enum { TRIALS = 4000, N = 12 };
  uint64_t seed = 88172645463325252ULL;
  int covered = 0;
  for (int t = 0; t < TRIALS; t++) {
    double values[N];
    for (int i = 0; i < N; i++) {
      seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
      values[i] = -log(((double)(seed >> 11) + 0.5) / 9007199254740992.0) - M_LN2;
    }
    sort_doubles(values, N);
    struct interval ci = median_interval(values, N, 0.95);
    covered += ci.low <= 0 && 0 <= ci.high;
  }
  assert_near((double)covered / TRIALS, 0.9614, 0.012); /* four standard errors */
}

static void sign_test_knows_closed_forms(void **state) {
  (void)state;
  double up[] = {1, 2, 3, 4, 5, 6}, mixed[] = {1, 1, 1, 1, 1, 1, 1, -1, 0, 0}, even[] = {1, -1}, none[] = {0, 0};
  assert_near(sign_test(up, 6), 2 / 64.0, EPS);
  assert_near(sign_test(mixed, 10), 2 * 9 / 256.0, EPS); /* 7 of 8, zeros left out */
  assert_near(sign_test(even, 2), 1, 0);
  assert_near(sign_test(none, 2), 1, 0);
  assert_near(sign_test(up, 0), 1, 0);
  assert_near(sign_test(up, 1), 1, 0);
}

static void holm_steps_down_in_the_callers_order(void **state) {
  (void)state;
  double p[] = {0.04, 0.01, 0.03, 0.005}; /* 0.005*4, 0.01*3, 0.03*2, then at least the one before */
  size_t order[4];
  holm_adjust(p, order, 4);
  assert_near(p[3], 0.02, EPS);
  assert_near(p[1], 0.03, EPS);
  assert_near(p[2], 0.06, EPS);
  assert_near(p[0], 0.06, EPS);
  double large[] = {0.9, 0.8};
  holm_adjust(large, order, 2);
  assert_true(large[0] == 1 && large[1] == 1);
}

static void the_nearest_partners_are_kept_and_of_two_as_near_the_first(void **state) {
  (void)state;
  static const int64_t places[] = {1, 4, 6, 9, 20};
  struct partners found = {0};
  for (size_t i = 0; i < LENGTH(places); i++)
    partners_offer(&found, 5, places[i], 10 + i);
  assert_int_equal(found.count, 3);
  assert_true(found.which[0] == 11 && found.which[1] == 12 && found.which[2] == 10); /* 4 before 6, 1 before 9 */
  assert_true(found.distance[0] == 1 && found.distance[1] == 1 && found.distance[2] == 4);
  found = (struct partners){0};
  for (size_t i = 0; i < LENGTH(places); i++)
    partners_offer(&found, 21, places[i], i);
  assert_true(found.which[0] == 4 && found.which[1] == 3 && found.which[2] == 2);
}

static void partners_are_taken_in_odd_numbers_from_the_nearest(void **state) {
  (void)state;
  static const double nearest[] = {5, 1, 3, 100, -100};
  assert_near(partners_median(nearest, 1), 5, 0);
  assert_near(partners_median(nearest, 2), 5, 0);
  assert_near(partners_median(nearest, 3), 3, 0);
  assert_near(partners_median(nearest, 5), 3, 0);
  assert_near(nearest[0], 5, 0); /* not sorted in place */
}

static void a_cell_is_settled_at_looks_alone_and_when_narrow_enough(void **state) {
  (void)state;
  static const size_t looks[] = {12, 17, 24, 34, 48};
  double values[12];
  for (size_t n = 0, at = 0; n < 60; n++) {
    assert_int_equal(stop_is_look(n), at < 5 && looks[at] == n);
    at += at < 5 && looks[at] == n;
  }
  for (int i = 0; i < 12; i++)
    values[i] = 11 - i; /* the interval of 12 values goes from the third to the tenth: 2 to 9 */
  assert_true(stop_settled(values, 12, 7));
  assert_near(values[0], 0, 0);
  assert_false(stop_settled(values, 12, 6.999));
  assert_false(stop_settled(values, 11, 100));
}

/* At least half of the values must be known. */
static void the_median_of_known_values_leaves_the_others_out(void **state) {
  (void)state;
  double most[] = {3, NAN, 1, 2}, half[] = {NAN, 7}, few[] = {NAN, 1, NAN}, none[] = {NAN}, even[] = {4, 1, NAN, 3, 2};
  assert_true(median_of_known(most, 4) == 2);
  assert_true(median_of_known(half, 2) == 7);
  assert_true(isnan(median_of_known(few, 3)));
  assert_true(isnan(median_of_known(none, 1)));
  assert_true(isnan(median_of_known(none, 0)));
  assert_true(median_of_known(even, 5) == 2.5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_median_of_known_values_leaves_the_others_out),
      cmocka_unit_test(sorts_and_takes_the_median),
      cmocka_unit_test(interval_takes_the_tabulated_ranks),
      cmocka_unit_test(under_six_values_there_is_no_interval),
      cmocka_unit_test(large_n_stays_finite_and_near_the_level),
      cmocka_unit_test(interval_covers_the_median_as_often_as_it_says),
      cmocka_unit_test(sign_test_knows_closed_forms),
      cmocka_unit_test(the_nearest_partners_are_kept_and_of_two_as_near_the_first),
      cmocka_unit_test(partners_are_taken_in_odd_numbers_from_the_nearest),
      cmocka_unit_test(a_cell_is_settled_at_looks_alone_and_when_narrow_enough),
      cmocka_unit_test(holm_steps_down_in_the_callers_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
