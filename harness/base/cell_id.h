/* What tells two cells apart, as texts in one order; the axes stand in cell_id.def. */
#ifndef NWAY_CELL_ID_H
#define NWAY_CELL_ID_H

#include <stdbool.h>
#include <stdint.h>

enum cell_axis {
#define CELL_ID(name, level, label, meaning) CELL_ID_##name,
#include "cell_id.def"
  CELL_IDS
};

enum cell_level { CELL_LEVEL_BUILD, CELL_LEVEL_PROBLEM, CELL_LEVEL_WAY };

/* Of each axis: its name, level, and what stands before its value in labels. */
struct cell_axis_facts {
  const char *name;
  enum cell_level level;
  const char *label;
};
extern const struct cell_axis_facts cell_axes[CELL_IDS];

/* A cell's place on every axis; texts are not owned, "" stands for what a cell has none of. */
struct cell_id {
  const char *text[CELL_IDS];
  int64_t workers;
};

/* Equal texts on all axes, and as many workers. */
bool cell_id_same(const struct cell_id *, const struct cell_id *);

#endif
