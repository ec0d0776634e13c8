/* The notebook's page, RUN/report/notebook.html: each experiment beside what this run measured. */
#ifndef NWAY_REPORT_NOTEBOOK_PAGE_H
#define NWAY_REPORT_NOTEBOOK_PAGE_H

#include "base/fault.h"
#include "charts/chart.h"
#include "experiments.h"

/* Draws the charts notebook-countdown, notebook-range and notebook-memory. */
void notebook_charts(struct charts *, const struct result *, const struct experiments *);
/* On top: a sentence and bars of what a better method, workers and overlapped waits gained; nothing if none is known.
 */
void story_section(struct text *, const struct result *, const struct experiments *);
/* The sentence alone, HTML. */
void story_sentence(struct text *, const struct result *, const struct experiments *);
/* The time of one x of a peer over one range of x numbers, by form ("range", "array"), and the next size of such a
 * range after another; 0: none. */
struct estimate form_time(const struct result *, const char *form, double x);
double next_range(const struct result *, double after);
/* The heavy sums over one range, handed over as a range or as an array; what a worker costs to make, and a message. */
void range_chart(struct charts *, const struct result *, const struct experiments *);
void range_section(struct text *, const struct result *, const struct charts *, const struct experiments *);
void creation_section(struct text *, const struct result *, const struct page_words *);
void exchange_section(struct text *, const struct result *, const struct page_words *);
/* Sections of the page: wrappers and their order; Python's threads beside processes and C; memory and switches. */
void wrapper_section(struct text *, const struct result *, const struct page_words *);
void threads_section(struct text *, const struct result *, const struct charts *, const struct experiments *);
void memory_section(struct text *, const struct result *, const struct charts *, const struct page_words *);
void switch_section(struct text *, const struct result *, const struct page_words *);

#endif
