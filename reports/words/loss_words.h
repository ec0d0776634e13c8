/* Where the missing speedup went, and why a way stopped scaling, in words. */
#ifndef NWAY_REPORT_LOSS_WORDS_H
#define NWAY_REPORT_LOSS_WORDS_H

#include "base/text.h"
#include "stats/loss.h"

extern const char *const loss_names[LOSS_PARTS];

/* "At 16 workers the equivalent of 7.2 is lost; imbalance explains 74 % of it." or what would tell. */
void diagnosis_words(struct text *, const struct loss_point *, const struct diagnosis *);
/* A sentence a point that is proven above a bound, with the likely cause; nothing where none is. */
void surplus_words(struct text *, const struct loss_point *, size_t n, bool wait_bound);

#endif
