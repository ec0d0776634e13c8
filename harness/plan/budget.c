/* Fits a plan to its time budget and describes what it left out. */
#include "plan.h"

#include "base/translate.h"
#include "base/words.h"

#include <stdio.h>
#include <string.h>

/* Whether two cells have the same problem and build. Blocks do not show it: each pair of builds is a block of its own.
 */
static bool same_problem(const struct plan *plan, const struct plan_cell *a, const struct plan_cell *b) {
  const struct task *x = &plan->tasks[a->task], *y = &plan->tasks[b->task];
  return x->kernel == y->kernel && strcmp(x->problem, y->problem) == 0 && !x->weak == !y->weak && x->build == y->build;
}

/* Whether it is the last cell with several workers of its problem and variant. */
static bool is_last_of_several(const struct plan *plan, const struct plan_cell *cell) {
  for (const struct plan_cell *other = plan->cells; other < plan->cells + plan->cell_count; other++)
    if (same_problem(plan, other, cell) && other->variant == cell->variant && cell_runs(other) && other->workers > 1 &&
        other->workers != cell->workers)
      return false;
  return cell->workers > 1;
}

static void thin_count(struct plan *plan, int workers) {
  for (int i = 0; i < plan->cell_count; i++)
    if (cell_runs(&plan->cells[i]) && plan->cells[i].workers == workers && !is_last_of_several(plan, &plan->cells[i])) {
      plan->cells[i].state = CELL_THINNED;
      snprintf(plan->cells[i].note, sizeof plan->cells[i].note, N_("left out to keep the time budget"));
    }
}

/* Reduces the samples of every process, and with them its expected time. */
static void thin_samples(struct plan *plan, int64_t samples) {
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    plan_set_work(cell, cell->iterations, cell->warmup, samples);
  }
  plan->samples = samples;
}

/* Computes in double, since the product may overflow 63 bits. */
static bool fits(const struct plan *plan, int64_t rounds, int64_t left_ns) {
  return (double)plan_round_ns(plan) * (double)rounds <= (double)left_ns;
}

void plan_thin(struct plan *plan, int64_t left_ns, int64_t rounds, int keep) {
  int workers;
  while (plan->thinned.count > keep && !fits(plan, rounds, left_ns) && (workers = workers_thin(&plan->thinned)) > 0)
    thin_count(plan, workers);
}

static void fit_samples(struct plan *plan, int64_t left_ns) {
  for (int64_t samples = plan->samples - 1; samples >= 1 && !fits(plan, plan->rounds, left_ns); samples--)
    thin_samples(plan, samples);
}

/* Reduces the rounds to what fits, but not below `least`. */
static void fit_rounds(struct plan *plan, int64_t left_ns, int64_t least) {
  int64_t round = plan_round_ns(plan), rounds = round > 0 ? left_ns / round : plan->rounds;
  if (rounds < plan->rounds && plan->rounds > least)
    plan->rounds = rounds < least ? least : rounds;
}

/* The first block that has cells to run, if `rounds` rounds of it alone fit: a configuration begins with what matters
 * most to its author. -1 if it does not fit. */
static int leading_block(const struct plan *plan, int64_t left_ns, int64_t rounds) {
  for (int block = 0; block < plan->block_count; block++)
    if (plan_processes(plan, block) > 0)
      return plan_block_ns(plan, block) <= left_ns / rounds ? block : -1;
  return -1;
}

/* Returns the block with the longest round (the later of equals) but for `kept`; -1 if at most one block has cells to
 * run. */
static int costliest_block(const struct plan *plan, int kept) {
  int64_t most = -1;
  int found = -1, alive = 0;
  for (int block = 0; block < plan->block_count; block++) {
    int64_t ns = plan_block_ns(plan, block);
    alive += plan_processes(plan, block) > 0;
    if (block != kept && plan_processes(plan, block) > 0 && ns >= most)
      most = ns, found = block;
  }
  return alive > 1 ? found : -1;
}

static void drop_block(struct plan *plan, int block) {
  char took[40];
  int64_t ns = plan_block_ns(plan, block);
  format_duration(ns, took, sizeof took);
  for (struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++)
    if (cell->block == block && cell_runs(cell)) {
      cell->state = CELL_THINNED;
      cell->dropped_ns = ns;
      snprintf(cell->note, sizeof cell->note, N_("left out to keep the time budget: a round of its problem takes %s"),
               took);
    }
}

void plan_drop(struct plan *plan, int64_t left_ns, int64_t rounds) {
  int kept = leading_block(plan, left_ns, rounds);
  for (int block; !fits(plan, rounds, left_ns) && (block = costliest_block(plan, kept)) >= 0;)
    drop_block(plan, block);
}

/* The cell that stays to the last: the baseline, else the cheapest serial cell, else the cheapest cell; -1 if none. */
static int last_to_stay(const struct plan *plan) {
  int kept = -1;
  for (int i = 0; i < plan->cell_count; i++) {
    const struct plan_cell *cell = &plan->cells[i], *other = kept >= 0 ? &plan->cells[kept] : NULL;
    int rank = cell->best_serial ? 2 : cell->variant->serial;
    int other_rank = !other ? -1 : other->best_serial ? 2 : other->variant->serial;
    if (cell_runs(cell) && (rank > other_rank || (rank == other_rank && cell->process_ns < other->process_ns)))
      kept = i;
  }
  return kept;
}

/* Returns the cell with the longest process (the later of equals) but for the one that stays; -1 if there is none. */
static int costliest_cell(const struct plan *plan) {
  int stays = last_to_stay(plan), found = -1;
  for (int i = 0; i < plan->cell_count; i++)
    if (cell_runs(&plan->cells[i]) && i != stays &&
        (found < 0 || plan->cells[i].process_ns >= plan->cells[found].process_ns))
      found = i;
  return found;
}

static bool is_pair(const struct plan *plan) { return plan->task_count > 0 && plan->tasks[0].build; }

void plan_drop_cells(struct plan *plan, int64_t left_ns, int64_t rounds) {
  char took[40];
  for (int i; !is_pair(plan) && !fits(plan, rounds, left_ns) && (i = costliest_cell(plan)) >= 0;) {
    struct plan_cell *cell = &plan->cells[i];
    cell->state = CELL_THINNED;
    cell->dropped_alone = true;
    snprintf(cell->note, sizeof cell->note, N_("left out to keep the time budget: a process of it takes %s"),
             format_duration(cell->process_ns, took, sizeof took));
  }
}

void plan_fit(struct plan *plan, int64_t left_ns) {
  int64_t enough = plan->rounds < ROUNDS_MIN ? plan->rounds : ROUNDS_MIN;
  plan_thin(plan, left_ns, plan->rounds, CURVE_COUNTS);
  fit_samples(plan, left_ns);
  fit_rounds(plan, left_ns, enough);
  plan_thin(plan, left_ns, plan->rounds, 0);
  plan_drop(plan, left_ns, enough);
  fit_rounds(plan, left_ns, 1);
  plan_drop_cells(plan, left_ns, 1);
}

/* How many problems were left out from this cell on. */
static int dropped_from(const struct plan *plan, const struct plan_cell *cell) {
  int count = 0, last = -1;
  for (; cell < plan->cells + plan->cell_count; cell++)
    if (cell->dropped_ns && cell->block != last)
      last = cell->block, count++;
  return count;
}

/* Lists the problems that were left out: "power_sum n=50k (2.3 s a round)". What has no room is counted, so that no
 * name is cut and the notes after it stay. */
static void tell_dropped(const struct plan *plan, char *notes, size_t size) {
  enum { OTHERS = 400 }; /* room for the other notes */
  char took[40], item[400];
  int last = -1;
  for (const struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++) {
    const struct task *task = &plan->tasks[cell->task];
    if (!cell->dropped_ns || cell->block == last)
      continue;
    snprintf(item, sizeof item, N_("%s%s%s (%s a round)"), task->kernel->name, task->problem[0] ? " " : "",
             task->problem, format_duration(cell->dropped_ns, took, sizeof took));
    if (last >= 0 && strlen(notes) + strlen(item) + OTHERS > size) {
      append(notes, size, "; ");
      append(notes, size, N_("and %d more (plan.csv)"), dropped_from(plan, cell));
      break;
    }
    append(notes, size, last < 0 ? N_("to keep the budget: problems left out: %s") : "; %s", item);
    last = cell->block;
  }
  if (last >= 0)
    append(notes, size, "\n");
}

/* "to keep the budget: 7 of 12 cells left out, the most expensive first". */
static void tell_dropped_cells(const struct plan *plan, char *notes, size_t size) {
  int dropped = 0, all = 0;
  for (const struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++) {
    dropped += cell->dropped_alone;
    all += cell->dropped_alone || cell_runs(cell);
  }
  if (dropped)
    append(notes, size, N_("to keep the budget: %d of the remaining %d cells left out, the most expensive first") "\n",
           dropped, all);
}

/* Whether the budget left out all cells with this worker count; failed and skipped cells do not count. */
static bool thinned_out(const struct plan *plan, int workers) {
  bool thinned = false;
  for (const struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++) {
    if (cell->workers == workers && cell_runs(cell))
      return false;
    thinned |= cell->workers == workers && cell->state == CELL_THINNED && !cell->dropped_ns && !cell->dropped_alone &&
               !cell->unasked;
  }
  return thinned;
}

void plan_tell(const struct plan *plan, const struct plan *asked, int64_t left_ns, char *notes, size_t size) {
  char out[8 * COUNTS_MAX] = "", needed[40];
  for (int i = 0; i < plan->counts.count; i++) {
    if (thinned_out(plan, plan->counts.workers[i]))
      append(out, sizeof out, "%s%d", out[0] ? ", " : "", plan->counts.workers[i]);
  }
  notes[0] = '\0';
  if (out[0])
    append(notes, size, N_("to keep the budget: worker counts left out: %s") "\n", out);
  tell_dropped(plan, notes, size);
  tell_dropped_cells(plan, notes, size);
  if (plan->samples < asked->samples)
    append(notes, size, N_("to keep the budget: samples of a process: %d instead of %d") "\n", (int)plan->samples,
           (int)asked->samples);
  if (plan->rounds < asked->rounds)
    append(notes, size, N_("to keep the budget: rounds: %d instead of %d") "\n", (int)plan->rounds, (int)asked->rounds);
  if (left_ns > 0 && !fits(plan, plan->rounds, left_ns))
    append(notes, size, N_("the budget is too short: %d rounds take %s") "\n", (int)plan->rounds,
           format_duration(plan_round_ns(plan) * plan->rounds, needed, sizeof needed));
  if (notes[0])
    notes[strlen(notes) - 1] = '\0';
}
