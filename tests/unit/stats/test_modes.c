/* Tests that modes are found where values gather in several places, and only there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/paired.h"
#include "base/random.h"
#include "stats/modes.h"

enum { MOST = 200 };

/* A sum of twelve uniform numbers less six: nearly normal. */
static double normal(uint64_t *random) {
  double sum = -6;
  for (int i = 0; i < 12; i++)
    sum += (double)(random_next(random) >> 11) / 9007199254740992.0;
  return sum;
}

/* n values of which `share` lie around `far`, the others around 100; each with a spread of 1. */
static struct modes planted(size_t n, double share, double far, uint64_t seed) {
  double values[MOST];
  for (size_t i = 0; i < n; i++)
    values[i] = ((double)i < share * (double)n ? far : 100) + normal(&seed);
  sort_doubles(values, n);
  return modes_of(values, n);
}

static void two_places_give_two_modes_at_their_middles(void **state) {
  (void)state;
  static const size_t sizes[] = {12, 24, 48, 200};
  for (size_t i = 0; i < 4; i++)
    for (uint64_t seed = 1; seed <= 5; seed++) {
      struct modes m = planted(sizes[i], 0.5, 110, seed);
      assert_int_equal(m.count, 2);
      assert_true(fabs(m.at[0] - 100) < 1.5 && fabs(m.at[1] - 110) < 1.5);
    }
  assert_int_equal(planted(48, 0.25, 112, 7).count, 2);
}

static void one_place_gives_one_mode_in_nearly_all_samples(void **state) {
  (void)state;
  static const size_t sizes[] = {12, 48, 200};
  for (size_t i = 0; i < 3; i++) {
    int wrong = 0;
    for (uint64_t seed = 1; seed <= 100; seed++)
      wrong += planted(sizes[i], 0, 0, seed).count != 1;
    assert_in_range(wrong, 0, 5);
  }
}

static void few_values_and_lone_ones_are_no_modes(void **state) {
  (void)state;
  static const double equal[] = {5, 5, 5, 5, 5, 5, 5, 5}, few[] = {1, 1, 1, 9, 9, 9, 9};
  static const double lone[] = {1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 9, 9.1};
  assert_int_equal(modes_of(equal, 8).count, 1);
  assert_int_equal(modes_of(few, 7).count, 0);
  assert_int_equal(modes_of(few, 0).count, 0);
  assert_int_equal(modes_of(lone, 11).count, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_places_give_two_modes_at_their_middles),
      cmocka_unit_test(one_place_gives_one_mode_in_nearly_all_samples),
      cmocka_unit_test(few_values_and_lone_ones_are_no_modes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
