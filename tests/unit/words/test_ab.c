/* Holds the verdicts on two builds against estimates of known shape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "stats/pair_evidence.h"
#include "stats/widening.h"
#include "words/ab.h"

/* An estimate of old / new with a 95 % interval. */
static struct estimate ratio(double low, double median, double high) {
  return (struct estimate){.n = 12, .median = median, .low = low, .high = high, .coverage = 0.96, .p = 0.001};
}

static void each_verdict_needs_its_interval_and_its_test(void **state) {
  (void)state;
  static const struct {
    double low, median, high, p, beyond_p;
    enum change verdict;
  } cases[] = {
      {0.99, 1.00, 1.01, 0.9, 1, CHANGE_SAME},
      {0.98, 0.985, 0.99, 0.0001, 1, CHANGE_SAME}, /* surely slower, but by less than is worth attention */
      {0.90, 0.95, 0.96, 0.001, 0.01, CHANGE_SLOWER},
      {0.90, 0.95, 0.96, 0.001, 0.06, CHANGE_UNSIZED}, /* slower than before, not proven slower by more than worth */
      {0.90, 0.95, 0.96, 0.001, NAN, CHANGE_UNSIZED},
      {0.90, 0.95, 0.96, 0.2, 0.01, CHANGE_UNDECIDED}, /* not after Holm */
      {0.90, 0.95, 1.01, 0.001, 0.01, CHANGE_UNDECIDED},
      {1.05, 1.10, 1.20, 0.001, 1, CHANGE_FASTER},
      {0.80, 1.00, 1.25, 0.9, 1, CHANGE_UNDECIDED},
      {0.90, 0.95, 0.96, NAN, NAN, CHANGE_UNDECIDED},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct estimate e = ratio(cases[i].low, cases[i].median, cases[i].high);
    struct evidence_of_change evidence = {&e, cases[i].p, cases[i].beyond_p, DOUBT_NONE};
    assert_int_equal(change_judge(&evidence, 0.03), cases[i].verdict);
    evidence.doubt = DOUBT_STEP;
    assert_int_equal(change_judge(&evidence, 0.03), CHANGE_UNDECIDED);
  }
}

/* Old / new of 12 rounds, `beyond` of which are slower by 4 % and the rest by 2 %. */
static double p_beyond(size_t beyond) {
  double logs[12];
  for (size_t i = 0; i < 12; i++)
    logs[i] = -log(i < beyond ? 1.04 : 1.02);
  return change_beyond_p(logs, 12, 0.03);
}

static void beyond_worth_is_a_sign_test_of_its_own(void **state) {
  (void)state;
  assert_true(fabs(p_beyond(12) - 1.0 / 4096) < 1e-12);
  assert_true(fabs(p_beyond(11) - 13.0 / 4096) < 1e-12);
  assert_true(p_beyond(6) == 1 && p_beyond(0) == 1);
  assert_true(change_beyond_p(NULL, 0, 0.03) == 1);
}

static void under_six_rounds_nothing_is_decided(void **state) {
  (void)state;
  struct estimate few = {.n = 5, .median = 0.5, .low = NAN, .high = NAN, .coverage = 0, .p = 0.06};
  assert_int_equal(change_judge(&(struct evidence_of_change){&few, 0.001, 0.001, DOUBT_NONE}, 0.03), CHANGE_UNDECIDED);
  assert_int_equal(rounds_to_decide(&few, 0.03, 1), 0);
}

static void what_can_be_seen_is_half_the_interval_that_the_family_needs(void **state) {
  (void)state;
  struct interval seen = {-log(1.02), log(1.02), 0.99}, none = {NAN, NAN, 0};
  struct detectable one = change_detectable(&seen, 1), ten = change_detectable(&seen, 10);
  assert_true(fabs(one.half - 0.02) < 1e-12 && fabs(ten.half - 0.02) < 1e-12);
  assert_true(fabs(log1p(one.mostly) / log(1.02) - (1.959964 + 0.841621) / 1.959964) < 1e-5);
  assert_true(ten.mostly < one.mostly); /* a stricter level is wider already */
  assert_true(isnan(change_detectable(&none, 1).half) && isnan(change_detectable(&none, 1).mostly));
  assert_true(fabs(change_level(1) - 0.95) < 1e-12);
  assert_true(fabs(change_level(10) - 0.995) < 1e-12);
}

/* Rounds until a change of time in percent with this interval, seen in 12 rounds, is decided at worth 3 %. */
static long rounds_for(double middle, double low, double high, size_t family) {
  struct estimate e = ratio(1 / (1 + high / 100), 1 / (1 + middle / 100), 1 / (1 + low / 100));
  return rounds_to_decide(&e, 0.03, family);
}

static void rounds_to_decide_grow_until_an_end_is_where_it_decides(void **state) {
  (void)state;
  /* twice as wide as what is worth attention: over four times the rounds */
  assert_in_range(rounds_for(0, -6, 6, 1), 50, 54);
  /* off the middle, the far end has less room: from 2.5 to 1.5 beyond 1.5 % */
  assert_in_range(rounds_for(1.5, -1, 4, 1), 32, 35);
  assert_in_range(rounds_for(0.35, -0.61, 5.3, 1), 40, 44);
  /* a change larger than that is proven when the end on the side of 1 passes it; a family asks for more */
  assert_in_range(rounds_for(20, -10, 25, 1), 28, 34);
  assert_in_range(rounds_for(20, -10, 25, 20), 60, 75);
  /* at the edge of what is worth attention it is never the same, but may be proven */
  assert_in_range(rounds_for(3, -1, 7, 1), 19, 23);
  assert_int_equal(rounds_for(0, -99.999999, 1e12, 1), 0);
  /* a sign test among 64 pairs cannot fire before 2^(1 - n) * 64 <= 0.05 */
  struct estimate few = ratio(0.80, 0.82, 0.84);
  few.n = 6;
  assert_int_equal(rounds_to_decide(&few, 0.03, 64), 12);
}

/* ---- many pairs together ---- */

enum { PAIRS = 40, ROUNDS = 12 };

static double noise(unsigned *state) {
  *state = *state * 1103515245U + 12345U;
  return ((double)(*state >> 16 & 0x7fff) / 0x7fff - 0.5) * 0.02;
}

/* New builds without a change; in each a spell of noise of 8 % lasts `length` rounds, and in the first one all. Counts
 * the pairs that would end in exit 1. */
static size_t slower_of(size_t length, bool pooled, size_t *withheld) {
  static double logs[PAIRS][ROUNDS];
  static struct cell_rounds rounds[PAIRS];
  static struct pair_evidence pairs[PAIRS];
  static struct dependence_findings nothing = {.of = {{.factor = 1}}, .pooled = {.factor = 1}};
  unsigned state = 1;
  for (size_t i = 0; i < PAIRS; i++) {
    for (size_t r = 0; r < ROUNDS; r++)
      logs[i][r] = noise(&state) - (i == 0 || (r >= i % 8 && r < i % 8 + length) ? 0.08 : 0);
    rounds[i] = (struct cell_rounds){.class = CLASS_SERIAL, .log = logs[i]};
  }
  struct dependence_findings found = dependence_find(rounds, PAIRS, ROUNDS), *used = pooled ? &found : &nothing;
  for (size_t i = 0; i < PAIRS; i++) {
    double sorted[ROUNDS];
    memcpy(sorted, logs[i], sizeof sorted);
    struct estimate ratio = estimate_widen(ratio_of(sorted, ROUNDS), &used->of[CLASS_SERIAL]);
    pairs[i] = (struct pair_evidence){
        .logs = logs[i], .n = ROUNDS, .ratio = ratio, .found = &used->of[CLASS_SERIAL], .pooled = &used->pooled};
  }
  pairs_judge(pairs, PAIRS, 0.03, false);
  size_t slower = 0;
  *withheld = 0;
  for (size_t i = 0; i < PAIRS; i++)
    slower += pairs[i].verdict == CHANGE_SLOWER, *withheld += pairs[i].withheld;
  return slower;
}

static void a_spell_that_fills_one_pair_is_seen_in_the_others(void **state) {
  (void)state;
  size_t withheld;
  assert_int_equal(slower_of(4, false, &withheld), 1);
  assert_int_equal(slower_of(4, true, &withheld), 0);
  assert_int_equal(withheld, 1);
  assert_int_equal(slower_of(0, true, &withheld), 1); /* no other pair has any: a slowdown */
}

/* A pair 8 % slower, of which `count` rounds from the sixth on are slower by that share of it only. */
static enum change with_some_rounds_at(double share, size_t count, size_t rounds, double lag) {
  double logs[24], others[24], sorted[24];
  unsigned state = 1;
  for (size_t r = 0; r < rounds; r++) {
    logs[r] = noise(&state) / 10 - 0.08 * (r >= 6 && r < 6 + count ? share : 1);
    others[r] = noise(&state) - (r < 3 ? 0.08 : 0);
    sorted[r] = logs[r];
  }
  struct dependence_finding nothing = {.factor = 1, .lag = lag};
  struct estimate none = {.n = rounds, .median = 1, .low = .92, .high = 1.01, .coverage = .96, .p = 1};
  struct pair_evidence pairs[] = {
      {.logs = logs, .n = rounds, .ratio = ratio_of(sorted, rounds), .found = &nothing, .pooled = &nothing},
      {.logs = others, .n = rounds, .ratio = none, .found = &nothing, .pooled = &nothing},
      {.logs = others, .n = rounds, .ratio = none, .found = &nothing, .pooled = &nothing}};
  pairs_judge(pairs, 3, 0.03, false);
  assert_int_equal(pairs[0].doubt, pairs[0].verdict == CHANGE_UNSIZED ? DOUBT_SIZE : DOUBT_NONE);
  assert_int_equal(pairs[0].withheld, pairs[0].verdict == CHANGE_UNSIZED);
  return pairs[0].verdict;
}

static void a_size_that_some_rounds_do_not_show_is_undecided(void **state) {
  (void)state;
  assert_int_equal(with_some_rounds_at(1, 0, 12, 0), CHANGE_SLOWER);
  assert_int_equal(with_some_rounds_at(.6, 1, 12, 0), CHANGE_SLOWER);
  assert_int_equal(with_some_rounds_at(.2, 1, 12, 0), CHANGE_UNSIZED); /* of 12 rounds each must show it */
  assert_int_equal(with_some_rounds_at(.2, 1, 24, 0), CHANGE_SLOWER);  /* of 24 the median of each eighth */
  assert_int_equal(with_some_rounds_at(.2, 2, 24, 0), CHANGE_UNSIZED);
}

/* The other pairs have spells of the same size, and rounds that resemble each other a little. */
static void few_rounds_exceed_what_others_differ_by(void **state) {
  (void)state;
  assert_int_equal(with_some_rounds_at(1, 0, 12, LAG_SUSPECT + .1), CHANGE_UNSIZED);
  assert_int_equal(with_some_rounds_at(1, 0, 24, LAG_SUSPECT + .1), CHANGE_SLOWER);
}

static void a_slowdown_in_doubt_is_neither_green_nor_red(void **state) {
  (void)state;
  struct pair_counts counts = {.compared = 3};
  assert_int_equal(pairs_exit(&counts, false), 0);
  counts.of[CHANGE_UNDECIDED] = 1;
  assert_int_equal(pairs_exit(&counts, false), 0);
  assert_int_equal(pairs_exit(&counts, true), 3);
  counts.withheld = 1;
  assert_int_equal(pairs_exit(&counts, false), 3);
  counts.of[CHANGE_SLOWER] = 1;
  assert_int_equal(pairs_exit(&counts, false), 1);
  assert_int_equal(pairs_exit(&(struct pair_counts){0}, false), 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_verdict_needs_its_interval_and_its_test),
      cmocka_unit_test(beyond_worth_is_a_sign_test_of_its_own),
      cmocka_unit_test(under_six_rounds_nothing_is_decided),
      cmocka_unit_test(what_can_be_seen_is_half_the_interval_that_the_family_needs),
      cmocka_unit_test(rounds_to_decide_grow_until_an_end_is_where_it_decides),
      cmocka_unit_test(a_spell_that_fills_one_pair_is_seen_in_the_others),
      cmocka_unit_test(a_size_that_some_rounds_do_not_show_is_undecided),
      cmocka_unit_test(few_rounds_exceed_what_others_differ_by),
      cmocka_unit_test(a_slowdown_in_doubt_is_neither_green_nor_red),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
