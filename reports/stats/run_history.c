/* Predicts each cell's figures in another run from the earlier runs beside a run. */
#include "run_history.h"

#include "base/text.h"
#include "fitness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One earlier run, analysed. */
struct past {
  const struct run *run;
  struct analysis *analyses;
};

static struct past past_of(const struct run *run) {
  struct past past = {run, must_alloc(run->problem_count, sizeof *past.analyses)};
  for (size_t i = 0; i < run->problem_count; i++)
    past.analyses[i] = analyse(&run->problems[i]);
  return past;
}

static void past_free(struct past *past) {
  for (size_t i = 0; i < past->run->problem_count; i++)
    analysis_free(&past->analyses[i]);
  free(past->analyses);
}

static const struct figures *past_figures(const struct past *past, const struct cell *cell,
                                          const struct analysis **where) {
  for (size_t i = 0; i < past->run->problem_count; i++)
    for (size_t j = 0; j < past->analyses[i].count; j++) {
      const struct figures *f = &past->analyses[i].figures[j];
      if (f->valid && strcmp(f->cell->build, cell->build) == 0 && cells_alike(f->cell, cell)) {
        *where = &past->analyses[i];
        return f;
      }
    }
  return NULL;
}

static bool has_speedup(const struct figures *f) { return !f->no_speedup && f->speedup.n > 0; }

/* Skips runs with another baseline, since their ratios are not comparable. */
static bool same_base(const struct analysis *a, const struct analysis *b) {
  return a->base && b->base && cells_alike(a->base->cell, b->base->cell);
}

static struct cell_history history_of(const struct past *pasts, size_t count, const struct analysis *a,
                                      const struct figures *f) {
  double *speedups = must_alloc(count + 1, sizeof *speedups), *times = must_alloc(count + 1, sizeof *times);
  size_t speedup_count = 0, time_count = 0;
  for (size_t i = 0; f->valid && i < count; i++) {
    const struct analysis *where;
    const struct figures *past = past_figures(&pasts[i], f->cell, &where);
    if (past)
      times[time_count++] = past->time.median;
    if (past && f != a->base && has_speedup(f) && has_speedup(past) && same_base(a, where))
      speedups[speedup_count++] = past->speedup.median;
  }
  if (f->valid)
    times[time_count++] = f->time.median;
  if (f != a->base && has_speedup(f))
    speedups[speedup_count++] = f->speedup.median;
  struct cell_history history = {predict_run(speedups, speedup_count), predict_run(times, time_count)};
  free(speedups), free(times);
  return history;
}

struct run_history run_history(const struct run *run, const struct analysis *analyses, const struct run *earlier,
                               size_t count) {
  struct past *pasts = must_alloc(count, sizeof *pasts);
  struct run_history history = {.problems = run->problem_count, .runs = count};
  for (size_t i = 0; i < count; i++) {
    pasts[i] = past_of(&earlier[i]);
    history.busy += is_busy(&earlier[i]), history.synthetic += earlier[i].synthetic;
  }
  history.cells = must_alloc(run->problem_count, sizeof *history.cells);
  for (size_t i = 0; i < run->problem_count; i++) {
    history.cells[i] = must_alloc(analyses[i].count, sizeof **history.cells);
    for (size_t j = 0; j < analyses[i].count; j++)
      history.cells[i][j] = history_of(pasts, history.runs, &analyses[i], &analyses[i].figures[j]);
  }
  for (size_t i = 0; i < history.runs; i++)
    past_free(&pasts[i]);
  free(pasts);
  return history;
}

void run_history_free(struct run_history *history) {
  for (size_t i = 0; i < history->problems; i++)
    free(history->cells[i]);
  free(history->cells);
  *history = (struct run_history){0};
}
