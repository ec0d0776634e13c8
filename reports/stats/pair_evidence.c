/* Judges the pairs of one comparison together: Holm over all of them, and doubts about their rounds. */
#include "pair_evidence.h"

#include "doubt.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum doubt doubt_of_pooled(const struct dependence_finding *found, const struct estimate *ratio, size_t n, double worth,
                           size_t family) {
  const unsigned dependent = 1U << DEPEND_LAG | 1U << DEPEND_TOGETHER;
  if (!(found->kinds & dependent) || !(ratio->coverage > 0) || n == 0)
    return DOUBT_NONE;
  double tail = (1 - change_level(family)) / 2, one = gsl_cdf_ugaussian_Qinv(tail), change = log(ratio->median);
  double effective = (double)n / (found->factor * found->factor);
  double of_median = effective > 1 ? gsl_cdf_tdist_Qinv(tail, effective - 1) * sqrt(M_PI / 2 / effective) : one;
  double limit = found->spread * fmin(of_median, one);
  return (change < 0 ? -change - log1p(worth) : change) > limit ? DOUBT_NONE : DOUBT_POOLED;
}

static bool is_widened(const struct dependence_finding *found) { return found->factor > 1 || found->shift > 0; }

/* Dependent rounds invalidate the test, so p is 1 unless the widened interval also shows the slowdown. */
static double beyond_p(const struct pair_evidence *pair, double worth) {
  if (is_widened(pair->found) && !(pair->ratio.high < 1 / (1 + worth)))
    return 1;
  return change_beyond_p(pair->logs, pair->n, worth);
}

static void adjust(struct pair_evidence *pairs, size_t count, double worth) {
  double *p = must_alloc(count, sizeof *p), *beyond = must_alloc(count, sizeof *beyond);
  size_t *order = must_alloc(count, sizeof *order);
  for (size_t i = 0; i < count; i++)
    p[i] = pairs[i].ratio.p, beyond[i] = beyond_p(&pairs[i], worth);
  holm_adjust(p, order, count);
  holm_adjust(beyond, order, count);
  for (size_t i = 0; i < count; i++)
    pairs[i].holm_p = p[i], pairs[i].beyond_p = beyond[i];
  free(order);
  free(beyond);
  free(p);
}

static enum change verdict_with(const struct pair_evidence *pair, enum doubt doubt, double worth) {
  return change_judge(&(struct evidence_of_change){&pair->ratio, pair->holm_p, pair->beyond_p, doubt}, worth);
}

static double range_of(const double *logs, size_t n) {
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < n; i++)
    least = fmin(least, logs[i]), most = fmax(most, logs[i]);
  return n ? most - least : 0;
}

/* The range of the median pair's rounds; of two in the middle the larger, since one of few pairs may be the doubtful.
 */
static double median_range(const struct pair_evidence *pairs, size_t count) {
  double *ranges = must_alloc(count, sizeof *ranges);
  for (size_t i = 0; i < count; i++)
    ranges[i] = range_of(pairs[i].logs, pairs[i].n);
  sort_doubles(ranges, count);
  double median = count ? ranges[count / 2] : 0;
  free(ranges);
  return median;
}

/* Every part of the run is nearer to this slowdown than to none, or beyond `worth`. */
static bool size_lasts(const struct pair_evidence *pair, double worth) {
  double least = fmax(log(pair->ratio.median) / 2, -log1p(worth)), *beyond = must_alloc(pair->n, sizeof *beyond);
  for (size_t i = 0; i < pair->n; i++)
    beyond[i] = pair->logs[i] - least;
  bool lasts = change_lasts(beyond, pair->n);
  free(beyond);
  return lasts;
}

/* Whether the rounds prove a slowdown by more than `worth`: see pairs_judge. */
static bool is_sized(const struct pair_evidence *pair, double range, double worth) {
  bool suspect = pair->pooled->lag > LAG_SUSPECT || pair->pooled->kinds >> DEPEND_TOGETHER & 1;
  return size_lasts(pair, worth) && (pair->n >= DOUBT_RUNS || !suspect || -log(pair->ratio.median) >= range);
}

/* What all pairs show takes back a change, never that nothing changed by more than is worth attention. */
static void judge(struct pair_evidence *pair, size_t family, double range, double worth, bool explain) {
  enum change undoubted = verdict_with(pair, DOUBT_NONE, worth);
  bool changed = undoubted != CHANGE_SAME && undoubted != CHANGE_UNDECIDED;
  pair->doubt = undoubted == CHANGE_UNDECIDED && !explain
                    ? DOUBT_NONE
                    : doubt_of_pair(pair->logs, pair->n, &pair->ratio, pair->holm_p, worth);
  if (!pair->doubt && changed)
    pair->doubt = doubt_of_pooled(pair->found, &pair->ratio, pair->n, worth, family);
  if (!pair->doubt && changed)
    pair->doubt = doubt_of_pooled(pair->pooled, &pair->ratio, pair->n, worth, family);
  pair->verdict = verdict_with(pair, pair->doubt, worth);
  if (pair->verdict == CHANGE_SLOWER && !is_sized(pair, range, worth))
    pair->verdict = CHANGE_UNSIZED, pair->doubt = DOUBT_SIZE;
  pair->withheld = undoubted == CHANGE_SLOWER && pair->doubt;
}

void pairs_judge(struct pair_evidence *pairs, size_t count, double worth, bool explain) {
  double range = median_range(pairs, count);
  adjust(pairs, count, worth);
  for (size_t i = 0; i < count; i++)
    judge(&pairs[i], count, range, worth, explain);
}
