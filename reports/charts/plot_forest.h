/* A forest plot: one ratio and its interval a row, with the band within which a difference is not worth attention. */
#ifndef NWAY_REPORT_PLOT_FOREST_H
#define NWAY_REPORT_PLOT_FOREST_H

#include "chart.h"
#include "words/change_rows.h"

enum { FOREST_ROWS = 40 };

/* What the sides of a comparison are called. */
struct sides_words {
  const char *old, *new; /* "old", "new" */
  const char *of;        /* whose values an interval is about: "rounds", "runs" */
  const char *filled;    /* what a filled mark says: "a change is proven (Holm over all cells)" */
};

#define CHANGE_FILLED "a change is proven (Holm over all cells)"

/* Adds the chart `id` to the list if a row has a ratio, and a narrow one, "ID-narrow". The band lies from
 * 1 / (1 + worth) to 1 + worth. Draws at most FOREST_ROWS rows: where there are more, proven changes come first. */
void plot_forest(struct charts *, const char *id, const char *title, const struct sides_words *, double worth,
                 const struct change_rows *);

#endif
