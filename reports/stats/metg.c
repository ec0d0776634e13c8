/* METG: finds where efficiency crosses its level, and builds the curves of a run. */
#include "metg.h"

#include "base/params.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the crossing ---- */

/* log of useful over lost time. Clamps efficiency near 0 and 1: noise can exceed 1, and the model is invalid there. */
static double logit(double efficiency) {
  double e = fmin(fmax(efficiency, 0.01), 0.99);
  return log(e / (1 - e));
}

static double efficiency_at(const struct size_point *p, int end) {
  return end < 0 ? p->low : end > 0 ? p->high : p->efficiency;
}

/* Where the line through two neighbours, of which `one` is the smaller, crosses the level; within the sizes `below` and
 * `above`. A line that does not rise crosses it at `above`. */
static double through(const struct size_point *one, const struct size_point *below, int end, double level) {
  const struct size_point *two = one + 1, *above = below + 1;
  double from = logit(efficiency_at(one, end)), to = logit(efficiency_at(two, end));
  double ns = above->item_ns;
  if (to > from)
    ns = one->item_ns * pow(two->item_ns / one->item_ns, (logit(level) - from) / (to - from));
  return fmin(fmax(ns, below->item_ns), above->item_ns);
}

/* Near 0 and 1 noise decides how a line continues. */
static bool is_inner(const struct size_point *p) {
  const double margin = 0.05;
  return p->efficiency > margin && p->efficiency < 1 - margin;
}

/* Between points[at - 1] and points[at]. A curve that bends there lies between its chord and the lines that continue
 * its neighbours, so an end of the interval is the outermost of these. */
static double between(const struct size_point *points, size_t count, size_t at, int end, double level) {
  const struct size_point *below = &points[at - 1];
  double ns = through(below, below, end, level), left = ns, right = ns;
  if (end != 0 && at > 1 && is_inner(&points[at - 2]))
    left = through(below - 1, below, end, level);
  if (end != 0 && at + 1 < count && is_inner(&points[at + 1]))
    right = through(below + 1, below, end, level);
  return end > 0 ? fmin(ns, fmin(left, right)) : fmax(ns, fmax(left, right));
}

/* Uses the efficiencies' medians (end 0), lower ends (-1) or upper ends (1). */
static struct metg_end crossing(const struct size_point *points, size_t count, double level, int end) {
  size_t from = count;
  for (size_t i = 0; i < count; i++)
    if (!isfinite(efficiency_at(&points[i], end)))
      return (struct metg_end){METG_UNKNOWN, NAN};
  if (count < METG_SIZES)
    return (struct metg_end){METG_UNKNOWN, NAN};
  while (from > 0 && efficiency_at(&points[from - 1], end) >= level)
    from--;
  if (from == 0)
    return (struct metg_end){METG_BELOW, points[0].item_ns};
  if (from == count)
    return (struct metg_end){METG_NOT_REACHED, points[count - 1].item_ns};
  return (struct metg_end){METG_FOUND, between(points, count, from, end, level)};
}

struct metg metg_of(const struct size_point *points, size_t count, double level) {
  return (struct metg){.middle = crossing(points, count, level, 0),
                       .low = crossing(points, count, level, 1),
                       .high = crossing(points, count, level, -1)};
}

/* ---- the curves of a run ---- */

/* Adds the problem without its first parameter, the item size: "items=64 steps=16". */
static void rest_of(struct text *out, const struct problem *p) {
  const char *size = p->params ? p->params[0].name : NULL;
  size_t named = size ? strlen(size) : 0;
  for (const char *at = p->problem; *at;) {
    size_t length = strcspn(at, " ");
    bool is_size = size && strncmp(at, size, named) == 0 && at[named] == '=';
    if (length && !is_size)
      text_format(out, "%s%.*s", out->length ? " " : "", (int)length, at);
    at += length + strspn(at + length, " ");
  }
}

/* The problems differ at most in the size of their items. */
static bool same_group(const struct problem *a, const struct problem *b) {
  struct text x = {0}, y = {0};
  rest_of(&x, a), rest_of(&y, b);
  bool same = b->probes_granularity && strcmp(text_of(&x), text_of(&y)) == 0;
  for (enum cell_axis axis = 0; axis < CELL_IDS && same; axis++)
    same = axis == CELL_ID_problem || strcmp(problem_text(a, axis), problem_text(b, axis)) == 0;
  text_free(&x), text_free(&y);
  return same;
}

/* Time of one item on the sequential cell of the same method, or NAN. */
static double item_time(const struct analysis *a, const char *method) {
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->valid && f->cell->serial && f->cell->workers == 1 && f->cell->units > 0 &&
        strcmp(f->cell->method, method) == 0)
      return f->time.median / f->cell->units;
  }
  return NAN;
}

/* The largest worker count of a way, over all sizes, with a CPU per worker. */
static int64_t most_with_cpus(const struct result *result, const struct problem *p, const struct cell *way) {
  int64_t most = 0, usable = result->run.usable_cpus > 0 ? result->run.usable_cpus : INT64_MAX;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct problem *other = &result->run.problems[i];
    for (size_t j = 0; same_group(p, other) && j < other->count; j++) {
      const struct cell *c = &other->cells[j];
      if (same_way(way, c) && c->workers <= usable && c->workers > most && !is_oversubscribed(c) && !is_thinned(c))
        most = c->workers;
    }
  }
  return most;
}

static int by_size(const void *a, const void *b) {
  const struct size_point *x = a, *y = b;
  return (x->item_ns > y->item_ns) - (x->item_ns < y->item_ns);
}

static void add_points(struct metg_curve *curve, const struct result *result, const struct problem *group) {
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    double item_ns = item_time(a, curve->cell->method);
    for (size_t j = 0; item_ns > 0 && same_group(group, a->problem) && j < a->count; j++) {
      const struct figures *f = &a->figures[j];
      if (!f->valid || f->cell->workers != curve->workers || !same_way(curve->cell, f->cell))
        continue;
      curve->threads = f->cell->os_threads;
      if (!isfinite(f->efficiency)) {
        curve->withheld += f->own.n > 0;
        if (f->own.n > 0 && !(f->own.low / (double)curve->workers >= METG_LEVEL))
          curve->doubtful_ns = fmax(curve->doubtful_ns, item_ns);
        continue;
      }
      GROW(curve->points, curve->count, curve->capacity);
      curve->points[curve->count++] =
          (struct size_point){item_ns, f->efficiency, f->efficiency_low, f->efficiency_high};
    }
  }
  if (curve->count)
    qsort(curve->points, curve->count, sizeof *curve->points, by_size);
}

/* Whether a withheld size above the last one that misses the level may miss it too. */
static bool is_in_doubt(const struct metg_curve *c) {
  size_t from = c->count;
  while (from > 0 && c->points[from - 1].efficiency >= METG_LEVEL)
    from--;
  return from < c->count && c->doubtful_ns > c->points[from ? from - 1 : 0].item_ns;
}

bool metg_never(const struct metg_curve *c) { return c->threads == 1 && c->workers > 1; }

static size_t group_count(const struct result *result) {
  size_t count = 0;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct problem *p = &result->run.problems[i];
    size_t j = 0;
    while (j < i && !(result->run.problems[j].probes_granularity && same_group(p, &result->run.problems[j])))
      j++;
    count += p->probes_granularity && j == i;
  }
  return count;
}

static bool has_curve(const struct metg_curves *curves, const struct problem *p, const struct cell *c,
                      const struct problem *const *groups) {
  for (size_t i = 0; i < curves->count; i++)
    if (same_group(groups[i], p) && same_way(curves->list[i].cell, c))
      return true;
  return false;
}

static void add_curve(struct metg_curves *curves, const struct result *result, const struct problem *p,
                      const struct cell *c, bool several) {
  struct metg_curve curve = {.cell = c, .workers = most_with_cpus(result, p, c)};
  cell_name(&curve.name, p, c, false);
  if (several) {
    text_add(&curve.name, ", ");
    rest_of(&curve.name, p);
  }
  add_points(&curve, result, p);
  curve.metg = metg_of(curve.points, is_in_doubt(&curve) ? 0 : curve.count, METG_LEVEL);
  GROW(curves->list, curves->count, curves->capacity);
  curves->list[curves->count++] = curve;
}

struct metg_curves metg_curves(const struct result *result) {
  struct metg_curves curves = {0};
  const struct problem **groups = NULL;
  size_t room = 0;
  bool several = group_count(result) > 1;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct problem *p = &result->run.problems[i];
    for (size_t j = 0; p->probes_granularity && j < p->count; j++) {
      const struct cell *c = &p->cells[j];
      if (c->serial || has_curve(&curves, p, c, groups))
        continue;
      GROW(groups, curves.count, room);
      groups[curves.count] = p;
      add_curve(&curves, result, p, c, several);
    }
  }
  free(groups);
  return curves;
}

void metg_free(struct metg_curves *curves) {
  for (size_t i = 0; i < curves->count; i++) {
    text_free(&curves->list[i].name);
    free(curves->list[i].points);
  }
  free(curves->list);
  *curves = (struct metg_curves){0};
}
