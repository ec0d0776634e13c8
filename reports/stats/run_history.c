/* Predicts each cell's figures in another run from the earlier runs beside a run. */
#include "run_history.h"

#include "base/text.h"
#include "best.h"
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

/* Speedups or times of all cells of a run, by run; NAN where a run lacks one. This run is the last, unless it is unfit.
 */
struct panel {
  double *figures;
  size_t runs, cells;
};

static struct panel panel_new(size_t runs, size_t cells) {
  struct panel p = {must_alloc(runs * cells, sizeof *p.figures), runs, cells};
  for (size_t i = 0; i < runs * cells; i++)
    p.figures[i] = NAN;
  return p;
}

/* Fills the column of one cell. */
static void add_cell(struct panel *speedups, struct panel *times, size_t cell, const struct past *pasts,
                     const struct analysis *a, const struct figures *f, bool unfit) {
  for (size_t i = 0; f->valid && i < times->runs - !unfit; i++) {
    const struct analysis *where;
    const struct figures *past = past_figures(&pasts[i], f->cell, &where);
    if (past)
      times->figures[i * times->cells + cell] = past->time.median;
    if (past && f != a->base && has_speedup(f) && has_speedup(past) && same_base(a, where))
      speedups->figures[i * speedups->cells + cell] = past->speedup.median;
  }
  size_t last = times->runs - 1;
  if (unfit || !f->valid)
    return;
  times->figures[last * times->cells + cell] = f->time.median;
  if (f != a->base && has_speedup(f))
    speedups->figures[last * speedups->cells + cell] = f->speedup.median;
}

static size_t cells_of(const struct run *run, const struct analysis *analyses) {
  size_t count = 0;
  for (size_t i = 0; i < run->problem_count; i++)
    count += analyses[i].count;
  return count;
}

static bool same_run(const struct run *a, const struct run *b) {
  return b && *a->id && b->id && strcmp(a->id, b->id) == 0;
}

/* What times differ by over the earlier runs. Neither this run nor the reference counts: a test of their difference by
 * a spread that holds it would find none. Takes these runs out of the panel. */
static void predict_before(struct panel *times, const struct past *pasts, size_t earlier, const struct run *reference,
                           struct run_prediction *before) {
  for (size_t i = 0; i < earlier; i++)
    for (size_t c = 0; same_run(pasts[i].run, reference) && c < times->cells; c++)
      times->figures[i * times->cells + c] = NAN;
  spread_of_runs(times->figures, earlier, times->cells, before);
}

/* All cells of a run at once, since their variances are moderated together. */
static void predict_cells(struct run_history *history, const struct past *pasts, const struct run *run,
                          const struct analysis *analyses, const struct run *reference) {
  size_t cells = cells_of(run, analyses), cell = 0, runs = history->runs + !history->unfit;
  struct panel speedups = panel_new(runs, cells), times = panel_new(runs, cells);
  struct run_prediction *of_speedups = must_alloc(cells, sizeof *of_speedups);
  struct run_prediction *of_times = must_alloc(cells, sizeof *of_times);
  struct run_prediction *before = must_alloc(cells, sizeof *before);
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < analyses[i].count; j++)
      add_cell(&speedups, &times, cell++, pasts, &analyses[i], &analyses[i].figures[j], history->unfit);
  predict_runs(speedups.figures, speedups.runs, cells, of_speedups);
  predict_runs(times.figures, times.runs, cells, of_times);
  predict_before(&times, pasts, history->runs, reference, before);
  for (size_t i = 0, next = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < analyses[i].count; j++, next++) {
      of_speedups[next].earlier += history->unfit, of_times[next].earlier += history->unfit;
      history->cells[i][j] = (struct cell_history){of_speedups[next], of_times[next], before[next]};
    }
  free(speedups.figures), free(times.figures), free(of_speedups), free(of_times), free(before);
}

bool run_is_yardstick(const struct run *run) { return !is_busy(run) && run->rounds_done >= BEST_ROUNDS; }

struct run_history run_history(const struct run *run, const struct analysis *analyses, const struct run *earlier,
                               size_t count, const struct run *reference) {
  struct past *pasts = must_alloc(count, sizeof *pasts);
  struct run_history history = {.problems = run->problem_count, .unfit = !run_is_yardstick(run)};
  for (size_t i = 0; i < count; i++) {
    bool used = run_is_yardstick(&earlier[i]);
    history.busy += is_busy(&earlier[i]), history.few += !used && !is_busy(&earlier[i]);
    history.synthetic += used && earlier[i].synthetic;
    if (used)
      pasts[history.runs++] = past_of(&earlier[i]);
  }
  history.cells = must_alloc(run->problem_count, sizeof *history.cells);
  for (size_t i = 0; i < run->problem_count; i++)
    history.cells[i] = must_alloc(analyses[i].count, sizeof **history.cells);
  predict_cells(&history, pasts, run, analyses, reference);
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
