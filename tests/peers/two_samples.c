/* Mann-Whitney's U test and Welch's t test. */
#include "two_samples.h"

#include "base/paired.h"
#include "base/text.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_MOST = 8 };

/* ---- U ---- */

/* Pairs in which a is above b, ties half. */
static double u_of(const double *a, size_t a_count, const double *b, size_t b_count) {
  double u = 0;
  for (size_t i = 0; i < a_count; i++)
    for (size_t j = 0; j < b_count; j++)
      u += a[i] > b[j] ? 1 : a[i] == b[j] ? 0.5 : 0;
  return u;
}

/* Sum of t^3 - t over groups of t equal values of both samples; 0 if none is tied. */
static double tie_term(const double *a, size_t a_count, const double *b, size_t b_count) {
  size_t n = a_count + b_count;
  double *all = must_alloc(n, sizeof *all), sum = 0;
  memcpy(all, a, a_count * sizeof *a);
  memcpy(all + a_count, b, b_count * sizeof *b);
  sort_doubles(all, n);
  for (size_t i = 0, next; i < n; i = next) {
    for (next = i + 1; next < n && all[next] == all[i];)
      next++;
    double t = (double)(next - i);
    sum += t * t * t - t;
  }
  free(all);
  return sum;
}

/* P(U >= u) of untied samples. The numbers of arrangements with each U are the coefficients of the Gaussian binomial:
 * the product over i = 1..m of (1 - q^(n+i)) / (1 - q^i). */
static double exact_tail(double u, size_t m, size_t n) {
  size_t most = m * n;
  double *ways = must_alloc(most + 1, sizeof *ways), all = 0, tail = 0;
  ways[0] = 1;
  for (size_t i = 1; i <= m; i++) {
    for (size_t k = most + 1; k-- > n + i;)
      ways[k] -= ways[k - n - i];
    for (size_t k = i; k <= most; k++)
      ways[k] += ways[k - i];
  }
  for (size_t k = 0; k <= most; k++) {
    all += ways[k];
    tail += (double)k >= u ? ways[k] : 0;
  }
  free(ways);
  return tail / all;
}

static double normal_tail(double u, double m, double n, double ties) {
  double all = m + n, scale = sqrt(m * n / 12 * (all + 1 - ties / (all * (all - 1))));
  double above = u - m * n / 2;
  return scale > 0 ? gsl_cdf_ugaussian_Q((above - 0.5) / scale) : 1;
}

double u_test(const double *a, size_t a_count, const double *b, size_t b_count) {
  if (a_count == 0 || b_count == 0)
    return NAN;
  double ties = tie_term(a, a_count, b, b_count), u = u_of(a, a_count, b, b_count);
  double m = (double)a_count, n = (double)b_count, larger = fmax(u, m * n - u);
  bool exact = ties == 0 && (a_count <= EXACT_MOST || b_count <= EXACT_MOST);
  double tail = exact ? exact_tail(larger, a_count, b_count) : normal_tail(larger, m, n, ties);
  return fmin(1, 2 * tail);
}

/* ---- Welch ---- */

double mean_of(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += values[i];
  return sum / (double)count;
}

/* The square of the mean's standard error. */
static double error_of(const double *values, size_t count) {
  double mean = mean_of(values, count), sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += (values[i] - mean) * (values[i] - mean);
  return sum / (double)(count - 1) / (double)count;
}

double welch_test(const double *a, size_t a_count, const double *b, size_t b_count) {
  if (a_count < 2 || b_count < 2)
    return NAN;
  double ea = error_of(a, a_count), eb = error_of(b, b_count), both = ea + eb;
  double apart = fabs(mean_of(a, a_count) - mean_of(b, b_count));
  if (!(both > 0))
    return apart > 0 ? 0 : NAN;
  double freedom = both * both / (ea * ea / (double)(a_count - 1) + eb * eb / (double)(b_count - 1));
  return 2 * gsl_cdf_tdist_Q(apart / sqrt(both), freedom);
}
