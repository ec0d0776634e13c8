/* Programs by the time that they measured of themselves, without their start-up. */
#include "inner.h"

#include "fitness.h"
#include "widening.h"

#include <stdlib.h>

/* Copies a cell's processes with the inner time as theirs; one without it is not valid. Returns how many have it. */
static size_t inner_processes(struct cell *c) {
  struct process *own = must_alloc(c->process_count, sizeof *own);
  size_t count = 0;
  for (size_t i = 0; i < c->process_count; i++) {
    own[i] = c->processes[i];
    own[i].ns = own[i].inner_ns;
    own[i].ok = own[i].ok && own[i].inner_ns > 0;
    count += own[i].ok;
  }
  c->processes = own;
  return count;
}

struct inner *inner_of(const struct analysis *whole) {
  const struct problem *p = whole->problem;
  struct inner *inner = must_alloc(1, sizeof *inner);
  size_t count = 0;
  inner->problem = *p;
  inner->problem.cells = must_alloc(p->count, sizeof *p->cells);
  for (size_t i = 0; i < p->count; i++) {
    inner->problem.cells[i] = p->cells[i];
    count += inner_processes(&inner->problem.cells[i]);
  }
  inner->problem.naive = p->naive ? inner->problem.cells + (p->naive - p->cells) : NULL;
  inner->problem.best_serial = p->best_serial ? inner->problem.cells + (p->best_serial - p->cells) : NULL;
  inner->analysis = analyse(&inner->problem);
  analysis_widen(&inner->analysis, &whole->dependence);
  analysis_withhold(&inner->analysis, whole->foreign);
  if (count)
    return inner;
  inner_free(inner);
  return NULL;
}

void inner_free(struct inner *inner) {
  if (!inner)
    return;
  analysis_free(&inner->analysis);
  for (size_t i = 0; i < inner->problem.count; i++)
    free(inner->problem.cells[i].processes);
  free(inner->problem.cells);
  free(inner);
}

const struct figures *inner_figures(const struct inner *inner, const struct analysis *whole, const struct figures *f) {
  const struct figures *own = inner ? &inner->analysis.figures[f - whole->figures] : NULL;
  return own && own->valid && own->time.n ? own : NULL;
}
