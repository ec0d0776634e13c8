/* Finds the cells of a reference run and compares their times with those of another run. Pure. */
#include "reference.h"

#include <math.h>
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
    if (f->valid && f->cell->workers == workers && strcmp(f->cell->method, method) == 0 &&
        (!fastest || f->time.median < fastest->time.median))
      fastest = f;
  }
  return fastest;
}

static struct rate rate_of(const struct figures *f) {
  bool known = f->time.coverage > 0 && f->time.low > 0;
  return (struct rate){f, 1 / f->time.median, known ? 1 / f->time.high : NAN, known ? 1 / f->time.low : NAN};
}

struct lead reference_ratio(const struct figures *now, const struct figures *reference) {
  return lead_of(rate_of(now), rate_of(reference));
}

enum change reference_verdict(struct lead lead, double worth) {
  double most = 1 + worth, least = 1 / most;
  if (!isfinite(lead.ratio) || !isfinite(lead.low))
    return CHANGE_UNDECIDED;
  if (lead.low >= least && lead.high <= most)
    return CHANGE_SAME;
  if (lead.low > 1)
    return lead.ratio > most ? CHANGE_FASTER : CHANGE_UNDECIDED;
  if (lead.high < 1)
    return lead.ratio < least ? CHANGE_SLOWER : CHANGE_UNSIZED;
  return CHANGE_UNDECIDED;
}
