/* Tests how machines are held against each other: ratios of unpaired rates, choices that pay, outliers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/machines.h"

#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

static const struct figures any;

static struct rate rate(double median, double low, double high) { return (struct rate){&any, median, low, high, 0, 0}; }

static void a_ratio_combines_the_intervals_of_both_on_the_logarithms(void **state) {
  (void)state;
  struct lead lead = lead_of(rate(200, 180, 220), rate(100, 95, 110));
  assert_near(lead.ratio, 2, 1e-12);
  assert_near(log(2 / lead.low), hypot(log(200.0 / 180), log(110.0 / 100)), 1e-12);
  assert_near(log(lead.high / 2), hypot(log(220.0 / 200), log(100.0 / 95)), 1e-12);
  assert_true(lead.low > 180.0 / 110 && lead.high < 220.0 / 95); /* narrower than the extremes of both */
}

static enum lead_kind kind_of(struct rate first, struct rate second, bool one_machine) {
  struct contest c = {.lead = lead_of(first, second), .one_machine = one_machine};
  return lead_kind(&c);
}

static void without_two_intervals_nothing_is_proven(void **state) {
  (void)state;
  assert_int_equal(kind_of(rate(200, NAN, NAN), rate(100, 95, 110), false), LEAD_UNKNOWN);
  assert_near(lead_of(rate(200, NAN, NAN), rate(100, 95, 110)).ratio, 2, 1e-12);
  assert_int_equal(kind_of((struct rate){.median = NAN, .low = NAN, .high = NAN}, rate(100, 95, 110), false),
                   LEAD_UNKNOWN);
  assert_int_equal(kind_of(rate(101, 95, 108), rate(100, 95, 110), false), LEAD_OPEN);
}

/* An interval of one run says nothing of the next one. */
static void a_lead_is_proven_beyond_what_runs_of_one_machine_differ_by(void **state) {
  (void)state;
  assert_int_equal(kind_of(rate(120, 119, 121), rate(100, 99, 101), false), LEAD_UNJUDGED);
  assert_int_equal(kind_of(rate(100 * RUNS_DIFFER, 99 * RUNS_DIFFER, 101 * RUNS_DIFFER), rate(100, 99, 101), false),
                   LEAD_UNJUDGED);
  assert_int_equal(kind_of(rate(200, 190, 210), rate(100, 95, 110), false), LEAD_PROVEN);
  assert_int_equal(kind_of(rate(200, 190, 210), rate(100, 95, 110), true), LEAD_UNJUDGED);
}

/* ---- outliers ---- */

static bool odd_among(const double *rates, size_t count, size_t run) {
  struct rate *best = calloc(count, sizeof *best);
  struct contest c = {.best = best, .runs = count};
  for (size_t i = 0; i < count; i++)
    best[i] = rate(rates[i], NAN, NAN);
  bool odd = is_outlier(&c, count, run);
  free(best);
  return odd;
}

static void an_outlier_is_far_by_the_spread_and_by_five_percent(void **state) {
  (void)state;
  static const double slow_one[] = {100, 101, 99, 100.5, 98, 53}, close[] = {100, 100.1, 99.9, 100, 100, 97},
                      few[] = {100, 101, 99, 10}, wide[] = {50, 100, 200, 70, 140, 45};
  assert_true(odd_among(slow_one, 6, 5));
  assert_false(odd_among(slow_one, 6, 4));
  assert_false(odd_among(close, 6, 5)); /* 3 %: far by the spread alone */
  assert_false(odd_among(few, 4, 3));   /* 4 machines do not show what is usual */
  assert_false(odd_among(wide, 6, 5));
}

/* ---- the fastest of several ---- */

enum { CELLS = 8, ROUNDS = 9 };

/* Eight cells with the same rounds: the interval of the chosen one must be wider than that of one alone, also where the
 * others look far slower, since which cells may be as fast is seen in the same rounds. */
static void a_chosen_cell_pays_for_all_it_was_chosen_among(void **state) {
  (void)state;
  struct process processes[2][ROUNDS] = {0};
  struct cell cells[CELLS] = {0};
  struct figures figures[CELLS] = {0};
  struct analysis a = {.figures = figures, .count = CELLS};
  struct contest c = {.executions = true};
  for (int i = 0; i < ROUNDS; i++)
    for (int slow = 0; slow < 2; slow++)
      processes[slow][i] = (struct process){.round = i + 1, .ns = 100 + i + 100 * slow, .ok = true};
  for (int i = 0; i < CELLS; i++) {
    cells[i] = (struct cell){.processes = processes[i > 0], .process_count = ROUNDS, .workers = i + 1};
    figures[i] = (struct figures){.cell = &cells[i], .valid = true};
    figures[i].time = (struct estimate){.n = ROUNDS, .median = i > 0 ? 204 : 104};
  }
  struct rate alone = rate_at(&c, &a, 1), chosen = fastest_rate(&c, &a, NULL, NULL);
  assert_near(alone.median, 1e9 / 104, 1e-6);
  assert_near(alone.low, 1e9 / 107, 1e-3); /* second and eighth of nine: 96 % */
  assert_near(alone.high, 1e9 / 101, 1e-3);
  assert_true(chosen.of == &figures[0] && chosen.low < 1e9 / 107.5); /* the last of nine */
  assert_near(chosen.high, 1e9 / 101, 1e-3);                         /* a choice does not make a rate look too low */
  figures[0].valid = false;                                          /* a wrong answer is never the fastest */
  assert_near(fastest_rate(&c, &a, NULL, NULL).median, 1e9 / 204, 1e-6);
}

/* A baseline runs several times in a round; its interval counts rounds, whatever the processes. */
static void processes_of_a_round_count_once(void **state) {
  (void)state;
  enum { TIMES = 3 };
  struct process processes[ROUNDS * TIMES] = {0}, once[ROUNDS] = {0};
  for (int i = 0; i < ROUNDS * TIMES; i++)
    processes[i] = (struct process){.round = i / TIMES, .ns = 100 + i / TIMES, .ok = true};
  for (int i = 0; i < ROUNDS; i++)
    once[i] = processes[i * TIMES];
  struct cell cells[] = {{.processes = processes, .process_count = ROUNDS * TIMES},
                         {.processes = once, .process_count = ROUNDS}};
  for (int i = 0; i < 2; i++) {
    struct figures f = {.cell = &cells[i], .valid = true, .time = {.n = ROUNDS, .median = 104}};
    struct analysis a = {.figures = &f, .count = 1};
    struct contest c = {.executions = true};
    assert_near(fastest_rate(&c, &a, NULL, NULL).low, 1e9 / 107, 1e-3);
  }
}

/* 12 rounds have no ranks for a choice among 1000; the distance then stands for them, and is wider. */
static void where_ranks_do_not_suffice_the_spread_decides(void **state) {
  (void)state;
  enum { MANY = 1000, TWELVE = 12 };
  struct process processes[TWELVE] = {0};
  struct cell cell = {.processes = processes, .process_count = TWELVE};
  struct figures *figures = calloc(MANY, sizeof *figures);
  struct contest c = {.executions = true};
  for (int i = 0; i < TWELVE; i++)
    processes[i] = (struct process){.round = i, .ns = 100 + i % 3, .ok = true};
  for (int i = 0; i < MANY; i++)
    figures[i] = (struct figures){.cell = &cell, .valid = true, .time = {.n = TWELVE, .median = 101}};
  struct analysis a = {.figures = figures, .count = MANY};
  struct rate rate = fastest_rate(&c, &a, NULL, NULL);
  assert_true(rate.low < 1e9 / 102 && rate.low > 1e9 / 106);
  cell.process_count = 5; /* too few rounds for anything */
  assert_true(isnan(fastest_rate(&c, &a, NULL, NULL).low));
  free(figures);
}

/* Under weak scaling the work grows with the workers: 4 of them take longer and do more a second. */
static void under_weak_scaling_most_work_a_second_is_fastest(void **state) {
  (void)state;
  struct cell cells[] = {{.workers = 1, .units = 1e6}, {.workers = 4, .units = 4e6}};
  struct figures figures[] = {
      {.cell = &cells[0], .valid = true, .time = {.n = 1, .median = 10e6}, .throughput = 0.1e9},
      {.cell = &cells[1], .valid = true, .time = {.n = 1, .median = 11e6}, .throughput = 4e6 / 11e-3}};
  struct analysis a = {.figures = figures, .count = 2};
  struct contest c = {.executions = false};
  struct rate best = fastest_rate(&c, &a, NULL, NULL);
  assert_true(best.of == &figures[1]);
  assert_near(best.median / 1e9, 0.3636, 1e-4);
}

/* The same where no baseline gives a speedup: the cell that does most a second is the best, not the shortest. */
static void without_a_baseline_weak_cells_are_ranked_by_their_work(void **state) {
  (void)state;
  enum { TWO = 2 };
  static char word[] = "", weak[] = "weak";
  struct process processes[TWO][ROUNDS] = {0};
  struct cell cells[TWO];
  for (int i = 0; i < TWO; i++) {
    cells[i] = (struct cell){.processes = processes[i], .process_count = ROUNDS, .workers = i ? 4 : 1};
    char **texts[] = {
#define CELL_ID(name, level, label, meaning) &cells[i].name,
#include "base/cell_id.def"
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
      *texts[k] = word;
    cells[i].scale = weak, cells[i].units = 1e6 * (double)cells[i].workers, cells[i].plan_note = word;
    for (int r = 0; r < ROUNDS; r++)
      processes[i][r] = (struct process){.round = r, .ns = (i ? 11e6 : 10e6) * (1 + 1e-4 * r), .ok = true};
  }
  assert_true(time_by_work(&cells[1], 11e6) < time_by_work(&cells[0], 10e6));
  struct problem p = {.kernel = word, .problem = word, .scale = weak, .build = word, .unit = word, .bound = word};
  p.cells = cells, p.count = TWO;
  struct analysis a = analyse(&p);
  assert_null(a.base);
  assert_non_null(a.best);
  assert_int_equal(a.best->cell->workers, 4);
  analysis_free(&a);
}

/* ---- runs ---- */

struct bench {
  struct process processes[2][ROUNDS];
  struct cell cells[2];
  struct problem problems[2];
  struct figures figures[2];
  struct analysis analyses[2];
  struct result runs[2];
};

/* Runs of one cell each, of the machines and median times given. */
static struct machines bench_of(struct bench *b, const char *const *ids, const double *ns) {
  static char word[] = "";
  *b = (struct bench){0};
  for (size_t i = 0; i < 2; i++) {
    for (int r = 0; r < ROUNDS; r++)
      b->processes[i][r] = (struct process){.round = r, .ns = ns[i] * (1 + 0.001 * (r - ROUNDS / 2)), .ok = true};
    b->cells[i] = (struct cell){.processes = b->processes[i], .process_count = ROUNDS, .workers = 1};
    b->problems[i] = (struct problem){.kernel = word, .problem = word, .scale = word, .build = word, .unit = word};
    b->figures[i] = (struct figures){.cell = &b->cells[i], .valid = true, .throughput = NAN};
    b->figures[i].time = (struct estimate){.n = ROUNDS, .median = ns[i]};
    b->analyses[i] = (struct analysis){.problem = &b->problems[i], .figures = &b->figures[i], .count = 1};
    b->runs[i].analyses = &b->analyses[i];
    b->runs[i].run = (struct run){.problems = &b->problems[i], .problem_count = 1};
    b->runs[i].run.machine_id = (char *)(uintptr_t)ids[i];
  }
  return machines_of(b->runs, 2);
}

/* Earlier runs of both machines show what runs differ by: a lead of 1.3 is then proven, or open, by that. */
static void earlier_runs_of_both_machines_judge_a_small_lead(void **state) {
  (void)state;
  static const char *const ids[] = {"m", "n"}, *const alike[] = {"m", "m"};
  static const double ns[] = {130, 100};
  static const struct {
    double spreads[2];
    enum lead_kind kind;
  } cases[] = {{{.01, .01}, LEAD_PROVEN},
               {{.2, .01}, LEAD_OPEN},
               {{.01, .2}, LEAD_OPEN},
               {{NAN, .01}, LEAD_UNJUDGED},
               {{.01, NAN}, LEAD_UNJUDGED}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int same = 0; same < 2; same++) {
      struct bench bench;
      struct cell_history history[2] = {0}, *lists[2] = {&history[0], &history[1]};
      struct machines m = bench_of(&bench, same ? alike : ids, ns);
      machines_free(&m);
      for (size_t r = 0; r < 2; r++) {
        history[r].time = (struct run_prediction){7, 1, 1, cases[i].spreads[r], 7};
        bench.runs[r].history = (struct run_history){.cells = &lists[r], .problems = 1};
      }
      m = machines_of(bench.runs, 2);
      if (lead_kind(&m.contests[0]) != (same ? LEAD_UNJUDGED : cases[i].kind))
        fail_msg("case %zu, one machine %d: kind %d", i, same, lead_kind(&m.contests[0]));
      machines_free(&m);
    }
}

/* The slower machine's best was chosen among its cells too, which makes the lead look too small: its high end pays. */
static void the_high_end_pays_for_the_choice_on_the_slower_machine(void **state) {
  (void)state;
  static const char *const ids[] = {"m", "n"};
  static const double ns[] = {130, 100};
  struct lead leads[2];
  for (size_t more = 0; more < 2; more++) {
    struct bench bench;
    struct cell_history history[3] = {0}, *lists[2] = {&history[0], &history[2]};
    struct machines m = bench_of(&bench, ids, ns);
    machines_free(&m);
    struct figures cells[2] = {bench.figures[0], bench.figures[0]};
    bench.analyses[0].figures = cells, bench.analyses[0].count = 1 + more;
    for (size_t i = 0; i < 3; i++)
      history[i].time = (struct run_prediction){7, 1, 1, .01, 7};
    for (size_t r = 0; r < 2; r++)
      bench.runs[r].history = (struct run_history){.cells = &lists[r], .problems = 1};
    m = machines_of(bench.runs, 2);
    leads[more] = m.contests[0].lead;
    machines_free(&m);
  }
  assert_near(leads[1].low, leads[0].low, 1e-12);
  assert_true(leads[1].high > leads[0].high * 1.001);
}

/* A lead of two that one run a side proves is withheld where either machine was busy or either best is unfit. */
static void a_busy_or_unfit_run_is_not_judged(void **state) {
  (void)state;
  static const char *const ids[] = {"m", "n"};
  static const double ns[] = {100, 50};
  for (size_t i = 0; i < 3; i++) {
    struct bench bench;
    struct machines m = bench_of(&bench, ids, ns);
    machines_free(&m);
    if (i < 2)
      bench.runs[i].run.foreign_ns = 6, bench.runs[i].run.watched_ns = 100;
    for (size_t j = 0; i == 2 && j < bench.runs[0].analyses[0].count; j++)
      bench.runs[0].analyses[0].figures[j].unfit = UNFIT_WIDE;
    m = machines_of(bench.runs, 2);
    assert_true(m.contests[0].withheld);
    assert_int_equal(lead_kind(&m.contests[0]), LEAD_UNJUDGED);
    machines_free(&m);
  }
}

static void two_runs_of_one_machine_are_never_judged(void **state) {
  (void)state;
  static const struct {
    const char *ids[2];
    double ns[2];
    enum lead_kind kind;
  } cases[] = {
      {{"m", "n"}, {100, 50}, LEAD_PROVEN},   {{"m", "m"}, {100, 50}, LEAD_UNJUDGED},
      {{"m", "n"}, {100, 80}, LEAD_UNJUDGED}, {{"", ""}, {100, 50}, LEAD_PROVEN}, /* unknown: not known to be one */
      {{"m", "n"}, {100, 99.9}, LEAD_OPEN},   {{"m", "m"}, {100, 99.9}, LEAD_OPEN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct bench bench;
    struct machines m = bench_of(&bench, cases[i].ids, cases[i].ns);
    assert_int_equal(m.shared, 1);
    assert_int_equal(m.contests[0].first, 1);
    assert_int_equal(m.contests[0].second, 0);
    if (lead_kind(&m.contests[0]) != cases[i].kind)
      fail_msg("case %zu: kind %d", i, lead_kind(&m.contests[0]));
    machines_free(&m);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_ratio_combines_the_intervals_of_both_on_the_logarithms),
      cmocka_unit_test(without_two_intervals_nothing_is_proven),
      cmocka_unit_test(a_lead_is_proven_beyond_what_runs_of_one_machine_differ_by),
      cmocka_unit_test(an_outlier_is_far_by_the_spread_and_by_five_percent),
      cmocka_unit_test(a_chosen_cell_pays_for_all_it_was_chosen_among),
      cmocka_unit_test(processes_of_a_round_count_once),
      cmocka_unit_test(where_ranks_do_not_suffice_the_spread_decides),
      cmocka_unit_test(under_weak_scaling_most_work_a_second_is_fastest),
      cmocka_unit_test(without_a_baseline_weak_cells_are_ranked_by_their_work),
      cmocka_unit_test(earlier_runs_of_both_machines_judge_a_small_lead),
      cmocka_unit_test(the_high_end_pays_for_the_choice_on_the_slower_machine),
      cmocka_unit_test(a_busy_or_unfit_run_is_not_judged),
      cmocka_unit_test(two_runs_of_one_machine_are_never_judged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
