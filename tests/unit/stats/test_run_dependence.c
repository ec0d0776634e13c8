/* Tests that a run's processes become the rounds in which dependence is looked for: pairs, what ran before, who shares.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/offers.h"
#include "stats/run_dependence.h"

/* ---- a run of one block: the baseline at places 0 and 5, cells in random order at the others ---- */

enum { ROUNDS = 24, CELLS = 8, BASES = 2, PLACES = CELLS + BASES };

struct made {
  struct run run;
  struct problem problem;
  struct cell cells[CELLS + 1];
  struct process processes[CELLS + 1][BASES * ROUNDS];
};

static char none[] = "", strong[] = "strong";
static gsl_rng *rng;

/* How much slower a process is: by its round and what ran before it. */
typedef double planted(int round, int place, const int *cell_at);

static void add_process(struct made *m, int cell, int round, int place, double ns) {
  struct cell *c = &m->cells[cell];
  c->processes[c->process_count++] = (struct process){.round = round, .block = 3, .order = place, .ns = ns, .ok = true};
}

static void make(struct made *m, planted *slower) {
  memset(m, 0, sizeof *m);
  for (int i = 0; i <= CELLS; i++) {
    m->cells[i] = (struct cell){.build = none, .scale = strong, .workers = i < 3 ? 1 : 2, .per_iteration = i > 6};
    m->cells[i].processes = m->processes[i];
  }
  m->problem = (struct problem){.build = none, .cells = m->cells, .count = CELLS + 1, .best_serial = &m->cells[0]};
  m->run = (struct run){.problems = &m->problem, .problem_count = 1};
  for (int round = 1; round <= ROUNDS; round++) {
    int cells[CELLS], at[PLACES];
    for (int i = 0; i < CELLS; i++)
      cells[i] = i + 1;
    gsl_ran_shuffle(rng, cells, CELLS, sizeof *cells);
    for (int place = 0, next = 0; place < PLACES; place++)
      at[place] = place % 5 == 0 ? 0 : cells[next++];
    for (int place = 0; place < PLACES; place++)
      add_process(
          m, at[place], round, place,
          1e6 * exp(gsl_ran_gaussian(rng, .01) + (m->cells[at[place]].workers > 1 ? slower(round, place, at) : 0)));
  }
}

static double nothing(int round, int place, const int *at) {
  (void)round, (void)place, (void)at;
  return 0;
}

static double late(int round, int place, const int *at) {
  (void)place, (void)at;
  return round > 10 ? .06 : 0;
}

static double after_serial(int round, int place, const int *at) {
  (void)round;
  return place > 0 && at[place - 1] < 3 ? .07 : 0;
}

static double now_and_then(int round, int place, const int *at) {
  (void)place, (void)at;
  return .05 * sin(round * round);
}

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

static struct dependence_findings found_in(planted *slower) {
  static struct made m;
  make(&m, slower);
  return dependence_of_run(&m.run);
}

static void cells_have_their_class(void **state) {
  (void)state;
  struct dependence_findings f = found_in(nothing);
  assert_int_equal(f.of[CLASS_SERIAL].cells, 2); /* the baseline is held against nothing */
  assert_int_equal(f.of[CLASS_PARALLEL].cells, 4);
  assert_int_equal(f.of[CLASS_PER_ITERATION].cells, 2);
}

/* With a round of its number in memory, a file of a few lines would ask for 64 GB. */
static void the_number_of_a_round_may_be_any(void **state) {
  (void)state;
  static struct made m;
  make(&m, late);
  struct dependence_findings near = dependence_of_run(&m.run);
  for (int i = 0; i <= CELLS; i++)
    for (size_t j = 0; j < m.cells[i].process_count; j++)
      m.processes[i][j].round *= 40000000;
  struct dependence_findings far = dependence_of_run(&m.run);
  assert_memory_equal(&near, &far, sizeof near);
}

static void a_step_of_the_parallel_cells_is_found_after_its_round(void **state) {
  (void)state;
  struct dependence_finding f = found_in(late).of[CLASS_PARALLEL];
  assert_true(f.kinds >> DEPEND_STEP & 1);
  assert_in_range(f.step_round + 1, 9, 11);
  assert_true(f.shift > .03 && f.shift < .09);
}

static void what_ran_before_is_known(void **state) {
  (void)state;
  struct dependence_finding f = found_in(after_serial).of[CLASS_PARALLEL];
  assert_true(f.kinds >> DEPEND_CARRY & 1);
  assert_true(f.shift > .04 && f.shift < .1);
}

static void cells_that_go_together_are_found_and_their_baselines_told_apart(void **state) {
  (void)state;
  assert_true(found_in(now_and_then).of[CLASS_PARALLEL].kinds >> DEPEND_TOGETHER & 1);
}

/* 60 runs at a level of 5 %: more than 12 are found in one of 20,000 such tests. */
static void clean_runs_are_left_alone(void **state) {
  (void)state;
  int found = 0;
  for (int i = 0; i < 60; i++) {
    struct dependence_findings f = found_in(nothing);
    found += (f.of[0].kinds | f.of[1].kinds | f.of[2].kinds) != 0;
  }
  assert_true(found <= 12);
}

/* Two builds: the new one is held against the old one of the same cell. */
static void builds_are_held_against_each_other(void **state) {
  (void)state;
  static struct made old, new;
  static char old_word[] = "old", new_word[] = "new", names[CELLS + 1][4];
  make(&old, nothing), make(&new, late);
  for (int i = 0; i <= CELLS; i++) {
    names[i][0] = (char)('a' + i);
    struct cell *both[] = {&old.cells[i], &new.cells[i]};
    for (int b = 0; b < 2; b++) {
      both[b]->build = b ? new_word : old_word;
      both[b]->kernel = both[b]->problem = both[b]->schedule = both[b]->pin = both[b]->memory = none;
      both[b]->method = none, both[b]->variant = names[i], both[b]->scale = strong;
    }
  }
  struct problem problems[] = {old.problem, new.problem};
  problems[0].build = old_word, problems[1].build = new_word;
  problems[0].best_serial = problems[1].best_serial = NULL;
  struct run run = {.problems = problems, .problem_count = 2};
  struct dependence_findings f = dependence_of_run(&run);
  assert_int_equal(f.of[CLASS_SERIAL].cells, 3);
  assert_true(f.of[CLASS_PARALLEL].kinds >> DEPEND_STEP & 1);
}

static void a_run_without_baseline_or_processes_finds_nothing(void **state) {
  (void)state;
  static struct made m;
  make(&m, late);
  m.problem.best_serial = NULL;
  struct dependence_findings f = dependence_of_run(&m.run);
  assert_int_equal(f.of[CLASS_PARALLEL].cells, 0);
  struct run empty = {0};
  f = dependence_of_run(&empty);
  assert_int_equal(f.of[CLASS_PARALLEL].kinds, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_have_their_class),
      cmocka_unit_test(the_number_of_a_round_may_be_any),
      cmocka_unit_test(a_step_of_the_parallel_cells_is_found_after_its_round),
      cmocka_unit_test(what_ran_before_is_known),
      cmocka_unit_test(cells_that_go_together_are_found_and_their_baselines_told_apart),
      cmocka_unit_test(clean_runs_are_left_alone),
      cmocka_unit_test(builds_are_held_against_each_other),
      cmocka_unit_test(a_run_without_baseline_or_processes_finds_nothing),
  };
  return cmocka_run_group_tests(tests, start, end);
}
