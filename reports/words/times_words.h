/* Says where the quotient of two printed times differs from the printed speedup, and why. */
#ifndef NWAY_REPORT_TIMES_WORDS_H
#define NWAY_REPORT_TIMES_WORDS_H

#include "stats/scaling.h"

/* Adds a sentence about the best cell if its time and that of the baseline do not divide to its speedup, else about
 * the cell whose times are furthest from it; nothing if all quotients lie in the intervals of their speedups, or nearer
 * than TIMES_APART. A machine whose speed changes between rounds causes this. Raw foreign text. */
void times_sentence(struct text *, const struct analysis *);
#define TIMES_APART 0.05 /* share by which a quotient may differ from its speedup unsaid */

#endif
