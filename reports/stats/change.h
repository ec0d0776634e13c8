/* What an interval and a test say of a change of time: slower, faster, same or undecided. Pure. */
#ifndef NWAY_REPORT_CHANGE_H
#define NWAY_REPORT_CHANGE_H

#include "scaling.h"

enum change { CHANGE_UNDECIDED, CHANGE_SAME, CHANGE_FASTER, CHANGE_SLOWER, CHANGES };
extern const char *const change_words[CHANGES];

/* The verdict on old / new with its p adjusted over the family. `worth`: the share of time that is worth attention
 * (0.03). Same: the interval lies inside +- worth. Slower, faster: the interval excludes 1 and the adjusted p is at
 * most 1 - LEVEL. Everything else, and what has no interval, is undecided. */
enum change change_judge(const struct estimate *ratio, double holm_p, double worth);

/* Slower, and by the median more than worth attention. */
bool change_is_regression(enum change, const struct estimate *ratio, double worth);

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
 * `unit`: the name of the column that says of how many the ratio is: rounds, or runs. */
void change_csv_head(struct text *, const char *unit);
/* `ratio`: old / new, n = 0 where there is none. */
void change_csv_line(struct text *, const struct cell *, const struct estimate *ratio, double holm_p,
                     const char *verdict);

#endif
