/* The result in the terminal. */
#ifndef NWAY_REPORT_SHOW_H
#define NWAY_REPORT_SHOW_H

#include "terminal.h"
#include "verdict.h"

void show_run(struct text *, const struct result *, struct screen);
/* A line a cell, in at most the screen's columns. */
void show_table(struct text *, const struct analysis *, struct screen);
/* Two runs cell by cell, with the caution that they were not paired. Returns how many cells both have. */
size_t show_two(struct text *, const struct result *, const struct result *, struct screen);

#endif
