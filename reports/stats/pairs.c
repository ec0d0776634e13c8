/* Pairs the cells of two builds of one run and judges each pair. */
#include "pairs.h"

#include "doubt.h"
#include "run_dependence.h"
#include "widening.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

double rounds_to_prove(size_t family) { return ceil(1 + log2((double)family / (1 - LEVEL))); }

/* The factor by which rounds must grow to bring an interval's end from distance `far` to `near`. */
static double times_the_rounds(double far, double near) { return near > 0 ? far / near * (far / near) : INFINITY; }

long rounds_to_decide(const struct estimate *ratio, double worth, size_t family) {
  if (!(ratio->coverage > 0))
    return 0;
  double middle = log(ratio->median), below = middle - log(ratio->low), above = log(ratio->high) - middle;
  double n = (double)ratio->n, margin = log1p(worth);
  double same = n * fmax(times_the_rounds(below, margin + middle), times_the_rounds(above, margin - middle));
  double outer =
      gsl_cdf_ugaussian_Qinv((1 - change_level(family)) / 2) / gsl_cdf_ugaussian_Qinv((1 - ratio->coverage) / 2);
  double changed = n * times_the_rounds(fmax(1, outer) * (middle > 0 ? below : above), fabs(middle));
  double rounds = fmax(fmin(same, fmax(changed, rounds_to_prove(family))), n + 1);
  return rounds <= 1e6 ? (long)ceil(rounds) : 0;
}

/* ---- pairs ---- */

static const struct cell *counterpart_of(const struct run *run, const struct cell *old) {
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++) {
      const struct cell *cell = &run->problems[i].cells[j];
      if (build_role_of(cell->build) == BUILD_NEW && cells_alike(old, cell))
        return cell;
    }
  return NULL;
}

static enum cell_outcome outcome_of(const struct cell *cell) {
  bool right = false;
  for (size_t i = 0; cell && i < cell->process_count; i++)
    right |= cell->processes[i].ok;
  if (!cell)
    return OUTCOME_LEFT_OUT;
  bool wrong = cell->digests_differ || cell->trouble.status == STATUS_WRONG;
  return cell_outcome(cell, right && !wrong);
}

/* Compares only builds with right answers: the time of a wrong one means nothing. */
static enum pair_kind kind_of(enum cell_outcome old, enum cell_outcome new, const struct estimate *ratio) {
  if (old == OUTCOME_RIGHT && new == OUTCOME_RIGHT)
    return ratio->n > 0 ? PAIR_COMPARED : PAIR_LEFT_OUT;
  return old == OUTCOME_FAILED                           ? PAIR_FAILED_BEFORE
         : old == OUTCOME_RIGHT && new == OUTCOME_FAILED ? PAIR_BROKEN
                                                         : PAIR_LEFT_OUT;
}

static void add_pair(struct pairs *pairs, const struct run *run, const struct problem *problem, const struct cell *old,
                     const struct dependence_findings *found) {
  struct pair pair = {.problem = problem,
                      .old = old,
                      .new = counterpart_of(run, old),
                      .holm_p = NAN,
                      .beyond_p = NAN,
                      .detectable = {NAN, NAN},
                      .kind = PAIR_LEFT_OUT};
  enum cell_outcome before = outcome_of(old), after = outcome_of(pair.new);
  if (before == OUTCOME_RIGHT && after == OUTCOME_RIGHT)
    pair.ratio = estimate_widen(compare_cells(old, pair.new), &found->of[cell_class(old)]);
  pair.kind = kind_of(before, after, &pair.ratio);
  GROW(pairs->list, pairs->count, pairs->capacity);
  pairs->list[pairs->count++] = pair;
}

/* Dependent rounds invalidate the test, so p is 1 unless the widened interval also shows the slowdown. */
static double beyond_p(const struct pair *pair, double worth, const struct dependence_findings *found) {
  const struct dependence_finding *finding = &found->of[cell_class(pair->old)];
  bool wider = finding->factor > 1 || finding->shift > 0;
  if (wider && !(pair->ratio.high < 1 / (1 + worth)))
    return 1;
  double *logs = must_alloc(pair->new->process_count, sizeof *logs);
  double p = change_beyond_p(logs, compared_logs(pair->old, pair->new, &pair->ratio, logs), worth);
  free(logs);
  return p;
}

static enum doubt doubt_of(const struct pair *pair, double worth) {
  double *logs = must_alloc(pair->new->process_count, sizeof *logs);
  size_t n = compared_logs(pair->old, pair->new, &pair->ratio, logs);
  enum doubt doubt = doubt_of_pair(logs, n, &pair->ratio, pair->holm_p, worth);
  free(logs);
  return doubt;
}

/* Adjusts each of the two tests by Holm over all pairs that have a p. */
static void adjust(struct pairs *pairs, double worth, const struct dependence_findings *found) {
  double *p = must_alloc(pairs->count, sizeof *p), *beyond = must_alloc(pairs->count, sizeof *beyond);
  size_t *order = must_alloc(pairs->count, sizeof *order), family = 0;
  for (size_t i = 0; i < pairs->count; i++)
    if (pairs->list[i].ratio.n > 0) {
      p[family] = pairs->list[i].ratio.p;
      beyond[family++] = beyond_p(&pairs->list[i], worth, found);
    }
  holm_adjust(p, order, family);
  holm_adjust(beyond, order, family);
  for (size_t i = 0, next = 0; i < pairs->count; i++)
    if (pairs->list[i].ratio.n > 0)
      pairs->list[i].holm_p = p[next], pairs->list[i].beyond_p = beyond[next++];
  free(order);
  free(beyond);
  free(p);
  pairs->family = family;
}

static void judge(struct pair *pair, double worth, size_t family) {
  struct interval outer = compared_interval(pair->old, pair->new, &pair->ratio, change_level(family));
  pair->detectable = change_detectable(&outer, family);
  pair->doubt = doubt_of(pair, worth);
  pair->verdict =
      change_judge(&(struct evidence_of_change){&pair->ratio, pair->holm_p, pair->beyond_p, pair->doubt}, worth);
}

struct pairs pairs_of(const struct run *run, double worth) {
  struct pairs pairs = {0};
  struct pair_counts *counts = &pairs.counts;
  struct dependence_findings found = dependence_of_run(run);
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++)
      if (build_role_of(run->problems[i].cells[j].build) == BUILD_OLD)
        add_pair(&pairs, run, &run->problems[i], &run->problems[i].cells[j], &found);
  adjust(&pairs, worth, &found);
  for (size_t i = 0; i < pairs.count; i++) {
    struct pair *pair = &pairs.list[i];
    counts->broken += pair->kind == PAIR_BROKEN;
    counts->failed_before += pair->kind == PAIR_FAILED_BEFORE;
    if (pair->kind != PAIR_COMPARED)
      continue;
    judge(pair, worth, pairs.family);
    counts->compared++;
    counts->of[pair->verdict]++;
    counts->rounds = pair->ratio.n > counts->rounds ? pair->ratio.n : counts->rounds;
  }
  counts->pairs = pairs.count;
  return pairs;
}

void pairs_free(struct pairs *pairs) {
  free(pairs->list);
  *pairs = (struct pairs){0};
}
