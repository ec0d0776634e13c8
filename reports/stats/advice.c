/* How many workers to use: the smallest count that is proven within 2 % of the fastest. */
#include "advice.h"

#include "base/text.h"
#include "best.h"
#include "fitness.h"
#include "run_dependence.h"
#include "standing.h"
#include "widening.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The interval of the median of log(count / other) over the rounds that both have, as wide as their dependence asks. */
static struct interval slower_by(const double *count, const double *other, size_t rounds, double level,
                                 const struct dependence_finding *dependence) {
  double *logs = must_alloc(rounds, sizeof *logs);
  size_t n = 0;
  for (size_t r = 0; r < rounds; r++)
    if (!isnan(count[r] - other[r]))
      logs[n++] = count[r] - other[r];
  sort_doubles(logs, n);
  struct interval interval = {.coverage = 0, .low = NAN, .high = NAN};
  if (n)
    interval = median_interval(logs, n, level);
  if (interval.coverage > 0 && dependence)
    interval = dependence_widen(interval, median_sorted(logs, n), dependence);
  free(logs);
  return interval;
}

/* The same of the counts i and j of a table of logarithms; `found` (may be NULL): what was found in each. */
static struct interval slower_than(const double *logs, size_t rounds, size_t i, size_t j, double level,
                                   const struct dependence_finding *found) {
  struct dependence_finding both;
  if (found)
    both = findings_together(&found[i], &found[j]);
  return slower_by(logs + i * rounds, logs + j * rounds, rounds, level, found ? &both : NULL);
}

size_t advised_count(const double *logs, size_t counts, size_t rounds, const struct dependence_finding *found,
                     bool *maybe) {
  double level = 1 - fmin(1 - LEVEL, 2 * (1 - ADVICE_LEVEL) / (double)(counts > 1 ? counts - 1 : 1)),
         worth = log1p(WORTH_ATTENTION);
  size_t advised = counts, few, *rivals = rivals_of(logs, counts, rounds, &few);
  for (size_t i = 0; i < counts; i++) {
    bool proven = true, may = true;
    for (size_t k = 0; k < few && (proven || may); k++) {
      if (i == rivals[k])
        continue;
      struct interval by = slower_than(logs, rounds, i, rivals[k], level, found);
      proven &= by.coverage > 0 && by.high <= worth;
      may &= !(by.coverage > 0 && by.low > worth);
    }
    if (maybe)
      maybe[i] = may;
    if (proven && advised == counts)
      advised = i;
  }
  free(rivals);
  return advised;
}

bool has_minima(const double *logs, size_t counts, size_t rounds, const struct dependence_finding *found) {
  double worth = log1p(WORTH_ATTENTION);
  size_t few, *rivals = rivals_of(logs, counts, rounds, &few);
  bool minima = false;
  for (size_t i = 1; i + 1 < counts && !minima; i++) {
    bool below = false, above = false;
    for (size_t k = 0; k < few; k++) {
      size_t j = rivals[k];
      if (i == j || (j < i ? below : above))
        continue;
      struct interval by = slower_than(logs, rounds, i, j, LEVEL, found);
      if (by.coverage > 0 && by.low > worth)
        *(j < i ? &below : &above) = true;
    }
    minima = below && above;
  }
  free(rivals);
  return minima;
}

/* ---- of a problem ---- */

/* The way whose counts are compared: that of the fastest cell on several workers, which is that of the best one unless
 * a serial cell is the best. */
static const struct figures *lead(const struct analysis *a) {
  const struct figures *best = a->best && a->best->cell->workers > 1 ? a->best : a->nearest;
  return a->base && best && !best->no_speedup && !is_weak(a->problem) ? best : NULL;
}

static size_t ways_of(const struct analysis *a) {
  const struct cell *last = NULL; /* cells of a way follow each other */
  size_t ways = 0;
  for (size_t i = 0; i < a->count; i++) {
    const struct cell *c = a->figures[i].cell;
    if (c->workers == 1)
      continue;
    ways += !last || !same_way(last, c);
    last = c;
  }
  return ways;
}

/* The best serial cell, whatever its method, then the valid cells of a way on several workers, by ascending count. */
static const struct figures **counts_of(const struct analysis *a, const struct figures *of, size_t *count) {
  const struct figures **list = must_alloc(a->count + 1, sizeof *list);
  *count = 0;
  list[(*count)++] = a->base;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->no_speedup || f->cell->workers < 2 || !same_way(f->cell, of->cell))
      continue;
    size_t at = (*count)++;
    for (; at > 0 && list[at - 1]->cell->workers > f->cell->workers; at--)
      list[at] = list[at - 1];
    list[at] = f;
  }
  return list;
}

/* Several workers are only advised where they are proven faster than one, by a figure precise enough for a verdict; the
 * words say where the machine was busy. */
static bool gains(const struct figures *f, const struct estimate *gain) {
  return !is_unfit(&f->speedup) && gain->coverage > 0 && gain->low > 1;
}

/* ---- what was not measured ---- */

/* The cells of a way, whatever became of them: they follow each other, by ascending count. */
struct way {
  const struct figures *cells;
  size_t count;
};

static struct way way_of(const struct analysis *a, const struct figures *of) {
  struct way way = {of, 1};
  while (way.cells > a->figures && same_way(way.cells[-1].cell, of->cell))
    way.cells--, way.count++;
  while (way.cells + way.count < a->figures + a->count && same_way(way.cells[way.count].cell, of->cell))
    way.count++;
  return way;
}

static int by_workers(const void *key, const void *cell) {
  int64_t wanted = *(const int64_t *)key, workers = ((const struct figures *)cell)->cell->workers;
  return (wanted > workers) - (wanted < workers);
}

static bool has_cell_at(const struct way *way, int64_t workers) {
  return bsearch(&workers, way->cells, way->count, sizeof *way->cells, by_workers) != NULL;
}

/* Adds the counts between two that were measured for which the way has no cell. */
static void add_gap(const struct way *way, int64_t low, int64_t high, struct advice *advice) {
  for (low++; low < high && has_cell_at(way, low);)
    low++;
  for (high--; high >= low && has_cell_at(way, high);)
    high--;
  if (low > high)
    return;
  if (advice->gap_count < GAPS_MAX)
    advice->gaps[advice->gap_count] = (struct unmeasured){low, high};
  advice->gap_count++;
}

static void find_unmeasured(const struct analysis *a, const struct figures *of, const struct figures *const *list,
                            size_t count, size_t use, struct advice *advice) {
  int64_t own = list[use]->cell->workers;
  struct way way = way_of(a, of);
  for (size_t i = 0; i + 1 < count; i++)
    if (advice->minima || i == use || i + 1 == use)
      add_gap(&way, list[i]->cell->workers, list[i + 1]->cell->workers, advice);
  for (size_t i = 0; i < way.count; i++) {
    const struct figures *f = &way.cells[i];
    if (!f->no_speedup || f->cell->workers <= own)
      continue;
    advice->more_lost |= advice->lost != NULL;
    if (!advice->lost || f->cell->workers < advice->lost->cell->workers)
      advice->lost = f;
  }
}

/* What was found in the rounds of each count; nothing of the baseline, which the findings are relative to. */
static struct dependence_finding *findings_of(const struct analysis *a, const struct figures *const *list,
                                              size_t count) {
  struct dependence_finding *found = must_alloc(count, sizeof *found);
  for (size_t i = 0; i < count; i++) {
    if (list[i] != a->base)
      found[i] = a->dependence.of[cell_class(list[i]->cell)];
    found[i].factor = fmax(1, found[i].factor);
  }
  return found;
}

struct advice advise(const struct analysis *a) {
  const struct figures *of = lead(a);
  struct advice advice = {.ways = ways_of(a)};
  size_t count, rounds;
  if (!of)
    return advice;
  const struct figures **list = counts_of(a, of, &count);
  double *logs = logs_of_rounds(a, list, count, &rounds);
  struct dependence_finding *found = findings_of(a, list, count);
  bool *maybe = must_alloc(count, sizeof *maybe);
  size_t use = count > 1 ? advised_count(logs, count, rounds, found, maybe) : count;
  advice.asked = count > 1;
  advice.largest = list[count - 1];
  if (use < count && list[use] != a->base)
    advice.gain = ratio_as_picked(a, list[use]);
  advice.use = use < count && (list[use] == a->base || gains(list[use], &advice.gain)) ? list[use] : NULL;
  size_t first = strcmp(a->base->cell->method, of->cell->method) == 0 ? 0 : 1; /* no point of another method's curve */
  advice.minima = has_minima(logs + first * rounds, count - first, rounds, found ? found + first : NULL);
  if (advice.use)
    find_unmeasured(a, of, list, count, use, &advice);
  for (size_t i = 0; i < count; i++)
    if (maybe[i]) {
      advice.fewest = advice.fewest ? advice.fewest : list[i];
      advice.most = list[i];
    }
  free(found), free(maybe), free(logs), free(list);
  return advice;
}
