/* The page's sections (page_*.c), which page.c calls, and the text that they share. */
#ifndef NWAY_REPORT_PAGE_PARTS_H
#define NWAY_REPORT_PAGE_PARTS_H

#include "html.h"

/* From here on problems are folded together, and have no slides and fewer charts. */
enum { PROBLEMS_SHOWN = 24 };

/* Names, escaped. */
void title_html(struct text *, const struct problem *);
void name_html(struct text *, const struct problem *, const struct cell *, bool with_workers);
/* "[low, high]", or "–" without an interval. */
void interval_html(struct text *, const struct estimate *, const char *(*human)(char[HUMAN_MAX], double));
/* "1.93× [1.90, 1.95]" or "–" */
void ratio_html(struct text *, const struct estimate *);

/* The style of a ratio in a heat map, diverging around 1. */
const char *heat_class(double ratio);

/* Under the heading: the machine in one line, and the run's warnings. */
void machine_line(struct text *, const struct run *);
void badge_list(struct text *, const struct result *);
/* The names of the warnings in a line; and all of it, as a section. */
void badge_line(struct text *, const struct result *);
void badge_section(struct text *, const struct result *);

/* The fit of a problem's fastest way: its chart (pNN-fit); and its text with the losses in the problem's section. */
void fit_chart_of(struct charts *, const struct result *, size_t problem);
/* Where the missing speedup went, in sentences; losses_part has the charts and figures, folded. */
void loss_words(struct text *, const struct result *, size_t problem);
void losses_part(struct text *, const struct result *, const struct charts *, size_t problem);

/* Writes nothing if the configuration has no expectations. */
void expectations_section(struct text *, const struct result *);
void overview_section(struct text *, const struct result *, const struct charts *);
/* Says whether intervals hold for this run only, and what another run would show for each cell. */
void history_html(struct text *, const struct result *, size_t problem);
void problem_section(struct text *, const struct result *, const struct charts *, size_t problem);
/* Strong and weak scaling of the same problem, where a run has both. */
bool has_pairs(const struct result *);
void pairs_charts(struct charts *, const struct result *);
void pairs_section(struct text *, const struct result *, const struct charts *);
/* The run compared with result->reference; neither writes anything without one. The chart is called "reference". */
void reference_chart(struct charts *, const struct result *);
void reference_section(struct text *, const struct result *, const struct charts *);
void machine_section(struct text *, const struct run *);
void failure_section(struct text *, const struct result *);
void data_section(struct text *, const struct run *);
void rules_section(struct text *, const struct result *);

#endif
