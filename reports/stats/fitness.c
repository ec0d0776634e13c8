/* Decides whether a run may carry a verdict: how busy its machine was, and how precise its figures are. Pure. */
#include "fitness.h"

#include "best.h"

#include <math.h>

double foreign_share(const struct run *run) {
  return run->watched_ns > 0 ? (double)run->foreign_ns / (double)run->watched_ns : NAN;
}

static bool is_busy_share(double foreign) { return foreign > BUSY_SHARE; }

bool is_busy(const struct run *run) { return is_busy_share(foreign_share(run)); }

double half_width(double low, double high, double median) { return (high - low) / 2 / median; }

enum fitness fitness_of(size_t rounds, double low, double high, double median) {
  return rounds < BEST_ROUNDS ? UNFIT_FEW : !(half_width(low, high, median) <= HALF_WIDTH_MAX) ? UNFIT_WIDE : FIT;
}

/* A cell over itself is exactly 1: it has no interval and needs none. */
static enum fitness of_estimate(const struct estimate *e) {
  bool itself = e->median == 1 && isnan(e->p) && !(e->coverage > 0);
  return fitness_of(e->n, itself ? 1 : e->low, itself ? 1 : e->high, e->median);
}

bool is_unfit(const struct estimate *e) { return of_estimate(e) != FIT; }

/* The best is judged by its ratio; a baseline that is the best by the ratio of the nearest cell. */
static enum fitness of_best(const struct analysis *a) {
  if (!a->best)
    return FIT;
  if (a->busy)
    return UNFIT_BUSY;
  if (!a->base)
    return of_estimate(&a->best->time);
  bool nearest = a->best == a->base && a->nearest && a->nearest->speedup.n;
  return of_estimate(nearest ? &a->nearest->speedup : &a->best->speedup);
}

static void withhold_cell(const struct analysis *a, struct figures *f) {
  f->unfit = a->busy ? UNFIT_BUSY : of_estimate(a->base ? &f->speedup : &f->time);
  if (!a->busy && f->own.n && !is_unfit(&f->own))
    return;
  f->efficiency = f->efficiency_low = f->efficiency_high = NAN;
  f->serial_share = f->serial_share_low = f->serial_share_high = NAN;
}

void analysis_withhold(struct analysis *a, double foreign) {
  a->foreign = foreign, a->busy = is_busy_share(foreign);
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].valid)
      withhold_cell(a, &a->figures[i]);
  a->unfit = of_best(a);
  for (size_t i = 0; a->unfit && i < a->count; i++)
    if (a->figures[i].standing != NOT_COMPARED)
      a->figures[i].standing = UNDECIDED;
  if (a->unfit)
    a->equals = a->unproven = 0;
}
