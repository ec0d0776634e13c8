/* Prints the result in the terminal. */
#ifndef NWAY_REPORT_SHOW_H
#define NWAY_REPORT_SHOW_H

#include "terminal.h"
#include "verdict.h"

void show_run(struct text *, const struct result *, struct screen);
/* Prints the machine, the configuration, the rounds and the date in a line. */
void show_headline(struct text *, const struct run *, struct screen);
/* Prints a line "! BUSY: ..." for each badge of the run. */
void show_badges(struct text *, const struct result *, struct screen);
/* Prints one line per cell, within the screen's columns. */
void show_table(struct text *, const struct analysis *, struct screen);

#endif
