/* Analyses each problem of a run. */
#include "result.h"

#include "data/parallel.h"
#include "fitness.h"
#include "run_dependence.h"
#include "widening.h"

#include <stdlib.h>
#include <string.h>

/* The dependence between rounds, or a problem. */
static void analyse_one(void *with, size_t i) {
  struct result *result = with;
  if (i == 0)
    result->dependence = dependence_of_run(&result->run);
  else
    result->analyses[i - 1] = analyse(&result->run.problems[i - 1]);
}

void result_analyse(struct result *result) {
  result->analyses = must_alloc(result->run.problem_count, sizeof *result->analyses);
  parallel_each(result->run.problem_count + 1, result->run.rows < ROWS_FEW ? 1 : usable_threads(), analyse_one, result);
  for (size_t i = 0; i < result->run.problem_count; i++) {
    analysis_widen(&result->analyses[i], &result->dependence);
    analysis_withhold(&result->analyses[i], foreign_share(&result->run));
  }
}

void result_free(struct result *result) {
  for (size_t i = 0; result->analyses && i < result->run.problem_count; i++)
    analysis_free(&result->analyses[i]);
  free(result->analyses);
  run_history_free(&result->history);
  run_free(&result->run);
  *result = (struct result){0};
}

bool cell_is_wrong(const struct cell *c) { return c->digests_differ || c->trouble.status == STATUS_WRONG; }

bool cell_is_skipped(const struct cell *c) { return c->state == CELL_SKIPPED || is_thinned(c); }

bool cell_is_unreached(const struct run *run, const struct cell *c) {
  bool early = run->state == RUN_INTERRUPTED || run->state == RUN_BUDGET || run->state == RUN_RUNNING;
  bool measured = false;
  for (size_t i = 0; i < c->process_count; i++)
    measured |= c->processes[i].ok;
  return early && !measured && !cell_is_skipped(c) && cell_outcome(c, false) == OUTCOME_LEFT_OUT;
}

/* The run ended before its first round did. */
static bool finished_no_round(const struct run *run) {
  return run->state != RUN_NONE && run->state != RUN_UNKNOWN && run->rounds_done == 0;
}

int result_exit(const struct result *result) {
  bool decided = false, wrong = false;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    for (size_t j = 0; j < a->count; j++) {
      wrong |= cell_is_wrong(a->figures[j].cell);
      decided |= a->figures[j].valid;
    }
  }
  return wrong ? EXIT_WRONG : decided && !finished_no_round(&result->run) ? EXIT_FINE : EXIT_UNDECIDED;
}
