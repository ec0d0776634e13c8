/* Two builds that were measured in the same blocks: slower, faster, same or undecided, cell by cell. */
#ifndef NWAY_REPORT_AB_H
#define NWAY_REPORT_AB_H

#include "stats/change.h"

/* Rounds after which such a pair would be decided if its median stayed: each end of the interval comes nearer to the
 * median with the root of the rounds. Decided is `same`, when both ends are within worth, or a change, when the end on
 * the side of 1 excludes 1 at the level that `family` tests need (as far out as normal quantiles say) and their sign
 * tests can fire, 2^(1 - n) * family <= 0.05. 0 where there is no interval or it would take over a million. */
long ab_rounds_to_decide(const struct estimate *ratio, double worth, size_t family);

struct ab_counts {
  size_t pairs, compared, of[CHANGES]; /* of: those compared, by verdict */
  size_t broken;                       /* the new build failed or answered wrongly where the old one did not */
  size_t failed_before;                /* the old build did; the rest was left out: skipped, or spared by the budget */
  size_t rounds;                       /* the most of a pair */
};

/* Prints the table of a run of `nway ab`; a pair is an "old" and a "new" cell that are otherwise alike. */
struct ab_counts ab_print(const struct run *, double worth, struct text *);

/* The same as CSV (change.h), a line a pair; p: of its own sign test, holm_p: adjusted over the run. Fewer than 6
 * rounds have no interval. */
struct ab_counts ab_csv(const struct run *, double worth, struct text *);

#endif
