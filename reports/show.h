/* The result in the terminal. */
#ifndef NWAY_REPORT_SHOW_H
#define NWAY_REPORT_SHOW_H

#include "verdict.h"

/* How the terminal is. */
struct screen {
  size_t columns;
  bool colour, unicode;
  const char *command; /* what users type for nway; NULL: "nway" */
};

void show_run(struct text *, const struct result *, struct screen);
/* Two runs cell by cell, with the caution that they were not paired. Returns how many cells both have. */
size_t show_two(struct text *, const struct result *, const struct result *, struct screen);

/* Pads foreign text to a width, cutting it with an ellipsis; `right` puts the blanks before it. */
void text_cell(struct text *, const char *foreign, size_t width, bool right);

/* Replaces what a terminal without UTF-8 cannot show. */
void text_ascii(struct text *);

#endif
