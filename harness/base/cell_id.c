/* Defines the table of axes and compares cells by it. */
#include "cell_id.h"

#include <string.h>

const struct cell_axis_facts cell_axes[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) {#name, CELL_LEVEL_##level, label},
#include "cell_id.def"
};

bool cell_id_same(const struct cell_id *a, const struct cell_id *b) {
  if (a->workers != b->workers)
    return false;
  for (int i = 0; i < CELL_IDS; i++)
    if (strcmp(a->text[i], b->text[i]) != 0)
      return false;
  return true;
}
