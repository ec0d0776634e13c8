/* Between the files that write the page: its sections (page_*.c; page.c calls them) and the words they share. */
#ifndef NWAY_REPORT_PAGE_PARTS_H
#define NWAY_REPORT_PAGE_PARTS_H

#include "html.h"

/* Names, escaped. */
void title_html(struct text *, const struct problem *);
void name_html(struct text *, const struct problem *, const struct cell *, bool with_workers);
/* "[low, high]", "–" where there is none. */
void interval_html(struct text *, const struct estimate *, const char *(*human)(char[HUMAN_MAX], double));
/* "1.93× [1.90, 1.95]" or "–" */
void ratio_html(struct text *, const struct estimate *);

/* Under the heading: the machine in a line, and what casts doubt on the run. */
void machine_line(struct text *, const struct run *);
void badge_list(struct text *, const struct result *);

/* The fit of a problem's fastest way: its chart (pNN-fit), and in the problem's section its words with the losses. */
void fit_chart_of(struct charts *, const struct result *, size_t problem);
void losses_part(struct text *, const struct result *, const struct charts *, size_t problem);

/* Nothing where the configuration expects nothing. */
void expectations_section(struct text *, const struct result *);
void overview_section(struct text *, const struct result *, const struct charts *);
/* Whether intervals are of this run only, and what another would show of each cell. */
void history_html(struct text *, const struct result *, size_t problem);
void problem_section(struct text *, const struct result *, const struct charts *, size_t problem);
void machine_section(struct text *, const struct run *);
void failure_section(struct text *, const struct result *);
void data_section(struct text *, const struct run *);
void rules_section(struct text *, const struct result *);

#endif
