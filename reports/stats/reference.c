/* Finds the cells of a reference run and compares their times with those of another run. Pure. */
#include "reference.h"

#include "fitness.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct figures *reference_cell(const struct analysis *reference, const struct cell *cell) {
  for (size_t i = 0; reference && i < reference->count; i++)
    if (reference->figures[i].valid && cells_alike(reference->figures[i].cell, cell))
      return &reference->figures[i];
  return NULL;
}

const struct figures *reference_fastest(const struct analysis *reference, const char *method, int64_t workers) {
  const struct figures *fastest = NULL;
  for (size_t i = 0; reference && i < reference->count; i++) {
    const struct figures *f = &reference->figures[i];
    if (f->valid && f->cell->workers == workers && (!method || strcmp(f->cell->method, method) == 0) &&
        (!fastest || f->time.median < fastest->time.median))
      fastest = f;
  }
  return fastest;
}

static struct rate rate_of(const struct figures *f) {
  bool known = f->time.coverage > 0 && f->time.low > 0;
  return (struct rate){.of = f,
                       .median = 1 / f->time.median,
                       .low = known ? 1 / f->time.high : NAN,
                       .high = known ? 1 / f->time.low : NAN};
}

struct lead reference_ratio(const struct figures *now, const struct figures *reference) {
  return lead_of(rate_of(now), rate_of(reference));
}

void reference_judge(struct reference_row *row, const struct run_prediction *time, double worth) {
  double spread = M_SQRT2 * time->spread, df = time->freedom;
  row->p = row->holm_p = row->beyond = row->beyond_p = NAN;
  row->judged = isfinite(spread) && spread > 0 && row->lead.ratio > 0;
  if (!row->judged)
    return;
  double change = log(row->lead.ratio), half = spread * gsl_cdf_tdist_Pinv((1 + LEVEL) / 2, df);
  row->p = 2 * gsl_cdf_tdist_Q(fabs(change) / spread, df);
  row->beyond = gsl_cdf_tdist_Q((-change - log1p(worth)) / spread, df);
  row->lead.low = exp(change - half), row->lead.high = exp(change + half);
}

static void add_row(struct reference_rows *rows, const struct result *result, size_t problem, size_t cell) {
  const struct analysis *a = &result->analyses[problem];
  const struct figures *now = &a->figures[cell];
  const struct figures *then = now->valid ? reference_cell(problem_in(result->reference, a->problem), now->cell) : NULL;
  const struct run *here = &result->run, *there = &result->reference->run;
  bool remembered = result->history.problems > problem && *here->machine_id &&
                    strcmp(here->machine_id, there->machine_id) == 0 && !is_busy(here) && !is_busy(there);
  const struct run_prediction none = {0, NAN, NAN, NAN, NAN};
  if (!then)
    return;
  bool known = remembered && !is_unfit(&now->time) && !is_unfit(&then->time);
  GROW(rows->list, rows->count, rows->capacity);
  struct reference_row *row = &rows->list[rows->count++];
  *row = (struct reference_row){.in = a, .now = now, .then = then, .lead = reference_ratio(now, then)};
  reference_judge(row, known ? &result->history.cells[problem][cell].before : &none, result->worth);
  rows->judged += row->judged;
}

static void adjust(struct reference_rows *rows) {
  double *p = must_alloc(rows->judged, sizeof *p), *beyond = must_alloc(rows->judged, sizeof *beyond);
  size_t *order = must_alloc(rows->judged, sizeof *order), n = 0, next = 0;
  for (size_t i = 0; i < rows->count; i++)
    if (rows->list[i].judged)
      p[n] = rows->list[i].p, beyond[n++] = rows->list[i].beyond;
  holm_adjust(p, order, n), holm_adjust(beyond, order, n);
  for (size_t i = 0; i < rows->count; i++)
    if (rows->list[i].judged)
      rows->list[i].holm_p = p[next], rows->list[i].beyond_p = beyond[next++];
  free(order), free(p), free(beyond);
}

struct reference_rows reference_compare(const struct result *result) {
  struct reference_rows rows = {0};
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      add_row(&rows, result, i, j);
  adjust(&rows);
  for (size_t i = 0; i < rows.count; i++) {
    struct reference_row *row = &rows.list[i];
    struct estimate ratio = {.median = row->lead.ratio, .low = row->lead.low, .high = row->lead.high};
    ratio.coverage = row->judged ? LEVEL : 0;
    struct evidence_of_change evidence = {&ratio, row->holm_p, row->beyond_p, DOUBT_NONE};
    row->verdict = change_judge(&evidence, result->worth);
  }
  return rows;
}
