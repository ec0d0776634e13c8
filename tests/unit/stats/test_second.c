/* Tests the second opinion on synthetic rounds: equal clocks agree, a planted difference is found, few rounds tell
 * nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "stats/second.h"

enum { ROUNDS = 12 };

struct rig {
  struct process processes[ROUNDS];
  struct second_round rounds[ROUNDS];
  struct cell cell;
  struct problem problem;
  struct figures figures;
  struct analysis analysis;
  struct result result;
};

/* nway takes 20 ms in every round but for `jitter`; the other program starts in 50 ms, then takes `factor` times as
 * long for each of 10 executions. */
static struct second_opinion opinion_of(size_t rounds, double factor, double jitter) {
  static struct rig rig;
  rig = (struct rig){0};
  for (size_t i = 0; i < rounds; i++) {
    double off = 1 + jitter * (i % 3 == 0 ? 1 : i % 3 == 1 ? -1 : 0);
    rig.processes[i] = (struct process){.round = (int64_t)i + 1, .ns = 20e6, .ok = true};
    rig.rounds[i] = (struct second_round){(int64_t)i + 1, 50e6, 50e6 + 10 * 20e6 * factor * off};
  }
  rig.cell = (struct cell){.workers = 1, .processes = rig.processes, .process_count = rounds};
  rig.problem = (struct problem){.cells = &rig.cell, .count = 1};
  rig.figures = (struct figures){.cell = &rig.cell};
  rig.analysis = (struct analysis){.problem = &rig.problem, .figures = &rig.figures, .count = 1};
  rig.result = (struct result){.run = {.problems = &rig.problem, .problem_count = 1}, .analyses = &rig.analysis};
  rig.result.run.second =
      (struct second_facts){.by = "x", .workers = 1, .executions = 10, .rounds = rig.rounds, .count = rounds};
  for (int i = 0; i < CELL_IDS; i++)
    rig.result.run.second.text[i] = "";
  return second_opinion_of(&rig.result);
}

static void test_equal_clocks_agree(void **state) {
  (void)state;
  struct second_opinion same = opinion_of(ROUNDS, 1, 0.004);
  assert_int_equal(same.agreement, SECOND_AGREES);
  assert_true(fabs(same.other_ns - 20e6) < 1e5);
  assert_true(fabs(same.start_ns - 50e6) < 1);
}

static void test_a_planted_difference_is_found(void **state) {
  (void)state;
  struct second_opinion slower = opinion_of(ROUNDS, 1.1, 0.004), faster = opinion_of(ROUNDS, 0.9, 0.004);
  assert_int_equal(slower.agreement, SECOND_DIFFERS);
  assert_true(slower.ratio.low > 1.09 && slower.ratio.high < 1.11);
  assert_int_equal(faster.agreement, SECOND_DIFFERS);
}

static void test_few_or_noisy_rounds_are_undecided(void **state) {
  (void)state;
  assert_int_equal(opinion_of(5, 1, 0).agreement, SECOND_UNDECIDED);
  assert_int_equal(opinion_of(ROUNDS, 1, 0.08).agreement, SECOND_UNDECIDED);
  assert_int_equal(opinion_of(0, 1, 0).agreement, SECOND_SKIPPED);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal_clocks_agree),
                                     cmocka_unit_test(test_a_planted_difference_is_found),
                                     cmocka_unit_test(test_few_or_noisy_rounds_are_undecided)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
