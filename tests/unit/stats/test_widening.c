/* Tests what dependence does to figures and verdicts, what makes a pair doubtful, and the shares of weak scaling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "stats/doubt.h"
#include "stats/standing.h"
#include "stats/widening.h"

/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

static const struct dependence_finding clean = {.factor = 1}, twice = {.kinds = 1, .factor = 2},
                                       moved = {.kinds = 4, .factor = 1, .shift = .1},
                                       gone = {.kinds = 4, .factor = 1, .shift = INFINITY};

static struct estimate of(double low, double median, double high) {
  return (struct estimate){.n = 12, .median = median, .low = low, .high = high, .coverage = .96, .p = .001};
}

/* ---- a ratio ---- */

static void a_ratio_is_widened_on_the_log_scale(void **state) {
  (void)state;
  struct estimate e = estimate_widen(of(1.1, 1.21, 1.21 * 1.21), &twice);
  assert_near(e.low, 1, 1e-9);
  assert_near(e.high, pow(1.21, 3), 1e-9);
  assert_near(e.median, 1.21, 0);
  e = estimate_widen(of(1.1, 1.21, 1.3), &moved);
  assert_near(e.low, 1.1 * exp(-.1), 1e-9);
  assert_near(e.high, 1.3 * exp(.1), 1e-9);
  e = estimate_widen(of(1.1, 1.21, 1.3), &clean);
  assert_true(e.low == 1.1 && e.high == 1.3 && e.p == .001);
}

static void what_the_wider_interval_does_not_bear_is_not_proven(void **state) {
  (void)state;
  assert_near(estimate_widen(of(1.01, 1.1, 1.2), &twice).p, 1, 0);
  assert_near(estimate_widen(of(1.2, 1.21, 1.22), &twice).p, .001, 0);
  struct estimate e = estimate_widen(of(1.1, 1.2, 1.3), &gone);
  assert_true(e.coverage == 0 && isnan(e.low) && isnan(e.high) && e.p == 1);
}

static void figures_without_an_interval_stay_as_they_are(void **state) {
  (void)state;
  struct estimate e = {.n = 3, .median = 2, .low = NAN, .high = NAN, .p = .25};
  e = estimate_widen(e, &twice);
  assert_true(e.p == .25 && isnan(e.low));
}

static void two_findings_in_one_ratio_add_up(void **state) {
  (void)state;
  struct dependence_finding both = findings_together(&twice, &moved);
  assert_true(both.factor == 2 && both.shift == .1 && both.kinds == 5);
}

/* ---- a problem ---- */

static char seq[] = "seq", omp[] = "omp", strong[] = "strong", none[] = "";

enum { ROUNDS = 12 };

/* Rounds of a cell beside its baseline, which vary a little. */
static void fill(struct process *processes, int64_t order, double ns) {
  for (int r = 0; r < ROUNDS; r++)
    processes[r] = (struct process){.round = r + 1, .order = order, .ns = ns * (1 + .01 * ((r * 5) % ROUNDS)), .ok = true};
}

static void a_cell_comes_back_into_the_set_where_its_interval_does(void **state) {
  (void)state;
  struct process base[ROUNDS], best[ROUNDS];
  struct cell cells[3];
  struct figures figures[3];
  for (int i = 0; i < 3; i++) {
    cells[i] = (struct cell){.variant = i ? omp : seq, .workers = i ? 1 + i : 1, .scale = strong, .method = none};
    figures[i] = (struct figures){.cell = &cells[i], .valid = true, .own = of(1.5, 1.6, 1.7)};
  }
  cells[0].pin = cells[1].pin = cells[2].pin = none;
  fill(base, 0, 190), fill(best, 1, 100);
  for (int r = 0; r < ROUNDS; r++)
    best[r].ns *= 1 + .003 * r;
  cells[0].processes = base, cells[1].processes = best, cells[0].process_count = cells[1].process_count = ROUNDS;
  figures[1].standing = BEST, figures[1].speedup = of(1.8, 1.9, 2);
  figures[2].standing = SLOWER, figures[2].slowdown = of(1.01, 1.05, 1.09), figures[2].speedup = of(1.7, 1.8, 1.9);
  figures[0].standing = SLOWER, figures[0].slowdown = of(1.8, 1.9, 2);
  figures[0].no_speedup = figures[1].no_speedup = figures[2].no_speedup = NULL;
  struct problem problem = {.cells = cells, .count = 3, .scale = strong};
  struct analysis a = {.problem = &problem,
                       .figures = figures,
                       .count = 3,
                       .base = &figures[0],
                       .best = &figures[1],
                       .headline = of(1.8, 1.9, 2),
                       .choices = 1,
                       .equals = 1};
  double alone = headline_of(&a).low;
  struct dependence_findings found = {.of = {clean, twice, clean}};
  analysis_widen(&a, &found);
  assert_int_equal(figures[2].standing, EQUAL);
  assert_int_equal(figures[0].standing, SLOWER);
  assert_int_equal(a.equals, 2);
  assert_int_equal(a.choices, 2);
  struct estimate of_two = headline_of(&a);
  assert_true(of_two.low < alone);
  assert_near(a.headline.low, estimate_widen(of_two, &twice).low, 1e-9);
  assert_near(figures[1].speedup.low, 1.8 * 1.8 / 1.9, 1e-9);
  assert_near(figures[1].efficiency_low, figures[1].own.low / 2, 1e-9);
}

/* ---- one pair ---- */

static struct estimate ratio_in_order(const double *logs, size_t n) {
  double sorted[64];
  memcpy(sorted, logs, n * sizeof *logs);
  return ratio_of(sorted, n);
}

static enum doubt doubt_about(const double *logs, size_t n) {
  struct estimate e = ratio_in_order(logs, n);
  return doubt_of_pair(logs, n, &e, e.p, .03);
}

static void a_step_makes_a_pair_doubtful_and_a_difference_does_not(void **state) {
  (void)state;
  double logs[24];
  for (int i = 0; i < 24; i++)
    logs[i] = .02 + .005 * sin(100 * i * i);
  assert_int_equal(doubt_about(logs, 24), DOUBT_NONE);
  for (int i = 0; i < 8; i++)
    logs[i] -= .05;
  assert_int_equal(doubt_about(logs, 24), DOUBT_STEP);
  for (int i = 0; i < 24; i++)
    logs[i] = .005 * sin(100 * i * i) + (i % 3 == 0 ? -.001 : .001);
  assert_int_equal(doubt_about(logs, 24), DOUBT_NONE); /* no difference need not last */
}

static void a_step_among_few_runs_is_seen_and_their_scatter_is_none(void **state) {
  (void)state;
  double runs[] = {.010, -.008, .003, -.012, .006, -.002, .009, -.005};
  assert_false(side_has_step(runs, 8));
  assert_false(side_has_step(runs, 5));
  double base[8];
  memcpy(base, runs, sizeof base);
  for (int i = 4; i < 8; i++)
    runs[i] += .06;
  assert_true(side_has_step(runs, 8));
  assert_int_equal(doubt_of_sides(base, 8, runs, 8, .03), DOUBT_NEW_STEP);
  assert_int_equal(doubt_of_sides(runs, 8, base, 8, .03), DOUBT_BASE_STEP);
  assert_int_equal(doubt_of_sides(base, 8, base, 8, .03), DOUBT_NONE);
  assert_false(side_has_step(runs, 4)); /* too few for any */
  double flat[8] = {0}, sharp[8] = {0, 0, 0, 0, 1, 1, 1, 1};
  assert_false(side_has_step(flat, 8));
  assert_true(side_has_step(sharp, 8)); /* nothing scatters within the parts */
}

static void a_difference_that_comes_and_goes_is_doubtful(void **state) {
  (void)state;
  double logs[24];
  for (int i = 0; i < 24; i++)
    logs[i] = (i / 3) % 4 == 2 ? -.001 - .0001 * i : .01 + .0001 * ((i * 7) % 24);
  struct estimate e = ratio_in_order(logs, 24);
  assert_true(e.p < .05);
  assert_int_not_equal(doubt_of_pair(logs, 24, &e, e.p, .001), DOUBT_NONE);
}

static void a_trend_that_no_round_lets_matter_is_no_doubt(void **state) {
  (void)state;
  double logs[24];
  for (int sign = -1; sign <= 1; sign++) {
    for (int i = 0; i < 24; i++)
      logs[i] = 1.6 * sign + .001 * i;
    assert_int_equal(doubt_about(logs, 24), DOUBT_NONE);
    logs[5] = sign ? 0 : .05; /* one round says otherwise */
    assert_int_equal(doubt_about(logs, 24), DOUBT_STEP);
  }
}

/* ---- weak scaling ---- */

static void weak_scaling_has_its_own_serial_share(void **state) {
  (void)state;
  assert_near(gustafson_share(8, 8), 0, 1e-12);
  assert_near(gustafson_share(1, 8), 1, 1e-12);
  assert_near(gustafson_share(4.5, 8), .5, 1e-12); /* S = p - s (p - 1) */
  assert_true(isnan(gustafson_share(1, 1)));
  struct cell cell = {.workers = 4, .scale = (char *)"weak"};
  struct figures f = {.cell = &cell, .own = of(3, 3.4, 3.7)};
  efficiency_of(&f);
  assert_near(f.serial_share, .2, 1e-9);
  assert_near(f.serial_share_low, .1, 1e-9);
  assert_near(f.efficiency, .85, 1e-9);
  cell.scale = strong;
  efficiency_of(&f);
  assert_near(f.serial_share, karp_flatt(3.4, 4), 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_ratio_is_widened_on_the_log_scale),
      cmocka_unit_test(what_the_wider_interval_does_not_bear_is_not_proven),
      cmocka_unit_test(figures_without_an_interval_stay_as_they_are),
      cmocka_unit_test(two_findings_in_one_ratio_add_up),
      cmocka_unit_test(a_cell_comes_back_into_the_set_where_its_interval_does),
      cmocka_unit_test(a_step_makes_a_pair_doubtful_and_a_difference_does_not),
      cmocka_unit_test(a_step_among_few_runs_is_seen_and_their_scatter_is_none),
      cmocka_unit_test(a_difference_that_comes_and_goes_is_doubtful),
      cmocka_unit_test(a_trend_that_no_round_lets_matter_is_no_doubt),
      cmocka_unit_test(weak_scaling_has_its_own_serial_share),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
