/* Judges separate runs of an old and a new state. Each run gives one value per cell; the sides are not paired. */
#include "sides.h"

#include "doubt.h"
#include "fitness.h"
#include "ranksum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the runs ---- */

const struct run *sides_run(const struct gate_side *sides, size_t i) {
  return i < sides[GATE_BASE].count ? &sides[GATE_BASE].runs[i].run
                                    : &sides[GATE_NEW].runs[i - sides[GATE_BASE].count].run;
}

size_t sides_run_count(const struct gate_side *sides) { return sides[GATE_BASE].count + sides[GATE_NEW].count; }

bool sides_one_machine(const struct gate_side *sides) {
  for (size_t i = 0; i < sides_run_count(sides); i++)
    if (!*sides_run(sides, i)->machine_id ||
        strcmp(sides_run(sides, i)->machine_id, sides_run(sides, 0)->machine_id) != 0)
      return false;
  return true;
}

bool sides_few(const struct gate_side *sides) {
  return sides[GATE_BASE].count < GATE_LEAST || sides[GATE_NEW].count < GATE_LEAST;
}

/* Starts are ISO times in UTC, so they sort as text. */
bool sides_one_after_the_other(const struct gate_side *sides) {
  const char *last = "", *first = NULL;
  for (size_t i = 0; i < sides_run_count(sides); i++) {
    const char *started = sides_run(sides, i)->started;
    if (!*started)
      return false;
    if (i < sides[GATE_BASE].count)
      last = strcmp(started, last) > 0 ? started : last;
    else
      first = !first || strcmp(started, first) < 0 ? started : first;
  }
  return first && strcmp(last, first) < 0;
}

/* ---- a cell over the runs of a side ---- */

/* Inserts a run's value by its start; runs that started at once stay in the order given. */
static void add_by_start(struct side_values *values, const struct run *run, double ns) {
  size_t at = values->right;
  for (; at > 0 && strcmp(values->started[at - 1], run->started) > 0; at--)
    values->by_start[at] = values->by_start[at - 1], values->started[at] = values->started[at - 1];
  values->by_start[at] = ns, values->started[at] = run->started;
  values->busy += is_busy(run);
}

static void add_value(struct side_values *values, const struct run *run, const struct figures *f) {
  enum cell_outcome outcome = cell_outcome(f->cell, f->valid);
  if (outcome == OUTCOME_RIGHT) {
    add_by_start(values, run, f->time.median);
    values->ns[values->right++] = f->time.median;
  }
  if (outcome == OUTCOME_FAILED && values->failed++ == 0)
    values->failure = f;
}

static struct sided_cell *row_of(struct sided_cells *rows, const struct problem *problem, const struct figures *f) {
  for (size_t i = 0; i < rows->count; i++)
    if (cells_alike(rows->list[i].named->cell, f->cell))
      return &rows->list[i];
  GROW(rows->list, rows->count, rows->capacity);
  struct sided_cell *row = &rows->list[rows->count++];
  *row = (struct sided_cell){.problem = problem, .named = f, .holm_p = NAN, .beyond_p = NAN, .detectable = {NAN, NAN}};
  return row;
}

static void add_run(struct sided_cells *rows, const struct result *result, size_t side) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++) {
      const struct figures *f = &result->analyses[i].figures[j];
      add_value(&row_of(rows, &result->run.problems[i], f)->side[side], &result->run, f);
    }
}

static struct sided_cells collect(const struct gate_side *sides) {
  struct sided_cells rows = {0};
  for (size_t side = 0; side < GATE_SIDES; side++)
    for (size_t i = 0; i < sides[side].count; i++)
      add_run(&rows, &sides[side].runs[i], side);
  for (size_t i = 0; i < rows.count; i++)
    for (size_t side = 0; side < GATE_SIDES; side++)
      sort_doubles(rows.list[i].side[side].ns, rows.list[i].side[side].right);
  return rows;
}

/* ---- judging ---- */

/* Compares logarithms of times, so the shift is a ratio and the spread grows in proportion to the time. */
struct logs {
  double x[GATE_RUNS_MAX], y[GATE_RUNS_MAX]; /* base, new */
  size_t m, n;
};

static struct logs logs_of(const struct sided_cell *row) {
  const struct side_values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  struct logs logs = {.m = base->right, .n = new->right};
  for (size_t i = 0; i < base->right; i++)
    logs.x[i] = log(base->ns[i]);
  for (size_t i = 0; i < new->right; i++)
    logs.y[i] = log(new->ns[i]);
  return logs;
}

static struct detectable detectable(const struct sided_cell *row, size_t family) {
  struct logs l = logs_of(row);
  struct interval outer = shift_interval(l.x, l.m, l.y, l.n, change_level(family));
  return change_detectable(&outer, family);
}

/* Whether the runs of a side say when they started, all at different times. */
static bool is_timed(const struct side_values *v) {
  for (size_t i = 0; i < v->right; i++)
    if (!*v->started[i] || (i > 0 && strcmp(v->started[i], v->started[i - 1]) == 0))
      return false;
  return true;
}

/* Over half of a side's runs were on a busy machine, and under half of the other side's. */
static enum doubt doubt_of_load(const struct sided_cell *row) {
  const struct side_values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  bool base_busy = 2 * base->busy > base->right, new_busy = 2 * new->busy > new->right;
  return base_busy == new_busy ? DOUBT_NONE : base_busy ? DOUBT_BASE_BUSY : DOUBT_NEW_BUSY;
}

static enum doubt doubt_of(const struct sided_cell *row, double worth) {
  const struct side_values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  double x[GATE_RUNS_MAX], y[GATE_RUNS_MAX];
  enum doubt doubt = doubt_of_load(row);
  if (doubt || !is_timed(base) || !is_timed(new))
    return doubt;
  for (size_t i = 0; i < base->right; i++)
    x[i] = log(base->by_start[i]);
  for (size_t i = 0; i < new->right; i++)
    y[i] = log(new->by_start[i]);
  return doubt_of_sides(x, base->right, y, new->right, worth);
}

/* Tests the cells that enough runs have, adjusts by Holm over these, and returns their number. */
static size_t test_rows(struct sided_cells *rows, double worth) {
  double *p = must_alloc(rows->count, sizeof *p), *beyond = must_alloc(rows->count, sizeof *beyond);
  size_t *at = must_alloc(rows->count, sizeof *at), *order = must_alloc(rows->count, sizeof *order), family = 0;
  for (size_t i = 0; i < rows->count; i++) {
    struct sided_cell *row = &rows->list[i];
    if (row->side[GATE_BASE].right < GATE_LEAST || row->side[GATE_NEW].right < GATE_LEAST)
      continue;
    struct logs logs = logs_of(row);
    row->ratio = change_of_sides(logs.x, logs.m, logs.y, logs.n);
    p[family] = row->ratio.p;
    beyond[family] = change_sides_beyond_p(logs.x, logs.m, logs.y, logs.n, worth);
    at[family++] = i;
  }
  holm_adjust(p, order, family);
  holm_adjust(beyond, order, family);
  for (size_t i = 0; i < family; i++) {
    struct sided_cell *row = &rows->list[at[i]];
    row->holm_p = p[i], row->beyond_p = beyond[i];
    row->detectable = detectable(row, family);
    row->doubt = doubt_of(row, worth);
  }
  free(order);
  free(beyond);
  free(p);
  free(at);
  return family;
}

/* A cell is broken if it was right in base and fails in a larger share of the new runs. */
static bool is_broken(const struct sided_cell *row, const struct gate_side *sides) {
  const struct side_values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  return base->right && new->failed *sides[GATE_BASE].count > base->failed *sides[GATE_NEW].count;
}

static bool is_nowhere(const struct sided_cell *row) {
  const struct side_values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  return !base->right && !base->failed && !new->right && !new->failed;
}

/* The verdict of a row; a row that was not tested gets the ratio of its medians, without an interval. */
static void judge(struct sided_cell *row, const struct gate_side *sides, double worth) {
  const struct side_values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  row->both = base->right && new->right;
  row->broken = is_broken(row, sides);
  row->nowhere = is_nowhere(row);
  row->verdict = change_judge(&(struct evidence_of_change){&row->ratio, row->holm_p, row->beyond_p, row->doubt}, worth);
  if (row->ratio.n == 0 && row->both)
    row->ratio = (struct estimate){.n = base->right < new->right ? base->right : new->right,
                                   .median = median_sorted(base->ns, base->right) / median_sorted(new->ns, new->right),
                                   .p = NAN};
}

static void count_row(struct gate_counts *counts, const struct sided_cell *row) {
  bool only_new = !row->side[GATE_BASE].right && !row->side[GATE_BASE].failed;
  counts->broken += row->broken;
  counts->nowhere += row->nowhere;
  if (row->both) {
    counts->compared++;
    counts->of[row->verdict]++;
  } else if (!row->nowhere && !row->broken && !only_new)
    counts->lost++;
}

struct sided_cells sided_cells_of(const struct gate_side sides[GATE_SIDES], double worth) {
  struct sided_cells rows = collect(sides);
  struct gate_counts *counts = &rows.counts;
  counts->refused = sides_few(sides) || !sides_one_machine(sides);
  counts->tested = counts->refused ? 0 : test_rows(&rows, worth);
  for (size_t i = 0; i < rows.count; i++) {
    judge(&rows.list[i], sides, worth);
    count_row(counts, &rows.list[i]);
  }
  counts->powerless =
      ranksum_least_p(sides[GATE_BASE].count, sides[GATE_NEW].count) * (double)counts->tested > 1 - LEVEL;
  return rows;
}

void sided_cells_free(struct sided_cells *rows) {
  free(rows->list);
  *rows = (struct sided_cells){0};
}

int gate_exit(const struct gate_counts *c, bool strict) {
  if (c->of[CHANGE_SLOWER] || c->broken)
    return 1;
  if (c->refused || c->tested == 0 || (c->powerless && c->of[CHANGE_UNDECIDED]))
    return 3;
  return strict && (c->of[CHANGE_UNDECIDED] || c->of[CHANGE_UNSIZED] || c->lost) ? 3 : 0;
}

size_t sides_runs_needed(size_t family) {
  size_t runs = GATE_LEAST;
  while (ranksum_least_p(runs, runs) * (double)family > 1 - LEVEL)
    runs++;
  return runs;
}
