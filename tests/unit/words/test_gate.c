/* Holds the gate's exit codes and its counting of failures against what they promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "words/gate.h"

static void each_exit_code_has_its_reason(void **state) {
  (void)state;
  static const struct {
    const char *what;
    struct gate_counts counts;
    int usual, strict;
  } cases[] = {
      {"all the same", {.of = {[CHANGE_SAME] = 4}, .compared = 4, .tested = 4}, 0, 0},
      {"slower, size undecided", {.of = {[CHANGE_UNSIZED] = 1}, .compared = 1, .tested = 1}, 0, 3},
      {"a regression", {.of = {[CHANGE_SLOWER] = 1}, .compared = 1, .tested = 1}, 1, 1},
      {"undecided", {.of = {[CHANGE_UNDECIDED] = 1, [CHANGE_SAME] = 1}, .compared = 2, .tested = 2}, 0, 3},
      {"a cell was lost", {.of = {[CHANGE_SAME] = 1}, .compared = 1, .tested = 1, .lost = 1}, 0, 3},
      {"no cell in common", {.lost = 4}, 3, 3},
      {"too few runs have each cell", {.of = {[CHANGE_UNDECIDED] = 2}, .compared = 2}, 3, 3},
      {"too few runs", {.of = {[CHANGE_UNDECIDED] = 2}, .compared = 2, .refused = true}, 3, 3},
      {"a failure needs no runs", {.of = {[CHANGE_UNDECIDED] = 2}, .compared = 2, .refused = true, .broken = 1}, 1, 1},
      {"could not fire", {.of = {[CHANGE_UNDECIDED] = 9}, .compared = 9, .tested = 9, .powerless = 9}, 3, 3},
      {"one could not",
       {.of = {[CHANGE_SAME] = 8, [CHANGE_UNDECIDED] = 1}, .compared = 9, .tested = 9, .powerless = 1},
       3,
       3},
      {"a busy machine", {.of = {[CHANGE_UNDECIDED] = 1}, .compared = 1, .tested = 1, .unjudged = 1}, 3, 3},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (gate_exit(&cases[i].counts, false) != cases[i].usual || gate_exit(&cases[i].counts, true) != cases[i].strict)
      fail_msg("%s", cases[i].what);
}

/* ---- sides made by hand: one problem, one cell ---- */

enum { RUNS = 12, TWINS = 40 };
struct bench {
  struct cell cells[GATE_SIDES][RUNS][TWINS];
  struct problem problems[GATE_SIDES][RUNS];
  struct figures figures[GATE_SIDES][RUNS][TWINS];
  struct analysis analyses[GATE_SIDES][RUNS];
  struct result results[GATE_SIDES][RUNS];
  char ids[GATE_SIDES][RUNS][8], started[GATE_SIDES][RUNS][8];
  bool timed;              /* the runs say when they started, both sides in turn */
  size_t busy[GATE_SIDES]; /* so many runs of a side are on a busy machine */
  size_t twins;            /* cells of these times on 1, 2, 3 ... workers; 0: one */
};

static char none[] = "", seq[] = "seq", machine[] = "m";

static struct figures one_cell(struct cell *c, int64_t workers, double ns) {
  *c = (struct cell){.workers = workers};
  char **texts[] = {&c->build, &c->method,    &c->schedule, &c->pin,    &c->memory,
                    &c->scale, &c->plan_note, &c->problem,  &c->kernel, &c->variant};
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
    *texts[t] = none;
  c->kernel = c->variant = seq;
  c->trouble.failed = ns == 0;
  c->trouble.status = c->trouble.failed ? STATUS_CRASH : STATUS_NONE;
  return (struct figures){
      .cell = c, .valid = ns > 0, .time = {.n = 1, .median = ns}, .no_speedup = ns > 0 ? NULL : "crash"};
}

/* Runs of `ns` each; 0: the cell crashed in that run, -1: it was left out. */
static struct gate_counts judge(struct bench *b, const double ns[GATE_SIDES][RUNS], struct text *out) {
  struct gate_side sides[GATE_SIDES] = {{b->results[GATE_BASE], 0}, {b->results[GATE_NEW], 0}};
  for (size_t s = 0; s < GATE_SIDES; s++)
    for (size_t i = 0; i < RUNS && !isnan(ns[s][i]); i++) {
      size_t twins = b->twins ? b->twins : 1;
      for (size_t t = 0; t < twins; t++)
        b->figures[s][i][t] = one_cell(&b->cells[s][i][t], (int64_t)t + 1, ns[s][i]);
      b->problems[s][i] = (struct problem){
          .build = none, .kernel = seq, .problem = none, .scale = none, .cells = b->cells[s][i], .count = twins};
      b->analyses[s][i] = (struct analysis){.problem = &b->problems[s][i], .figures = b->figures[s][i], .count = twins};
      snprintf(b->ids[s][i], sizeof b->ids[s][i], "%zu-%zu", s, i);
      struct run run = {.problems = &b->problems[s][i], .problem_count = 1, .id = b->ids[s][i], .machine_id = machine};
      run.folder = run.label = run.name = run.config_text = run.started = none;
      if (b->timed) {
        snprintf(b->started[s][i], sizeof b->started[s][i], "%03zu", 2 * i + s);
        run.started = b->started[s][i];
      }
      run.watched_ns = 100, run.foreign_ns = i < b->busy[s] ? 20 : 1;
      b->results[s][i] = (struct result){.run = run, .analyses = &b->analyses[s][i]};
      sides[s].count++;
    }
  struct fault why = {0};
  assert_int_equal(gate_check(sides, &why), 0);
  return gate_print(sides, 0.03, out, (struct screen){.columns = 100, .unicode = true});
}

static void a_cell_is_broken_where_it_fails_more_often_than_it_did(void **state) {
  (void)state;
  static const struct {
    double ns[GATE_SIDES][RUNS];
    size_t broken, lost, compared;
  } cases[] = {
      {{{1, 1, NAN}, {1, 0, NAN}}, 1, 0, 1},       /* half of the new runs, no base run */
      {{{1, 0, NAN}, {1, 0, NAN}}, 0, 0, 1},       /* as often as before */
      {{{1, 1, 1, 0, NAN}, {1, 0, NAN}}, 1, 0, 1}, /* more often than before */
      {{{1, 1, 1, 0, NAN}, {0, NAN}}, 1, 0, 0},    /* never right any more */
      {{{0, 0, NAN}, {0, 0, NAN}}, 0, 1, 0},       /* never was right */
      {{{1, 1, NAN}, {-1, -1, NAN}}, 0, 1, 0},     /* no longer measured */
      {{{-1, -1, NAN}, {1, 1, NAN}}, 0, 0, 0},     /* a new cell */
      {{{-1, -1, NAN}, {0, 0, NAN}}, 0, 0, 0},     /* a new cell that never worked broke nothing */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct bench bench = {.timed = true};
    struct text out = {0};
    struct gate_counts counts = judge(&bench, cases[i].ns, &out);
    if (counts.broken != cases[i].broken || counts.lost != cases[i].lost || counts.compared != cases[i].compared)
      fail_msg("case %zu: broken %zu, lost %zu, compared %zu\n%s", i, counts.broken, counts.lost, counts.compared,
               text_of(&out));
    text_free(&out);
  }
}

static void five_a_side_decide_and_four_do_not(void **state) {
  (void)state;
  static const double five[GATE_SIDES][RUNS] = {{100, 101, 102, 103, 104, NAN}, {120, 121, 122, 123, 124, NAN}},
                      four[GATE_SIDES][RUNS] = {{100, 101, 102, 103, 104, NAN}, {120, 121, 122, 123, NAN}},
                      lame[GATE_SIDES][RUNS] = {{100, 101, 102, 103, 104, NAN}, {120, 121, 122, 123, -1, NAN}};
  struct bench bench = {.timed = true};
  struct text out = {0};
  struct gate_counts counts = judge(&bench, five, &out);
  assert_true(counts.of[CHANGE_SLOWER] == 1 && !counts.refused);
  assert_non_null(strstr(text_of(&out), "p 0.0079"));
  text_free(&out);
  counts = judge(&bench, four, &out);
  assert_true(counts.refused && counts.of[CHANGE_UNDECIDED] == 1 && counts.tested == 0);
  assert_non_null(strstr(text_of(&out), "unpaired, cannot decide"));
  text_free(&out);
  counts = judge(&bench, lame, &out); /* enough runs, but one of them lacks the cell */
  assert_true(!counts.refused && counts.of[CHANGE_UNDECIDED] == 1 && counts.tested == 0);
  assert_non_null(strstr(text_of(&out), "not measured in 1 of 5 new runs"));
  text_free(&out);
}

/* All new runs are slower, and by 2.9 or 3.1 % where 3 % are worth attention: slower, but not proven beyond that. */
static void slower_than_base_is_not_yet_slower_than_worth(void **state) {
  (void)state;
  static const double ns[GATE_SIDES][RUNS] = {{100.2, 100, 100.4, 100.1, 100.3, NAN},
                                              {103.2, 102.9, 103.5, 103.1, 103.3, NAN}};
  struct bench bench = {.timed = true};
  struct text out = {0};
  struct gate_counts counts = judge(&bench, ns, &out);
  assert_true(counts.of[CHANGE_UNSIZED] == 1 && counts.of[CHANGE_SLOWER] == 0);
  assert_non_null(strstr(text_of(&out), "slower, size undecided"));
  assert_null(strstr(text_of(&out), "REGRESSION"));
  assert_int_equal(gate_exit(&counts, false), 0);
  text_free(&out);
}

static void a_history_shows_the_middle_half_of_base(void **state) {
  (void)state;
  static const double ns[GATE_SIDES][RUNS] = {{105, 100, 104, 101, 103, 102, NAN}, {100, 101, 102, 103, 104, NAN}};
  struct bench bench = {.timed = true};
  struct text out = {0};
  judge(&bench, ns, &out); /* 101 and 104 around 102.5 */
  assert_non_null(strstr(text_of(&out), "the middle half of base: -1.46 to +1.46 %"));
  text_free(&out);
}

/* The planted fault: equal builds, but over half of the new runs met a slower machine. */
static void a_step_in_one_side_leaves_it_undecided(void **state) {
  (void)state;
  static const double ns[GATE_SIDES][RUNS] = {
      {100, 100.4, 99.8, 100.1, 100.3, 99.9, 100.2, 99.7, 100.5, 99.6, 100.05, 100.15},
      {100.2, 99.9, 100.1, 99.8, 100.0, 108.4, 107.9, 108.2, 108.3, 107.8, 108.05, 108.15}};
  struct bench bench = {.timed = true};
  struct text out = {0};
  struct gate_counts counts = judge(&bench, ns, &out);
  assert_true(counts.of[CHANGE_UNDECIDED] == 1);
  if (!strstr(text_of(&out), "undecided : a step in the new runs"))
    fail_msg("%s", text_of(&out));
  text_free(&out);
  bench.timed = false; /* without their times nobody can know, so nothing is judged */
  counts = judge(&bench, ns, &out);
  assert_true(counts.of[CHANGE_UNDECIDED] == 1 && counts.unjudged == 1);
  assert_int_equal(gate_exit(&counts, false), 3);
  assert_non_null(strstr(text_of(&out), "undecided : the order of the base runs is unknown"));
  text_free(&out);
}

/* A step does not matter where each new run is slower than each base run by more than worth. */
static void sides_that_are_apart_are_decided_whatever_their_order(void **state) {
  (void)state;
  static const double ns[GATE_SIDES][RUNS] = {
      {100, 100.4, 99.8, 100.1, 100.3, 99.9, 100.2, 99.7, 100.5, 99.6, 100.05, 100.15},
      {110.2, 109.9, 110.1, 109.8, 118.1, 118.4, 117.9, 118.2, 118.3, 117.8, 118.05, 118.15}};
  struct bench bench = {.timed = true};
  struct text out = {0};
  struct gate_counts counts = judge(&bench, ns, &out);
  assert_true(counts.of[CHANGE_SLOWER] == 1);
  text_free(&out);
}

static void a_machine_that_was_busy_in_most_runs_decides_nothing(void **state) {
  (void)state;
  static const double ns[GATE_SIDES][RUNS] = {{100, 101, 102, 103, 104, NAN}, {120, 121, 122, 123, 124, NAN}};
  static const struct {
    size_t base, new;
    const char *why;
  } cases[] = {
      {0, 0, NULL},
      {2, 2, NULL}, /* under half: a side's median is that of an idle machine */
      {0, 3, "the machine was busy in most new runs"},
      {3, 0, "the machine was busy in most base runs"},
      {5, 5, "the machine was busy in most runs"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct bench bench = {.timed = true, .busy = {cases[i].base, cases[i].new}};
    struct text out = {0};
    struct gate_counts counts = judge(&bench, ns, &out);
    bool busy = cases[i].why != NULL;
    assert_int_equal(counts.of[CHANGE_UNDECIDED], busy);
    assert_int_equal(counts.of[CHANGE_SLOWER], !busy);
    assert_int_equal(gate_exit(&counts, false), busy ? 3 : 1);
    if (busy && !strstr(text_of(&out), cases[i].why))
      fail_msg("case %zu: %s", i, text_of(&out));
    text_free(&out);
  }
}

/* 12 runs a side, of which 5 answered right: 5 against 5 prove one of 6 cells at most. */
static void what_few_right_runs_cannot_prove_is_never_green(void **state) {
  (void)state;
  static const double whole[GATE_SIDES][RUNS] = {{110, 100, 120, 105, 115, NAN}, {105, 110, 115, 100, 120, NAN}};
  double most[GATE_SIDES][RUNS] = {{110, 100, 120, 105, 115, -1, -1, -1, -1, -1, -1, -1},
                                   {105, 110, 115, 100, 120, -1, -1, -1, -1, -1, -1, -1}};
  struct bench bench = {.timed = true, .twins = 40};
  struct text out = {0};
  struct gate_counts counts = judge(&bench, most, &out);
  assert_int_equal(counts.tested, 40);
  assert_int_equal(counts.powerless, 40);
  assert_int_equal(gate_exit(&counts, false), 3);
  assert_non_null(strstr(text_of(&out), "more runs needed: 40 of 40 cells"));
  text_free(&out);
  bench.twins = 6;
  counts = judge(&bench, whole, &out);
  assert_int_equal(counts.powerless, 0);
  assert_int_equal(gate_exit(&counts, false), 0);
  text_free(&out);
}

static void a_sentence_says_what_the_gate_found(void **state) {
  (void)state;
  static const struct {
    struct gate_counts counts;
    const char *sentence;
  } cases[] = {
      {{.of = {[CHANGE_SLOWER] = 2, [CHANGE_SAME] = 4}, .compared = 6},
       "2 of 6 cells are slower by more than 3 %; 4 the same."},
      {{.of = {[CHANGE_SLOWER] = 1}, .compared = 1}, "1 of 1 cell is slower by more than 3 %."},
      {{.of = {[CHANGE_FASTER] = 1, [CHANGE_UNDECIDED] = 1}, .compared = 2},
       "No cell of 2 is slower by more than 3 %; 1 faster, 1 undecided."},
      {{.of = {[CHANGE_SAME] = 1}, .compared = 1}, "The one cell is not slower by more than 3 %; 1 the same."},
      {{.compared = 3, .refused = true}, "3 cells compared, and no time judged."},
      {{.broken = 1}, "The new runs break 1 cell. No cell was right on both sides."},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct text out = {0};
    gate_sentence(&out, &cases[i].counts, 0.03);
    assert_string_equal(text_of(&out), cases[i].sentence);
    text_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_exit_code_has_its_reason),
      cmocka_unit_test(a_sentence_says_what_the_gate_found),
      cmocka_unit_test(a_cell_is_broken_where_it_fails_more_often_than_it_did),
      cmocka_unit_test(five_a_side_decide_and_four_do_not),
      cmocka_unit_test(slower_than_base_is_not_yet_slower_than_worth),
      cmocka_unit_test(a_history_shows_the_middle_half_of_base),
      cmocka_unit_test(a_step_in_one_side_leaves_it_undecided),
      cmocka_unit_test(sides_that_are_apart_are_decided_whatever_their_order),
      cmocka_unit_test(a_machine_that_was_busy_in_most_runs_decides_nothing),
      cmocka_unit_test(what_few_right_runs_cannot_prove_is_never_green),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
