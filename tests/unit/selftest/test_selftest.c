/* Tests the self-test: its synthetic runs, its counts against known coverages, its verdict, and its options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "options/options.h"
#include "selftest/selftest.h"

/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* Rows of the table as they stand there: the noises in turn, five plans of rounds each. */
enum { NORMAL_12, NORMAL_24, NORMAL_48, NORMAL_STOP_2, NORMAL_STOP_5, ROWS_OF_A_NOISE };

static double share(int64_t count, const struct scores *s) { return (double)count / (double)s->sets; }

static double four_errors(double p, int64_t n) { return 4 * sqrt(p * (1 - p) / (double)n); }

/* ---- the synthetic runs ---- */

static const struct noise silence = {.name = "none", .process = draw_normal, .sample = draw_normal};
static const struct noise common_only = {.name = "common",
                                         .process = draw_normal,
                                         .sample = draw_normal,
                                         .round_scale = .3,
                                         .drift_scale = 0,
                                         .neighbour = 0};

static void check_exact(const struct noise *noise, bool flat, double by) {
  struct synthetic s = synthetic_new(flat);
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  synthetic_draw(&s, noise, 1, 24, rng);
  struct cell base = synthetic_after(&s, BASELINE, 24);
  for (int i = TWIN; i < SYNTHETIC_CELLS; i++) {
    struct cell cell = synthetic_after(&s, (enum synthetic_cell)i, 24);
    struct estimate e = compare_cells(&base, &cell);
    assert_int_equal(e.n, flat ? 24 * SYNTHETIC_SAMPLES : 24);
    assert_near(e.median, synthetic_truth[i], by);
    assert_near(e.high - e.low, 0, by);
  }
  gsl_rng_free(rng);
  synthetic_free(&s);
}

static void without_noise_the_truth_comes_out(void **state) {
  (void)state;
  check_exact(&silence, false, 1e-12);
  check_exact(&silence, true, 1e-12);
}

static void what_a_whole_round_suffers_cancels(void **state) {
  (void)state;
  check_exact(&common_only, false, 1e-12);
}

static void a_look_sees_only_the_rounds_before_it(void **state) {
  (void)state;
  static const struct noise loud = {.process = draw_normal, .process_scale = .1, .sample = draw_normal};
  struct synthetic s = synthetic_new(false);
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  synthetic_draw(&s, &loud, 1, SYNTHETIC_ROUNDS_MAX, rng);
  for (int rounds = 1; rounds <= SYNTHETIC_ROUNDS_MAX; rounds++)
    for (int i = 0; i < SYNTHETIC_CELLS; i++) {
      struct cell c = synthetic_after(&s, (enum synthetic_cell)i, rounds);
      assert_int_equal(c.process_count, rounds * (i == BASELINE ? 3 : 1));
      assert_int_equal(c.processes[c.process_count - 1].round, rounds);
      for (size_t p = 1; p < c.process_count; p++) /* sorted, as the report's reader leaves them */
        assert_true(
            c.processes[p - 1].round < c.processes[p].round ||
            (c.processes[p - 1].round == c.processes[p].round && c.processes[p - 1].order < c.processes[p].order));
    }
  gsl_rng_free(rng);
  synthetic_free(&s);
}

static void slower_is_never_faster_and_robbed_is_marked(void **state) {
  (void)state;
  static const struct noise slower = {
      .process = draw_slower, .process_scale = .01, .sample = draw_slower, .sample_scale = .005, .stolen = .2};
  struct synthetic s = synthetic_new(false);
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  long marked = 0;
  for (int run = 0; run < 50; run++) {
    synthetic_draw(&s, &slower, 1, SYNTHETIC_ROUNDS_MAX, rng);
    for (int i = 0; i < SYNTHETIC_ROUNDS_MAX; i++) {
      assert_true(s.cells[TWIN].processes[i].ns > 20e6);
      marked += s.cells[TWIN].processes[i].distrusted;
    }
  }
  assert_near((double)marked / (50 * SYNTHETIC_ROUNDS_MAX), .2, .033); /* four standard errors */
  gsl_rng_free(rng);
  synthetic_free(&s);
}

static void the_value_of_a_process_is_its_median(void **state) {
  (void)state;
  double odd[] = {5, 1, 3}, even[] = {4, 1, 2, 9};
  assert_near(process_ns(odd, 3), 3, 0);
  assert_near(process_ns(even, 4), 3, 0);
}

/* ---- the counts ---- */

static void counts_meet_the_exact_coverages(void **state) {
  (void)state;
  static const struct {
    size_t row;
    int rounds;
    double coverage; /* of the ranks: binomial(n, 1/2) */
  } known[] = {{NORMAL_12, 12, 0.96142578125}, {NORMAL_24, 24, 0.9773441553}, {NORMAL_48, 48, 0.9706950533}};
  struct selftest test = {.sets = 1000, .seed = 7};
  for (size_t noise = 0; noise < 2; noise++) /* normal and without variance: it makes no difference */
    for (size_t i = 0; i < LENGTH(known); i++) {
      struct scores s = selftest_row(&test, noise * ROWS_OF_A_NOISE + known[i].row);
      assert_near(s.promised / 1000, known[i].coverage, 1e-9);
      assert_near(s.rounds / 1000, known[i].rounds, 0);
      assert_near(share(s.covered, &s), known[i].coverage, four_errors(known[i].coverage, 1000));
      assert_near(share(s.called, &s), 1 - known[i].coverage, four_errors(known[i].coverage, 1000));
      assert_near(s.bias, 0, 3 * s.bias_half);
      assert_true(s.bias_half > 0 && s.bias_half < 0.002);
      assert_true(selftest_is_judged(&s) && selftest_passes(&s));
    }
}

static void power_grows_with_the_rounds(void **state) {
  (void)state;
  struct selftest test = {.sets = 400, .seed = 3};
  struct scores few = selftest_row(&test, NORMAL_12), many = selftest_row(&test, NORMAL_48);
  assert_true(few.found < many.found);
  assert_true(share(few.found, &few) > 0.8 && share(many.found, &many) > 0.98);
}

/* A stop that always or never fires would test nothing. */
static void the_stop_is_in_the_loop(void **state) {
  (void)state;
  struct selftest test = {.sets = 400, .seed = 5};
  for (size_t row = NORMAL_STOP_2; row <= NORMAL_STOP_5; row++) {
    struct scores s = selftest_row(&test, row);
    assert_true(s.rounds / 400 > 15 && s.rounds / 400 < 30);
    assert_true(s.promised / 400 > 0.951 && s.promised / 400 < 0.978);
    assert_true(selftest_passes(&s));
  }
}

static void pooling_flat_is_found(void **state) {
  (void)state;
  struct selftest sound = {.sets = 400, .seed = 11}, planted = {.sets = 400, .seed = 11, .plant = PLANT_FLAT};
  for (size_t row = 0; row < selftest_judged; row++) {
    struct scores good = selftest_row(&sound, row), bad = selftest_row(&planted, row);
    assert_true(selftest_passes(&good));
    assert_false(selftest_passes(&bad));
    assert_true(share(bad.covered, &bad) < 0.87);
    assert_true(bad.called > 2 * good.called);
  }
}

/* The limit is shown as it is: a machine that disturbs cells and baseline unequally. */
static void uneven_drift_is_shown_and_not_judged(void **state) {
  (void)state;
  struct selftest test = {.sets = 200, .seed = 1};
  for (size_t row = selftest_judged; row < selftest_rows; row++) {
    struct scores s = selftest_row(&test, row);
    assert_false(selftest_is_judged(&s));
    assert_true(share(s.covered, &s) < 0.9);
  }
}

/* ---- the verdict ---- */

static void the_binomial_interval_meets_tables(void **state) {
  (void)state;
  struct share none = clopper_pearson(0, 10, .95), all = clopper_pearson(10, 10, .95);
  assert_near(none.low, 0, 0);
  assert_near(none.high, 1 - pow(.025, .1), 1e-9);
  assert_near(all.low, pow(.025, .1), 1e-9);
  assert_near(all.high, 1, 0);
  struct share half = clopper_pearson(5, 10, .95);
  assert_near(half.low, 0.1870860, 1e-6);
  assert_near(half.high, 0.8129140, 1e-6);
  struct share large = clopper_pearson(95000, 100000, .95); /* near the normal approximation */
  assert_near(large.low, .95 - 1.96 * sqrt(.95 * .05 / 1e5), 2e-5);
  assert_near(large.high, .95 + 1.96 * sqrt(.95 * .05 / 1e5), 2e-5);
}

static bool passes(double covered, double promised) {
  struct selftest test = {.sets = 1, .seed = 1};
  struct scores s = selftest_row(&test, NORMAL_12);
  s.sets = 5000;
  s.covered = (int64_t)lround(covered * 5000);
  s.promised = promised * 5000;
  return selftest_passes(&s);
}

static void a_row_fails_only_outside_of_its_band(void **state) {
  (void)state;
  assert_true(passes(.95, .95));
  assert_true(passes(.93, .96));
  assert_true(passes(.97, .96));
  assert_true(passes(.977, .97734)); /* what the ranks at 24 rounds give */
  assert_false(passes(.913, .96));
  assert_false(passes(.58, .95));
  assert_false(passes(.985, .96));
  assert_false(passes(.99, .97734)); /* covering more than it says is wrong too */
}

static char *printed(int64_t sets, int64_t seed, bool flat, int *code) {
  char *bytes = NULL;
  size_t length;
  FILE *out = open_memstream(&bytes, &length);
  assert_non_null(out);
  struct selftest test = {.sets = sets, .seed = seed, .plant = flat ? PLANT_FLAT : PLANT_NONE};
  *code = selftest_print(&test, out);
  fclose(out);
  return bytes;
}

static void one_seed_gives_one_table(void **state) {
  (void)state;
  int code;
  char *a = printed(20, 4, false, &code), *b = printed(20, 4, false, &code), *c = printed(20, 5, false, &code);
  assert_string_equal(a, b);
  assert_string_not_equal(strstr(a, "normal"), strstr(c, "normal"));
  assert_non_null(strstr(a, "Weak: 20 sets"));
  free(a), free(b), free(c);
}

static void the_last_line_and_the_code_agree(void **state) {
  (void)state;
  int code;
  char *good = printed(200, 2, false, &code);
  assert_int_equal(code, 0);
  assert_non_null(strstr(good, "\nPASS: 20 of 20 judged rows"));
  assert_null(strstr(good, "FAIL"));
  char *bad = printed(200, 2, true, &code);
  assert_int_equal(code, 1);
  assert_non_null(strstr(bad, "PLANTED"));
  assert_non_null(strstr(bad, "\nFAIL: 0 of 20 judged rows"));
  free(good), free(bad);
}

/* Even a row that covers nothing has an upper end of 1 - (0.05 / 20 / 2)^(1 / sets). */
static void so_few_sets_that_no_row_could_fail_are_undecided(void **state) {
  (void)state;
  for (int64_t sets = 1; sets <= 10; sets++)
    assert_int_equal(selftest_can_fail(sets), 1 - pow(.05 / 40, 1 / (double)sets) < .93);
  assert_false(selftest_can_fail(2));
  assert_true(selftest_can_fail(3));
  for (int flat = 0; flat < 2; flat++) {
    int code;
    char *few = printed(2, 1, flat, &code);
    assert_int_equal(code, 3);
    assert_non_null(strstr(few, "UNDECIDED: with --sets 2 no row can fail"));
    assert_null(strstr(few, "PASS"));
    free(few);
  }
}

static void a_planted_fault_that_is_not_found_is_no_pass(void **state) {
  (void)state;
  int code;
  char *planted = printed(3, 2, true, &code), *sound;
  assert_int_equal(code, 3);
  assert_non_null(strstr(planted, "\nUNDECIDED: the planted fault was not found"));
  sound = printed(3, 2, false, &code);
  assert_int_equal(code, 0);
  free(planted), free(sound);
}

/* Each claim's table finds the fault that was the rule once, and says so; what it does not meet is not run. */
static void a_fault_planted_in_a_claim_is_found(void **state) {
  (void)state;
  static const struct {
    enum plant plant;
    int64_t sets;
    const char *title;
  } cases[] = {{PLANT_OVERLAP, 100, "\nThe best of equal cells, and its headline: 100 sets a row, PLANTED: "},
               {PLANT_NAIVE, 60, "\nThe best of equal cells, and its headline: 60 sets a row, PLANTED: "},
               {PLANT_ONE_PILOT, 400, "\nThe choice of the baseline: 400 sets a row, PLANTED: "},
               {PLANT_BASELINE, 400, "\nThe baseline among serial cells: 400 sets a row, PLANTED: "},
               {PLANT_UNSHIFTED, 100, "\nab and gate: slower by more than --worth: 100 sets a row, PLANTED: "},
               {PLANT_BLIND, 100, "\nDependence between rounds: 100 sets a row, PLANTED: "},
               {PLANT_UNSHARED, 60, "\nDependence between rounds: 60 sets a row, PLANTED: "},
               {PLANT_APART, 60, "\nDependence between rounds: 60 sets a row, PLANTED: "},
               {PLANT_FILLED, 300, "\nab: noise that meets one of two builds: 300 sets a row, PLANTED: "},
               {PLANT_CREDULOUS, 100, "\nab: noise that meets one of two builds: 100 sets a row, PLANTED: "},
               {PLANT_OWN_RUN, 200, "\nAnother run: 200 sets a row, PLANTED: "},
               {PLANT_SHIFTLESS, 60, "\nAnother run, all cells at once: 60 sets a row, PLANTED: "},
               {PLANT_HASTY, 60, "\nHow many workers to use: 60 sets a row, PLANTED: "},
               {PLANT_ONE_MINIMUM, 60, "\nHow many workers to use: 60 sets a row, PLANTED: "},
               {PLANT_OWN_WAY, 200, "\nThe ratio of the advised way: 200 sets a row, PLANTED: "},
               {PLANT_EAGER, 300, "\nRounds where a verdict needs them: 300 sets a row, PLANTED: "},
               {PLANT_SHAPELESS, 60, "\nWhy it stopped: 60 sets a row, PLANTED: "}};
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct selftest test = {.sets = cases[i].sets, .seed = 3, .plant = cases[i].plant};
    char *bytes = NULL;
    size_t length;
    FILE *out = open_memstream(&bytes, &length);
    assert_non_null(out);
    assert_int_equal(selftest_print(&test, out), SELFTEST_FAILED);
    fclose(out);
    assert_ptr_equal(strstr(bytes, cases[i].title), bytes);
    assert_non_null(strstr(bytes, "\nFAIL: "));
    free(bytes);
  }
}

/* ---- the command line ---- */

static int options_of(struct options *options, struct fault *why, const char *a, const char *b) {
  char *argv[] = {(char *)a, (char *)b, NULL};
  why->text[0] = '\0';
  return options_parse(options, COMMAND_SELFTEST, !a ? 0 : !b ? 1 : 2, argv, why);
}

static void options_are_taken(void **state) {
  (void)state;
  struct options options;
  struct fault why;
  assert_int_equal(options_of(&options, &why, NULL, NULL), 0);
  assert_true(option_number(&options, OPTION_SETS) >= 2000 && option_number(&options, OPTION_TABLE_SEED) == 1);
  assert_false(option_given(&options, OPTION_FLAT_POOLING));
  assert_int_equal(options_of(&options, &why, "--sets", "300"), 0);
  assert_int_equal(option_number(&options, OPTION_SETS), 300);
  assert_int_equal(options_of(&options, &why, "--seed", "9223372036854775807"), 0);
  assert_true(option_number(&options, OPTION_TABLE_SEED) == INT64_MAX);
  assert_int_equal(options_of(&options, &why, "--flat-pooling", NULL), 0);
  assert_true(option_given(&options, OPTION_FLAT_POOLING));
  assert_int_equal(options_of(&options, &why, "--plant", "unshifted-gate"), 0);
  assert_int_equal(selftest_plant(option_text(&options, OPTION_PLANT)), PLANT_UNSHIFTED);
  assert_int_equal(selftest_plant("nothing"), PLANT_NONE);
}

static void help_lists_every_fault_that_can_be_planted(void **state) {
  (void)state;
  char list[400];
  int faults = 0;
  snprintf(list, sizeof list, "%s", strrchr(option_table[OPTION_PLANT].help, ':') + 1);
  for (char *rest = list, *name; (name = strsep(&rest, ", "));)
    if (*name) {
      assert_int_not_equal(selftest_plant(name), PLANT_NONE);
      faults++;
    }
  assert_int_equal(faults, PLANTS - 1);
}

static void bad_options_are_refused_with_the_nearest(void **state) {
  (void)state;
  static const char *const bad[][3] = {
      {"--stes", "5", "'--sets'"},
      {"--sede", "5", "'--seed'"},
      {"--flat-poling", NULL, "'--flat-pooling'"},
      {"--sets", NULL, "--sets needs a value"},
      {"--sets", "0", "from 1"},
      {"--sets", "100001", "to 100000"},
      {"--sets", "12x", "'12x'"},
      {"--sets", "1e3", "'1e3'"},
      {"--seed", "-1", "from 0"},
      {"--sets", "nan", "'nan'"},
      {"--seed", "9223372036854775808", "--seed"},
      {"run", NULL, "not an option"},
  };
  for (size_t i = 0; i < LENGTH(bad); i++) {
    struct options options;
    struct fault why;
    assert_int_equal(options_of(&options, &why, bad[i][0], bad[i][1]), -1);
    if (!strstr(why.text, bad[i][2]))
      fail_msg("%s: does not say %s", why.text, bad[i][2]);
  }
}

static int exit_of(const char *words, char *told, size_t size) {
  char command[600];
  const char *build = getenv("NWAY_BUILD");
  snprintf(command, sizeof command, "%s/nway-report selftest %s 2>&1", build ? build : "build", words);
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  told[fread(told, 1, size - 1, pipe)] = '\0';
  int status = pclose(pipe);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void the_program_exits_as_it_says(void **state) {
  (void)state;
  char told[1 << 16];
  assert_int_equal(exit_of("--sest 5", told, sizeof told), 2);
  assert_non_null(strstr(told, "nway selftest: unknown option '--sest'; did you mean '--sets'?"));
  assert_int_equal(exit_of("--help", told, sizeof told), 0);
  assert_non_null(strstr(told, "--flat-pooling"));
  assert_int_equal(exit_of("--sets 200", told, sizeof told), 0);
  assert_int_equal(exit_of("--sets 200 --flat-pooling", told, sizeof told), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_noise_the_truth_comes_out),
      cmocka_unit_test(what_a_whole_round_suffers_cancels),
      cmocka_unit_test(a_look_sees_only_the_rounds_before_it),
      cmocka_unit_test(slower_is_never_faster_and_robbed_is_marked),
      cmocka_unit_test(the_value_of_a_process_is_its_median),
      cmocka_unit_test(counts_meet_the_exact_coverages),
      cmocka_unit_test(power_grows_with_the_rounds),
      cmocka_unit_test(the_stop_is_in_the_loop),
      cmocka_unit_test(pooling_flat_is_found),
      cmocka_unit_test(uneven_drift_is_shown_and_not_judged),
      cmocka_unit_test(the_binomial_interval_meets_tables),
      cmocka_unit_test(a_row_fails_only_outside_of_its_band),
      cmocka_unit_test(one_seed_gives_one_table),
      cmocka_unit_test(the_last_line_and_the_code_agree),
      cmocka_unit_test(so_few_sets_that_no_row_could_fail_are_undecided),
      cmocka_unit_test(a_planted_fault_that_is_not_found_is_no_pass),
      cmocka_unit_test(a_fault_planted_in_a_claim_is_found),
      cmocka_unit_test(options_are_taken),
      cmocka_unit_test(help_lists_every_fault_that_can_be_planted),
      cmocka_unit_test(bad_options_are_refused_with_the_nearest),
      cmocka_unit_test(the_program_exits_as_it_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
