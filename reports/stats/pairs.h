/* Pairs the cells of two builds of one run and judges each pair: slower, faster, same or undecided. Pure. */
#ifndef NWAY_REPORT_PAIRS_H
#define NWAY_REPORT_PAIRS_H

#include "change.h"

/* The fewest rounds with which a sign test, all signs equal, passes Holm's first step among `family` tests. */
double rounds_to_prove(size_t family);

/* Estimates how many rounds would decide a pair if its median stayed. Assumes that each end of the interval approaches
 * the median with the square root of the rounds. A pair is decided as `same` when both ends lie within `worth`; or as a
 * change when the end nearer to 1 excludes 1 at the level that `family` tests need (scaled by normal quantiles) and a
 * sign test can reach significance, 2^(1 - n) * family <= 0.05. Returns 0 without an interval and above a million
 * rounds. */
long rounds_to_decide(const struct estimate *ratio, double worth, size_t family);

enum pair_kind { PAIR_COMPARED, PAIR_BROKEN, PAIR_FAILED_BEFORE, PAIR_LEFT_OUT };

/* An old and a new cell that are otherwise the same; new: NULL if the new build lacks it. */
struct pair {
  const struct problem *problem;
  const struct cell *old, *new;
  struct estimate ratio;
  double holm_p, beyond_p; /* see evidence_of_change */
  struct detectable detectable;
  enum doubt doubt; /* why its rounds cannot decide */
  enum change verdict;
  bool withheld; /* proven slower by more than `worth`, were it not for the doubt */
  enum pair_kind kind;
};

struct pair_counts {
  size_t pairs, compared, of[CHANGES]; /* of: compared pairs by verdict */
  size_t broken;                       /* the new build failed or answered wrongly, the old one did not */
  size_t failed_before;                /* the old build failed; the remaining pairs were skipped or cut by the budget */
  size_t withheld;                     /* compared pairs whose slowdown a doubt takes back */
  size_t rounds;                       /* the most rounds of any pair */
};

struct pairs {
  struct pair *list;
  size_t count, capacity;
  size_t family; /* pairs in Holm's adjustment */
  struct pair_counts counts;
};

/* Judges every pair of a run of two builds. Free with pairs_free. */
struct pairs pairs_of(const struct run *, double worth);
/* Returns 1 if a pair is broken or proven slower by more than worth. Returns 3 if nothing was compared or a doubt takes
 * such a slowdown back; with `strict`, also if a pair is undecided, or its size. Returns 0 otherwise. */
int pairs_exit(const struct pair_counts *, bool strict);
void pairs_free(struct pairs *);

#endif
