/* Holds the adaptive stop: pairing within a block, looks, widths, failed processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/settle.h"

static struct task tasks[1];
static struct plan_cell cells[3]; /* 0 the baseline, 1 and 2 held against it */
static struct plan plan;

static struct settle *fresh(void) {
  for (int i = 0; i < 3; i++)
    cells[i] = (struct plan_cell){.state = CELL_PLANNED, .best_serial = i == 0};
  plan = (struct plan){.tasks = tasks, .cells = cells, .task_count = 1, .cell_count = 3, .block_count = 1};
  struct settle *settle = settle_open(&plan);
  assert_non_null(settle);
  return settle;
}

/* Rounds in which cell 1 takes half the time of the baseline beside it, whatever the drift, and cell 2, twenty-five
 * times the baseline's, varies. */
static void rounds(struct settle *settle, int from, int to, double noise) {
  for (int round = from; round <= to; round++) {
    double drift = 1000.0 * round, wobble = round % 2 ? 1 + noise : 1;
    struct block_process block[] = {{0, 2 * drift}, {1, drift * 1.001}, {2, 50 * drift * wobble}, {0, 100 * drift}};
    settle_block(settle, 0, block, 4);
  }
}

static void the_best_runs_until_the_others_have_what_their_verdicts_need(void **state) {
  (void)state;
  struct settle *settle = fresh();
  rounds(settle, 1, 11, 0.02);
  assert_int_equal(settle_look(settle, 0.02), 2); /* 11 is no look */
  rounds(settle, 12, 12, 0.2);
  rounds(settle, 13, 16, 0.2);
  assert_int_equal(settle_look(settle, 0.02), 2);
  rounds(settle, 17, 17, 0.2);
  assert_int_equal(settle_look(settle, 0.02), 0); /* cell 2 is far away: 10 % are narrow enough */
  assert_true(cells[1].settled && cells[2].settled);
  assert_false(cells[0].settled); /* the baseline is never done before the others */
  settle_close(settle);
}

static void the_best_goes_on_beside_a_wide_cell(void **state) {
  (void)state;
  struct settle *settle = fresh();
  rounds(settle, 1, 12, 0.2);
  assert_int_equal(settle_look(settle, 0.02), 2);
  assert_false(cells[1].settled); /* its own ratio is exact */
  assert_false(cells[2].settled);
  settle_close(settle);
}

/* One block a round: the baseline 1000, cell 1 at 500, cell 2 at `slower` times that, both moved by `noise` in turn. */
static void near_the_best(struct settle *settle, double slower, double noise) {
  for (int round = 1; round <= 12; round++) {
    struct block_process block[] = {{0, 1000}, {1, 500}, {2, 500 * slower * (round % 2 ? 1 + noise : 1)}};
    assert_int_equal(settle_block(settle, 0, block, 3), 0);
  }
}

static void the_width_needed_is_half_the_distance_to_the_best(void **state) {
  (void)state;
  struct settle *settle = fresh();
  near_the_best(settle, 1.2, 0.05);
  settle_look(settle, 0.02);
  assert_true(cells[2].settled); /* 5 % wide, 22 % away */
  settle_close(settle);
  settle = fresh();
  near_the_best(settle, 1.02, 0.05);
  settle_look(settle, 0.02);
  assert_false(cells[2].settled); /* 5 % wide, 4 % away */
  settle_close(settle);
}

static void an_expected_cell_needs_the_width_asked_at_any_distance(void **state) {
  (void)state;
  struct settle *settle = fresh();
  cells[2].expected = true;
  near_the_best(settle, 1.2, 0.05);
  settle_look(settle, 0.02);
  assert_false(cells[2].settled);
  settle_look(settle, 0.06);
  assert_true(cells[2].settled);
  settle_close(settle);
}

static void cells_grown_with_the_workers_are_held_by_their_throughput(void **state) {
  (void)state;
  struct task weak[2] = {{.weak = 1, .units = 10}, {.weak = 2, .units = 20}};
  struct settle *settle = fresh();
  plan.tasks = weak, plan.task_count = 2;
  cells[2].task = 1;
  near_the_best(settle, 2, 0.05); /* twice the time for twice the work: as fast as the best */
  settle_look(settle, 0.02);
  assert_false(cells[2].settled);
  settle_close(settle);
}

/* Eight times the work in 1.14 times the time is the best of weak scaling, although its time is the longest. */
static void the_best_of_weak_scaling_is_the_one_with_the_highest_throughput(void **state) {
  (void)state;
  struct task weak[2] = {{.weak = 1, .units = 10}, {.weak = 8, .units = 80}};
  struct settle *settle = fresh();
  plan.tasks = weak, plan.task_count = 2;
  cells[1].task = cells[2].task = 1;
  for (int round = 1; round <= 12; round++) {
    struct block_process block[] = {{0, 1000}, {1, 1140}, {2, 1140 * 1.02 * (round % 2 ? 1.05 : 1)}};
    assert_int_equal(settle_block(settle, 0, block, 3), 0);
  }
  settle_look(settle, 0.02);
  assert_false(cells[2].settled); /* 5 % wide, 4 % from the best; far from the baseline */
  settle_close(settle);
}

static void what_is_wide_at_a_look_may_settle_only_at_the_next(void **state) {
  (void)state;
  struct settle *settle = fresh();
  rounds(settle, 1, 13, 0);
  assert_int_equal(settle_look(settle, 0.02), 2); /* all are narrow, but 13 is no look */
  rounds(settle, 14, 17, 0);
  assert_int_equal(settle_look(settle, 0.02), 0);
  settle_close(settle);
}

static void a_cell_is_paired_with_the_baseline_beside_it(void **state) {
  (void)state;
  struct settle *settle = fresh();
  /* The far baseline differs by another factor each round: pairing with it would never be narrow. */
  for (int round = 1; round <= 12; round++) {
    struct block_process block[] = {{0, 1000.0 * round * round}, {2, 5000}, {1, 500}, {0, 1000}};
    settle_block(settle, 0, block, 4);
  }
  settle_look(settle, 0.02);
  assert_true(cells[1].settled);
  settle_close(settle);
}

static void failed_processes_give_no_ratio(void **state) {
  (void)state;
  struct settle *settle = fresh();
  for (int round = 1; round <= 12; round++) {
    struct block_process block[] = {{0, round == 5 ? NAN : 1000}, {1, 500}, {2, round == 7 ? NAN : 100}};
    settle_block(settle, 0, block, 3);
  }
  assert_int_equal(settle_look(settle, 0.02), 2); /* 11 ratios each: no look */
  settle_close(settle);
}

/* ---- methods that cannot win: 0 the baseline, 1 its method with 2 workers; 2 and 3, 4 another method ---- */

static struct task methods[2];
static struct plan_cell ways[5];
static const struct known_variant serial = {.serial = true}, parallel = {.serial = false};

/* Three rounds in which the cells take these times. */
static int given_up(const double *ns, const double *last) {
  for (int i = 0; i < 5; i++)
    ways[i] = (struct plan_cell){.state = CELL_PLANNED,
                                 .best_serial = i == 0,
                                 .task = i >= 2,
                                 .workers = i == 0 || i == 2 ? 1
                                            : i == 4         ? 4
                                                             : 2,
                                 .variant = i == 0 || i == 2 ? &serial : &parallel};
  plan = (struct plan){.tasks = methods, .cells = ways, .task_count = 2, .cell_count = 5, .block_count = 1};
  struct settle *settle = settle_open(&plan);
  assert_non_null(settle);
  for (int round = 1; round <= 3; round++) {
    struct block_process block[5];
    for (int i = 0; i < 5; i++)
      block[i] = (struct block_process){i, round == 3 ? last[i] : ns[i]};
    assert_int_equal(settle_block(settle, 0, block, 5), 0);
  }
  int count = settle_give_up(settle);
  settle_close(settle);
  return count;
}

static void a_method_that_cannot_win_keeps_seq_and_its_best_point(void **state) {
  (void)state;
  static const double slow[] = {100, 60, 1000, 600, 400};
  assert_int_equal(given_up(slow, slow), 1);
  assert_true(ways[3].settled && ways[3].given_up && !ways[2].settled && !ways[4].settled);
  assert_non_null(strstr(ways[3].note, "given up after 3 rounds"));
}

static void a_method_that_may_win_anywhere_or_once_goes_on(void **state) {
  (void)state;
  static const double slow[] = {100, 60, 1000, 600, 400}, scales[] = {100, 60, 1000, 600, 90},
                      once[] = {100, 60, 1000, 600, 110}, baseline_was_slow[] = {250, 180, 1000, 600, 400};
  assert_int_equal(given_up(scales, scales), 0);
  assert_int_equal(given_up(slow, once), 0); /* 110 against 60: within a factor of two */
  assert_int_equal(given_up(slow, baseline_was_slow), 1);
  methods[1].build = BUILD_NEW;
  assert_int_equal(given_up(slow, slow), 0); /* a build is no method */
  methods[1] = (struct task){.weak = 2};
  assert_int_equal(given_up(slow, slow), 0);
  methods[1] = (struct task){0};
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_best_runs_until_the_others_have_what_their_verdicts_need),
      cmocka_unit_test(the_best_goes_on_beside_a_wide_cell),
      cmocka_unit_test(the_width_needed_is_half_the_distance_to_the_best),
      cmocka_unit_test(an_expected_cell_needs_the_width_asked_at_any_distance),
      cmocka_unit_test(cells_grown_with_the_workers_are_held_by_their_throughput),
      cmocka_unit_test(the_best_of_weak_scaling_is_the_one_with_the_highest_throughput),
      cmocka_unit_test(what_is_wide_at_a_look_may_settle_only_at_the_next),
      cmocka_unit_test(a_cell_is_paired_with_the_baseline_beside_it),
      cmocka_unit_test(failed_processes_give_no_ratio),
      cmocka_unit_test(a_method_that_cannot_win_keeps_seq_and_its_best_point),
      cmocka_unit_test(a_method_that_may_win_anywhere_or_once_goes_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
