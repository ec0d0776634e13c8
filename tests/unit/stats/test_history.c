/* Tests what is said of another run: the interval, which earlier runs count, and that a report finds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/offers.h"
#include "stats/run_history.h"

/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

/* ---- the interval ---- */

static void six_figures_give_the_interval_of_the_formula(void **state) {
  (void)state;
  static const double figures[] = {1, 1.1, 0.9, 1.05, 0.95, 1};
  double mean = 0, squares = 0;
  for (int i = 0; i < 6; i++)
    mean += log(figures[i]) / 6;
  for (int i = 0; i < 6; i++)
    squares += pow(log(figures[i]) - mean, 2);
  double half = 2.570582 * sqrt(squares / 5 * 7 / 6); /* t of 5 degrees of freedom */
  struct run_prediction p = predict_run(figures, 6);
  assert_int_equal(p.earlier, 5);
  assert_near(p.low, exp(mean - half), 1e-6);
  assert_near(p.high, exp(mean + half), 1e-6);
}

static void fewer_than_five_earlier_runs_give_none(void **state) {
  (void)state;
  static const double figures[] = {1, 1.1, 0.9, 1.05, 0.95};
  for (size_t n = 0; n <= 5; n++) {
    struct run_prediction p = predict_run(figures, n);
    assert_true(isnan(p.low) && isnan(p.high));
    assert_int_equal(p.earlier, n ? n - 1 : 0);
  }
}

static double covers(size_t earlier, double tail_freedom) {
  enum { SETS = 4000 };
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  int covered = 0;
  for (int s = 0; s < SETS; s++) {
    double figures[12];
    for (size_t i = 0; i <= earlier + 1; i++)
      figures[i] = exp(.02 * (tail_freedom > 0 ? gsl_ran_tdist(rng, tail_freedom) : gsl_ran_gaussian(rng, 1)));
    struct run_prediction p = predict_run(figures, earlier + 1);
    covered += p.low <= figures[earlier + 1] && figures[earlier + 1] <= p.high;
  }
  gsl_rng_free(rng);
  return covered / (double)SETS;
}

static void held_out_runs_are_in_it_90_to_98_times_in_100(void **state) {
  (void)state;
  for (size_t earlier = 5; earlier <= 10; earlier++) {
    assert_near(covers(earlier, 0), .95, .015);
    assert_near(covers(earlier, 2), .94, .04); /* Student t with 2 degrees of freedom has no variance */
  }
}

/* ---- all cells at once ---- */

enum { RUNS = 6, CELLS = 40 };

static double mean_freedom(const struct run_prediction *p) {
  double sum = 0;
  for (size_t c = 0; c < CELLS; c++)
    sum += p[c].freedom / CELLS;
  return sum;
}

/* Independent cells of one variance tell of each other; cells that move as one do not, however many they are. */
static void cells_that_move_as_one_count_once(void **state) {
  (void)state;
  static double apart[RUNS * CELLS], together[RUNS * CELLS];
  static struct run_prediction of_apart[CELLS], of_together[CELLS];
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  for (size_t r = 0; r < RUNS; r++) {
    double shift = gsl_ran_gaussian(rng, .02);
    for (size_t c = 0; c < CELLS; c++) {
      apart[r * CELLS + c] = exp(gsl_ran_gaussian(rng, .02));
      together[r * CELLS + c] = exp(shift + gsl_ran_gaussian(rng, 1e-6));
    }
  }
  gsl_rng_free(rng);
  predict_runs(apart, RUNS, CELLS, of_apart);
  predict_runs(together, RUNS, CELLS, of_together);
  assert_true(mean_freedom(of_apart) > 9);
  assert_near(mean_freedom(of_together), 5, .1);
}

/* A cell that few runs have, one that none has, and one that never varies leave the others as they are. */
static void missing_and_constant_cells_are_no_prior(void **state) {
  (void)state;
  static const double known[RUNS] = {1, 1.1, 0.9, 1.05, 0.95, 1};
  double figures[RUNS * 4];
  struct run_prediction p[4], alone = predict_run(known, RUNS);
  for (size_t r = 0; r < RUNS; r++) {
    figures[r * 4] = known[r], figures[r * 4 + 1] = r < 5 ? known[r] : NAN;
    figures[r * 4 + 2] = NAN, figures[r * 4 + 3] = 2;
  }
  predict_runs(figures, RUNS, 4, p);
  assert_near(p[0].low, alone.low, 1e-12);
  assert_near(p[0].freedom, 5, 1e-12);
  assert_true(isnan(p[1].low) && p[1].earlier == 4);
  assert_true(isnan(p[2].low) && p[2].earlier == 0);
  assert_near(p[3].low, 2, 1e-12);
}

/* ---- which runs count ---- */

static char root[] = "/tmp/nway-history-XXXXXX";

static void add_run(const char *name, const char *machine, const char *config, const char *options, const char *state) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", root, name);
  mkdir(path, 0700);
  snprintf(path, sizeof path, "%s/%s/samples.csv", root, name);
  fclose(fopen(path, "w"));
  snprintf(path, sizeof path, "%s/%s/run.json", root, name);
  FILE *file = fopen(path, "w");
  fprintf(
      file,
      "{\"machine_id\": \"%s\", \"config_text\": \"%s\", \"options\": \"%s\", \"modules\": \"m\", \"state\": \"%s\"}",
      machine, config, options, state);
  fclose(file);
}

static int make_runs(void **state) {
  (void)state;
  if (!mkdtemp(root))
    return -1;
  add_run("20260101-000001-a", "box", "c", "kernel=", "complete");
  add_run("20260101-000002-a", "box", "c", "kernel= seed=7 name=x", "budget");
  add_run("20260101-000003-a", "other", "c", "kernel=", "complete");
  add_run("20260101-000004-a", "box", "d", "kernel=", "complete");
  add_run("20260101-000005-a", "box", "c", "kernel= rounds=3", "complete");
  add_run("20260101-000006-a", "box", "c", "kernel=", "running");
  add_run("20260101-000007-a", "box", "c", "kernel=", "complete"); /* the one that asks */
  add_run("20260101-000008-a", "box", "c", "kernel=", "complete");
  return 0;
}

static int remove_runs(void **state) {
  (void)state;
  char command[100];
  snprintf(command, sizeof command, "rm -rf %s", root);
  return system(command);
}

static void earlier_runs_of_the_same_are_found_and_no_others(void **state) {
  (void)state;
  char folder[100], id[] = "20260101-000007-a", **folders;
  snprintf(folder, sizeof folder, "%s/%s/", root, id);
  struct run run = {.folder = folder, .id = id};
  size_t count = earlier_runs(&run, 20, &folders);
  assert_int_equal(count, 2);
  assert_non_null(strstr(folders[0], "/20260101-000002-a")); /* another seed is the same experiment */
  assert_non_null(strstr(folders[1], "/20260101-000001-a"));
  free(folders[0]), free(folders[1]), free(folders);
  assert_int_equal(earlier_runs(&run, 1, &folders), 1);
  free(folders[0]), free(folders);
}

static void the_first_run_has_none_before_it(void **state) {
  (void)state;
  char folder[100], id[] = "20260101-000001-a", **folders;
  snprintf(folder, sizeof folder, "%s/%s", root, id);
  struct run run = {.folder = folder, .id = id};
  assert_int_equal(earlier_runs(&run, 20, &folders), 0);
  assert_null(folders);
  run.folder = "/nowhere/run";
  assert_int_equal(earlier_runs(&run, 20, &folders), 0);
}

static void busy_runs_and_those_of_few_rounds_are_no_yardstick(void **state) {
  (void)state;
  static const struct {
    int64_t foreign, rounds;
    bool used;
  } cases[] = {{4, 6, true}, {6, 12, false}, {0, 5, false}, {0, 1, false}, {0, 12, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct run run = {.foreign_ns = cases[i].foreign, .watched_ns = 100, .rounds_done = cases[i].rounds};
    if (run_is_yardstick(&run) != cases[i].used)
      fail_msg("case %zu", i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(six_figures_give_the_interval_of_the_formula),
      cmocka_unit_test(fewer_than_five_earlier_runs_give_none),
      cmocka_unit_test(held_out_runs_are_in_it_90_to_98_times_in_100),
      cmocka_unit_test(cells_that_move_as_one_count_once),
      cmocka_unit_test(missing_and_constant_cells_are_no_prior),
      cmocka_unit_test(earlier_runs_of_the_same_are_found_and_no_others),
      cmocka_unit_test(the_first_run_has_none_before_it),
      cmocka_unit_test(busy_runs_and_those_of_few_rounds_are_no_yardstick),
  };
  return cmocka_run_group_tests(tests, make_runs, remove_runs);
}
