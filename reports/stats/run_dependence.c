/* Prepares a run's log ratios and preceding processes for dependence.h. Pure. */
#include "run_dependence.h"

#include "scaling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum cell_class cell_class(const struct cell *c) {
  return c->workers == 1 ? CLASS_SERIAL : c->per_iteration ? CLASS_PER_ITERATION : CLASS_PARALLEL;
}

/* ---- order of processes ---- */

struct slot {
  int64_t round, block, order;
  enum cell_class class;
};

/* All processes of a run in the order of their blocks. */
struct slots {
  struct slot *list;
  size_t count;
};

static int by_place(const void *a, const void *b) {
  const struct slot *x = a, *y = b;
#define DIFFER(what)                                                                                                   \
  if (x->what != y->what)                                                                                              \
    return x->what < y->what ? -1 : 1;
  DIFFER(round)
  DIFFER(block)
  DIFFER(order)
#undef DIFFER
  return 0;
}

static void add_slots(struct slots *slots, const struct cell *c) {
  for (size_t i = 0; i < c->process_count; i++)
    slots->list[slots->count++] =
        (struct slot){c->processes[i].round, c->processes[i].block, c->processes[i].order, cell_class(c)};
}

static struct slots slots_of(const struct run *run) {
  struct slots slots = {0};
  size_t room = 0;
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++)
      room += run->problems[i].cells[j].process_count;
  slots.list = must_alloc(room + 1, sizeof *slots.list);
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++)
      add_slots(&slots, &run->problems[i].cells[j]);
  qsort(slots.list, slots.count, sizeof *slots.list, by_place);
  return slots;
}

/* The class of the preceding process in its block; -1 for the first. */
static signed char class_before(const struct slots *slots, const struct process *p) {
  struct slot key = {p->round, p->block, p->order, CLASS_SERIAL};
  const struct slot *at = bsearch(&key, slots->list, slots->count, sizeof key, by_place);
  if (!at || at == slots->list || at[-1].round != p->round || at[-1].block != p->block)
    return -1;
  return (signed char)at[-1].class;
}

/* ---- pairs as rounds ---- */

struct rows {
  struct cell_rounds *cells;
  double *log;
  signed char *before;
  int64_t *partner, *numbers; /* numbers: of the rounds */
  size_t count, rounds;
};

/* The numbers of the run's rounds, ascending: a file may give a round any number, so none serves as an index. */
static int64_t *round_numbers(const struct slots *slots, size_t *count) {
  int64_t *numbers = must_alloc(slots->count + 1, sizeof *numbers);
  *count = 0;
  for (size_t i = 0; i < slots->count; i++)
    if (slots->list[i].round >= 1 && (*count == 0 || numbers[*count - 1] != slots->list[i].round))
      numbers[(*count)++] = slots->list[i].round;
  return numbers;
}

/* The index of a round from 1 on. */
static size_t index_of(const struct rows *rows, int64_t round) {
  const int64_t *found = bsearch(&round, rows->numbers, rows->rounds, sizeof round, by_int64);
  return (size_t)(found - rows->numbers);
}

/* A cell has one process per round; of a baseline with several, the last counts. Blocks have at most 2^40 processes. */
static void fill_row(struct rows *rows, const struct cell_pair *pair, const struct slots *slots) {
  size_t at = rows->count * rows->rounds;
  for (size_t r = 0; r < rows->rounds; r++)
    rows->log[at + r] = NAN, rows->before[at + r] = -1;
  for (size_t i = 0; i < pair->cell->process_count; i++) {
    const struct process *p = &pair->cell->processes[i], *base = p->ok ? paired_process(pair->base, p) : NULL;
    if (!base || p->round < 1)
      continue;
    size_t r = at + index_of(rows, p->round);
    rows->log[r] = log(base->ns / p->ns);
    rows->before[r] = class_before(slots, p);
    rows->partner[r] = base->block * (INT64_C(1) << 40) + base->order;
  }
  rows->cells[rows->count++] =
      (struct cell_rounds){cell_class(pair->cell), rows->log + at, rows->before + at, rows->partner + at};
}

static struct rows rows_of(const struct run *run, const struct cell_pair *pairs, size_t count) {
  struct slots slots = slots_of(run);
  struct rows rows = {0};
  rows.numbers = round_numbers(&slots, &rows.rounds);
  size_t room = count * rows.rounds + 1;
  rows.cells = must_alloc(count + 1, sizeof *rows.cells);
  rows.log = must_alloc(room, sizeof *rows.log);
  rows.before = must_alloc(room, sizeof *rows.before);
  rows.partner = must_alloc(room, sizeof *rows.partner);
  for (size_t i = 0; i < count; i++)
    fill_row(&rows, &pairs[i], &slots);
  free(slots.list);
  return rows;
}

static void rows_free(struct rows *rows) {
  free(rows->cells), free(rows->log), free(rows->before), free(rows->partner), free(rows->numbers);
}

/* Whether the figures take the median of several baseline processes (see log_ratios). */
static bool has_partners(const struct cell_pair *pairs, size_t count, size_t rounds) {
  for (size_t i = 0; i < count; i++)
    if (pairs[i].base->process_count >= PARTNERS_MOST * rounds)
      return true;
  return false;
}

/* The rows compare each cell with the nearest baseline process alone, so that cells can be told apart by it. The
 * figures take the median of three, which has 0.449 of its variance: of two equal noises 1.449 instead of 2 parts are
 * left, and a correlation of the cell's rounds is stronger by their ratio. */
static void as_in_figures(struct dependence_finding *f) {
  const double stronger = 2 / 1.449, most = 0.9;
  double squared = f->factor * f->factor, lag = fmin(most, stronger * (squared - 1) / (squared + 1));
  f->factor = fmax(f->factor, sqrt((1 + lag) / (1 - lag)));
}

struct dependence_findings dependence_of_pairs(const struct run *run, const struct cell_pair *pairs, size_t count) {
  struct rows rows = rows_of(run, pairs, count);
  struct dependence_findings found = dependence_find(rows.cells, rows.count, rows.rounds);
  for (int i = 0; i < CELL_CLASSES && has_partners(pairs, count, rows.rounds); i++)
    if (found.of[i].factor > 1)
      as_in_figures(&found.of[i]);
  rows_free(&rows);
  return found;
}

/* ---- a run ---- */

static const struct cell *old_build_of(const struct run *run, const struct cell *new) {
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++) {
      const struct cell *cell = &run->problems[i].cells[j];
      if (build_role_of(cell->build) == BUILD_OLD && cells_alike(cell, new))
        return cell;
    }
  return NULL;
}

static const struct cell *base_of(const struct run *run, const struct problem *p, const struct cell *c) {
  return build_role_of(c->build) == BUILD_NEW ? old_build_of(run, c) : *c->build ? NULL : p->best_serial;
}

struct dependence_findings dependence_of_run(const struct run *run) {
  struct cell_pair *pairs = NULL;
  size_t count = 0, room = 0;
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++) {
      const struct cell *cell = &run->problems[i].cells[j], *base = base_of(run, &run->problems[i], cell);
      if (!base || base == cell)
        continue;
      GROW(pairs, count, room);
      pairs[count++] = (struct cell_pair){base, cell};
    }
  struct dependence_findings found = dependence_of_pairs(run, pairs, count);
  free(pairs);
  return found;
}
