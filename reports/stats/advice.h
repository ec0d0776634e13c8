/* How many workers to use: the smallest count that is proven within 2 % of the fastest. Pure. */
#ifndef NWAY_REPORT_ADVICE_H
#define NWAY_REPORT_ADVICE_H

#include "scaling.h"

#define ADVICE_LEVEL 0.9 /* a count that is advised is truly within WORTH_ATTENTION of the fastest in so many cases */

/* The index of the smallest count, or `counts` if none is proven. `logs[count * rounds + round]`: logarithm of the time
 * of the counts, ascending, in that round; NAN if it has none. `found`: what was found in the rounds of each count, by
 * which the comparisons of two are widened, or NULL. `maybe` (room for `counts`, or NULL) gets the counts
 * that are not proven more than WORTH_ATTENTION slower than another.
 *
 * A count is proven if, against each other count, the upper end of the median of the log ratios within rounds is below
 * log(1 + WORTH_ATTENTION). Each end is an order statistic (see median_interval) at (1 - ADVICE_LEVEL) / (counts - 1),
 * and at 2.5 % or less, as the intervals that are shown: a count that is not within it of the true fastest passes its
 * comparison with that one with at most this probability, and there are at most counts - 1 of them (Bonferroni 1936; in
 * form Hsu 1981, doi 10.1214/aos/1176345582). Of more than COMPARED_ALL counts each is compared with its rivals alone
 * (best.h), at the same level; so is it by has_minima. */
size_t advised_count(const double *logs, size_t counts, size_t rounds, const struct dependence_finding *found,
                     bool *maybe);

/* Whether the counts prove a time that rises and falls again: one between two others that is over WORTH_ATTENTION
 * slower than each. Arguments as for advised_count. */
bool has_minima(const double *logs, size_t counts, size_t rounds, const struct dependence_finding *found);

/* Worker counts that were not measured. */
struct unmeasured {
  int64_t from, to;
};
enum { GAPS_MAX = 4 };

struct advice {
  bool asked;                          /* the problem has a way with several counts and a speedup */
  const struct figures *use;           /* NULL: undecided, as where several workers are not proven faster than one */
  struct estimate gain;                /* of `use` over the baseline, corrected for the choice of the way */
  const struct figures *fewest, *most; /* undecided: the counts that may be within 2 % of the fastest */
  const struct figures *largest;       /* the cell with the most workers */
  size_t ways;                         /* ways that the problem was run */
  const struct figures *lost;          /* the least count of the way beyond `use` without a time, or NULL */
  bool more_lost;                      /* there are greater ones */
  bool minima;                         /* see has_minima */
  struct unmeasured gaps[GAPS_MAX];    /* next to `use`; with several minima all, in ascending order */
  size_t gap_count;                    /* of all of them, those beyond GAPS_MAX too */
};

/* For the way of the problem's fastest cell on several workers, with the best serial cell as the count 1. */
struct advice advise(const struct analysis *);

#endif
