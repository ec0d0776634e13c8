/* Finds problems whose processes begin with a slow sample, and discards that sample from then on. */
#include "warmup.h"

#include "base/paired.h"
#include "cell/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double slow_ratio = 1.02, level = 0.02; /* level: two-sided, so 1 % on the slow side */

void warmup_see(struct plan_cell *cell, const double *executions, int count) {
  enum { MOST = 32 };
  double later[MOST];
  int kept = count - 1 < MOST ? count - 1 : MOST;
  if (kept < 1)
    return;
  memcpy(later, executions + 1, (size_t)kept * sizeof *later);
  sort_doubles(later, (size_t)kept);
  cell->first_slow += executions[0] > slow_ratio * median_sorted(later, (size_t)kept);
  cell->first_seen++;
}

static bool may_grow(const struct plan *plan, const struct plan_cell *cell) {
  return cell->state == CELL_PLANNED && cell->warmup == 0 && cell->pilot_ns < LONG_EXECUTION_NS &&
         !(plan->tasks[cell->task].kernel->needs & NEED_OWN);
}

static int grow_block(struct plan *plan, int block) {
  int grown = 0;
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    if (cell->block != block || !may_grow(plan, cell))
      continue;
    plan_set_work(cell, cell->iterations, 1, cell->samples);
    grown++;
  }
  return grown;
}

static bool is_slow(const struct plan *plan, int block) {
  size_t slow = 0, seen = 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].block == block)
      slow += (size_t)plan->cells[i].first_slow, seen += (size_t)plan->cells[i].first_seen;
  return 2 * slow > seen && sign_test_of(slow, seen - slow) <= level;
}

int warmup_grow(struct plan *plan, int *cells) {
  int problems = 0, all = 0;
  for (int block = 0; block < plan->block_count; block++) {
    int grown = is_slow(plan, block) ? grow_block(plan, block) : 0;
    problems += grown > 0;
    all += grown;
  }
  if (cells)
    *cells = all;
  return problems;
}
