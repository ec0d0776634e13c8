/* The identity of a cell: one text per axis of cell_id.def, and the worker count. */
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

/* Values that stand for "no choice": workers are not bound; pages lie where they are first touched. */
#define PIN_NONE "none"
#define MEMORY_LOCAL "local"
#define PIN_FREE "free" /* as none, and a cell of one thread does not stay on a CPU either */

/* Name and level of an axis, and the prefix of its value in labels. */
struct cell_axis_facts {
  const char *name;
  enum cell_level level;
  const char *label;
};
extern const struct cell_axis_facts cell_axes[CELL_IDS];

/* A cell's value on every axis; "" if it has none. The texts are not owned. */
struct cell_id {
  const char *text[CELL_IDS];
  int64_t workers;
};

/* Returns true if all texts and the worker counts are equal. */
bool cell_id_same(const struct cell_id *, const struct cell_id *);

/* An order of identities, for sorting and searching: below 0, 0 or above 0 as strcmp. */
int cell_id_compare(const struct cell_id *, const struct cell_id *);

#endif
