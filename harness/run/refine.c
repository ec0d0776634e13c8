/* Adds worker counts near the knee of each problem's fastest ways, between those asked for, while the plan is made. */
#include "refine.h"

#include "base/knee.h"
#include "base/translate.h"
#include "base/words.h"
#include "phases.h"

#include <math.h>
#include <stdio.h>

/* Rounds that the added counts must leave room for: fewer prove none of ten counts (advised_count). */
enum { ROUNDS_LEAST = 8 };
enum { WAYS_MOST = 4 }; /* of a problem in which counts are searched, the fastest first */

/* The search in one way of a problem. */
struct search {
  struct run *run;
  int lead;               /* its fastest cell on several workers at first */
  int failed[COUNTS_MAX]; /* counts in reserve that failed */
  int failures;
  int looked[COUNTS_MAX]; /* cells that were in reserve and have a time: planned if near the knee, else in reserve */
  int count;
};

static struct plan_cell *cell_at(const struct search *s, int index) { return &s->run->plan.cells[index]; }

static bool is_timed(const struct plan_cell *cell) { return cell_runs(cell) && cell->pilot_ns > 0; }

static bool was_looked_at(const struct search *s, const struct plan_cell *cell) {
  for (int i = 0; i < s->count; i++)
    if (cell_at(s, s->looked[i]) == cell)
      return true;
  return false;
}

/* Whether the cell is of the way of one of these searches. */
static bool is_searched(const struct search *searches, int count, const struct plan_cell *cell) {
  for (int i = 0; i < count; i++)
    if (plan_same_way(cell, cell_at(&searches[i], searches[i].lead)))
      return true;
  return false;
}

/* The fastest cell of a block on several workers, in another way than those of these searches; -1 if there is none that
 * may win by counts in between, or the problem grows with the workers. */
static int next_lead(const struct plan *plan, int block, const struct search *searches, int count) {
  int lead = -1, first = -1;
  for (int i = 0; i < plan->cell_count; i++) {
    const struct plan_cell *cell = &plan->cells[i];
    if (cell->block != block || !is_timed(cell) || cell->workers < 2 || plan->tasks[cell->task].weak)
      continue;
    if (first < 0 || plan_pilot_time(cell) < plan_pilot_time(&plan->cells[first]))
      first = i;
    if (!is_searched(searches, count, cell) &&
        (lead < 0 || plan_pilot_time(cell) < plan_pilot_time(&plan->cells[lead])))
      lead = i;
  }
  bool may_win =
      lead >= 0 && plan_pilot_time(&plan->cells[lead]) <= plan_pilot_time(&plan->cells[first]) * (1 + KNEE_RIVAL);
  return may_win ? lead : -1;
}

/* ---- what was tried ---- */

static void insert(struct knee_point *tried, size_t *count, int workers, double time) {
  size_t at = (*count)++;
  for (; at > 0 && tried[at - 1].workers > workers; at--)
    tried[at] = tried[at - 1];
  tried[at] = (struct knee_point){workers, time};
}

/* The counts of the way that were tried, ascending; the method's serial cell is its count 1. */
static size_t tried_counts(const struct search *s, struct knee_point *tried) {
  const struct plan *plan = &s->run->plan;
  const struct plan_cell *lead = cell_at(s, s->lead);
  double serial = NAN;
  size_t count = 0;
  for (const struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++) {
    bool own = plan_same_way(cell, lead), looked = was_looked_at(s, cell);
    double time = looked || is_timed(cell) ? plan_pilot_time(cell) : NAN;
    if (cell->workers == 1 && (own || (cell->task == lead->task && cell->variant->serial)))
      serial = isnan(serial) ? time : fmin(serial, isnan(time) ? serial : time);
    else if (own && (looked || cell->state != CELL_SPARE))
      insert(tried, &count, cell->workers, time);
  }
  for (int i = 0; i < s->failures; i++)
    insert(tried, &count, s->failed[i], NAN);
  insert(tried, &count, 1, serial);
  return count;
}

/* The cell in reserve of the way at this count, or -1. */
static int spare_at(const struct search *s, int workers) {
  for (int i = 0; i < s->run->plan.cell_count; i++)
    if (cell_at(s, i)->state == CELL_SPARE && cell_at(s, i)->workers == workers &&
        plan_same_way(cell_at(s, i), cell_at(s, s->lead)))
      return i;
  return -1;
}

static size_t spare_counts(const struct search *s, int *spare) {
  const struct counts *all = &s->run->plan.counts;
  size_t count = 0;
  for (int i = 0; i < all->count; i++)
    if (spare_at(s, all->workers[i]) >= 0)
      spare[count++] = all->workers[i];
  return count;
}

/* ---- the budget ---- */

/* The least expected time of a process on this many workers: that of the next count below which was tried. */
static int64_t expected_ns(const struct search *s, int workers) {
  const struct plan *plan = &s->run->plan;
  const struct plan_cell *lead = cell_at(s, s->lead), *below = NULL;
  for (const struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++)
    if (cell->task == lead->task && is_timed(cell) && (cell->variant->serial || plan_same_way(cell, lead)) &&
        cell->workers < workers && (!below || cell->workers > below->workers))
      below = cell;
  return plan_least_ns(below ? below : lead);
}

/* Whether the pilot of these counts ends within its share of the budget, and the least number of rounds fits then. */
static bool affords(const struct search *s, const int *next, size_t count) {
  const struct plan *plan = &s->run->plan;
  int64_t more = 0, round = 0, elapsed = run_elapsed_ns(s->run);
  if (plan->budget_ns == 0)
    return true;
  for (size_t i = 0; i < count; i++)
    more += expected_ns(s, next[i]);
  for (const struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++)
    round += cell_runs(cell) ? plan_least_ns(cell) : 0;
  return elapsed + more <= plan->budget_ns / PILOT_SHARE &&
         (round + more) * ROUNDS_LEAST <= plan->budget_ns - elapsed - more;
}

/* ---- the search ---- */

/* An added count that fails is noted and left out; the run has not failed. */
static void leave_out(struct search *s, struct plan_cell *cell) {
  char note[600];
  snprintf(note, sizeof note, N_("%d workers, between those asked for, are left out: %s"), cell->workers, cell->note);
  run_note(s->run, note);
  s->run->reached.bad_cells--;
  s->failed[s->failures++] = cell->workers;
  cell->state = CELL_SPARE;
  cell->note[0] = '\0';
}

static int try_count(struct search *s, int workers) {
  int index = spare_at(s, workers);
  if (index < 0 || run_stopped(s->run))
    return 0;
  cell_at(s, index)->state = CELL_PLANNED;
  if (phase_pilot_cell(s->run, index) != 0)
    return -1;
  if (cell_at(s, index)->state != CELL_PLANNED)
    leave_out(s, cell_at(s, index));
  else if (cell_at(s, index)->pilot_ns > 0)
    s->looked[s->count++] = index;
  return 0;
}

static bool is_near(const struct knee_point *tried, size_t count, int workers) {
  for (size_t i = 0; i < count; i++)
    if (tried[i].workers == workers)
      return knee_is_near(tried, count, i);
  return false;
}

/* Plans the counts near the knee among those that were looked at, as it stands now, and keeps the others in reserve. */
static void plan_near(struct search *s) {
  struct knee_point tried[COUNTS_MAX + 1];
  size_t count = tried_counts(s, tried);
  for (int i = 0; i < s->count; i++) {
    struct plan_cell *cell = cell_at(s, s->looked[i]);
    cell->state = is_near(tried, count, cell->workers) ? CELL_PLANNED : CELL_SPARE;
  }
}

/* Notes the counts that were looked at and are planned, or not, in ascending order. */
static void tell_looked(const struct search *s, enum cell_state state, const char *what) {
  const struct task *task = &s->run->plan.tasks[cell_at(s, s->lead)->task];
  const struct counts *all = &s->run->plan.counts;
  char note[700], told[300] = "";
  for (int i = 0; i < all->count; i++)
    for (int j = 0; j < s->count; j++) {
      const struct plan_cell *cell = cell_at(s, s->looked[j]);
      if (cell->workers == all->workers[i] && cell->state == state)
        append(told, sizeof told, "%s%d", told[0] ? ", " : "", cell->workers);
    }
  snprintf(note, sizeof note, N_("worker counts %s of %s%s%s: %s"), what, task->problem, task->method[0] ? " " : "",
           task->method, told);
  if (told[0])
    run_note(s->run, note);
}

/* The counts to try now: those next to the knee, else, with `elsewhere`, the middle of another gap. Returns how many.
 */
static size_t next_counts(const struct search *s, bool elsewhere, int next[KNEE_NEXT_MAX]) {
  struct knee_point tried[COUNTS_MAX + 1];
  int spare[COUNTS_MAX];
  size_t count = tried_counts(s, tried), spares = spare_counts(s, spare);
  size_t found = knee_next(tried, count, spare, spares, next);
  if (found > 0 || !elsewhere)
    return found;
  next[0] = knee_elsewhere(tried, count, spare, spares);
  return next[0] > 0;
}

static int search_way(struct search *s, bool elsewhere) {
  int next[KNEE_NEXT_MAX];
  for (size_t count = 1; count > 0 && !run_stopped(s->run);) {
    count = next_counts(s, elsewhere, next);
    if (!affords(s, next, count))
      break;
    for (size_t i = 0; i < count; i++)
      if (try_count(s, next[i]) != 0)
        return -1;
    plan_near(s);
  }
  return 0;
}

/* Keeps in reserve what was added to another way than the fastest one and cannot win any more. */
static void drop_losers(struct search *s) {
  const struct plan_cell *best = cell_at(s, next_lead(&s->run->plan, cell_at(s, s->lead)->block, NULL, 0));
  double most = plan_pilot_time(best) * (1 + KNEE_BEYOND);
  for (int i = 0; i < s->count && !plan_same_way(best, cell_at(s, s->lead)); i++)
    if (plan_pilot_time(cell_at(s, s->looked[i])) > most)
      cell_at(s, s->looked[i])->state = CELL_SPARE;
}

/* The knees of all ways that may win come first, then what lies elsewhere; the fastest way is the first in both. So a
 * budget that is used up leaves out what is least likely to win. */
static int refine_block(struct run *run, int block) {
  struct search searches[WAYS_MOST];
  int count = 0;
  for (int lead; count < WAYS_MOST && (lead = next_lead(&run->plan, block, searches, count)) >= 0; count++) {
    searches[count] = (struct search){.run = run, .lead = lead};
    if (search_way(&searches[count], false) != 0)
      return -1;
  }
  for (int i = 0; i < count; i++)
    if (search_way(&searches[i], true) != 0)
      return -1;
  for (int i = 0; i < count; i++)
    drop_losers(&searches[i]);
  for (int i = 0; i < count; i++) {
    tell_looked(&searches[i], CELL_PLANNED, "added near the knee");
    tell_looked(&searches[i], CELL_SPARE, "tried once and left out, far slower than the fastest,");
  }
  return 0;
}

int refine_plan(struct run *run) {
  for (int block = 0; block < run->plan.block_count && run->plan.rounds >= ROUNDS_LEAST; block++)
    if (refine_block(run, block) != 0)
      return -1;
  return 0;
}
