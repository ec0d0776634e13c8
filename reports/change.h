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

/* Half the width of the interval, as a share of time: about the smallest change that could have been shown. */
double change_detectable(const struct estimate *ratio);

/* Change of time in percent, from old / new. */
double change_percent(double ratio);

/* ", +1.23 % [+1.00, +1.50], p 0.01, can see 0.25 %"; without the brackets and what follows where there is no
 * interval. */
void change_say(struct text *, const struct estimate *ratio, double holm_p);

#endif
