/* A forest plot: one ratio and its interval a row, with the band within which a difference is not worth attention. */
#ifndef NWAY_REPORT_PLOT_FOREST_H
#define NWAY_REPORT_PLOT_FOREST_H

#include "chart.h"
#include "stats/change.h"

struct forest_row {
  struct text name;        /* raw foreign text */
  double ratio, low, high; /* old time over new: above 1 the new one is faster; low and high NAN: no interval */
  enum change verdict;
};

enum { FOREST_ROWS = 40 };

/* Adds the chart `id` to the list if it has a row, and a narrow one, "ID-narrow". The band lies from 1 / (1 + worth) to
 * 1 + worth. Draws at most FOREST_ROWS rows, the first ones. */
void plot_forest(struct charts *, const char *id, const char *title, double worth, const struct forest_row *rows,
                 size_t count);

#endif
