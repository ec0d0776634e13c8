/* What an interval and two tests say of a change of time: slower, faster, same or undecided. Pure. */
#ifndef NWAY_REPORT_CHANGE_H
#define NWAY_REPORT_CHANGE_H

#include "scaling.h"

enum change { CHANGE_UNDECIDED, CHANGE_SAME, CHANGE_FASTER, CHANGE_SLOWER, CHANGE_UNSIZED, CHANGES };
extern const char *const change_words[CHANGES]; /* CHANGE_UNSIZED: "slower, size undecided" */

/* What is known of a change; p-values are adjusted over the family by Holm, each kind by itself. */
struct evidence_of_change {
  const struct estimate *ratio; /* old / new */
  double holm_p;                /* of "no change", two-sided */
  double beyond_p;              /* of "slower by worth at most", one-sided: see change_beyond_p; NAN is no proof */
  const char *doubt;            /* why nothing can be decided in spite of that, or NULL: then it is undecided */
};

/* The verdict. `worth`: the share of time that is worth attention (0.03).
 * Same: the interval lies inside +- worth. Slower, faster: the interval excludes 1 and holm_p is at most 1 - LEVEL;
 * slower needs beyond_p of at most 1 - LEVEL besides, else it is CHANGE_UNSIZED: slower, by nobody knows how much.
 * Everything else, and what has no interval, is undecided. */
enum change change_judge(const struct evidence_of_change *, double worth);

/* One-sided sign test of "slower by worth at most": of old / new, as n logarithms. With truth equal to worth it is at
 * most alpha in a share alpha of runs, so that a gate which asks it for alpha fails no more of them (the test of a
 * shifted null, as in Wellek 2010, doi 10.1201/EBK1439808184, section 1.4). */
double change_beyond_p(const double *logs, size_t n, double worth);

/* Two sides of unpaired logarithms of times, a value a run: old / new by the rank-sum test and the shift (ranksum.h);
 * and the one-sided p of "slower by worth at most". */
struct estimate change_of_sides(const double *base, size_t m, const double *new, size_t n);
double change_sides_beyond_p(const double *base, size_t m, const double *new, size_t n, double worth);

/* The smallest change that could have been proven, as a share of time: half the width of the interval of log ratios at
 * the level that the weakest of `family` tests needs, change_level(family). NAN where there is no such interval: then
 * no change of any size could. */
double change_detectable(const struct interval *at_family_level);

/* 1 - (1 - LEVEL) / family: the level at which Holm's first step holds one of so many tests (Holm 1979, see paired.h).
 */
double change_level(size_t family);

/* Change of time in percent, from old / new. */
double change_percent(double ratio);

/* ", +1.23 % [+1.00, +1.50], p 0.01, can see 0.25 %", or that there is too little to see any; without the brackets and
 * what follows where there is no interval. `detectable`: see change_detectable. */
void change_say(struct text *, const struct estimate *ratio, double holm_p, double detectable);

/* " +1.23 % [+1.00, +1.50]"; without the brackets where the interval is unknown (NAN). */
void change_say_interval(struct text *, double ratio, double low, double high);

/* For programs, a line a cell of two sides. ratio, low and high: the time of the new side over that of the old one, so
 * that above 1 is slower; p: the cell's own test, holm_p: adjusted over the family. Empty where there is no such figure
 * (what has no interval, or was not tested). memory came last, so that readers by position go on to work.
 * The verdict has no comma there: "slower size undecided".
 * `unit`: the name of the column that says of how many the ratio is: rounds, or runs. */
void change_csv_head(struct text *, const char *unit);
/* `ratio`: old / new, n = 0 where there is none. */
void change_csv_line(struct text *, const struct cell *, const struct estimate *ratio, double holm_p,
                     const char *verdict);

#endif
