/* Judges two builds measured in the same blocks, cell by cell: slower, faster, same or undecided. */
#ifndef NWAY_REPORT_AB_H
#define NWAY_REPORT_AB_H

#include "stats/change.h"

/* Estimates how many rounds would decide a pair if its median stayed. Assumes that each end of the interval approaches
 * the median with the square root of the rounds. A pair is decided as `same` when both ends lie within `worth`; or as a
 * change when the end nearer to 1 excludes 1 at the level that `family` tests need (scaled by normal quantiles) and a
 * sign test can reach significance, 2^(1 - n) * family <= 0.05. Returns 0 without an interval and above a million
 * rounds. */
long ab_rounds_to_decide(const struct estimate *ratio, double worth, size_t family);

struct ab_counts {
  size_t pairs, compared, of[CHANGES]; /* of: compared pairs by verdict */
  size_t broken;                       /* the new build failed or answered wrongly, the old one did not */
  size_t failed_before;                /* the old build failed; the remaining pairs were skipped or cut by the budget */
  size_t rounds;                       /* the most rounds of any pair */
};

/* Prints the table of a run of `nway ab`. A pair is an "old" and a "new" cell that are otherwise identical. */
struct ab_counts ab_print(const struct run *, double worth, struct text *);

/* A compared pair, for a chart. */
struct ab_point {
  struct text name;        /* raw foreign text; free it */
  double ratio, low, high; /* old time over new; low and high NAN: no interval */
  enum change verdict;
};
/* Returns the compared pairs in `points`, in their order; free them. */
size_t ab_points(const struct run *, double worth, struct ab_point **points);

/* Writes the same as CSV (change.h), one line per pair. p comes from the pair's own sign test; holm_p is adjusted over
 * all pairs of the run. A pair with fewer than 6 rounds has no interval. */
struct ab_counts ab_csv(const struct run *, double worth, struct text *);

#endif
