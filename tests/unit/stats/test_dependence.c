/* Tests that dependence between rounds is found where it was planted, of its kind and in its class, and nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "stats/dependence.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

/* ---- synthetic runs: serial cells first, then parallel ones ---- */

enum { SERIAL = 3, PARALLEL = 8, CELLS = SERIAL + PARALLEL, ROUNDS = 48 };
static const double process_sd = .01;

struct synthetic_run {
  double log[CELLS][ROUNDS];
  signed char before[CELLS][ROUNDS];
  int64_t partner[CELLS][ROUNDS];
  struct cell_rounds cells[CELLS];
};

/* What is planted in the parallel cells. */
struct plant {
  double keep;     /* AR(1) of each cell's own */
  double step;     /* from the middle on */
  double trend;    /* from the first round to the last */
  double together; /* standard deviation of what all of them suffer in a round */
  double carry;    /* after a serial process */
  double modes;    /* in half of the processes */
  double tick;     /* what values are rounded to */
};

static void plant_cell(struct synthetic_run *run, size_t cell, size_t rounds, const struct plant *p,
                       const double *common, gsl_rng *rng) {
  double own = gsl_ran_gaussian(rng, process_sd);
  for (size_t r = 0; r < rounds; r++) {
    double *log = &run->log[cell][r];
    own = p->keep * own + gsl_ran_gaussian(rng, process_sd * sqrt(1 - p->keep * p->keep));
    if (p->keep > 0)
      *log = own;
    *log += (2 * r >= rounds) * p->step + p->trend * (double)r / (double)rounds + common[r];
    *log += (run->before[cell][r] == CLASS_SERIAL) * p->carry + (gsl_rng_uniform(rng) < .5) * p->modes;
    if (p->tick > 0)
      *log = round(*log / p->tick) * p->tick;
  }
}

static void draw_run(struct synthetic_run *run, size_t rounds, const struct plant *p, gsl_rng *rng) {
  enum { BASES = 3 };
  double base[BASES], common[ROUNDS];
  for (size_t r = 0; r < rounds; r++) {
    common[r] = gsl_ran_gaussian(rng, p->together);
    for (size_t b = 0; b < BASES; b++)
      base[b] = gsl_ran_gaussian(rng, process_sd);
    for (size_t i = 0; i < CELLS; i++) {
      run->partner[i][r] = (int64_t)gsl_rng_uniform_int(rng, BASES);
      run->before[i][r] = gsl_rng_uniform(rng) < .3 ? CLASS_SERIAL : CLASS_PARALLEL;
      run->log[i][r] = base[run->partner[i][r]] - gsl_ran_gaussian(rng, process_sd);
    }
  }
  for (size_t i = 0; i < CELLS; i++) {
    enum cell_class class = i < SERIAL ? CLASS_SERIAL : CLASS_PARALLEL;
    run->cells[i] = (struct cell_rounds){class, run->log[i], run->before[i], run->partner[i]};
    if (class == CLASS_PARALLEL)
      plant_cell(run, i, rounds, p, common, rng);
  }
}

/* ---- found, and not found ---- */

static gsl_rng *rng;

static int start(void **state) {
  (void)state;
  rng = gsl_rng_alloc(gsl_rng_mt19937);
  return rng ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  gsl_rng_free(rng);
  return 0;
}

/* How many of `sets` runs have that kind found in the parallel cells; kind DEPENDENCES: any kind in any class. */
static int times_found(const struct plant *p, size_t rounds, int sets, enum dependence kind) {
  static struct synthetic_run run;
  int found = 0;
  for (int i = 0; i < sets; i++) {
    draw_run(&run, rounds, p, rng);
    struct dependence_findings f = dependence_find(run.cells, CELLS, rounds);
    unsigned any = f.of[CLASS_SERIAL].kinds | f.of[CLASS_PARALLEL].kinds;
    found += kind == DEPENDENCES ? any != 0 : f.of[CLASS_PARALLEL].kinds >> kind & 1;
  }
  return found;
}

static void what_is_planted_is_found_of_its_kind(void **state) {
  (void)state;
  static const struct {
    struct plant plant;
    enum dependence kind;
  } planted[] = {{{.keep = .6}, DEPEND_LAG},           {{.step = .04}, DEPEND_STEP},   {{.trend = .06}, DEPEND_TREND},
                 {{.together = .04}, DEPEND_TOGETHER}, {{.carry = .07}, DEPEND_CARRY}, {{.modes = .12}, DEPEND_MODES},
                 {{.tick = .02}, DEPEND_TICKS}};
  for (size_t i = 0; i < LENGTH(planted); i++)
    assert_true(times_found(&planted[i].plant, ROUNDS, 40, planted[i].kind) >= 36);
}

/* Two slow rounds of a dozen: products of ranks would find them in one of ten runs, those of values in two of three. */
static void cells_that_share_few_slow_rounds_are_found(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant clean = {0};
  enum { FEW = 12, SETS = 200 };
  int found = 0;
  for (int set = 0; set < SETS; set++) {
    draw_run(&run, FEW, &clean, rng);
    for (size_t i = SERIAL; i < CELLS; i++)
      run.log[i][0] -= .05, run.log[i][1] -= .05;
    found += dependence_find(run.cells, CELLS, FEW).of[CLASS_PARALLEL].kinds >> DEPEND_TOGETHER & 1;
  }
  assert_true(found >= SETS / 2);
}

/* More rounds than are tabled, of cells with a lag of their own and of cells without. */
static void lags_are_found_in_many_rounds(void **state) {
  (void)state;
  enum { MANY = 300, ALIKE = 6 };
  static double log[ALIKE][MANY];
  for (int lag = 0; lag < 2; lag++) {
    int found = 0;
    for (int set = 0; set < 20; set++) {
      struct cell_rounds cells[ALIKE];
      for (size_t i = 0; i < ALIKE; i++) {
        double own = 0;
        for (size_t r = 0; r < MANY; r++)
          log[i][r] = own = lag * 0.3 * own + gsl_ran_gaussian(rng, process_sd);
        cells[i] = (struct cell_rounds){i % 2 ? CLASS_PARALLEL : CLASS_SERIAL, log[i], NULL, NULL};
      }
      struct dependence_findings f = dependence_find(cells, ALIKE, MANY);
      found += f.of[CLASS_SERIAL].kinds >> DEPEND_LAG & f.of[CLASS_PARALLEL].kinds >> DEPEND_LAG & 1;
      if (lag && f.of[CLASS_SERIAL].kinds)
        assert_near(f.of[CLASS_SERIAL].factor, sqrt(1.3 / 0.7), 0.25);
    }
    assert_true(lag ? found >= 18 : found <= 3);
  }
}

/* A level of 5 %: 40 or more of 400 have a probability of 2e-5. */
static void clean_runs_are_flagged_in_one_of_twenty_at_most(void **state) {
  (void)state;
  static const struct plant clean = {0};
  assert_true(times_found(&clean, 12, 400, DEPENDENCES) < 40);
  assert_true(times_found(&clean, 24, 400, DEPENDENCES) < 40);
  assert_true(times_found(&clean, 48, 400, DEPENDENCES) < 40);
}

static void the_other_class_is_left_alone(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant step = {.step = .05};
  int serial = 0;
  for (int i = 0; i < 40; i++) {
    draw_run(&run, 24, &step, rng);
    struct dependence_findings f = dependence_find(run.cells, CELLS, 24);
    serial += f.of[CLASS_SERIAL].kinds != 0;
    assert_int_equal(f.of[CLASS_SERIAL].cells, SERIAL);
    assert_int_equal(f.of[CLASS_PARALLEL].cells, PARALLEL);
    assert_int_equal(f.of[CLASS_PER_ITERATION].cells, 0);
    assert_int_equal(f.of[CLASS_PER_ITERATION].kinds, 0);
  }
  assert_true(serial < 8);
}

/* Rounds in another order have no step, trend or lag; the same values, so no other test changes. */
static void it_is_the_order_that_is_tested(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant step = {.step = .05};
  const unsigned order = 1U << DEPEND_LAG | 1U << DEPEND_STEP | 1U << DEPEND_TREND;
  int found = 0;
  for (int set = 0; set < 40; set++) {
    size_t places[ROUNDS];
    draw_run(&run, ROUNDS, &step, rng);
    for (size_t r = 0; r < ROUNDS; r++)
      places[r] = r;
    gsl_ran_shuffle(rng, places, ROUNDS, sizeof *places);
    for (size_t i = 0; i < CELLS; i++) {
      double before[ROUNDS];
      memcpy(before, run.log[i], sizeof before);
      for (size_t r = 0; r < ROUNDS; r++)
        run.log[i][r] = before[places[r]];
    }
    found += (dependence_find(run.cells, CELLS, ROUNDS).of[CLASS_PARALLEL].kinds & order) != 0;
  }
  assert_true(found < 8);
}

static void a_step_is_placed_and_measured(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant step = {.step = .08};
  draw_run(&run, ROUNDS, &step, rng);
  struct dependence_finding f = dependence_find(run.cells, CELLS, ROUNDS).of[CLASS_PARALLEL];
  assert_true(f.kinds >> DEPEND_STEP & 1);
  assert_near((double)f.step_round, ROUNDS / 2 - 1, 1);
  assert_near(f.shift, .08, .02);
  assert_true(f.p <= DEPEND_LEVEL);
}

static void the_class_before_is_named(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant carry = {.carry = .07};
  draw_run(&run, ROUNDS, &carry, rng);
  struct dependence_finding f = dependence_find(run.cells, CELLS, ROUNDS).of[CLASS_PARALLEL];
  assert_true(f.kinds >> DEPEND_CARRY & 1);
  assert_near(f.shift, .07, .02);
}

/* One series in all cells is one series: pooling it must not make it eight. */
static void what_cells_share_costs_no_level(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant clean = {0};
  int found = 0;
  for (int set = 0; set < 400; set++) {
    draw_run(&run, 24, &clean, rng);
    for (size_t i = 1; i < CELLS; i++)
      memcpy(run.log[i], run.log[0], sizeof run.log[0]), memset(run.partner[i], 0, sizeof run.partner[i]);
    memset(run.partner[0], 0, sizeof run.partner[0]);
    for (size_t i = 0; i < CELLS; i++)
      run.cells[i].before = NULL;
    struct dependence_findings f = dependence_find(run.cells, CELLS, 24);
    found += (f.of[CLASS_SERIAL].kinds | f.of[CLASS_PARALLEL].kinds) != 0;
  }
  assert_true(found < 40);
}

/* Cells that the stop let go early have no later rounds. */
static void cells_that_ended_early_are_no_finding(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant clean = {0};
  int found = 0;
  for (int set = 0; set < 400; set++) {
    draw_run(&run, ROUNDS, &clean, rng);
    for (size_t i = 0; i < CELLS; i++)
      for (size_t r = i % 3 == 0 ? 12 : i % 3 == 1 ? 24 : ROUNDS; r < ROUNDS; r++)
        run.log[i][r] = NAN;
    struct dependence_findings f = dependence_find(run.cells, CELLS, ROUNDS);
    found += (f.of[CLASS_SERIAL].kinds | f.of[CLASS_PARALLEL].kinds) != 0;
  }
  assert_true(found < 40);
}

static void the_same_data_give_the_same_answer(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant lag = {.keep = .3};
  draw_run(&run, 24, &lag, rng);
  struct dependence_finding a = dependence_find(run.cells, CELLS, 24).of[CLASS_PARALLEL];
  struct dependence_finding b = dependence_find(run.cells, CELLS, 24).of[CLASS_PARALLEL];
  assert_true(a.kinds == b.kinds && a.p == b.p && a.factor == b.factor && a.shift == b.shift);
}

static void few_rounds_or_no_cells_find_nothing(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant step = {.step = 1};
  draw_run(&run, DEPEND_LEAST - 1, &step, rng);
  struct dependence_findings f = dependence_find(run.cells, CELLS, DEPEND_LEAST - 1);
  assert_true(f.of[CLASS_PARALLEL].kinds == 0 && f.of[CLASS_PARALLEL].factor == 1 && isnan(f.of[CLASS_PARALLEL].p));
  f = dependence_find(NULL, 0, 24);
  assert_int_equal(f.of[CLASS_SERIAL].kinds, 0);
}

static void cells_without_a_value_are_no_trouble(void **state) {
  (void)state;
  static struct synthetic_run run;
  static const struct plant step = {.step = .05};
  draw_run(&run, 24, &step, rng);
  for (size_t r = 0; r < 24; r++)
    run.log[CELLS - 1][r] = NAN, run.log[SERIAL][r] = r == 3 ? 1 : NAN;
  assert_true(dependence_find(run.cells, CELLS, 24).of[CLASS_PARALLEL].kinds >> DEPEND_STEP & 1);
}

/* ---- what it does to an interval ---- */

static void an_interval_is_stretched_and_moved_out(void **state) {
  (void)state;
  struct dependence_finding f = {.factor = 2, .shift = .01};
  struct interval i = dependence_widen((struct interval){.1, .4, .96}, .2, &f);
  assert_near(i.low, -.01, 1e-12);
  assert_near(i.high, .61, 1e-12);
  assert_near(i.coverage, .96, 0);
  f = (struct dependence_finding){.factor = 1};
  i = dependence_widen((struct interval){.1, .4, .96}, .2, &f);
  assert_true(fabs(i.low - .1) < 1e-12 && fabs(i.high - .4) < 1e-12);
  f.shift = INFINITY;
  i = dependence_widen((struct interval){.1, .4, .96}, .2, &f);
  assert_true(i.coverage == 0 && isnan(i.low) && isnan(i.high));
  f = (struct dependence_finding){.factor = 3};
  assert_true(dependence_widen((struct interval){NAN, NAN, 0}, .2, &f).coverage == 0);
}

/* ---- one pair ---- */

static void a_difference_lasts_or_it_does_not(void **state) {
  (void)state;
  double log[24];
  for (size_t i = 0; i < 24; i++)
    log[i] = i % 3 ? .02 : -.001;
  assert_true(dependence_lasts(log, 24));
  for (size_t i = 0; i < 24; i++)
    log[i] = -log[i];
  assert_true(dependence_lasts(log, 24));
  for (size_t i = 0; i < 6; i++)
    log[i] = -log[i];
  assert_false(dependence_lasts(log, 24));
  for (size_t i = 0; i < 24; i++)
    log[i] = 0;
  assert_false(dependence_lasts(log, 24));
  for (size_t i = 0; i < 24; i++)
    log[i] = i < 6 ? NAN : 1;
  assert_true(dependence_lasts(log, 24)); /* parts without a round say nothing */
  assert_false(dependence_lasts(log, 0));
}

/* ---- the dip ---- */

static void dips_are_those_of_the_definition(void **state) {
  (void)state;
  double even[20], halves[20];
  for (size_t i = 0; i < 20; i++)
    even[i] = (double)i, halves[i] = i >= 10;
  assert_near(dip_statistic(even, 20), 1. / 40, 1e-12); /* the least there is */
  assert_near(dip_statistic(halves, 20), .25, 1e-12);   /* the most there is */
  assert_near(dip_statistic(even, 1), .5, 1e-12);
  /* 1, 2, 3 and 11, 12, 13: the line of the mode from 3 to 11 leaves 2/6 - 1/12 on either side */
  static const double six[] = {1, 2, 3, 11, 12, 13};
  assert_true(dip_statistic(six, 6) > 1. / 6 && dip_statistic(six, 6) < .25);
}

/* Hartigan & Hartigan 1985, table 1: 5 % of uniform samples of 50 have more than 0.0702, of 20 more than 0.1062. */
static void dips_of_uniform_samples_are_as_published(void **state) {
  (void)state;
  enum { SAMPLES = 4000 };
  int above = 0;
  for (int s = 0; s < SAMPLES; s++) {
    double x[50];
    for (size_t i = 0; i < LENGTH(x); i++)
      x[i] = gsl_rng_uniform(rng);
    sort_doubles(x, LENGTH(x));
    above += dip_statistic(x, LENGTH(x)) > .0702;
  }
  assert_near(above / (double)SAMPLES, .05, .014);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_planted_is_found_of_its_kind),
      cmocka_unit_test(cells_that_share_few_slow_rounds_are_found),
      cmocka_unit_test(lags_are_found_in_many_rounds),
      cmocka_unit_test(clean_runs_are_flagged_in_one_of_twenty_at_most),
      cmocka_unit_test(the_other_class_is_left_alone),
      cmocka_unit_test(it_is_the_order_that_is_tested),
      cmocka_unit_test(a_step_is_placed_and_measured),
      cmocka_unit_test(the_class_before_is_named),
      cmocka_unit_test(what_cells_share_costs_no_level),
      cmocka_unit_test(cells_that_ended_early_are_no_finding),
      cmocka_unit_test(the_same_data_give_the_same_answer),
      cmocka_unit_test(few_rounds_or_no_cells_find_nothing),
      cmocka_unit_test(cells_without_a_value_are_no_trouble),
      cmocka_unit_test(an_interval_is_stretched_and_moved_out),
      cmocka_unit_test(a_difference_lasts_or_it_does_not),
      cmocka_unit_test(dips_are_those_of_the_definition),
      cmocka_unit_test(dips_of_uniform_samples_are_as_published),
  };
  return cmocka_run_group_tests(tests, start, end);
}
