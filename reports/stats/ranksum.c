/* Two independent samples: the exact rank-sum test and the interval of the shift between them. */
#include "ranksum.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* ---- counting ---- */

/* Counts the subsets of `choose` ranks with each sum from 0 to `most`, the sum of all; the caller frees it. */
static double *count_sums(const size_t *ranks, size_t count, size_t choose, size_t most) {
  double *ways = must_alloc((choose + 1) * (most + 1), sizeof *ways);
  ways[0] = 1;
  for (size_t i = 0; i < count; i++)
    for (size_t k = choose; k > 0; k--) {
      double *to = ways + k * (most + 1), *from = to - (most + 1);
      for (size_t sum = ranks[i]; sum <= most; sum++)
        to[sum] += from[sum - ranks[i]];
    }
  double *wanted = must_alloc(most + 1, sizeof *wanted);
  for (size_t sum = 0; sum <= most; sum++)
    wanted[sum] = ways[choose * (most + 1) + sum];
  free(ways);
  return wanted;
}

/* C(m + n, m) */
static double all_ways(size_t m, size_t n) {
  double ways = 1;
  for (size_t i = 1; i <= m; i++)
    ways = ways * (double)(n + i) / (double)i;
  return ways;
}

/* Twice a value's mean rank among both sides: an integer. */
static size_t twice_rank(double value, const double *x, size_t m, const double *y, size_t n) {
  size_t twice = 1;
  for (size_t i = 0; i < m; i++)
    twice += 2 * (x[i] < value) + (x[i] == value);
  for (size_t i = 0; i < n; i++)
    twice += 2 * (y[i] < value) + (y[i] == value);
  return twice;
}

static size_t distance(size_t a, size_t b) { return a > b ? a - b : b - a; }

/* ---- the test ---- */

/* The distribution of x's rank sum, and the observed one. */
struct sums {
  double *ways; /* per sum up to `most`; owned */
  size_t most, mean, seen;
};

static struct sums sums_of(const double *x, size_t m, const double *y, size_t n) {
  size_t count = m + n;
  struct sums s = {.most = count * (count + 1), .mean = m * (count + 1)};
  size_t *ranks = must_alloc(count, sizeof *ranks);
  for (size_t i = 0; i < count; i++)
    ranks[i] = twice_rank(i < m ? x[i] : y[i - m], x, m, y, n);
  for (size_t i = 0; i < m; i++)
    s.seen += ranks[i];
  s.ways = count_sums(ranks, count, m, s.most);
  free(ranks);
  return s;
}

double ranksum_p(const double *x, size_t m, const double *y, size_t n) {
  if (m > n)
    return ranksum_p(y, n, x, m); /* the same test, less work */
  struct sums s = sums_of(x, m, y, n);
  double far = 0;
  for (size_t sum = 0; sum <= s.most; sum++)
    if (distance(sum, s.mean) >= distance(s.seen, s.mean))
      far += s.ways[sum];
  free(s.ways);
  return fmin(1, far / all_ways(m, n));
}

double ranksum_above_p(const double *x, size_t m, const double *y, size_t n) {
  struct sums s = sums_of(x, m, y, n);
  double low = 0;
  for (size_t sum = 0; sum <= s.seen; sum++)
    low += s.ways[sum];
  free(s.ways);
  return fmin(1, low / all_ways(m, n));
}

double ranksum_least_p(size_t m, size_t n) { return fmin(1, 2 / all_ways(m, n)); }

/* ---- the shift ---- */

/* All y - x, sorted; the caller frees it. */
static double *differences(const double *x, size_t m, const double *y, size_t n) {
  double *all = must_alloc(m * n, sizeof *all);
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++)
      all[i * n + j] = y[j] - x[i];
  sort_doubles(all, m * n);
  return all;
}

double shift_estimate(const double *x, size_t m, const double *y, size_t n) {
  double *all = differences(x, m, y, n), median = median_sorted(all, m * n);
  free(all);
  return median;
}

struct interval shift_interval(const double *x, size_t m, const double *y, size_t n, double level) {
  struct interval found = {NAN, NAN, 0};
  size_t count = m + n, choose = m < n ? m : n, most = count * (count + 1) / 2, least = choose * (choose + 1) / 2;
  size_t *ranks = must_alloc(count, sizeof *ranks);
  for (size_t i = 0; i < count; i++)
    ranks[i] = i + 1;
  double *ways = count_sums(ranks, count, choose, most), *all = differences(x, m, y, n), tail = 0;
  for (size_t out = 0; 2 * out + 1 < m * n; out++) { /* `out`: differences outside on each side */
    tail += ways[least + out] / all_ways(m, n);
    if (1 - 2 * tail < level)
      break;
    found = (struct interval){all[out], all[m * n - 1 - out], 1 - 2 * tail};
  }
  free(all);
  free(ways);
  free(ranks);
  return found;
}
