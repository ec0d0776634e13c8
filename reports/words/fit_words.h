/* Loads the input of `nway fit`, and writes its fits as text. */
#ifndef NWAY_REPORT_FIT_WORDS_H
#define NWAY_REPORT_FIT_WORDS_H

#include "stats/fits.h"
#include "terminal.h"

/* The fits of one input, with its name and the place of its charts. */
struct fit_source {
  struct fits fits;
  struct text name;           /* raw foreign text */
  struct text read;           /* of a table: which column was read as what; else empty. Raw foreign text */
  struct text badges;         /* of a run: "BUSY · SYNTHETIC"; of a table, or without any: empty */
  struct text parent, folder; /* the charts go to `folder` inside `parent` */
};
/* Loads and fits `input`: a table, or a run in `results`. `choice` is passed to scaling_table_read. Returns 0, or -1
 * with a reason; free with fit_source_free in both cases. */
int fit_load(struct fit_source *, const char *input, const char *results, const struct table_choice *choice,
             struct fault *);
void fit_source_free(struct fit_source *);

/* Writes the fits as text. Escapes raw foreign text. */
void fit_print(struct text *, const struct fit_source *, struct screen);
/* Returns 0, or 3 if no group could be fitted. */
int fit_exit(const struct fits *);

/* Describes a group's fit in one paragraph: "Amdahl's law fits with alpha 0.058 [0.046, 0.070]. ...". */
void fit_sentence(struct text *, const struct fits *, const struct fit_group *);
/* Names a group by the columns in which groups differ: "problem=sum, variant=omp". Raw foreign text. */
void fit_group_name(struct text *, const struct fits *, const struct fit_group *);

#endif
