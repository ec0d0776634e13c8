/* The tables of the comparison's page, compare_tables.c; called by compare.c. */
#ifndef NWAY_REPORT_COMPARE_PARTS_H
#define NWAY_REPORT_COMPARE_PARTS_H

#include "html.h"
#include "words/machine_words.h"

/* One row a machine: shape, rounds, noise, badges; the badges' texts below, folded. */
void machines_table(struct text *, const struct machines *, char *const *names);
/* Machine by problem: best throughput over the median machine's; outliers marked. */
void machines_heat(struct text *, const struct machines *, char *const *names);
/* Best throughput a worker, a physical core and a usable CPU. */
void machines_cores(struct text *, const struct machines *, char *const *names);
/* Facts that differ, by kind, with what a difference means. */
void machines_environment(struct text *, const struct machines *, char *const *names);
/* The fastest at each worker count of each run, folded. */
void contest_table(struct text *, const struct machines *, const struct contest *, char *const *names, size_t number);

#endif
