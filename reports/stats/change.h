/* Classifies a change of time as slower, faster, same or undecided, from an interval and two tests. Pure. */
#ifndef NWAY_REPORT_CHANGE_H
#define NWAY_REPORT_CHANGE_H

#include "scaling.h"

enum change { CHANGE_UNDECIDED, CHANGE_SAME, CHANGE_FASTER, CHANGE_SLOWER, CHANGE_UNSIZED, CHANGES };
extern const char *const change_words[CHANGES]; /* CHANGE_UNSIZED: "slower, size undecided" */

/* Evidence of a change. p-values are Holm-adjusted over the family, separately for each kind. */
struct evidence_of_change {
  const struct estimate *ratio; /* old / new */
  double holm_p;                /* of "no change", two-sided */
  double beyond_p;              /* of "slower by at most worth", one-sided: see change_beyond_p; NAN proves nothing */
  const char *doubt;            /* why the change is undecided whatever the tests say, or NULL */
};

/* The verdict. `worth`: smallest relevant change as a share of time (0.03).
 * Same: the interval lies inside +- worth. Slower, faster: the interval excludes 1 and holm_p is at most 1 - LEVEL;
 * slower also needs beyond_p of at most 1 - LEVEL, else it is CHANGE_UNSIZED: slower by an unproven amount.
 * Undecided: everything else, and any ratio without an interval. */
enum change change_judge(const struct evidence_of_change *, double worth);

/* One-sided sign test of "slower by at most worth" on n logarithms of old / new. If the true change equals worth, p is
 * at most alpha in a share alpha of runs, so a gate at alpha fails at most that share (test of a shifted null, as in
 * Wellek 2010, doi 10.1201/EBK1439808184, section 1.4). */
double change_beyond_p(const double *logs, size_t n, double worth);

/* Unpaired sides, each with one logarithm of time per run: old / new by the rank-sum test and the shift (ranksum.h),
 * and the one-sided p of "slower by at most worth". */
struct estimate change_of_sides(const double *base, size_t m, const double *new, size_t n);
double change_sides_beyond_p(const double *base, size_t m, const double *new, size_t n, double worth);

/* Changes, as shares of time, that are proven in half and in 80 % of such runs. */
struct detectable {
  double half, mostly; /* NAN: no change of any size is provable */
};
/* From the interval of log ratios at the level change_level(family): half its width is proven in half of all runs, and
 * (z + 0.84) / z of it in 80 %, z the normal quantile of that level (power of a two-sided test: Cohen 1988, section 2).
 */
struct detectable change_detectable(const struct interval *at_family_level, size_t family);

/* 1 - (1 - LEVEL) / family: the level of Holm's first step for `family` tests (Holm 1979, see paired.h). */
double change_level(size_t family);

/* Change of time in percent, from old / new. */
double change_percent(double ratio);

/* ", +1.23 % [+1.00, +1.50], p 0.01, detects 0.25 % (50 %), 0.36 % (80 % of runs)", or "too few rounds or runs to
 * detect a change"; only the percentage without an interval. */
void change_say(struct text *, const struct estimate *ratio, double holm_p, struct detectable);

/* " +1.23 % [+1.00, +1.50]"; without the brackets if the interval is NAN. */
void change_say_interval(struct text *, double ratio, double low, double high);

/* CSV for programs, one line per cell. ratio, low and high: new time / old time, so above 1 is slower; p: the cell's
 * own test; holm_p: adjusted over the family. A field is empty without an interval or test. memory is the last column
 * to keep the positions of the others. The verdict is written without a comma: "slower size undecided". `unit`: name of
 * the count column: rounds or runs. */
void change_csv_head(struct text *, const char *unit);
/* `ratio`: old / new; n = 0 if there is none. */
void change_csv_line(struct text *, const struct cell *, const struct estimate *ratio, double holm_p,
                     const char *verdict);

#endif
