/* Holds the rank-sum test and the interval of the shift against all permutations, published values and known truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "stats/ranksum.h"

#define EPS 1e-12
/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

static uint64_t seed = 88172645463325252ULL;

static double uniform(void) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
}

/* ---- by hand: every way to deal the values into two sides ---- */

/* How often a value of the chosen side lies above one of the other, an equal pair counting half. */
static double wins(const double *pool, size_t count, unsigned chosen) {
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++)
      if ((chosen >> i & 1) && !(chosen >> j & 1))
        sum += pool[i] > pool[j] ? 1 : pool[i] == pool[j] ? 0.5 : 0;
  return sum;
}

static double p_by_hand(const double *x, size_t m, const double *y, size_t n) {
  double pool[20] = {0}, mean = (double)(m * n) / 2;
  size_t far = 0, all = 0;
  for (size_t i = 0; i < m + n; i++)
    pool[i] = i < m ? x[i] : y[i - m];
  double seen = fabs(wins(pool, m + n, (1u << m) - 1) - mean);
  for (unsigned chosen = 0; chosen < 1u << (m + n); chosen++)
    if ((size_t)__builtin_popcount(chosen) == m) {
      all++;
      far += fabs(wins(pool, m + n, chosen) - mean) >= seen - EPS;
    }
  return (double)far / (double)all;
}

static void p_is_the_share_of_all_permutations_with_and_without_ties(void **state) {
  (void)state;
  for (int trial = 0; trial < 60; trial++) {
    size_t m = 1 + (size_t)(uniform() * 6), n = 1 + (size_t)(uniform() * 6);
    double x[6], y[6], grain = trial % 3 == 0 ? 1e6 : trial % 3 == 1 ? 8 : 3; /* the last two give ties */
    for (size_t i = 0; i < m; i++)
      x[i] = floor(uniform() * grain);
    for (size_t i = 0; i < n; i++)
      y[i] = floor(uniform() * grain) + (trial % 2);
    assert_near(ranksum_p(x, m, y, n), p_by_hand(x, m, y, n), EPS);
    assert_near(ranksum_p(y, n, x, m), p_by_hand(x, m, y, n), EPS);
  }
}

static void sides_that_do_not_mix_have_the_least_p(void **state) {
  (void)state;
  double x[] = {1, 2, 3, 4, 5}, y[] = {6, 7, 8, 9, 10}, same[] = {4, 4, 4, 4, 4};
  assert_near(ranksum_p(x, 5, y, 5), 2 / 252.0, EPS);
  assert_near(ranksum_least_p(5, 5), 2 / 252.0, EPS);
  assert_near(ranksum_least_p(20, 5), 2 / 53130.0, EPS);
  assert_near(ranksum_least_p(1, 1), 1, 0);
  assert_near(ranksum_p(same, 5, same, 5), 1, 0);
}

/* ---- published ---- */

/* Hollander & Wolfe 1973, p. 69, permeability of the human chorioamnion: W = 35, one-sided p 0.1272; R's wilcox.test
 * gives 0.305 [-0.15, 0.76] for the difference. */
static void agrees_with_hollander_and_wolfe(void **state) {
  (void)state;
  double term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
  double early[] = {1.15, 0.88, 0.90, 0.74, 1.21};
  struct interval ci = shift_interval(early, 5, term, 10, 0.95);
  assert_near(ranksum_p(term, 10, early, 5), 2 * 0.1272, 1e-4);
  assert_near(shift_estimate(early, 5, term, 10), 0.305, 1e-9);
  assert_near(ci.low, -0.15, 1e-9);
  assert_near(ci.high, 0.76, 1e-9);
}

/* SAS/STAT User's Guide, NPAR1WAY, examples 3 and 4, reaction times with many ties. (Its exact limits come from
 * another rule, the distribution given the ties, and are no reference for ours.) */
static void agrees_with_the_manual_of_npar1way_on_ties(void **state) {
  (void)state;
  double one[] = {1.94, 1.94, 2.92, 2.92, 2.92, 2.92, 3.27, 3.27, 3.27, 3.27, 3.70, 3.70, 3.74};
  double two[] = {3.27, 3.27, 3.27, 3.70, 3.70, 3.74};
  assert_near(ranksum_p(one, 13, two, 6), 0.1054, 1e-4);
  assert_near(shift_estimate(one, 13, two, 6), 0.35, 1e-9);
}

/* ---- the interval ---- */

static void interval_takes_the_tabulated_ranks(void **state) {
  (void)state;
  static const struct {
    size_t m, n;
    double outside; /* differences below the lower end, and above the upper one */
    double ways;    /* of that many or fewer, one-sided, by counting partitions */
  } table[] = {{5, 5, 2, 4}, {4, 4, 0, 1}, {3, 5, 0, 1}, {6, 6, 5, 19}};
  for (size_t i = 0; i < LENGTH(table); i++) {
    size_t m = table[i].m, n = table[i].n;
    double x[8], y[8], below = 0, above = 0, all = 2 / ranksum_least_p(m, n);
    for (size_t k = 0; k < 8; k++)
      x[k] = (double)k, y[k] = 3 + 8.1 * (double)k;
    struct interval ci = shift_interval(x, m, y, n, 0.95);
    for (size_t a = 0; a < m; a++)
      for (size_t b = 0; b < n; b++)
        below += (y[b] - x[a] < ci.low), above += (y[b] - x[a] > ci.high);
    assert_near(below, table[i].outside, 0);
    assert_near(above, table[i].outside, 0);
    assert_near(ci.coverage, 1 - 2 * table[i].ways / all, EPS);
  }
}

static void too_few_values_have_no_interval(void **state) {
  (void)state;
  double x[] = {1, 2, 3}, y[] = {4, 5, 6, 7};
  for (size_t n = 1; n <= 4; n++)
    assert_true(isnan(shift_interval(x, 3, y, n, 0.95).low) && !(shift_interval(x, 3, y, n, 0.95).coverage > 0));
  assert_true(isnan(shift_interval(x, 1, y, 1, 0.95).high));
}

/* The interval holds exactly the shifts that the test does not reject: both are one statement. */
static void interval_and_test_agree(void **state) {
  (void)state;
  for (int trial = 0; trial < 50; trial++) {
    double x[5], y[6], moved[6];
    for (size_t i = 0; i < 6; i++)
      y[i] = 1 + uniform(), x[i % 5] = uniform();
    struct interval ci = shift_interval(x, 5, y, 6, 0.95);
    for (int side = 0; side < 2; side++) {
      double end = side ? ci.high : ci.low, inward = side ? -1e-9 : 1e-9;
      for (size_t i = 0; i < 6; i++)
        moved[i] = y[i] - end - inward;
      assert_true(ranksum_p(x, 5, moved, 6) > 1 - ci.coverage);
      for (size_t i = 0; i < 6; i++)
        moved[i] = y[i] - end + inward;
      assert_near(ranksum_p(x, 5, moved, 6), 1 - ci.coverage, EPS);
    }
  }
}

/* Skewed draws, y shifted by a known amount; rounded to a coarse grain the interval may only cover more. */
static void interval_covers_the_true_shift_as_often_as_it_says(void **state) {
  (void)state;
  enum { TRIALS = 4000, M = 5, N = 7 };
  const double truth = 0.5;
  int covered = 0, covered_rounded = 0;
  double says = 0;
  for (int t = 0; t < TRIALS; t++) {
    double x[M], y[N];
    for (int i = 0; i < M; i++)
      x[i] = -log(uniform());
    for (int i = 0; i < N; i++)
      y[i] = -log(uniform()) + truth;
    struct interval ci = shift_interval(x, M, y, N, 0.95);
    covered += ci.low <= truth && truth <= ci.high;
    says = ci.coverage;
    for (int i = 0; i < M; i++)
      x[i] = floor(x[i] * 2) / 2;
    for (int i = 0; i < N; i++)
      y[i] = floor((y[i] - truth) * 2) / 2 + truth;
    ci = shift_interval(x, M, y, N, 0.95);
    covered_rounded += ci.low <= truth && truth <= ci.high;
  }
  assert_true(says >= 0.95 && says < 0.97);
  assert_near((double)covered / TRIALS, says, 4 * sqrt(says * (1 - says) / TRIALS));
  assert_true((double)covered_rounded / TRIALS >= says - 4 * sqrt(says * (1 - says) / TRIALS));
}

static void large_sides_stay_finite(void **state) {
  (void)state;
  enum { N = 32 };
  double x[N], y[N];
  for (int i = 0; i < N; i++)
    x[i] = uniform(), y[i] = x[i] + 10;
  struct interval ci = shift_interval(x, N, y, N, 0.95);
  assert_near(ranksum_p(x, N, y, N) / ranksum_least_p(N, N), 1, 1e-9);
  assert_true(ci.coverage >= 0.95 && ci.coverage < 0.955 && ci.low < 10 && ci.high > 10);
}

/* Against the published bound for sides that do not mix, and against every way to deal the values. */
static void one_sided_p_counts_one_tail(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 4, 5}, y[] = {6, 7, 8, 9, 10}, mixed[] = {2.5, 4.5, 6, 7};
  assert_near(ranksum_above_p(x, 5, y, 5), 1.0 / 252, EPS);
  assert_near(ranksum_above_p(y, 5, x, 5), 1, EPS);
  size_t pool_low = 0, all = 0;
  double pool[9] = {1, 2, 3, 4, 5, 2.5, 4.5, 6, 7};
  for (unsigned chosen = 0; chosen < 1U << 9; chosen++)
    if (__builtin_popcount(chosen) == 5) {
      all++;
      pool_low += wins(pool, 9, chosen) <= wins(pool, 9, 0x1f);
    }
  assert_near(ranksum_above_p(x, 5, mixed, 4), (double)pool_low / (double)all, EPS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(p_is_the_share_of_all_permutations_with_and_without_ties),
      cmocka_unit_test(sides_that_do_not_mix_have_the_least_p),
      cmocka_unit_test(agrees_with_hollander_and_wolfe),
      cmocka_unit_test(agrees_with_the_manual_of_npar1way_on_ties),
      cmocka_unit_test(interval_takes_the_tabulated_ranks),
      cmocka_unit_test(too_few_values_have_no_interval),
      cmocka_unit_test(interval_and_test_agree),
      cmocka_unit_test(interval_covers_the_true_shift_as_often_as_it_says),
      cmocka_unit_test(one_sided_p_counts_one_tail),
      cmocka_unit_test(large_sides_stay_finite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
