/* How time grows with the size of the problem: the exponent b of time = a * n^b, with its interval. Pure.
 *
 * The exponent of a round is the slope of log time over log size by least squares (gsl_fit_linear); that of the run is
 * the median over rounds, with the distribution-free interval of paired.h. A slope on logarithmic axes estimates the
 * order of growth over the sizes that were measured: Goldsmith, Aiken, Wilkerson 2007, Measuring Empirical
 * Computational Complexity, ESEC/FSE, doi 10.1145/1287624.1287681. It says nothing of sizes beyond. */
#ifndef NWAY_REPORT_GROWTH_H
#define NWAY_REPORT_GROWTH_H

#include "base/paired.h"
#include "order_of_growth.h"
#include "result.h"

#include <stddef.h>
#include <stdint.h>

enum { GROWTH_SIZES = 3 }; /* the fewest sizes: two give a slope whatever the law is */

struct growth {
  double exponent;          /* median over the rounds; NAN: unknown */
  struct interval interval; /* of `exponent`, at 95 %; coverage 0: too few rounds */
  double miss;              /* the most by which a median time differs from the law, as a share */
  struct order order;       /* the usual order of growth that it has, if the data decide */
  size_t sizes, rounds;     /* rounds: those that have a time for every size */
};

/* `ns` holds the times of `rounds` rounds, one of `sizes` sizes behind the other: ns[round * sizes + i] is that of
 * size[i]; NAN: missing. Sizes are positive and different. `exponent` is NAN if there are under GROWTH_SIZES of them,
 * or no round is whole. */
struct growth growth_of(const double *size, size_t sizes, const double *ns, size_t rounds);

/* A serial method over the sizes of its problem that were measured. */
struct growth_line {
  const struct cell *cell; /* of the first size */
  const struct problem *problem;
  const char *param; /* the name of the size */
  int64_t from, to;
  struct growth growth;
};
struct growth_lines {
  struct growth_line *list;
  size_t count, capacity;
};
/* All methods of a run that were measured on GROWTH_SIZES or more values of one size parameter, with one worker by the
 * serial variant. Free with growth_free. */
struct growth_lines growth_lines(const struct result *);
void growth_free(struct growth_lines *);

#endif
