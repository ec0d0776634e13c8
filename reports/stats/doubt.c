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
  return different && !dependence_lasts(logs, n) ? DOUBT_PART : DOUBT_NONE;
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

bool side_has_step(const double *values, size_t n) {
  enum { LEAST = 5 };
  static const double limits[DOUBT_RUNS - LEAST] = {5.39, 4.86, 4.51, 4.25, 4.12, 3.97, 3.89, 3.82, 3.75, 3.71,
                                                    3.67, 3.65, 3.61, 3.59, 3.58, 3.56, 3.54, 3.52, 3.51};
  return n >= LEAST && n < DOUBT_RUNS && largest_t(values, n) > limits[n - LEAST];
}

static enum doubt doubt_of_side(const double *logs, size_t n, const enum doubt *of) {
  struct cell_rounds side = {.class = CLASS_SERIAL, .log = logs};
  if (n < DOUBT_RUNS)
    return side_has_step(logs, n) ? of[DEPEND_STEP] : DOUBT_NONE;
  return plainest(dependence_find(&side, 1, n).of[CLASS_SERIAL].kinds, of);
}

enum doubt doubt_of_sides(const double *base, size_t m, const double *new, size_t n, double worth) {
  if (apart(base, m, new, n, worth))
    return DOUBT_NONE;
  enum doubt doubt = doubt_of_side(base, m, of_base);
  return doubt ? doubt : doubt_of_side(new, n, of_new);
}
