/* Decides which cells need no more rounds: by the width of their interval, or since their method cannot win. */
#include "settle.h"

#include "base/paired.h"

#include <math.h>
#include <stdio.h>
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

/* ---- methods that cannot win ---- */

static const double give_up_log = 0.69314718055994531; /* log 2 */

/* The least or the greatest log ratio of a cell over the rounds; the baseline's is 0. NAN without rounds. */
static double ratio_of(const struct settle *settle, int cell, bool greatest) {
  const struct ratios *ratios = &settle->cells[cell];
  double found = settle->plan->cells[cell].best_serial ? 0 : NAN;
  for (size_t i = 0; i < ratios->count; i++)
    if (isnan(found) || (greatest ? ratios->values[i] > found : ratios->values[i] < found))
      found = ratios->values[i];
  return found;
}

/* Whether another method of the block is surely twice as fast as this cell, with as many workers or fewer. */
static bool is_beaten(const struct settle *settle, int index) {
  const struct plan *plan = settle->plan;
  const struct plan_cell *cell = &plan->cells[index];
  double own = ratio_of(settle, index, true);
  for (int i = 0; i < plan->cell_count && !isnan(own); i++) {
    const struct plan_cell *other = &plan->cells[i];
    if (other->block == cell->block && other->task != cell->task && other->state == CELL_PLANNED &&
        other->workers <= cell->workers && ratio_of(settle, i, false) > own + give_up_log)
      return true;
  }
  return false;
}

/* Whether all cells of a task that run are beaten; false where it has the baseline. */
static bool cannot_win(const struct settle *settle, int task) {
  const struct plan *plan = settle->plan;
  if (plan->tasks[task].build || plan->tasks[task].weak)
    return false;
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].task == task && plan->cells[i].state == CELL_PLANNED &&
        (plan->cells[i].best_serial || !is_beaten(settle, i)))
      return false;
  return true;
}

/* The cell with several workers of a task that did best in its best round; -1 if there is none. */
static int best_cell(const struct settle *settle, int task) {
  int best = -1;
  for (int i = 0; i < settle->plan->cell_count; i++) {
    const struct plan_cell *cell = &settle->plan->cells[i];
    if (cell->task == task && !cell->variant->serial && cell_runs(cell) && cell->workers > 1 &&
        (best < 0 || ratio_of(settle, i, true) > ratio_of(settle, best, true)))
      best = i;
  }
  return best;
}

static int give_up_task(struct settle *settle, int task) {
  int best = best_cell(settle, task), count = 0;
  for (int i = 0; i < settle->plan->cell_count; i++) {
    struct plan_cell *cell = &settle->plan->cells[i];
    if (cell->task != task || i == best || cell->variant->serial || !cell_runs(cell))
      continue;
    cell->settled = cell->given_up = true, count++;
    if (!cell->note[0])
      snprintf(cell->note, sizeof cell->note, "given up after %zu rounds: another method is over twice as fast",
               settle->cells[i].count);
  }
  return count;
}

int settle_give_up(struct settle *settle) {
  int count = 0;
  for (int task = 0; task < settle->plan->task_count; task++)
    if (cannot_win(settle, task))
      count += give_up_task(settle, task);
  return count;
}
