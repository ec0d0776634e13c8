/* Detects noise that makes the comparison of one pair unreliable. Pure. */
#include "doubt.h"

#include "dependence.h"

#include <math.h>

static const enum doubt of_rounds[DEPENDENCES] = {
    [DEPEND_LAG] = DOUBT_LAG, [DEPEND_TREND] = DOUBT_TREND, [DEPEND_STEP] = DOUBT_STEP};
static const enum doubt of_base[DEPENDENCES] = {
    [DEPEND_LAG] = DOUBT_BASE_LAG, [DEPEND_TREND] = DOUBT_BASE_TREND, [DEPEND_STEP] = DOUBT_BASE_STEP};
static const enum doubt of_new[DEPENDENCES] = {
    [DEPEND_LAG] = DOUBT_NEW_LAG, [DEPEND_TREND] = DOUBT_NEW_TREND, [DEPEND_STEP] = DOUBT_NEW_STEP};

static const enum dependence by_clarity[] = {DEPEND_STEP, DEPEND_TREND, DEPEND_LAG}; /* the plainest first */

/* Every single round is slower, faster or the same by `worth`: no kind of noise then hides another verdict. */
static bool unanimous(const double *logs, size_t n, double worth) {
  const double most = log1p(worth);
  size_t slower = 0, faster = 0;
  for (size_t i = 0; i < n; i++) {
    slower += logs[i] < -most;
    faster += logs[i] > most;
  }
  return slower == n || faster == n || slower + faster == 0;
}

/* Medians of three of a dozen rounds would miss one step in seven and one spell in three. */
bool change_lasts(const double *logs, size_t n) {
  size_t above = 0, below = 0;
  for (size_t i = 0; i < n; i++)
    above += logs[i] > 0, below += logs[i] < 0;
  return n < DOUBT_RUNS ? above == n || below == n : dependence_lasts(logs, n);
}

/* The doubt of the plainest of these kinds of dependence. */
static enum doubt plainest(unsigned kinds, const enum doubt *of) {
  for (size_t i = 0; i < sizeof by_clarity / sizeof *by_clarity; i++)
    if (kinds >> by_clarity[i] & 1)
      return of[by_clarity[i]];
  return DOUBT_NONE;
}

enum doubt doubt_of_pair(const double *logs, size_t n, const struct estimate *ratio, double holm_p, double worth) {
  if (unanimous(logs, n, worth))
    return DOUBT_NONE;
  struct cell_rounds pair = {.class = CLASS_SERIAL, .log = logs};
  struct dependence_finding found = dependence_find(&pair, 1, n).of[CLASS_SERIAL];
  enum doubt doubt = plainest(found.kinds, of_rounds);
  if (doubt)
    return doubt;
  bool different = holm_p <= 1 - LEVEL && ratio->coverage > 0 && (ratio->low > 1 || ratio->high < 1);
  if (different && found.kinds >> DEPEND_TICKS & 1 && found.shift >= fabs(log(ratio->median)))
    return DOUBT_TICKS;
  return different && !change_lasts(logs, n) ? DOUBT_PART : DOUBT_NONE;
}

/* ---- separate runs ---- */

static double least_of(const double *values, size_t n, double sign) {
  double least = INFINITY;
  for (size_t i = 0; i < n; i++)
    least = fmin(least, sign * values[i]);
  return sign * least;
}

/* No base run reaches any new run by `worth`, in either direction. */
static bool apart(const double *base, size_t m, const double *new, size_t n, double worth) {
  const double gap = log1p(worth);
  return least_of(new, n, 1) - least_of(base, m, -1) > gap || least_of(base, m, 1) - least_of(new, n, -1) > gap;
}

/* The largest |t| of the difference between the first k values and the others. */
static double largest_t(const double *values, size_t n) {
  enum { PART_LEAST = 2 };
  double all = 0, squares = 0, sum = 0, largest = 0, count = (double)n;
  for (size_t i = 0; i < n; i++)
    all += values[i] / count;
  for (size_t i = 0; i < n; i++)
    squares += (values[i] - all) * (values[i] - all);
  for (size_t k = 1; k + PART_LEAST <= n; k++) {
    double left = (double)k, right = count - left;
    sum += values[k - 1] - all;
    double between = sum * sum * count / (left * right), within = squares - between;
    if (k >= PART_LEAST && between > 0)
      largest = fmax(largest, within > 0 ? sqrt(between / within * (count - 2)) : INFINITY);
  }
  return largest;
}

/* |t| of the slope over the order. */
static double trend_t(const double *values, size_t n) {
  double mean = 0, by_order = 0, with = 0, squares = 0, count = (double)n, middle = (count - 1) / 2;
  for (size_t i = 0; i < n; i++)
    mean += values[i] / count;
  for (size_t i = 0; i < n; i++) {
    double order = (double)i - middle, value = values[i] - mean;
    by_order += order * order, with += order * value, squares += value * value;
  }
  double explained = with * with / by_order, within = squares - explained;
  return !(explained > 0) ? 0 : within > 0 ? sqrt(explained / within * (count - 2)) : INFINITY;
}

enum dependence side_order(const double *values, size_t n) {
  enum { LEAST = 5 };
  static const struct {
    double step, trend;
  } limits[DOUBT_RUNS - LEAST] = {{6.96, 5.39}, {5.77, 4.22}, {5.20, 3.71}, {4.85, 3.41}, {4.48, 3.19},
                                  {4.31, 3.06}, {4.23, 2.97}, {4.15, 2.92}, {4.08, 2.87}, {3.98, 2.81},
                                  {3.97, 2.79}, {3.88, 2.75}, {3.87, 2.74}, {3.80, 2.69}, {3.79, 2.67},
                                  {3.79, 2.67}, {3.77, 2.66}, {3.75, 2.63}, {3.76, 2.64}};
  if (n < LEAST || n >= DOUBT_RUNS)
    return DEPENDENCES;
  double step = largest_t(values, n) / limits[n - LEAST].step, trend = trend_t(values, n) / limits[n - LEAST].trend;
  return step > 1 && step >= trend ? DEPEND_STEP : trend > 1 ? DEPEND_TREND : DEPENDENCES;
}

static enum doubt doubt_of_side(const double *logs, size_t n, const enum doubt *of) {
  struct cell_rounds side = {.class = CLASS_SERIAL, .log = logs};
  enum dependence kind = side_order(logs, n);
  if (n < DOUBT_RUNS)
    return kind == DEPENDENCES ? DOUBT_NONE : of[kind];
  return plainest(dependence_find(&side, 1, n).of[CLASS_SERIAL].kinds, of);
}

enum doubt doubt_of_sides(const double *base, size_t m, const double *new, size_t n, double worth) {
  if (apart(base, m, new, n, worth))
    return DOUBT_NONE;
  enum doubt doubt = doubt_of_side(base, m, of_base);
  return doubt ? doubt : doubt_of_side(new, n, of_new);
}
