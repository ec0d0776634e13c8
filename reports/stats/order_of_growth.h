/* Which of the usual orders of growth the times over sizes have: 1, log n, n, n log n, n^2, n^3. Pure. */
#ifndef NWAY_REPORT_ORDER_OF_GROWTH_H
#define NWAY_REPORT_ORDER_OF_GROWTH_H

#include <stddef.h>

#define ORDER_MISS 0.10 /* an order is not named where it misses a median time by more */

struct order {
  const char *name; /* with N for the size: "N log N"; NULL: the data do not decide */
  double error;     /* root mean square of the medians' relative deviations from it; NAN without a name */
};

/* `logs[round * sizes + i]`: logarithm of the time at size[i] in that round; all are numbers. For each order g the law
 * time = a g(size) is fitted to each round on the logarithmic scale; `a` is free in each. An order is named if its
 * squared deviations are proven smaller, within rounds, than those of every other order: the interval of the median
 * difference (median_interval at 5 % over the number of others, Bonferroni) lies above 0, and if it misses no median
 * time by more than ORDER_MISS. So constant factors that grow over the sizes, as out of caches, leave it undecided
 * rather than named wrong. Orders as in Google Benchmark's complexity fit, which names the one of least deviation
 * whatever it is. */
struct order order_of_growth(const double *size, size_t sizes, const double *logs, size_t rounds);

#endif
