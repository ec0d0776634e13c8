/* Finds the modes of a sample by a kernel density. */
#include "modes.h"

#include <math.h>
#include <stdbool.h>

enum { GRID = 256, PEAKS_MAX = GRID / 2 };

struct density {
  double low, step, at[GRID];
};

struct peaks {
  size_t count;
  int top[PEAKS_MAX], valley[PEAKS_MAX]; /* valley: the lowest place before the next peak */
};

static double bandwidth_of(const double *sorted, size_t n) {
  double mean = 0, squares = 0;
  for (size_t i = 0; i < n; i++)
    mean += sorted[i] / (double)n;
  for (size_t i = 0; i < n; i++)
    squares += (sorted[i] - mean) * (sorted[i] - mean);
  double deviation = sqrt(squares / (double)(n - 1)), quartiles = (sorted[3 * n / 4] - sorted[n / 4]) / 1.34;
  double width = quartiles > 0 && quartiles < deviation ? quartiles : deviation;
  return 0.9 * width * pow((double)n, -0.2);
}

/* Values farther than REACH bandwidths away add less than a rounding error. */
static void estimate(struct density *d, const double *sorted, size_t n, double h) {
  enum { REACH = 9 };
  d->low = sorted[0] - h;
  d->step = (sorted[n - 1] - sorted[0] + 2 * h) / (GRID - 1);
  size_t from = 0;
  for (int g = 0; g < GRID; g++) {
    double x = d->low + g * d->step;
    d->at[g] = 0;
    while (from < n && sorted[from] < x - REACH * h)
      from++;
    for (size_t i = from; i < n && sorted[i] <= x + REACH * h; i++) {
      double z = (x - sorted[i]) / h;
      d->at[g] += exp(-z * z / 2);
    }
  }
}

/* Every local maximum, with the lowest place up to the next. */
static void find_peaks(const struct density *d, struct peaks *p) {
  p->count = 0;
  for (int g = 0; g < GRID; g++) {
    bool rises = g == 0 || d->at[g] > d->at[g - 1], falls = g == GRID - 1 || d->at[g] >= d->at[g + 1];
    if (rises && falls && p->count < PEAKS_MAX)
      p->top[p->count] = p->valley[p->count] = g, p->count++;
    else if (p->count > 0 && d->at[g] < d->at[p->valley[p->count - 1]])
      p->valley[p->count - 1] = g;
  }
}

static size_t values_between(const double *sorted, size_t n, double low, double high) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    count += sorted[i] >= low && sorted[i] < high;
  return count;
}

/* The number of values of a peak: those between the valleys beside it. */
static size_t weight(const struct density *d, const struct peaks *p, size_t i, const double *sorted, size_t n) {
  double low = i == 0 ? -INFINITY : d->low + p->valley[i - 1] * d->step;
  double high = i + 1 == p->count ? INFINITY : d->low + p->valley[i] * d->step;
  return values_between(sorted, n, low, high);
}

/* Joins peak i with the next one and keeps the higher top. */
static void join(const struct density *d, struct peaks *p, size_t i) {
  if (d->at[p->top[i + 1]] > d->at[p->top[i]])
    p->top[i] = p->top[i + 1];
  p->valley[i] = p->valley[i + 1];
  p->count--;
  for (size_t k = i + 1; k < p->count; k++)
    p->top[k] = p->top[k + 1], p->valley[k] = p->valley[k + 1];
}

/* Joins the first two neighbours that count as one mode; false if all are distinct. */
static bool join_one(const struct density *d, struct peaks *p, const double *sorted, size_t n) {
  size_t least = n / 10 > 3 ? n / 10 : 3;
  for (size_t i = 0; i + 1 < p->count; i++) {
    double lower = fmin(d->at[p->top[i]], d->at[p->top[i + 1]]);
    if (d->at[p->valley[i]] <= lower * 2 / 3 && weight(d, p, i, sorted, n) >= least &&
        weight(d, p, i + 1, sorted, n) >= least)
      continue;
    return join(d, p, i), true;
  }
  return false;
}

struct modes modes_of(const double *sorted, size_t n) {
  struct density d;
  struct peaks p;
  struct modes found = {0};
  double h = n >= MODES_FROM ? bandwidth_of(sorted, n) : 0;
  if (n < MODES_FROM)
    return found;
  if (!(h > 0))
    return (struct modes){1, {sorted[n / 2]}};
  estimate(&d, sorted, n, h);
  find_peaks(&d, &p);
  while (join_one(&d, &p, sorted, n))
    ;
  if (p.count > MODES_MAX)
    return found;
  for (found.count = 0; found.count < p.count; found.count++)
    found.at[found.count] = d.low + p.top[found.count] * d.step;
  return found;
}
