/* Prints the result in the terminal. */
#ifndef NWAY_REPORT_SHOW_H
#define NWAY_REPORT_SHOW_H

#include "terminal.h"
#include "verdict.h"

void show_run(struct text *, const struct result *, struct screen);
/* Prints a line "! BUSY: ..." for each badge of the run. */
void show_badges(struct text *, const struct result *, struct screen);
/* Prints one line per cell, within the screen's columns. */
void show_table(struct text *, const struct analysis *, struct screen);
/* Prints two runs cell by cell, with a warning that they are not paired. Returns the number of common cells. */
size_t show_two(struct text *, const struct result *, const struct result *, struct screen);

#endif
