/* Holds the verdict about one cell of a run against a reference to what its interval says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "stats/reference.h"

static void the_interval_and_the_band_decide(void **state) {
  (void)state;
  static const struct {
    struct lead lead;
    enum change verdict;
  } cases[] = {
      {{1.10, 1.05, 1.15}, CHANGE_FASTER},    {{0.90, 0.85, 0.95}, CHANGE_SLOWER},
      {{1.00, 0.98, 1.02}, CHANGE_SAME},      {{0.99, 0.975, 0.995}, CHANGE_SAME}, /* proven, and not worth it */
      {{0.98, 0.96, 0.99}, CHANGE_UNSIZED},   {{1.00, 0.90, 1.10}, CHANGE_UNDECIDED},
      {{1.02, 1.01, 1.04}, CHANGE_UNDECIDED}, {{1.50, NAN, NAN}, CHANGE_UNDECIDED},
      {{NAN, NAN, NAN}, CHANGE_UNDECIDED},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (reference_verdict(cases[i].lead, 0.03) != cases[i].verdict)
      fail_msg("ratio %g [%g, %g]", cases[i].lead.ratio, cases[i].lead.low, cases[i].lead.high);
}

/* Twice as fast now is a ratio of 2, with an interval from both. */
static void a_ratio_above_one_says_that_this_run_is_faster(void **state) {
  (void)state;
  struct figures now = {.time = {.n = 9, .median = 10, .low = 9, .high = 11, .coverage = 0.96}}, then = now;
  then.time = (struct estimate){.n = 9, .median = 20, .low = 19, .high = 21, .coverage = 0.96};
  struct lead lead = reference_ratio(&now, &then);
  assert_true(fabs(lead.ratio - 2) < 1e-12);
  assert_true(lead.low > 1.7 && lead.low < 2 && lead.high > 2 && lead.high < 2.4);
  then.time.coverage = 0;
  assert_true(isnan(reference_ratio(&now, &then).low));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_interval_and_the_band_decide),
      cmocka_unit_test(a_ratio_above_one_says_that_this_run_is_faster),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
