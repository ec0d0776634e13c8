/* Finds the cell or the task that a row names: by binary search, since a run may have as many rows as cells and more.
 */
#ifndef NWAY_PLAN_INDEX_H
#define NWAY_PLAN_INDEX_H

#include "plan/plan.h"

/* Indexes of a plan, sorted by identity. It is valid as long as no cell or task is added to the plan or moved. */
struct plan_index {
  const struct plan *plan;
  int *cells, *tasks;
};

/* Returns -1 and a fault if memory runs out. */
int plan_index_open(struct plan_index *, const struct plan *, struct fault *);
void plan_index_close(struct plan_index *);

/* The cell with this identity in this block, or -1. */
int plan_index_cell(const struct plan_index *, const struct cell_id *, int64_t block);

/* The task whose oracle has this identity, or -1. */
int plan_index_task(const struct plan_index *, const struct cell_id *);

#endif
