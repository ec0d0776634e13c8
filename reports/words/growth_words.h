/* How time grows with the size of a problem, in words. */
#ifndef NWAY_REPORT_GROWTH_WORDS_H
#define NWAY_REPORT_GROWTH_WORDS_H

#include "base/text.h"
#include "stats/growth.h"

/* "squares seq: time grows as n^1.01 [1.00, 1.02] from n=1k to 1M (11 sizes, 12 rounds; ...)". Without an exponent it
 * says why. Raw foreign text. */
void growth_sentence(struct text *, const struct growth_line *);

#endif
