/* How many workers to use, in one sentence. */
#ifndef NWAY_REPORT_ADVICE_WORDS_H
#define NWAY_REPORT_ADVICE_WORDS_H

#include "base/text.h"
#include "stats/scaling.h"

/* "Use 6 workers: 4.1x [3.9, 4.2]; 12 workers gain less than 2 % more." or why that is undecided; nothing for a problem
 * with one worker count or without a baseline. */
void advice_sentence(struct text *, const struct analysis *);
/* Adds the sentences of several problems, one by one with `add`, those that are undecided in one: "Undecided for 3
 * problems: A; B; C; more rounds ...". */
void advice_sentences(const struct analysis *, size_t count, void (*add)(const char *sentence, void *with), void *with);

#endif
