/* Pairs the cells of two builds of one run and judges each pair. */
#include "pairs.h"

#include "pair_evidence.h"
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

static void take_verdict(struct pair *pair, const struct pair_evidence *e, size_t family) {
  struct interval outer = compared_interval(pair->old, pair->new, &pair->ratio, change_level(family));
  pair->detectable = change_detectable(&outer, family);
  pair->holm_p = e->holm_p, pair->beyond_p = e->beyond_p;
  pair->doubt = e->doubt, pair->verdict = e->verdict, pair->withheld = e->withheld;
}

static size_t processes_of(const struct pairs *pairs) {
  size_t sum = 0;
  for (size_t i = 0; i < pairs->count; i++)
    sum += pairs->list[i].ratio.n > 0 ? pairs->list[i].new->process_count : 0;
  return sum;
}

/* Judges all pairs that have a common round. */
static void judge_all(struct pairs *pairs, double worth, const struct dependence_findings *found) {
  struct pair_evidence *evidence = must_alloc(pairs->count, sizeof *evidence);
  double *logs = must_alloc(processes_of(pairs), sizeof *logs), *next = logs;
  for (size_t i = 0; i < pairs->count; i++) {
    const struct pair *pair = &pairs->list[i];
    if (pair->ratio.n == 0)
      continue;
    size_t n = compared_logs(pair->old, pair->new, &pair->ratio, next);
    evidence[pairs->family++] = (struct pair_evidence){.logs = next,
                                                       .n = n,
                                                       .ratio = pair->ratio,
                                                       .found = &found->of[cell_class(pair->old)],
                                                       .pooled = &found->pooled};
    next += n;
  }
  pairs_judge(evidence, pairs->family, worth, true);
  for (size_t i = 0, k = 0; i < pairs->count; i++)
    if (pairs->list[i].ratio.n > 0)
      take_verdict(&pairs->list[i], &evidence[k++], pairs->family);
  free(logs);
  free(evidence);
}

static void count_pair(struct pair_counts *counts, const struct pair *pair) {
  counts->broken += pair->kind == PAIR_BROKEN;
  counts->failed_before += pair->kind == PAIR_FAILED_BEFORE;
  if (pair->kind != PAIR_COMPARED)
    return;
  counts->compared++;
  counts->of[pair->verdict]++;
  counts->withheld += pair->withheld;
  counts->rounds = pair->ratio.n > counts->rounds ? pair->ratio.n : counts->rounds;
}

struct pairs pairs_of(const struct run *run, double worth) {
  struct pairs pairs = {0};
  struct pair_counts *counts = &pairs.counts;
  struct dependence_findings found = dependence_of_run(run);
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++)
      if (build_role_of(run->problems[i].cells[j].build) == BUILD_OLD)
        add_pair(&pairs, run, &run->problems[i], &run->problems[i].cells[j], &found);
  judge_all(&pairs, worth, &found);
  for (size_t i = 0; i < pairs.count; i++)
    count_pair(counts, &pairs.list[i]);
  counts->pairs = pairs.count;
  return pairs;
}

int pairs_exit(const struct pair_counts *c, bool strict) {
  if (c->of[CHANGE_SLOWER] || c->broken)
    return 1;
  return c->compared == 0 || c->withheld || (strict && (c->of[CHANGE_UNDECIDED] || c->of[CHANGE_UNSIZED])) ? 3 : 0;
}

void pairs_free(struct pairs *pairs) {
  free(pairs->list);
  *pairs = (struct pairs){0};
}
