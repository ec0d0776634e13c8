/* Judges the pairs of one comparison together: Holm over all of them, and doubts about their rounds. Pure. */
#ifndef NWAY_REPORT_PAIR_EVIDENCE_H
#define NWAY_REPORT_PAIR_EVIDENCE_H

#include "change.h"
#include "dependence.h"

/* One pair: its rounds and, after pairs_judge, its verdict. */
struct pair_evidence {
  const double *logs; /* old / new, one per round in their order */
  size_t n;
  struct estimate ratio;                  /* of these, widened by `found` (estimate_widen) */
  const struct dependence_finding *found; /* in the rounds of all pairs of its class, and in those of all */
  const struct dependence_finding *pooled;
  double holm_p, beyond_p; /* see evidence_of_change */
  enum doubt doubt;        /* why its rounds cannot decide; DOUBT_SIZE: why the size is undecided */
  enum change verdict;
  bool withheld; /* the tests prove it slower by more than `worth`, and a doubt takes that back */
};

/* Fills holm_p, beyond_p, doubt, verdict and withheld of each pair. Each test is adjusted by Holm over all of them.
 * A pair is slower by more than `worth` only if every part of the run (change_lasts) is, or is by more than half of the
 * median; and, of fewer than DOUBT_RUNS rounds, if the slowdown exceeds the range of the median pair's rounds where
 * consecutive rounds of all pairs resemble each other (LAG_SUSPECT) or those of one round do: a spell of noise can fill
 * so few rounds. Else its size is undecided.
 * `explain`: looks for a doubt in pairs that the tests leave undecided too, which changes no verdict. */
void pairs_judge(struct pair_evidence *, size_t count, double worth, bool explain);

#define LAG_SUSPECT 0.5 /* of finding.lag: 3 in 10 comparisons of independent rounds are above */

/* DOUBT_POOLED if the rounds of many pairs depend on each other (DEPEND_LAG, DEPEND_TOGETHER) and the change is no
 * larger than what that gives one of `family` pairs by chance, else DOUBT_NONE. A pair that lies in one spell of noise
 * from its first round to its last shows it in none of its rounds; the other pairs show how long spells last and how
 * much time they take.
 * Let f be finding.factor and m = n / f^2 the number of independent rounds. The limit is the standard error of a median
 * of m normal values, with finding.spread as their standard deviation, times the two-sided quantile at 1 - 0.05 /
 * family of Student's t with m - 1 degrees of freedom, because a median of few values has longer tails than a normal
 * one. It is at most the normal quantile of one value, as if one spell filled the run. A change beyond `worth` must
 * exceed it by the limit. */
enum doubt doubt_of_pooled(const struct dependence_finding *, const struct estimate *ratio, size_t n, double worth,
                           size_t family);

#endif
