/* Whether a run meets its expectations, in words and in the terminal. */
#ifndef NWAY_REPORT_EXPECTATION_WORDS_H
#define NWAY_REPORT_EXPECTATION_WORDS_H

#include "stats/expectations.h"
#include "terminal.h"

/* "met", "not shown", "failed", and the sign for each. */
extern const char *const outcome_words[], *const outcome_signs[];
/* "file.conf:12" */
void expectation_where(struct text *, const struct result *, const struct expectation *);
/* "5 expectations met" */
void expectation_counts(struct text *, const struct expectations *);
/* "power_sum n=1000: omp x2": raw foreign text. */
void judgement_name(struct text *, const struct judgement *);
/* "speedup 5.62 [5.53, 5.71]", or why there is none; then why it cannot be judged. Raw foreign text. */
void judgement_words(struct text *, const struct judgement *, enum expect_quantity);
/* Why it has no figure, no interval, or none that counts; nothing where it has. Raw foreign text. */
void judgement_reason(struct text *, const struct judgement *);
/* Why a line speaks of no cell: it cannot be read, or the nearest cell is another. Raw foreign text. */
void no_cell_found_words(struct text *, const struct result *, const struct expectation *);

/* Those that are not met with file, line, figure and what was asked, then one line that counts them; `all`: the others
 * too. Returns how many there are; nothing is written where there are none. */
size_t expectations_print(struct text *, const struct result *, struct screen, bool all);
/* The same as a section of the terminal's result; nothing where there are none. */
void expectations_show(struct text *, const struct result *, struct screen);

#endif
