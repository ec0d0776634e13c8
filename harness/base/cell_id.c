/* Defines the table of axes and compares cells by it. */
#include "cell_id.h"

#include <string.h>

const struct cell_axis_facts cell_axes[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) {#name, CELL_LEVEL_##level, label},
#include "cell_id.def"
};

int cell_id_compare(const struct cell_id *a, const struct cell_id *b) {
  int order = (a->workers > b->workers) - (a->workers < b->workers);
  for (int i = 0; i < CELL_IDS && order == 0; i++)
    order = strcmp(a->text[i], b->text[i]);
  return order;
}

bool cell_id_same(const struct cell_id *a, const struct cell_id *b) { return cell_id_compare(a, b) == 0; }
