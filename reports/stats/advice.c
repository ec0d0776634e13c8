/* How many workers to use: the smallest count that is proven within 2 % of the fastest. */
#include "advice.h"

#include "base/text.h"
#include "best.h"
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
  size_t advised = counts;
  for (size_t i = 0; i < counts; i++) {
    bool proven = true, may = true;
    for (size_t j = 0; j < counts; j++) {
      if (i == j)
        continue;
      struct interval by = slower_than(logs, rounds, i, j, level, found);
      proven &= by.coverage > 0 && by.high <= worth;
      may &= !(by.coverage > 0 && by.low > worth);
    }
    if (maybe)
      maybe[i] = may;
    if (proven && advised == counts)
      advised = i;
  }
  return advised;
}

bool has_minima(const double *logs, size_t counts, size_t rounds, const struct dependence_finding *found) {
  double worth = log1p(WORTH_ATTENTION);
  bool *slower = must_alloc(counts * counts + 1, sizeof *slower); /* [i * counts + j]: i than j */
  bool minima = false;
  for (size_t i = 0; i < counts; i++)
    for (size_t j = 0; j < counts; j++) {
      struct interval by = slower_than(logs, rounds, i, j, LEVEL, found);
      slower[i * counts + j] = i != j && by.coverage > 0 && by.low > worth;
    }
  for (size_t i = 1; i + 1 < counts; i++) {
    bool below = false, above = false;
    for (size_t j = 0; j < counts; j++)
      if (slower[i * counts + j])
        *(j < i ? &below : &above) = true;
    minima |= below && above;
  }
  free(slower);
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
  size_t ways = 0;
  for (size_t i = 0; i < a->count; i++) {
    bool seen = a->figures[i].cell->workers == 1;
    for (size_t j = 0; j < i && !seen; j++)
      seen = a->figures[j].cell->workers > 1 && same_way(a->figures[j].cell, a->figures[i].cell);
    ways += !seen;
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

/* Several workers are only advised where they are proven faster than one, by a figure that may carry a verdict. */
static bool gains(const struct figures *f, const struct estimate *gain) {
  return !f->unfit && gain->coverage > 0 && gain->low > 1;
}

/* ---- what was not measured ---- */

/* The cell of the way at this count, whatever became of it; NULL: there is none. */
static const struct figures *cell_at(const struct analysis *a, const struct figures *of, int64_t workers) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].cell->workers == workers && same_way(a->figures[i].cell, of->cell))
      return &a->figures[i];
  return NULL;
}

/* Adds the counts between two that were measured for which the way has no cell. */
static void add_gap(const struct analysis *a, const struct figures *of, int64_t low, int64_t high,
                    struct advice *advice) {
  for (low++; low < high && cell_at(a, of, low);)
    low++;
  for (high--; high >= low && cell_at(a, of, high);)
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
  for (size_t i = 0; i + 1 < count; i++)
    if (advice->minima || i == use || i + 1 == use)
      add_gap(a, of, list[i]->cell->workers, list[i + 1]->cell->workers, advice);
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (!f->no_speedup || f->cell->workers <= own || !same_way(f->cell, of->cell))
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
