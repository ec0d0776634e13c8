/* Tests of what the CPU time of programs is said to show. */
#include "words/program_words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CELLS = 3 };

struct scene {
  struct cell cells[CELLS];
  struct figures figures[CELLS];
  struct problem problem;
  struct analysis analysis;
};

static struct estimate exactly(double ratio) {
  return (struct estimate){.n = 12, .median = ratio, .low = ratio - 0.01, .high = ratio + 0.01, .coverage = 0.96};
}

/* A serial cell, and one way on 2 and 4 workers: their time over that of the serial one, and the CPUs that each kept
 * busy. */
static void set(struct scene *s, double speedup, double cpus1, double cpus2, double cpus4) {
  static char empty[] = "", seq[] = "seq", own[] = "own";
  const double cpus[CELLS] = {cpus1, cpus2, cpus4};
  *s = (struct scene){.problem = {.cells = s->cells, .count = CELLS, .runs_programs = true}};
  for (int i = 0; i < CELLS; i++) {
    struct cell *c = &s->cells[i];
#define CELL_ID(name, level, label, meaning) c->name = empty;
#include "base/cell_id.def"
#undef CELL_ID
    c->variant = i ? own : seq, c->workers = i ? 2 * i : 1, c->serial = i == 0, c->cpus = cpus[i];
    s->figures[i] = (struct figures){.cell = c, .valid = true, .own = exactly(i ? speedup : 1)};
  }
  s->analysis =
      (struct analysis){.problem = &s->problem, .figures = s->figures, .count = CELLS, .base = &s->figures[0]};
}

static void says(const struct scene *s, const char *words) {
  struct text out = {0};
  program_sentences(&out, &s->analysis);
  if (*words ? !strstr(text_of(&out), words) : out.length != 0)
    fail_msg("'%s' does not say '%s'", text_of(&out), words);
  text_free(&out);
}

static void a_program_that_keeps_to_its_workers_is_not_mentioned(void **state) {
  (void)state;
  struct scene s;
  set(&s, 1.8, 1.0, 1.9, 3.7);
  says(&s, "");
  set(&s, 1.0, 0, 0, 0); /* no CPU time is known */
  says(&s, "");
}

static void more_cpus_than_workers_are_told(void **state) {
  (void)state;
  struct scene s;
  set(&s, 1.0, 1.9, 1.9, 1.9);
  says(&s, "kept 1.90 CPUs busy, more than its 1 worker");
  set(&s, 1.8, 1.0, 3.1, 3.7);
  says(&s, "kept 3.10 CPUs busy, more than its 2 workers");
  s.problem.runs_programs = false;
  says(&s, "");
}

static void a_program_that_ignores_its_workers_is_told(void **state) {
  (void)state;
  struct scene s;
  set(&s, 1.01, 1.0, 1.0, 1.0);
  says(&s, "takes the same time and one CPU with 1 to 4 workers");
  set(&s, 1.2, 1.0, 1.0, 1.0);
  says(&s, "");
  /* on a busy machine CPU times say nothing, and a wide interval proves no equal time */
  set(&s, 1.01, 1.0, 1.0, 1.0);
  s.analysis.busy = true;
  says(&s, "");
  set(&s, 1.01, 1.0, 1.0, 1.0);
  s.figures[2].own.low = 0.7;
  says(&s, "");
  set(&s, 1.01, 1.0, 1.0, 1.0);
  s.figures[1].own.coverage = 0;
  says(&s, "");
}

static void a_fixed_time_is_told_where_all_workers_are_busy(void **state) {
  (void)state;
  struct scene s;
  set(&s, 1.01, 1.0, 1.9, 3.8);
  says(&s, "takes the same time with 1 to 4 workers and keeps them all busy: it may run for a fixed time. Then --rate");
  s.problem.rated = true;
  says(&s, "");
  set(&s, 1.01, 1.0, 1.2, 1.3); /* half idle: a program that does not scale */
  says(&s, "");
  set(&s, 1.2, 1.0, 1.9, 3.8);
  says(&s, "");
}

static void a_speedup_above_the_workers_is_told(void **state) {
  (void)state;
  struct scene s;
  set(&s, 1.8, 1.0, 1.9, 3.7);
  s.figures[1].own = (struct estimate){.n = 12, .median = 2.49, .low = 2.19, .high = 2.58, .coverage = 0.96};
  says(&s, "own ×2: 2.49x over its run on one worker, more than its 2 workers");
  s.figures[1].own.low = 1.97;
  says(&s, "");
  s.figures[1].own.low = 2.001, s.figures[1].own.median = 2.01;
  says(&s, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_program_that_keeps_to_its_workers_is_not_mentioned),
      cmocka_unit_test(more_cpus_than_workers_are_told),
      cmocka_unit_test(a_fixed_time_is_told_where_all_workers_are_busy),
      cmocka_unit_test(a_speedup_above_the_workers_is_told),
      cmocka_unit_test(a_program_that_ignores_its_workers_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
