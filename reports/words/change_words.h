/* Words for the change between two builds or sides: verdict, doubt, size. */
#ifndef NWAY_REPORT_CHANGE_WORDS_H
#define NWAY_REPORT_CHANGE_WORDS_H

#include "stats/change.h"

extern const char *const change_words[CHANGES]; /* CHANGE_UNSIZED: "slower, size undecided" */
extern const char *const doubt_words[DOUBTS];   /* "a step in the rounds"; DOUBT_NONE: "" */

/* ", +1.23 % [+1.00, +1.50], p 0.01, detects 0.25 % (50 %), 0.36 % (80 % of runs)", or "too few rounds or runs to
 * detect a change"; only the percentage without an interval. */
void change_say(struct text *, const struct estimate *ratio, double holm_p, struct detectable);

/* " +1.23 % [+1.00, +1.50]"; without the brackets if the interval is NAN. */
void change_say_interval(struct text *, double ratio, double low, double high);

#endif
