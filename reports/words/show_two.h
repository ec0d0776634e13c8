/* Two runs cell by cell, for the terminal and as Markdown. */
#ifndef NWAY_REPORT_SHOW_TWO_H
#define NWAY_REPORT_SHOW_TWO_H

#include "stats/result.h"
#include "terminal.h"

/* Prints the median times of two runs cell by cell, with a warning that they are not paired. Returns the number of
 * common cells. */
size_t show_two(struct text *, const struct result *, const struct result *, struct screen);
/* The same as Markdown, a table a problem. */
size_t show_two_markdown(struct text *, const struct result *, const struct result *);

#endif
