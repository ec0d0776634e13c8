/* Decides by interval width which cells need no more rounds. */
#include "settle.h"

#include "base/paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ratios {
  double *values;
  size_t count;
};

struct settle {
  struct plan *plan;
  struct ratios *cells; /* one a cell of the plan */
};

struct settle *settle_open(struct plan *plan) {
  struct settle *settle = malloc(sizeof *settle);
  struct ratios *cells = calloc((size_t)plan->cell_count + 1, sizeof *cells);
  if (!settle || !cells) {
    free(settle);
    free(cells);
    return NULL;
  }
  *settle = (struct settle){plan, cells};
  return settle;
}

void settle_close(struct settle *settle) {
  if (!settle)
    return;
  for (int i = 0; i < settle->plan->cell_count; i++)
    free(settle->cells[i].values);
  free(settle->cells);
  free(settle);
}

static int keep(struct ratios *ratios, double value) {
  double *grown = realloc(ratios->values, (ratios->count + 1) * sizeof *grown);
  if (!grown)
    return -1;
  ratios->values = grown;
  grown[ratios->count++] = value;
  return 0;
}

/* The log time that the process at `at` is held against; NAN without a baseline process. */
static double partners_of(const struct block_process *processes, int count, int base, int at) {
  double nearest[PARTNERS_MOST];
  size_t n = 0;
  for (int away = 1; away < count && n < PARTNERS_MOST; away++)
    for (int i = at - away; i <= at + away && n < PARTNERS_MOST; i += 2 * away)
      if (i >= 0 && i < count && processes[i].cell == base && isfinite(processes[i].execution_ns))
        nearest[n++] = log(processes[i].execution_ns);
  return n ? partners_median(nearest, n) : NAN;
}

int settle_block(struct settle *settle, int block, const struct block_process *processes, int count) {
  int base = plan_baseline(settle->plan, block);
  for (int i = 0; i < count; i++) {
    double partners = processes[i].cell == base ? NAN : partners_of(processes, count, base, i);
    if (isfinite(partners) && isfinite(processes[i].execution_ns) &&
        keep(&settle->cells[processes[i].cell], partners - log(processes[i].execution_ns)) != 0)
      return -1;
  }
  return 0;
}

int settle_look(struct settle *settle, double width) {
  int unsettled = 0;
  for (int i = 0; i < settle->plan->cell_count; i++) {
    struct plan_cell *cell = &settle->plan->cells[i];
    if (cell->state != CELL_PLANNED || cell->settled || cell->best_serial)
      continue;
    cell->settled = stop_settled(settle->cells[i].values, settle->cells[i].count, width);
    unsettled += !cell->settled;
  }
  return unsettled;
}
