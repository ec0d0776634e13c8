/* Classifies a change of time as slower, faster, same or undecided, from an interval and two tests. */
#include "change.h"

#include "base/text.h"
#include "ranksum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum change change_judge(const struct evidence_of_change *e, double worth) {
  const struct estimate *ratio = e->ratio;
  if (!(ratio->coverage > 0) || e->doubt)
    return CHANGE_UNDECIDED;
  if (ratio->low > 1 / (1 + worth) && ratio->high < 1 + worth)
    return CHANGE_SAME;
  if (!(e->holm_p <= 1 - LEVEL))
    return CHANGE_UNDECIDED;
  if (ratio->high < 1)
    return e->beyond_p <= 1 - LEVEL ? CHANGE_SLOWER : CHANGE_UNSIZED;
  return ratio->low > 1 ? CHANGE_FASTER : CHANGE_UNDECIDED;
}

double change_beyond_p(const double *logs, size_t n, double worth) {
  double *beyond = must_alloc(n, sizeof *beyond);
  size_t below = 0, above = 0;
  for (size_t i = 0; i < n; i++) {
    beyond[i] = logs[i] + log1p(worth);
    below += beyond[i] < 0;
    above += beyond[i] > 0;
  }
  double p = below > above ? sign_test(beyond, n) / 2 : 1;
  free(beyond);
  return p;
}

struct estimate change_of_sides(const double *base, size_t m, const double *new, size_t n) {
  struct interval ci = shift_interval(base, m, new, n, LEVEL);
  return (struct estimate){.n = m < n ? m : n,
                           .median = exp(-shift_estimate(base, m, new, n)),
                           .low = exp(-ci.high),
                           .high = exp(-ci.low),
                           .coverage = ci.coverage,
                           .p = ranksum_p(base, m, new, n)};
}

double change_sides_beyond_p(const double *base, size_t m, const double *new, size_t n, double worth) {
  double *less = must_alloc(n, sizeof *less);
  for (size_t i = 0; i < n; i++)
    less[i] = new[i] - log1p(worth);
  double p = ranksum_above_p(base, m, less, n);
  free(less);
  return p;
}

double change_level(size_t family) { return 1 - (1 - LEVEL) / (double)(family ? family : 1); }

struct detectable change_detectable(const struct interval *at_family_level, size_t family) {
  const double z = gsl_cdf_ugaussian_Qinv((1 - change_level(family)) / 2), more = gsl_cdf_ugaussian_Pinv(.8);
  double half = (at_family_level->high - at_family_level->low) / 2;
  if (!(at_family_level->coverage > 0))
    return (struct detectable){NAN, NAN};
  return (struct detectable){expm1(half), expm1(half * (z + more) / z)};
}

double change_percent(double ratio) { return no_minus_zero(100 * (1 / ratio - 1), 2); }
