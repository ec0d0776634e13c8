/* Judges two builds measured in the same blocks, cell by cell: slower, faster, same or undecided. */
#ifndef NWAY_REPORT_AB_H
#define NWAY_REPORT_AB_H

#include "change_rows.h"

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

/* Adds every pair to the rows, in the order of the table; free them. Returns the same counts. */
struct ab_counts ab_rows(const struct run *, double worth, struct change_rows *);

/* Writes the same as CSV (change.h), one line per pair. p comes from the pair's own sign test; holm_p is adjusted over
 * all pairs of the run. A pair with fewer than 6 rounds has no interval. */
struct ab_counts ab_csv(const struct run *, double worth, struct text *);

#endif
