/* Horizontal stacked bars of time or workers by part, one bar per way or worker count. */
#ifndef NWAY_REPORT_PLOT_STACK_H
#define NWAY_REPORT_PLOT_STACK_H

#include "chart.h"
#include "stats/loss.h"

enum { STACK_PARTS_MAX = 6, STACK_ROWS_MAX = 40 };

struct stack_row {
  struct text label; /* raw foreign text */
  double values[STACK_PARTS_MAX];
};
struct stack_chart {
  const char *id, *title, *caption, *axis; /* foreign text only in title and caption */
  const char *const *parts;                /* names */
  size_t part_count;
  struct stack_row rows[STACK_ROWS_MAX];
  size_t count;
  bool slide; /* also draw a PNG */
};
/* Adds the chart to the list if it has a row. Negative values stack to the left of 0. Frees the labels. */
void plot_stack(struct charts *, struct stack_chart *);

/* Adds pNN-loss, the parts of the loss at each worker count of the fastest way, and pNN-phases, the shares of spawn,
 * work and join of each way at the most workers. */
void charts_losses(struct charts *, const struct result *, size_t problem);

/* Finds the way of the fastest parallel cell: figures *from .. *to. Returns false if there is none. */
bool fastest_way(const struct analysis *, size_t *from, size_t *to);

#endif
