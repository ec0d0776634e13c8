/* Horizontal stacked bars: where time or workers went, a bar a way or a worker count. */
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
  const char *id, *title, *caption, *axis; /* no foreign text but in title and caption */
  const char *const *parts;                /* names */
  size_t part_count;
  struct stack_row rows[STACK_ROWS_MAX];
  size_t count;
};
/* Adds it to the list of charts if it has a row; values below 0 stack to the left of 0. Frees the labels. */
void plot_stack(struct charts *, struct stack_chart *);

/* pNN-loss: what each worker count of the fastest way lost, and to what; pNN-phases: spawn, work and join of each way
 * at the most workers, as shares of the time. */
void charts_losses(struct charts *, const struct result *, size_t problem);

/* The way of the fastest parallel cell: figures *from .. *to. False where there is none. */
bool fastest_way(const struct analysis *, size_t *from, size_t *to);

#endif
