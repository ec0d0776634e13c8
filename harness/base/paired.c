/* Order statistics on paired log ratios: median, its interval, the sign test, Holm's adjustment. */
#include "paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void insert_doubles(double *values, size_t n) {
  for (size_t i = 1; i < n; i++) {
    double moved = values[i];
    size_t at = i;
    for (; at > 0 && values[at - 1] > moved; at--)
      values[at] = values[at - 1];
    values[at] = moved;
  }
}

static double middle_of_three(double a, double b, double c) { return fmax(fmin(a, b), fmin(fmax(a, b), c)); }

/* Moves the values up to the pivot before those from it on; returns how many are before: 1 to n - 1. Hoare 1962, doi
 * 10.1093/comjnl/5.1.10. */
static size_t part_doubles(double *values, size_t n) {
  double pivot = middle_of_three(values[0], values[(n - 1) / 2], values[n - 1]);
  for (size_t i = 0, j = n - 1;; i++, j--) {
    while (values[i] < pivot)
      i++;
    while (pivot < values[j])
      j--;
    if (i >= j)
      return j + 1 < n ? j + 1 : j;
    double moved = values[i];
    values[i] = values[j], values[j] = moved;
  }
}

/* Quicksort without a call for each comparison; qsort where pivots part badly, as in Musser 1997, doi
 * 10.1002/(SICI)1097-024X(199708)27:8<983::AID-SPE117>3.0.CO;2-#. */
void sort_doubles(double *values, size_t n) {
  enum { FEW = 12, BAD_PIVOTS = 8 };
  unsigned bad = 0;
  while (n > FEW) {
    size_t before = part_doubles(values, n), fewer = before < n - before ? before : n - before;
    if (fewer < n / 8 && ++bad > BAD_PIVOTS) {
      qsort(values, n, sizeof *values, by_value);
      return;
    }
    bool first = before == fewer; /* the larger part remains here, so that the calls are few */
    sort_doubles(first ? values : values + before, fewer);
    values += first ? before : 0, n -= fewer;
  }
  insert_doubles(values, n);
}

double median_sorted(const double *sorted, size_t n) {
  return n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] + (sorted[n / 2] - sorted[n / 2 - 1]) / 2;
}

/* Uses logarithms because 2^-n underflows a double for n >= 1075. */
double binomial_at_most(size_t k, size_t n, double p) {
  double log_term = (double)n * log1p(-p), odds = log(p) - log1p(-p), sum = exp(log_term);
  for (size_t i = 1; i <= k; i++) {
    log_term += log((double)(n - i + 1) / (double)i) + odds;
    sum += exp(log_term);
  }
  return sum;
}

struct interval median_interval(const double *sorted, size_t n, double level) {
  struct interval found = {NAN, NAN, 0};
  double log_term = -(double)n * M_LN2, tail = 0;
  for (size_t out = 0; 2 * out + 1 < n; out++) { /* `out` values lie outside on each side */
    tail += exp(log_term);
    if (1 - 2 * tail < level)
      break;
    found = (struct interval){sorted[out], sorted[n - 1 - out], 1 - 2 * tail};
    log_term += log((double)(n - out) / (double)(out + 1));
  }
  return found;
}

double partners_median(const double *nearest, size_t n) {
  double few[PARTNERS_MOST];
  size_t odd = n < PARTNERS_MOST ? n - !(n % 2) : PARTNERS_MOST;
  memcpy(few, nearest, odd * sizeof *few);
  sort_doubles(few, odd);
  return median_sorted(few, odd);
}

void partners_offer(struct partners *partners, int64_t to, int64_t at, size_t which) {
  int64_t distance = at > to ? at - to : to - at;
  size_t i = partners->count;
  if (partners->count < PARTNERS_MOST)
    partners->count++;
  for (; i > 0 && distance < partners->distance[i - 1]; i--)
    if (i < PARTNERS_MOST)
      partners->distance[i] = partners->distance[i - 1], partners->which[i] = partners->which[i - 1];
  if (i < PARTNERS_MOST)
    partners->distance[i] = distance, partners->which[i] = which;
}

double sign_test_of(size_t above, size_t below) {
  size_t fewer = above < below ? above : below;
  return above == below ? 1 : fmin(1, 2 * binomial_at_most(fewer, above + below, 0.5));
}

double sign_test(const double *values, size_t n) {
  size_t above = 0, below = 0;
  for (size_t i = 0; i < n; i++) {
    above += values[i] > 0;
    below += values[i] < 0;
  }
  return sign_test_of(above, below);
}

double median_of_known(double *values, size_t count) {
  size_t known = 0;
  for (size_t i = 0; i < count; i++)
    if (!isnan(values[i]))
      values[known++] = values[i];
  if (2 * known < count || known == 0)
    return NAN;
  sort_doubles(values, known);
  return median_sorted(values, known);
}

static int by_p(const void *a, const void *b, void *p) {
  double x = ((const double *)p)[*(const size_t *)a], y = ((const double *)p)[*(const size_t *)b];
  return (x > y) - (x < y);
}

void holm_adjust(double *p, size_t *order, size_t n) {
  double adjusted = 0;
  for (size_t i = 0; i < n; i++)
    order[i] = i;
  qsort_r(order, n, sizeof *order, by_p, p);
  for (size_t i = 0; i < n; i++)
    p[order[i]] = adjusted = fmin(1, fmax(adjusted, p[order[i]] * (double)(n - i)));
}

bool stop_is_look(size_t rounds) {
  static const size_t looks[] = STOP_LOOKS;
  for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
    if (looks[i] == rounds)
      return true;
  return false;
}

bool stop_settled(double *values, size_t n, double width) {
  if (!stop_is_look(n))
    return false;
  sort_doubles(values, n);
  struct interval interval = median_interval(values, n, 0.95);
  return interval.coverage > 0 && interval.high - interval.low <= width;
}
