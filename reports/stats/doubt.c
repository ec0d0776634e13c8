/* Detects noise that makes the comparison of one pair unreliable. Pure. */
#include "doubt.h"

#include "dependence.h"

#include <math.h>

static const char *const words[DEPENDENCES] = {[DEPEND_LAG] = "consecutive rounds are correlated",
                                               [DEPEND_TREND] = "a trend over the rounds",
                                               [DEPEND_STEP] = "a step in the rounds"};

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

const char *doubt_of_pair(const double *logs, size_t n, const struct estimate *ratio, double holm_p, double worth) {
  if (unanimous(logs, n, worth))
    return NULL;
  struct cell_rounds pair = {.class = CLASS_SERIAL, .log = logs};
  struct dependence_finding found = dependence_find(&pair, 1, n).of[CLASS_SERIAL];
  for (size_t i = 0; i < sizeof by_clarity / sizeof *by_clarity; i++)
    if (found.kinds >> by_clarity[i] & 1)
      return words[by_clarity[i]];
  bool different = holm_p <= 1 - LEVEL && ratio->coverage > 0 && (ratio->low > 1 || ratio->high < 1);
  if (different && found.kinds >> DEPEND_TICKS & 1 && found.shift >= fabs(log(ratio->median)))
    return "the clock is too coarse";
  return different && !dependence_lasts(logs, n) ? "the difference is missing in part of the run" : NULL;
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

static const char *doubt_of_side(const double *logs, size_t n, const char *const *reasons) {
  struct cell_rounds side = {.class = CLASS_SERIAL, .log = logs};
  if (n < DOUBT_RUNS)
    return side_has_step(logs, n) ? reasons[DEPEND_STEP] : NULL;
  unsigned kinds = dependence_find(&side, 1, n).of[CLASS_SERIAL].kinds;
  for (size_t i = 0; i < sizeof by_clarity / sizeof *by_clarity; i++)
    if (kinds >> by_clarity[i] & 1)
      return reasons[by_clarity[i]];
  return NULL;
}

const char *doubt_of_sides(const double *base, size_t m, const double *new, size_t n, double worth) {
  static const char *const of_base[DEPENDENCES] = {[DEPEND_LAG] = "consecutive base runs are correlated",
                                                   [DEPEND_TREND] = "a trend over the base runs",
                                                   [DEPEND_STEP] = "a step in the base runs"};
  static const char *const of_new[DEPENDENCES] = {[DEPEND_LAG] = "consecutive new runs are correlated",
                                                  [DEPEND_TREND] = "a trend over the new runs",
                                                  [DEPEND_STEP] = "a step in the new runs"};
  if (apart(base, m, new, n, worth))
    return NULL;
  const char *doubt = doubt_of_side(base, m, of_base);
  return doubt ? doubt : doubt_of_side(new, n, of_new);
}
