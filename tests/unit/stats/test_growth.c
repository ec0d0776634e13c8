/* Tests of the exponent of time over size, on times of known law. */
#include "stats/growth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIZES = 5, ROUNDS = 9 };
static const double sizes[SIZES] = {1000, 2000, 4000, 8000, 16000};

/* Times of n^exponent. Every round is slower than the one before, and its slope off by a little, up and down. */
static void fill(double ns[ROUNDS * SIZES], double exponent, double wobble) {
  for (int r = 0; r < ROUNDS; r++)
    for (int i = 0; i < SIZES; i++)
      ns[r * SIZES + i] = (1 + 0.1 * r) * pow(sizes[i], exponent + wobble * (r - ROUNDS / 2));
}

static void a_power_is_found_whatever_a_round_costs(void **state) {
  (void)state;
  double ns[ROUNDS * SIZES];
  for (double exponent = 0.5; exponent < 3.1; exponent += 0.5) {
    fill(ns, exponent, 0.01);
    struct growth g = growth_of(sizes, SIZES, ns, ROUNDS);
    assert_true(fabs(g.exponent - exponent) < 1e-9);
    assert_true(g.interval.low < exponent && g.interval.high > exponent);
    assert_true(g.interval.low > exponent - 0.05 && g.interval.high < exponent + 0.05);
    assert_true(g.interval.coverage >= 0.95);
    assert_true(g.miss < 0.01);
    assert_int_equal(g.rounds, ROUNDS);
  }
}

static void what_is_no_power_is_told_by_its_miss(void **state) {
  (void)state;
  double ns[ROUNDS * SIZES];
  fill(ns, 1, 0);
  for (int r = 0; r < ROUNDS; r++)
    ns[r * SIZES + SIZES - 1] *= 10; /* out of the cache */
  struct growth g = growth_of(sizes, SIZES, ns, ROUNDS);
  assert_true(g.exponent > 1.2);
  assert_true(g.miss > 0.25);
}

static void a_round_without_a_time_is_left_out(void **state) {
  (void)state;
  double ns[ROUNDS * SIZES];
  fill(ns, 2, 0);
  ns[0] = NAN, ns[2 * SIZES + 1] = 0;
  struct growth g = growth_of(sizes, SIZES, ns, ROUNDS);
  assert_int_equal(g.rounds, ROUNDS - 2);
  assert_true(fabs(g.exponent - 2) < 1e-9);
}

static void two_sizes_or_no_round_give_no_exponent(void **state) {
  (void)state;
  double ns[ROUNDS * SIZES];
  fill(ns, 1, 0);
  assert_true(isnan(growth_of(sizes, 2, ns, ROUNDS).exponent));
  assert_true(isnan(growth_of(sizes, SIZES, ns, 0).exponent));
  ns[1] = NAN;
  assert_true(isnan(growth_of(sizes, SIZES, ns, 1).exponent));
  fill(ns, 1, 0);
  assert_true(growth_of(sizes, SIZES, ns, 5).interval.coverage == 0); /* under 6 rounds there is no interval */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_power_is_found_whatever_a_round_costs),
      cmocka_unit_test(what_is_no_power_is_told_by_its_miss),
      cmocka_unit_test(a_round_without_a_time_is_left_out),
      cmocka_unit_test(two_sizes_or_no_round_give_no_exponent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
