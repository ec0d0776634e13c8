/* Tests that a run against a reference is judged by what differs from run to run, and by nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "stats/reference.h"

/* 7 runs whose log times have the standard deviation `spread`. */
static struct run_prediction of_spread(double spread) { return (struct run_prediction){6, 1, 1, spread, 6}; }

static struct reference_row judged(double ratio, double spread) {
  struct run_prediction time = of_spread(spread);
  struct reference_row row = {.lead = {ratio, 0.999 * ratio, 1.001 * ratio}};
  reference_judge(&row, &time, 0.03);
  return row;
}

static void the_spread_of_earlier_runs_is_the_yardstick(void **state) {
  (void)state;
  const double t = 2.446912, pair = sqrt(2) * 0.02; /* t of 6 degrees of freedom; two runs differ */
  struct reference_row row = judged(0.9, 0.02);
  assert_true(row.judged);
  assert_true(fabs(row.lead.low - 0.9 * exp(-t * pair)) < 1e-6 && fabs(row.lead.high - 0.9 * exp(t * pair)) < 1e-6);
  assert_true(fabs(judged(exp(t * pair), 0.02).p - 0.05) < 1e-6);
  assert_true(fabs(judged(exp(-t * pair), 0.02).p - 0.05) < 1e-6);
  assert_true(judged(1 / 1.03, 0.02).beyond > 0.4999); /* slower by worth exactly: even odds */
}

static void one_run_a_side_judges_nothing(void **state) {
  (void)state;
  struct reference_row row = judged(0.5, NAN);
  assert_false(row.judged);
  assert_true(isnan(row.p) && isnan(row.beyond));
  assert_true(row.lead.low == 0.999 * 0.5); /* the interval of these two runs stays */
}

/* ---- a whole comparison: cells that slow down by themselves between runs ---- */

enum { CELLS = 40, SETS = 200 };

struct bench {
  struct cell cells[CELLS];
  struct figures now[CELLS], then[CELLS];
  struct cell_history history[CELLS], *histories;
  struct analysis here, there;
  struct problem problem;
  struct result result, reference;
};

static double any_change(struct bench *b, gsl_rng *rng, bool remembered) {
  static char word[] = "", machine[] = "m";
  *b = (struct bench){.problem = {.kernel = word, .problem = word, .scale = word, .build = word}};
  for (size_t i = 0; i < CELLS; i++) {
    double figures[7], then;
    for (size_t j = 0; j < 7; j++)
      figures[j] = exp(gsl_ran_gaussian(rng, 0.05));
    then = exp(gsl_ran_gaussian(rng, 0.05));
    b->cells[i] = (struct cell){.workers = (int64_t)i + 1};
    char **texts[] = {
#define CELL_ID(name, level, label, meaning) &b->cells[i].name,
#include "base/cell_id.def"
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
      *texts[k] = word;
    b->now[i] = b->then[i] = (struct figures){.cell = &b->cells[i], .valid = true};
    b->now[i].time = (struct estimate){
        .n = 9, .median = figures[6], .low = .999 * figures[6], .high = 1.001 * figures[6], .coverage = .96};
    b->then[i].time =
        (struct estimate){.n = 9, .median = then, .low = .999 * then, .high = 1.001 * then, .coverage = .96};
    spread_of_runs(figures, 6, 1, &b->history[i].before);
  }
  b->here = (struct analysis){.problem = &b->problem, .figures = b->now, .count = CELLS};
  b->there = (struct analysis){.problem = &b->problem, .figures = b->then, .count = CELLS};
  b->histories = b->history;
  struct run run = {.problems = &b->problem, .problem_count = 1, .machine_id = machine};
  b->reference = (struct result){.run = run, .analyses = &b->there};
  b->result = (struct result){.run = run, .analyses = &b->here, .reference = &b->reference, .worth = 0.001};
  if (remembered)
    b->result.history = (struct run_history){.cells = &b->histories, .problems = 1};
  struct reference_rows rows = reference_compare(&b->result);
  size_t changed = 0;
  assert_int_equal(rows.count, CELLS);
  for (size_t i = 0; i < rows.count; i++)
    changed += rows.list[i].verdict != CHANGE_UNDECIDED && rows.list[i].verdict != CHANGE_SAME;
  free(rows.list);
  return changed > 0;
}

/* Intervals of the rounds are 50 times narrower than what runs differ by: they would call nearly all cells changed. */
static void of_forty_cells_that_did_not_change_none_is_called_so(void **state) {
  (void)state;
  struct bench *bench = calloc(1, sizeof *bench);
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  double called = 0;
  for (int s = 0; s < SETS; s++)
    called += any_change(bench, rng, true);
  assert_true(called <= 0.08 * SETS); /* 5 % of runs, and three standard deviations of that */
  assert_true(any_change(bench, rng, false) == 0);
  gsl_rng_free(rng);
  free(bench);
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
      cmocka_unit_test(the_spread_of_earlier_runs_is_the_yardstick),
      cmocka_unit_test(one_run_a_side_judges_nothing),
      cmocka_unit_test(of_forty_cells_that_did_not_change_none_is_called_so),
      cmocka_unit_test(a_ratio_above_one_says_that_this_run_is_faster),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
