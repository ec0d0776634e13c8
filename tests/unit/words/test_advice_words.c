/* Tests of the sentence on how many workers to use: what was not measured, and why. */
#include "stats/fitness.h"
#include "words/advice_words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CELLS = 4, ROUNDS = 12 };
static char empty[] = "", seq[] = "seq", own[] = "own";

struct scene {
  struct process processes[CELLS][ROUNDS];
  struct cell cells[CELLS];
  struct problem problem;
};

/* A serial cell and one way on more workers; a time of 0: the cell has none. */
static void set(struct scene *s, const int *workers, const double *ns) {
  *s = (struct scene){.problem = {.build = empty, .kernel = own, .problem = empty, .scale = empty}};
  for (int i = 0; i < CELLS; i++) {
    struct cell *c = &s->cells[i];
#define CELL_ID(name, level, label, meaning) c->name = empty;
#include "base/cell_id.def"
#undef CELL_ID
    c->section = c->plan_note = empty, c->attainable = NAN, c->workers = workers[i], c->serial = i == 0;
    c->variant = i ? own : seq, c->processes = s->processes[i], c->process_count = ns[i] > 0 ? ROUNDS : 0;
    for (int r = 0; r < ROUNDS; r++)
      s->processes[i][r] = (struct process){.round = r + 1,
                                            .order = i,
                                            .ns = ns[i] * (1 + 0.001 * (r % 3)),
                                            .cold_ns = NAN,
                                            .throughput = NAN,
                                            .ok = true};
  }
  s->problem.cells = s->cells, s->problem.count = CELLS;
  s->problem.naive = s->problem.best_serial = s->cells;
}

static void says(const struct scene *s, const char *words) {
  struct analysis a = analyse(&s->problem);
  struct text out = {0};
  analysis_withhold(&a, NAN);
  advice_sentence(&out, &a);
  if (!strstr(text_of(&out), words))
    fail_msg("'%s' does not say '%s'", text_of(&out), words);
  text_free(&out);
  analysis_free(&a);
}

static void a_busy_machine_is_told_and_not_judged(void **state) {
  (void)state;
  struct scene s;
  set(&s, (const int[]){1, 2, 4, 8}, (const double[]){100, 51, 30, 45});
  struct analysis a = analyse(&s.problem);
  struct text out = {0};
  a.busy = true;
  advice_sentence(&out, &a);
  assert_memory_equal(text_of(&out), "BUSY, so not judged; ", 21);
  text_free(&out);
  analysis_free(&a);
}

static void counts_that_were_not_measured_are_told(void **state) {
  (void)state;
  struct scene s;
  set(&s, (const int[]){1, 2, 4, 8}, (const double[]){100, 51, 30, 45});
  says(&s, "x [3.33, 3.33]; 8 workers are slower, 2.22x [2.22, 2.22]; 3 and 5 to 7 were not measured.");
  set(&s, (const int[]){1, 2, 4, 5}, (const double[]){100, 51, 30, 45});
  says(&s, "; 5 workers are slower, 2.22x [2.22, 2.22]; 3 was not measured.");
  set(&s, (const int[]){1, 2, 4, 8}, (const double[]){100, 51, 30, 29.9});
  says(&s, "Use 4 workers: 3.33x [3.33, 3.33]; 8 workers gain less than 2 % more; 3 and 5 to 7 were not measured.");
  set(&s, (const int[]){1, 2, 3, 4}, (const double[]){100, 110, 120, 130});
  s.problem.runs_programs = true;
  says(&s, "Use 1 worker: 4 workers are slower, 0.769x [0.769, 0.769].");
  set(&s, (const int[]){1, 2, 4, 6}, (const double[]){100, 51, 40, 30});
  says(&s, "x [3.33, 3.33]; 5, and more than 6, were not measured.");
  set(&s, (const int[]){1, 2, 3, 4}, (const double[]){100, 51, 40, 30});
  says(&s, "x [3.33, 3.33]; more were not measured.");
}

static void with_several_minima_all_gaps_are_told(void **state) {
  (void)state;
  struct scene s;
  set(&s, (const int[]){1, 2, 4, 8}, (const double[]){100, 30, 60, 45});
  says(&s, "Use 2 workers: 3.33x [3.33, 3.33]; 8 workers are slower, 2.22x [2.22, 2.22]; 3 and 5 to 7 were not "
           "measured, and "
           "time has several "
           "minima over the workers.");
  set(&s, (const int[]){1, 2, 4, 8}, (const double[]){100, 30, 45, 60});
  says(&s, "x [3.33, 3.33]; 8 workers are slower, 1.67x [1.67, 1.67]; 3 was not measured.");
  set(&s, (const int[]){1, 3, 5, 7}, (const double[]){100, 60, 70, 30});
  says(&s, "; 2, 4, 6, and more than 7, were not measured, and time");
}

static void a_larger_count_that_failed_is_told_with_the_reason(void **state) {
  (void)state;
  static char note[] = "'tool 4' ended with exit code 3";
  struct scene s;
  set(&s, (const int[]){1, 2, 3, 4}, (const double[]){100, 51, 40, 0});
  s.cells[3].trouble = (struct cell_trouble){.processes = 1, .failed = 1, .status = STATUS_WRONG, .note = note};
  says(&s, "; 4 failed: wrong: 'tool 4' ended with exit code 3.");
  s.cells[3].trouble = (struct cell_trouble){.processes = 0};
  s.cells[3].state = CELL_THINNED;
  says(&s, "; 4 left out to keep the time budget.");
  set(&s, (const int[]){1, 2, 3, 4}, (const double[]){100, 51, 0, 0});
  s.cells[2].trouble = s.cells[3].trouble = (struct cell_trouble){.status = STATUS_CRASH};
  says(&s, "; 3 and others failed: crash.");
}

static void a_failure_below_is_no_gap(void **state) {
  (void)state;
  struct scene s;
  set(&s, (const int[]){1, 2, 3, 4}, (const double[]){100, 51, 0, 30});
  s.cells[2].trouble.status = STATUS_CRASH;
  says(&s, "x [3.33, 3.33]; more were not measured.");
}

static void collect(const char *sentence, void *with) { text_format(with, "%s\n", sentence); }

static void undecided_problems_share_a_sentence(void **state) {
  (void)state;
  enum { PROBLEMS = 7 };
  static struct scene scenes[PROBLEMS];
  static char names[PROBLEMS][4];
  struct analysis analyses[PROBLEMS];
  struct text out = {0};
  for (int i = 0; i < PROBLEMS; i++) {
    /* those after the first: two workers beside one, each faster in every other round */
    set(&scenes[i], (const int[]){1, 2, 3, 4}, (const double[]){100, i ? 90 : 51, i ? 0 : 40, i ? 0 : 30});
    for (int r = 0; r < ROUNDS; r++)
      scenes[i].processes[1][r].ns *= i && r % 2 ? 1.25 : 1;
    names[i][0] = (char)('A' + i);
    scenes[i].problem.problem = names[i];
    analyses[i] = analyse(&scenes[i].problem);
    analysis_withhold(&analyses[i], NAN);
  }
  advice_sentences(analyses, PROBLEMS, collect, &out);
  assert_ptr_equal(strstr(text_of(&out), "own A: Use 4 workers: 3.33x"), text_of(&out));
  assert_non_null(
      strstr(text_of(&out), "\nUndecided for 6 problems: own B; own C; own D; own E; and 2 more; more rounds"));
  text_free(&out);
  advice_sentences(analyses, 2, collect, &out);
  assert_non_null(strstr(text_of(&out), "\nown B: How many workers to use is undecided"));
  text_free(&out);
  for (int i = 0; i < PROBLEMS; i++)
    analysis_free(&analyses[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_busy_machine_is_told_and_not_judged),
      cmocka_unit_test(counts_that_were_not_measured_are_told),
      cmocka_unit_test(with_several_minima_all_gaps_are_told),
      cmocka_unit_test(a_larger_count_that_failed_is_told_with_the_reason),
      cmocka_unit_test(a_failure_below_is_no_gap),
      cmocka_unit_test(undecided_problems_share_a_sentence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
