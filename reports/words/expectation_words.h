/* Says in words, and in the terminal, whether a run meets its expectations. */
#ifndef NWAY_REPORT_EXPECTATION_WORDS_H
#define NWAY_REPORT_EXPECTATION_WORDS_H

#include "stats/expectations.h"
#include "terminal.h"

/* By outcome, its sign. */
extern const char *const outcome_signs[];
/* "met", "not shown", "failed" or "not judged: machine busy" */
void outcome_words(struct text *, const struct judgement *);
/* "file.conf:12" */
void expectation_where(struct text *, const struct result *, const struct expectation *);
/* "5 expectations met" */
void expectation_counts(struct text *, const struct expectations *);
/* "power_sum n=1000: omp x2": raw foreign text. */
void judgement_name(struct text *, const struct judgement *);
/* "speedup 5.62 [5.53, 5.71]"; without a figure or an interval, the reason. Raw foreign text. */
void judgement_words(struct text *, const struct judgement *, enum expect_quantity);
/* Why a judgement has no figure or no usable interval; adds nothing if it has both. Raw foreign text. */
void judgement_reason(struct text *, const struct judgement *);
/* Why a line matches no cell: it cannot be read, or no such cell exists; names the nearest cell. Raw foreign text. */
void no_cell_found_words(struct text *, const struct result *, const struct expectation *);

/* Prints each unmet expectation with file, line, measured figure and limit, then a line of counts. With `all`, prints
 * the met ones too. Returns the number of expectations; prints nothing if there are none. */
size_t expectations_print(struct text *, const struct result *, struct screen, bool all);
/* Prints all of them under a heading; prints nothing if there are none. */
void expectations_show(struct text *, const struct result *, struct screen);

#endif
