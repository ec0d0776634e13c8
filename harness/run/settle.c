/* Decides which cells need no more rounds: by the width that their verdict needs, or since their method cannot win. */
#include "settle.h"

#include "base/paired.h"
#include "base/stop.h"
#include "base/translate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the rounds of its block gave a cell: one element a round, NAN where it has no value. */
struct track {
  double *ratio; /* log(baseline / cell); NAN for the baseline */
  double *time;  /* log of the time, per unit of work under weak scaling */
  size_t rounds, room;
};

struct settle {
  struct plan *plan;
  struct track *cells; /* one a cell of the plan */
};

struct settle *settle_open(struct plan *plan) {
  struct settle *settle = malloc(sizeof *settle);
  struct track *cells = calloc((size_t)plan->cell_count + 1, sizeof *cells);
  if (!settle || !cells) {
    free(settle);
    free(cells);
    return NULL;
  }
  settle->plan = plan;
  settle->cells = cells;
  return settle;
}

void settle_close(struct settle *settle) {
  if (!settle)
    return;
  for (int i = 0; i < settle->plan->cell_count; i++)
    free(settle->cells[i].ratio), free(settle->cells[i].time);
  free(settle->cells);
  free(settle);
}

/* ---- a block ---- */

static int grow(double **list, size_t room) {
  double *grown = realloc(*list, room * sizeof *grown);
  if (!grown)
    return -1;
  *list = grown;
  return 0;
}

/* Begins a round of a cell without values. */
static int begin_round(struct track *track) {
  size_t room = track->room ? 2 * track->room : 16;
  if (track->rounds == track->room) {
    if (grow(&track->ratio, room) != 0 || grow(&track->time, room) != 0)
      return -1;
    track->room = room;
  }
  track->ratio[track->rounds] = track->time[track->rounds] = NAN;
  track->rounds++;
  return 0;
}

/* The log time that the process at `at` is compared with; NAN without a baseline process. */
static double partners_of(const struct block_process *processes, int count, int base, int at) {
  struct partners found = {0};
  double nearest[PARTNERS_MOST];
  for (int i = 0; i < count; i++)
    if (processes[i].cell == base && isfinite(processes[i].execution_ns))
      partners_offer(&found, at, i, (size_t)i);
  for (size_t i = 0; i < found.count; i++)
    nearest[i] = log(processes[found.which[i]].execution_ns);
  return found.count ? partners_median(nearest, found.count) : NAN;
}

/* The logarithm of a cell's work; 0 where all cells of the block do the same. Also for cell -1, no baseline. */
static double log_units(const struct plan *plan, int cell) {
  if (cell < 0)
    return 0;
  const struct task *task = &plan->tasks[plan->cells[cell].task];
  return task->weak && task->units > 0 ? log(task->units) : 0;
}

int settle_block(struct settle *settle, int block, const struct block_process *processes, int count) {
  const struct plan *plan = settle->plan;
  int base = plan_baseline(plan, block);
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    if (begin_round(&settle->cells[i]) != 0)
      return -1;
  for (int i = 0; i < count; i++) {
    struct track *track = &settle->cells[processes[i].cell];
    if (processes[i].cell == base || !isfinite(processes[i].execution_ns))
      continue;
    double time = log(processes[i].execution_ns) - log_units(plan, processes[i].cell);
    track->ratio[track->rounds - 1] = partners_of(processes, count, base, i) - log_units(plan, base) - time;
    track->time[track->rounds - 1] = time;
  }
  return 0;
}

/* ---- the adaptive stop ---- */

/* Fills the cells of a block that have run, and their indices in the plan; returns how many. */
static size_t stop_cells(const struct settle *settle, int block, struct stop_cell *cells, int *index) {
  const struct plan *plan = settle->plan;
  size_t count = 0;
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i)) {
    const struct plan_cell *cell = &plan->cells[i];
    const struct track *track = &settle->cells[i];
    if (cell->state != CELL_PLANNED || track->rounds == 0)
      continue;
    index[count] = i;
    cells[count++] = (struct stop_cell){.ratio = cell->best_serial ? NULL : track->ratio,
                                        .time = track->time,
                                        .strict = cell->expected || plan->tasks[cell->task].build != BUILD_NONE,
                                        .done = cell->settled};
  }
  return count;
}

static int look_at_block(struct settle *settle, int block, struct stop_cell *cells, int *index, double width) {
  size_t count = stop_cells(settle, block, cells, index);
  if (count == 0)
    return 0;
  if (stop_block(cells, count, settle->cells[index[0]].rounds, width) != 0)
    return -1;
  for (size_t i = 0; i < count; i++)
    if (cells[i].ratio)
      settle->plan->cells[index[i]].settled = cells[i].done;
  return 0;
}

int settle_look(struct settle *settle, double width) {
  struct plan *plan = settle->plan;
  struct stop_cell *cells = calloc((size_t)plan->cell_count + 1, sizeof *cells);
  int *index = calloc((size_t)plan->cell_count + 1, sizeof *index), unsettled = 0;
  int failed = cells && index ? 0 : -1;
  for (int block = 0; block < plan->block_count && !failed; block++)
    failed = look_at_block(settle, block, cells, index, width);
  free(cells);
  free(index);
  for (int i = 0; i < plan->cell_count; i++)
    unsettled += cell_runs(&plan->cells[i]) && !plan->cells[i].best_serial;
  return failed ? -1 : unsettled;
}

/* ---- methods that cannot win ---- */

static const double give_up_log = 0.69314718055994531; /* log 2 */

/* The least or the greatest log ratio of a cell over the rounds; the baseline's is 0. NAN without rounds. */
static double ratio_of(const struct settle *settle, int cell, bool greatest) {
  const struct track *track = &settle->cells[cell];
  double found = settle->plan->cells[cell].best_serial ? 0 : NAN;
  for (size_t i = 0; i < track->rounds; i++)
    if (isnan(found) || (greatest ? track->ratio[i] > found : track->ratio[i] < found))
      found = isnan(track->ratio[i]) ? found : track->ratio[i];
  return found;
}

/* Whether the worst round of another method is over twice as fast as this cell's best, with as many workers or fewer.
 */
static bool is_beaten(const struct settle *settle, int index) {
  const struct plan *plan = settle->plan;
  const struct plan_cell *cell = &plan->cells[index];
  double own = ratio_of(settle, index, true);
  for (int i = block_first(plan, cell->block); i >= 0 && !isnan(own); i = block_next(plan, i)) {
    const struct plan_cell *other = &plan->cells[i];
    if (other->task != cell->task && other->state == CELL_PLANNED && other->workers <= cell->workers &&
        ratio_of(settle, i, false) > own + give_up_log)
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
      snprintf(cell->note, sizeof cell->note, N_("given up after %zu rounds: another method is over twice as fast"),
               settle->cells[i].rounds);
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
