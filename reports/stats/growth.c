/* Fits the exponent of time over size, and finds what can be fitted in a run. */
#include "growth.h"

#include "base/params.h"
#include "base/words.h"

#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the exponent ---- */

/* Logs of a round's times; false if one is missing. */
static bool logs_of(const double *ns, size_t sizes, double *out) {
  for (size_t i = 0; i < sizes; i++) {
    if (!(ns[i] > 0) || !isfinite(ns[i]))
      return false;
    out[i] = log(ns[i]);
  }
  return true;
}

/* The largest share by which exp(y) differs from the law fitted to x and y. */
static double miss_of(const double *x, const double *y, size_t n) {
  double start, slope, c00, c01, c11, squares, most = 0;
  gsl_fit_linear(x, 1, y, 1, n, &start, &slope, &c00, &c01, &c11, &squares);
  for (size_t i = 0; i < n; i++)
    most = fmax(most, fabs(expm1(y[i] - start - slope * x[i])));
  return most;
}

/* Median over the whole rounds of each size's log time. */
static void medians(const double *logs, size_t rounds, size_t sizes, double *column, double *out) {
  for (size_t i = 0; i < sizes; i++) {
    for (size_t r = 0; r < rounds; r++)
      column[r] = logs[r * sizes + i];
    sort_doubles(column, rounds);
    out[i] = median_sorted(column, rounds);
  }
}

struct growth growth_of(const double *size, size_t sizes, const double *ns, size_t rounds) {
  struct growth growth = {
      .exponent = NAN, .miss = NAN, .interval = {NAN, NAN, 0}, .order = {NULL, NAN}, .sizes = sizes};
  if (sizes < GROWTH_SIZES || rounds == 0)
    return growth;
  double *x = must_alloc(sizes, sizeof *x), *y = must_alloc(sizes, sizeof *y);
  double *logs = must_alloc(rounds * sizes, sizeof *logs), *slopes = must_alloc(rounds, sizeof *slopes);
  double start, c00, c01, c11, squares;
  for (size_t i = 0; i < sizes; i++)
    x[i] = log(size[i]);
  for (size_t r = 0; r < rounds; r++) {
    double *round = logs + growth.rounds * sizes;
    if (logs_of(ns + r * sizes, sizes, round))
      gsl_fit_linear(x, 1, round, 1, sizes, &start, &slopes[growth.rounds++], &c00, &c01, &c11, &squares);
  }
  if (growth.rounds > 0) {
    sort_doubles(slopes, growth.rounds);
    growth.exponent = median_sorted(slopes, growth.rounds);
    growth.interval = median_interval(slopes, growth.rounds, 0.95);
    medians(logs, growth.rounds, sizes, slopes, y);
    growth.miss = miss_of(x, y, sizes);
    growth.order = order_of_growth(size, sizes, logs, growth.rounds);
  }
  free(x), free(y), free(logs), free(slopes);
  return growth;
}

/* ---- a run ---- */

/* Splits the words of a problem into the number of `param` and the rest; 0 if it has none. */
static int64_t size_in(const struct problem *p, const char *param, struct text *rest) {
  int64_t size = 0;
  size_t named = strlen(param);
  for (const char *at = p->problem; *at;) {
    size_t length = strcspn(at, " ");
    char word[64];
    struct fault ignored;
    snprintf(word, sizeof word, "%.*s", (int)length, at);
    if (length < sizeof word && strncmp(word, param, named) == 0 && word[named] == '=') {
      if (parse_count(word + named + 1, &size, &ignored) != 0)
        return 0;
    } else {
      text_format(rest, " %.*s", (int)length, at);
    }
    at += length + strspn(at + length, " ");
  }
  return size;
}

static bool alike(const struct problem *a, const struct problem *b, const char *rest, const char *param,
                  int64_t *size) {
  struct text other = {0};
  *size = strcmp(a->kernel, b->kernel) == 0 && strcmp(a->build, b->build) == 0 && !is_weak(b)
              ? size_in(b, param, &other)
              : 0;
  bool same = *size > 0 && strcmp(text_of(&other), rest) == 0;
  text_free(&other);
  return same;
}

/* The serial cell of this way in a problem, if it has a right answer. */
static const struct cell *serial_of(const struct analysis *a, const struct cell *way) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].valid && a->figures[i].cell->serial && same_way(a->figures[i].cell, way))
      return a->figures[i].cell;
  return NULL;
}

struct sizes {
  struct point {
    int64_t size;
    const struct cell *cell;
  } * list;
  size_t count, capacity;
};

static int by_size(const void *a, const void *b) {
  const struct point *x = a, *y = b;
  return (x->size > y->size) - (x->size < y->size);
}

/* The median time of a cell's processes of a round; NAN: none. A round may have several of the baseline. */
static double round_ns(const struct cell *cell, int64_t round) {
  double values[64];
  size_t n = 0;
  for (size_t i = 0; i < cell->process_count && n < sizeof values / sizeof *values; i++)
    if (cell->processes[i].ok && cell->processes[i].round == round)
      values[n++] = cell->processes[i].ns;
  sort_doubles(values, n);
  return n ? median_sorted(values, n) : NAN;
}

static struct growth fit(const struct sizes *sizes, int64_t rounds) {
  double *size = must_alloc(sizes->count, sizeof *size), *ns = must_alloc((size_t)rounds * sizes->count, sizeof *ns);
  for (size_t i = 0; i < sizes->count; i++) {
    size[i] = (double)sizes->list[i].size;
    for (int64_t r = 0; r < rounds; r++)
      ns[(size_t)r * sizes->count + i] = round_ns(sizes->list[i].cell, r + 1);
  }
  struct growth growth = growth_of(size, sizes->count, ns, (size_t)rounds);
  free(size), free(ns);
  return growth;
}

static int64_t rounds_of(const struct cell *cell) {
  return cell->process_count ? cell->processes[cell->process_count - 1].round : 0;
}

/* Adds the method's line, from this problem and those behind it that differ in the one size. */
static void add_line(struct growth_lines *lines, const struct result *result, size_t first, const struct cell *way,
                     const char *param, const char *rest) {
  struct sizes sizes = {0};
  int64_t rounds = 0, size;
  for (size_t i = first; i < result->run.problem_count; i++) {
    const struct cell *cell = serial_of(&result->analyses[i], way);
    if (!cell || !alike(&result->run.problems[first], &result->run.problems[i], rest, param, &size))
      continue;
    GROW(sizes.list, sizes.count, sizes.capacity);
    sizes.list[sizes.count++] = (struct point){size, cell};
    rounds = rounds_of(cell) > rounds ? rounds_of(cell) : rounds;
  }
  if (sizes.count >= GROWTH_SIZES && rounds > 0) {
    qsort(sizes.list, sizes.count, sizeof *sizes.list, by_size);
    GROW(lines->list, lines->count, lines->capacity);
    lines->list[lines->count++] = (struct growth_line){.cell = way,
                                                       .problem = &result->run.problems[first],
                                                       .param = param,
                                                       .from = sizes.list[0].size,
                                                       .to = sizes.list[sizes.count - 1].size,
                                                       .growth = fit(&sizes, rounds)};
  }
  free(sizes.list);
}

/* True if an earlier problem has this way too and differs only in the size. */
static bool is_later(const struct result *result, size_t at, const struct cell *way, const char *param,
                     const char *rest) {
  int64_t size;
  for (size_t i = 0; i < at; i++)
    if (serial_of(&result->analyses[i], way) &&
        alike(&result->run.problems[at], &result->run.problems[i], rest, param, &size))
      return true;
  return false;
}

static void add_lines(struct growth_lines *lines, const struct result *result, size_t at, const char *param) {
  const struct problem *p = &result->run.problems[at];
  struct text rest = {0};
  if (size_in(p, param, &rest) > 0)
    for (size_t i = 0; i < p->count; i++) {
      const struct cell *way = serial_of(&result->analyses[at], &p->cells[i]);
      if (way == &p->cells[i] && !is_later(result, at, way, param, text_of(&rest)))
        add_line(lines, result, at, way, param, text_of(&rest));
    }
  text_free(&rest);
}

struct growth_lines growth_lines(const struct result *result) {
  struct growth_lines lines = {0};
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct problem *p = &result->run.problems[i];
    for (const struct param *param = p->params; param && param->name && !is_weak(p); param++)
      if (param->role == PARAM_SIZE && (param->type == PARAM_INT || param->type == PARAM_LIST))
        add_lines(&lines, result, i, param->name);
  }
  return lines;
}

void growth_free(struct growth_lines *lines) {
  free(lines->list);
  *lines = (struct growth_lines){0};
}
