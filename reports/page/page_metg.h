/* Writes METG, the item size from which a way of running pays off, as a table, sentences and a chart. */
#ifndef NWAY_REPORT_PAGE_METG_H
#define NWAY_REPORT_PAGE_METG_H

#include "charts/chart.h"

/* Whether the run has a kernel that probes granularity; without one the functions below do nothing. */
bool has_metg(const struct result *);
/* Draws chart "metg", or between language_begin and language_end "metg-translated" in another language. */
void metg_chart(struct charts *, const struct result *);
void metg_section(struct text *, const struct result *, const struct charts *);

#endif
