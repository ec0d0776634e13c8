/* Ranks the cells of a problem: the set of the best, the headline, the knee. */
#include "standing.h"

#include "best.h"
#include "run_dependence.h"
#include "widening.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- logarithms of times by cell and round ---- */

struct table_of_rounds {
  size_t cells, rounds;
  int64_t *number; /* round numbers, ascending */
  double *logs;    /* [cell * rounds + round]; NAN if the cell has no time */
};

static int by_number(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void number_rounds(struct table_of_rounds *t, const struct figures *const *of) {
  size_t count = 0, kept = 0;
  for (size_t i = 0; i < t->cells; i++)
    count += of[i]->cell->process_count;
  t->number = must_alloc(count, sizeof *t->number);
  count = 0;
  for (size_t i = 0; i < t->cells; i++)
    for (size_t j = 0; j < of[i]->cell->process_count; j++)
      t->number[count++] = of[i]->cell->processes[j].round;
  qsort(t->number, count, sizeof *t->number, by_number);
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || t->number[kept - 1] != t->number[i])
      t->number[kept++] = t->number[i];
  t->rounds = kept;
}

/* Leaves disturbed processes out unless they are too many, as in compare_cells. */
static bool all_count(const struct cell *c) {
  size_t disturbed = 0;
  for (size_t i = 0; i < c->process_count; i++)
    disturbed += c->processes[i].distrusted;
  return 3 * disturbed > c->process_count;
}

/* A round's value is the median of the cell's processes in it, per unit of work under weak scaling. */
static void fill_row(const struct table_of_rounds *t, const struct figures *f, bool weak, double *row) {
  const struct cell *c = f->cell;
  double *values = must_alloc(c->process_count, sizeof *values), work = weak && c->units > 0 ? log(c->units) : 0;
  bool all = f->speedup.noisy || all_count(c);
  for (size_t r = 0, i = 0; r < t->rounds; r++) {
    size_t n = 0;
    for (; i < c->process_count && c->processes[i].round == t->number[r]; i++)
      if (c->processes[i].ok && (all || !c->processes[i].distrusted))
        values[n++] = log(c->processes[i].ns);
    sort_doubles(values, n);
    row[r] = n ? median_sorted(values, n) - work : NAN;
  }
  free(values);
}

double *logs_of_rounds(const struct analysis *a, const struct figures *const *of, size_t count, size_t *rounds) {
  struct table_of_rounds t = {.cells = count};
  number_rounds(&t, of);
  t.logs = must_alloc(count * t.rounds, sizeof *t.logs);
  for (size_t i = 0; i < count; i++)
    fill_row(&t, of[i], is_weak(a->problem), t.logs + i * t.rounds);
  free(t.number);
  *rounds = t.rounds;
  return t.logs;
}

static struct best_set set_among(const struct analysis *a, const struct figures *const *of, size_t count) {
  size_t rounds;
  double *logs = logs_of_rounds(a, of, count, &rounds);
  struct best_set set = best_set_of(logs, count, rounds);
  free(logs);
  return set;
}

/* ---- the best ---- */

/* Excludes cells that failed in most rounds, which can be best by luck. Keeps cells that the adaptive stop ended early.
 */
static bool can_be_best(const struct analysis *a, const struct figures *f) {
  static const size_t looks[] = STOP_LOOKS;
  bool enough = 2 * f->time.n >= a->most_rounds || f->time.n >= looks[0];
  return f->valid && enough && (!a->base || !f->no_speedup);
}

typedef bool kind_of_cell(const struct analysis *, const struct figures *);

/* Lists the cells of a kind that can be best; the caller frees the list. */
static const struct figures **candidates(const struct analysis *a, kind_of_cell *kind, size_t *count) {
  const struct figures **list = must_alloc(a->count, sizeof *list);
  *count = 0;
  for (size_t i = 0; i < a->count; i++)
    if (can_be_best(a, &a->figures[i]) && (!kind || kind(a, &a->figures[i])))
      list[(*count)++] = &a->figures[i];
  return list;
}

/* The work by which a time is divided where there is no baseline: that of the cell under weak scaling. */
static double work_of(const struct analysis *a, const struct figures *f) {
  return is_weak(a->problem) && f->cell->units > 0 ? f->cell->units : 1;
}

static double middle_of(const struct analysis *a, const struct figures *f) {
  return a->base ? f->speedup.median : work_of(a, f) / f->time.median;
}

/* The low end of a cell's speedup, so that one lucky round cannot make it the best; the median without intervals. */
static double surely(const struct analysis *a, const struct figures *f) {
  const struct estimate *e = a->base ? &f->speedup : &f->time;
  double slow = a->base ? e->low : work_of(a, f) / e->high, middle = middle_of(a, f);
  return f == a->base || a->most_rounds < BEST_ROUNDS ? middle : e->coverage > 0 ? slow : 0;
}

static bool faster(const struct analysis *a, const struct figures *f, const struct figures *g) {
  double x = surely(a, f), y = surely(a, g);
  return x != y ? x > y : middle_of(a, f) > middle_of(a, g);
}

static struct estimate slowdown_of(const struct analysis *a, const struct figures *f) {
  if (f == a->best)
    return itself(f->time.n);
  return f == a->base ? a->best->speedup : inverse(compare_cells(a->best->cell, f->cell));
}

static enum standing stand(const struct analysis *a, const struct figures *f, bool in, size_t others) {
  if (f == a->best)
    return BEST;
  if (f->slowdown.n == 0)
    return NOT_COMPARED;
  if (others == 0 || f->slowdown.coverage <= 0)
    return UNDECIDED;
  return !in ? SLOWER : f->slowdown.low > 1 ? SLOWER_UNPROVEN : EQUAL;
}

/* Chooses the best of the set. Returns the set's size. */
static size_t find_set(struct analysis *a) {
  size_t count, size;
  const struct figures **list = candidates(a, NULL, &count);
  struct best_set set = set_among(a, list, count);
  for (size_t i = 0; i < count; i++)
    if (set.in[i] && (!a->best || faster(a, list[i], a->best)))
      a->best = list[i];
  for (size_t i = 0; i < count; i++) {
    struct figures *f = &a->figures[list[i] - a->figures];
    f->p_best = set.others[i] ? set.p[i] : NAN;
    f->slowdown = slowdown_of(a, f);
    f->standing = stand(a, f, set.in[i], set.others[i]);
    a->equals += f->standing == BEST || f->standing == EQUAL || f->standing == SLOWER_UNPROVEN;
    a->unproven += f->standing == SLOWER_UNPROVEN;
    if (set.others[i] > a->comparisons)
      a->comparisons = set.others[i];
  }
  size = set.size;
  best_set_free(&set);
  free(list);
  return size;
}

static void find_knee(struct analysis *a) {
  a->knee = a->best;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->standing == NOT_COMPARED || !(f->slowdown.median <= 1 + WORTH_ATTENTION))
      continue;
    if (f->cell->workers < a->knee->cell->workers ||
        (f->cell->workers == a->knee->cell->workers && f->slowdown.median < a->knee->slowdown.median))
      a->knee = f;
  }
}

/* ---- figures after a choice ---- */

struct choice {
  size_t low_among, high_among; /* see chosen_interval */
};

static struct interval choose_interval(const struct cell *base, const struct cell *cell, bool trusted_only,
                                       struct choice choice) {
  double *logs = must_alloc(cell->process_count, sizeof *logs);
  size_t n = log_ratios(base, cell, trusted_only, logs);
  sort_doubles(logs, n);
  struct interval i = chosen_interval(logs, n, choice.low_among, choice.high_among, LEVEL);
  free(logs);
  return (struct interval){exp(i.low), exp(i.high), i.coverage};
}

/* `e` is compare_cells of the two cells; corrects its intervals for the choice. */
static struct estimate as_chosen(struct estimate e, const struct cell *base, const struct cell *cell,
                                 struct choice choice) {
  struct interval i = choose_interval(base, cell, e.taken_out > 0, choice);
  e.low = i.low, e.high = i.high, e.coverage = i.coverage;
  if (e.taken_out) {
    i = choose_interval(base, cell, false, choice);
    e.whole_low = i.low, e.whole_high = i.high;
  }
  return e;
}

static bool is_parallel(const struct analysis *a, const struct figures *f) {
  (void)a;
  return f->cell->workers > 1;
}

/* The nearest cell's ratio after a choice, as wide as the dependence of its rounds asks once that is known. */
static struct estimate nearest_as(const struct analysis *a, struct choice choice) {
  struct estimate e = as_chosen(a->nearest->speedup, a->base->cell, a->nearest->cell, choice);
  return estimate_widen(e, &a->dependence.of[cell_class(a->nearest->cell)]);
}

struct estimate nearest_among(const struct analysis *a, size_t problems) {
  return nearest_as(a, (struct choice){a->nearest_choices * problems, 1});
}

struct estimate nearest_least_among(const struct analysis *a, size_t problems) {
  return nearest_as(a, (struct choice){a->nearest_choices, a->nearest_choices * problems});
}

struct estimate headline_of(const struct analysis *a) {
  return as_chosen(a->best->speedup, a->base->cell, a->best->cell, (struct choice){a->choices, 1});
}

struct estimate ratio_as_picked(const struct analysis *a, const struct figures *f) {
  if (f == a->best)
    return a->headline;
  size_t among = a->best && a->best->cell->workers > 1 ? a->choices : a->nearest_choices;
  struct estimate e = as_chosen(f->speedup, a->base->cell, f->cell, (struct choice){among, 1});
  return estimate_widen(e, &a->dependence.of[cell_class(f->cell)]);
}

/* The nearest cell is a choice too: its interval is corrected for the cells it could not be separated from. Where no
 * cell on several workers has enough rounds to be the best, it is the fastest of those that have any. */
static void find_nearest(struct analysis *a) {
  size_t count;
  const struct figures **list = candidates(a, is_parallel, &count);
  struct best_set set = set_among(a, list, count);
  a->nearest = count ? list[0] : fastest_parallel(a);
  for (size_t i = 1; i < count; i++)
    if (middle_of(a, list[i]) > middle_of(a, a->nearest))
      a->nearest = list[i];
  a->nearest_choices = set.size ? set.size : 1;
  if (a->base && a->nearest && !a->nearest->no_speedup)
    a->nearest_speedup = nearest_among(a, 1);
  best_set_free(&set);
  free(list);
}

/* ---- the baseline among the serial cells ---- */

static bool is_other_serial(const struct analysis *a, const struct figures *f) {
  return f != a->base && is_serial(f->cell);
}

/* From the common rounds of the two cells; the caller corrects for the number of serial cells. */
static double p_base_is_best(const struct analysis *a, const struct figures *f) {
  const struct figures *pair[] = {a->base, f};
  struct best_set set = set_among(a, pair, 2);
  double p = set.p[0];
  best_set_free(&set);
  return p;
}

static void find_faster_serial(struct analysis *a) {
  const struct figures **list = candidates(a, is_other_serial, &a->serials);
  for (size_t i = 0; i < a->serials; i++)
    if (p_base_is_best(a, list[i]) * (double)a->serials <= 1 - LEVEL &&
        (!a->faster_serial || faster(a, list[i], a->faster_serial)))
      a->faster_serial = list[i];
  free(list);
  const struct figures *f = a->faster_serial;
  if (!f)
    return;
  a->serial_gain = as_chosen(f->speedup, a->base->cell, f->cell, (struct choice){a->serials, 1});
  if (a->best != f)
    a->over_serial = as_chosen(compare_cells(f->cell, a->best->cell), f->cell, a->best->cell,
                               (struct choice){a->choices, a->serials});
}

void find_standings(struct analysis *a) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].time.n > a->most_rounds)
      a->most_rounds = a->figures[i].time.n;
  a->choices = find_set(a);
  find_nearest(a);
  if (!a->best)
    return;
  find_knee(a);
  if (a->base && a->best != a->base)
    a->headline = headline_of(a);
  if (a->base)
    find_faster_serial(a);
}
