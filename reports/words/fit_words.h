/* What `nway fit` reads, and its fits as text, CSV and JSON. */
#ifndef NWAY_REPORT_FIT_WORDS_H
#define NWAY_REPORT_FIT_WORDS_H

#include "stats/fits.h"
#include "terminal.h"

/* What was fitted, and what it is called. */
struct fit_source {
  struct fits fits;
  struct text name;           /* raw foreign text */
  struct text parent, folder; /* where its charts go: `folder` in `parent` */
};
/* `input`: a CSV file, or a run below `results`; `group`: as scaling_table_read takes it. Returns 0, or -1 with a
 * reason; free with fit_source_free either way. */
int fit_load(struct fit_source *, const char *input, const char *results, const char *group, struct fault *);
void fit_source_free(struct fit_source *);

/* What was fitted, with what it was fitted to; `name` of the file or run. Raw foreign text is made safe. */
void fit_print(struct text *, const struct fits *, const char *name, struct screen);
/* A line a parameter: the columns of the groups, then law, chosen, term, value, se, low, high, held, counts, note. */
void fit_csv(struct text *, const struct fits *);
/* Without groups the fit itself, keys alpha, beta, gamma under usl, amdahl and gustafson; else a list `groups` of such.
 */
void fit_json(struct text *, const struct fits *, const char *name);
/* 0, or 3 where no group could be fitted. */
int fit_exit(const struct fits *);

/* "Amdahl's law fits: alpha 0.058 [0.046, 0.070]. ..." in one paragraph of plain words. */
void fit_sentence(struct text *, const struct fits *, const struct fit_group *);
/* "problem=sum, variant=omp": those columns in which groups differ; raw foreign text. */
void fit_group_name(struct text *, const struct fits *, const struct fit_group *);

#endif
