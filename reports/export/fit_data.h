/* Fits of scaling laws as CSV and JSON, for programs. */
#ifndef NWAY_REPORT_FIT_DATA_H
#define NWAY_REPORT_FIT_DATA_H

#include "base/text.h"
#include "words/fit_words.h"

/* Writes one CSV line per parameter: the group columns, then law, chosen, term, value, se, low, high, held, counts,
 * note. */
void fit_csv(struct text *, const struct fits *);
/* Writes JSON: without groups the fit itself, with alpha, beta and gamma under usl, amdahl and gustafson; otherwise a
 * list `groups` of such objects. */
void fit_json(struct text *, const struct fit_source *);

#endif
