/* Writes the HTML elements that all pages of a report share. */
#ifndef NWAY_REPORT_HTML_H
#define NWAY_REPORT_HTML_H

#include "charts/chart.h"

/* From the doctype to the open body, and from there to the end. */
void page_start(struct text *, const char *title);
void page_end(struct text *);
/* A table in its own scrolling box. `heads`: HTML, separated by '|'; '#' starts the head of a number column. */
void table_start(struct text *, const char *label, const char *class, const char *heads);
void table_end(struct text *);
/* Opens a box that scrolls on its own and can be reached by keyboard. The label is HTML and unique on the page. */
void scroll_start(struct text *, const char *label, const char *class);
void scroll_end(struct text *);
/* Foreign text with its line breaks, escaped. */
void verbatim(struct text *, const char *label, const char *foreign);
/* Table cells: foreign text ("–" if empty), and a formatted number. */
void text_td(struct text *, const char *foreign);
void number_td(struct text *, const char *number);
/* A chart with its heading (or NULL) and caption, or the reason for its absence. */
void figure_html(struct text *, const struct charts *, const char *id, const char *heading, bool caption);

#endif
