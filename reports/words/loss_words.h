/* Says in words where the missing speedup went, and why a way of running stopped scaling. */
#ifndef NWAY_REPORT_LOSS_WORDS_H
#define NWAY_REPORT_LOSS_WORDS_H

#include "base/text.h"
#include "stats/loss.h"

extern const char *const loss_names[LOSS_PARTS];

/* "At 16 workers the equivalent of 7.2 is lost; imbalance explains 74 % of it."; adds which data would show the cause.
 */
void diagnosis_words(struct text *, const struct loss_point *, const struct diagnosis *);
/* One sentence, with the likely cause, per point proven above its bound; adds nothing if there is none. */
void surplus_words(struct text *, const struct loss_point *, size_t n, bool wait_bound);

#endif
