/* Lists the cells of each block, so that a block takes time by its own cells and not by those of the plan. */
#include "plan.h"

#include <stdlib.h>

int plan_index_blocks(struct plan *plan, struct fault *fault) {
  struct plan_blocks *blocks = &plan->blocks;
  free(blocks->first), free(blocks->next);
  blocks->first = malloc(((size_t)plan->block_count + 1) * sizeof *blocks->first);
  blocks->next = malloc(((size_t)plan->cell_count + 1) * sizeof *blocks->next);
  if (!blocks->first || !blocks->next) {
    free(blocks->first), free(blocks->next);
    *blocks = (struct plan_blocks){0};
    return fault_memory(fault);
  }
  for (int block = 0; block < plan->block_count; block++)
    blocks->first[block] = -1;
  for (int i = plan->cell_count; i-- > 0;) {
    int *first = &blocks->first[plan->cells[i].block];
    blocks->next[i] = *first;
    *first = i;
  }
  return 0;
}

/* The first cell of a block from `from` on, by looking at all. */
static int search(const struct plan *plan, int block, int from) {
  for (int i = from; i < plan->cell_count; i++)
    if (plan->cells[i].block == block)
      return i;
  return -1;
}

int block_first(const struct plan *plan, int block) {
  return plan->blocks.first ? plan->blocks.first[block] : search(plan, block, 0);
}

int block_next(const struct plan *plan, int cell) {
  return plan->blocks.next ? plan->blocks.next[cell] : search(plan, plan->cells[cell].block, cell + 1);
}
