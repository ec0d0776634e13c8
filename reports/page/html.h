/* The pieces of HTML that every page of a report is made of. */
#ifndef NWAY_REPORT_HTML_H
#define NWAY_REPORT_HTML_H

#include "charts/chart.h"

/* From the doctype to the open body, and from there to the end. */
void page_start(struct text *, const char *title);
void page_end(struct text *);
/* A table that scrolls on its own; heads joined by '|', those of numbers begin with '#'. Heads are HTML. */
void table_start(struct text *, const char *label, const char *class, const char *heads);
void table_end(struct text *);
/* From here on a box that scrolls on its own and can be reached by keyboard; the label is HTML and one of its kind. */
void scroll_start(struct text *, const char *label, const char *class);
void scroll_end(struct text *);
/* Foreign text as it is, line by line. */
void verbatim(struct text *, const char *label, const char *foreign);
/* Cells: foreign text ("–" for none), and a number already in words. */
void text_td(struct text *, const char *foreign);
void number_td(struct text *, const char *number);
/* A chart with its heading (or NULL) and caption, or the reason why it is missing. */
void figure_html(struct text *, const struct charts *, const char *id, const char *heading, bool caption);

#endif
