/* Classifies a change of time as slower, faster, same or undecided, from an interval and two tests. Pure. */
#ifndef NWAY_REPORT_CHANGE_H
#define NWAY_REPORT_CHANGE_H

#include "scaling.h"

enum change { CHANGE_UNDECIDED, CHANGE_SAME, CHANGE_FASTER, CHANGE_SLOWER, CHANGE_UNSIZED, CHANGES };

/* Why rounds or runs cannot decide a comparison; see doubt.h. */
enum doubt {
  DOUBT_NONE,
  DOUBT_LAG, /* consecutive rounds are correlated */
  DOUBT_TREND,
  DOUBT_STEP,
  DOUBT_TICKS,  /* the clock is too coarse */
  DOUBT_PART,   /* the difference is missing in part of the run */
  DOUBT_POOLED, /* the rounds of all pairs together depend on each other: see doubt_of_pooled */
  DOUBT_SIZE,   /* rounds differ by as much as the slowdown: see pairs_judge; doubts the size alone */
  DOUBT_BASE_LAG,
  DOUBT_BASE_TREND,
  DOUBT_BASE_STEP,
  DOUBT_BASE_BUSY, /* the machine was busy in most runs of that side, and in few of the other */
  DOUBT_NEW_LAG,
  DOUBT_NEW_TREND,
  DOUBT_NEW_STEP,
  DOUBT_NEW_BUSY,
  DOUBT_BOTH_BUSY,
  DOUBT_BASE_ORDER, /* the runs of that side do not say in which order they came */
  DOUBT_NEW_ORDER,
  DOUBTS
};

/* Evidence of a change. p-values are Holm-adjusted over the family, separately for each kind. */
struct evidence_of_change {
  const struct estimate *ratio; /* old / new */
  double holm_p;                /* of "no change", two-sided */
  double beyond_p;              /* of "slower by at most worth", one-sided: see change_beyond_p; NAN proves nothing */
  enum doubt doubt;             /* why the change is undecided whatever the tests say */
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

/* Change of time in percent, from old / new, to be shown with two decimals: one that shows nothing is 0. */
double change_percent(double ratio);

#endif
