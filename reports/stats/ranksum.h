/* Two independent samples: the exact rank-sum test and the interval of the shift between them. Pure functions.
 *
 * Distribution-free and exact: rank sums are counted, so the work grows with (m + n)^3 * min(m, n). Meant for sides of
 * up to about a hundred values. Values must not be NaN. */
#ifndef NWAY_REPORT_RANKSUM_H
#define NWAY_REPORT_RANKSUM_H

#include "base/paired.h"

/* The two-sided p of "x and y come from one distribution": the share of all splits of the pooled ranks into m and n
 * whose rank sum is at least as far from its mean as the observed one. Ties share their mean rank; the exact
 * distribution of those ranks needs no tie correction. m, n >= 1. Source: Wilcoxon 1945, doi 10.2307/3001968; Mann &
 * Whitney 1947, doi 10.1214/aoms/1177730491; counted by the shift algorithm of Streitberg & Roehmel 1986, Statistical
 * Software Newsletter 12, 10-17. */
double ranksum_p(const double *x, size_t m, const double *y, size_t n);

/* One-sided p of "y is not above x": the share of splits in which y's rank sum is at least the observed one. */
double ranksum_above_p(const double *x, size_t m, const double *y, size_t n);

/* The smallest possible two-sided p of m and n values: 2 / C(m + n, m), for fully separated sides. */
double ranksum_least_p(size_t m, size_t n);

/* The shift of y over x: the median of all differences y - x. m, n >= 1.
 * Source: Hodges & Lehmann 1963, doi 10.1214/aoms/1177704172. */
double shift_estimate(const double *x, size_t m, const double *y, size_t n);

/* Interval of that shift, if the distributions differ only by a shift: the narrowest symmetric pair of order statistics
 * of the differences y - x whose exact coverage is at least `level`; ties raise the true coverage.
 * Coverage 0 and NaN ends if m and n are too small (3 and 4, for 0.95). 5 and 5 give the 3rd and the 23rd of 25, 0.968.
 * Source: Bauer 1972, doi 10.1080/01621459.1972.10481279; Hollander, Wolfe & Chicken, Nonparametric Statistical
 * Methods, 3rd ed. (2014), section 4.3. */
struct interval shift_interval(const double *x, size_t m, const double *y, size_t n, double level);

#endif
