/* Which of the usual orders of growth the times over sizes have. */
#include "order_of_growth.h"

#include "base/paired.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static double constant(double n) { return n > 0 ? 1 : NAN; }
static double logarithm(double n) { return log(n); }
static double linear(double n) { return n; }
static double linearithmic(double n) { return n * log(n); }
static double square(double n) { return n * n; }
static double cube(double n) { return n * n * n; }

static const struct {
  const char *name;
  double (*of)(double);
} orders[] = {{"1", constant},           {"log N", logarithm}, {"N", linear},
              {"N log N", linearithmic}, {"N^2", square},      {"N^3", cube}};
enum { ORDERS = sizeof orders / sizeof *orders };

/* Deviations of a round's logs from the law of an order; the sum of their squares is returned, INFINITY where the order
 * has no positive value at a size. `off` (may be NULL) gets them. */
static double squares_of(size_t order, const double *size, size_t sizes, const double *logs, double *off) {
  double mean = 0, squares = 0;
  for (size_t i = 0; i < sizes; i++) {
    double value = orders[order].of(size[i]);
    if (!(value > 0))
      return INFINITY;
    mean += (logs[i] - log(value)) / (double)sizes;
  }
  for (size_t i = 0; i < sizes; i++) {
    double deviation = logs[i] - log(orders[order].of(size[i])) - mean;
    squares += deviation * deviation;
    if (off)
      off[i] = deviation;
  }
  return squares;
}

static void medians_of(const double *logs, size_t rounds, size_t sizes, double *out) {
  double *column = must_alloc(rounds, sizeof *column);
  for (size_t i = 0; i < sizes; i++) {
    for (size_t r = 0; r < rounds; r++)
      column[r] = logs[r * sizes + i];
    sort_doubles(column, rounds);
    out[i] = median_sorted(column, rounds);
  }
  free(column);
}

/* Whether the rounds prove that `best` deviates less than `other`. */
static bool is_nearer(size_t best, size_t other, const double *size, size_t sizes, const double *logs, size_t rounds) {
  double *more = must_alloc(rounds, sizeof *more);
  bool valid = true;
  for (size_t r = 0; r < rounds && valid; r++) {
    double squares = squares_of(other, size, sizes, logs + r * sizes, NULL);
    valid = isfinite(squares);
    more[r] = squares - squares_of(best, size, sizes, logs + r * sizes, NULL);
  }
  sort_doubles(more, valid ? rounds : 0);
  struct interval interval = valid ? median_interval(more, rounds, 1 - 0.05 / (ORDERS - 1)) : (struct interval){0};
  free(more);
  return !valid || (interval.coverage > 0 && interval.low > 0); /* an order without values is not a candidate */
}

struct order order_of_growth(const double *size, size_t sizes, const double *logs, size_t rounds) {
  struct order none = {NULL, NAN};
  size_t best = 0;
  if (sizes < 3 || rounds == 0)
    return none;
  double *medians = must_alloc(sizes, sizeof *medians), *off = must_alloc(sizes, sizeof *off), least = INFINITY;
  medians_of(logs, rounds, sizes, medians);
  for (size_t order = 0; order < ORDERS; order++) {
    double squares = squares_of(order, size, sizes, medians, NULL);
    if (squares < least)
      least = squares, best = order;
  }
  struct order found = {orders[best].name, 0};
  squares_of(best, size, sizes, medians, off);
  for (size_t i = 0; i < sizes; i++) {
    found.error += expm1(off[i]) * expm1(off[i]) / (double)sizes;
    found.name = fabs(expm1(off[i])) > ORDER_MISS ? NULL : found.name;
  }
  found.error = sqrt(found.error);
  for (size_t order = 0; order < ORDERS && found.name; order++)
    if (order != best && !is_nearer(best, order, size, sizes, logs, rounds))
      found.name = NULL;
  free(medians), free(off);
  return found.name ? found : none;
}
