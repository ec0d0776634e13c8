/* Two independent samples: the exact rank-sum test and the interval of the shift between them. Pure functions.
 *
 * Nothing here assumes a distribution, and nothing is approximated: sums of ranks are counted, so the work grows with
 * (m + n)^3 * min(m, n) and sides of up to about a hundred values are meant. No value may be a NaN. */
#ifndef NWAY_REPORT_RANKSUM_H
#define NWAY_REPORT_RANKSUM_H

#include "base/paired.h"

/* The two-sided p of "x and y come from one distribution": the share of all ways to deal the pooled ranks into m and n
 * whose rank sum lies at least as far from its mean as the one seen. Equal values share their mean rank, and the
 * distribution is that of the ranks as they are, so ties need no correction. m, n >= 1.
 * Source: Wilcoxon 1945, doi 10.2307/3001968; Mann & Whitney 1947, doi 10.1214/aoms/1177730491; counted by the shift
 * algorithm of Streitberg & Roehmel 1986, Statistical Software Newsletter 12, 10-17. */
double ranksum_p(const double *x, size_t m, const double *y, size_t n);

/* One-sided: of "y lies no higher than x", by the share of ways in which y's rank sum is at least the one seen. */
double ranksum_above_p(const double *x, size_t m, const double *y, size_t n);

/* The smallest two-sided p that so many values can give: 2 / C(m + n, m), when no value of one side lies among the
 * other's. */
double ranksum_least_p(size_t m, size_t n);

/* How far y lies above x: the median of all differences y - x. m, n >= 1.
 * Source: Hodges & Lehmann 1963, doi 10.1214/aoms/1177704172. */
double shift_estimate(const double *x, size_t m, const double *y, size_t n);

/* Interval of that shift where the two distributions differ by nothing else: the narrowest symmetric pair of order
 * statistics of the differences y - x whose exact coverage is at least `level`; with ties it covers more than it says.
 * coverage 0 and NaN where m and n are too few (3 and 4, for 0.95). 5 and 5 give the 3rd and the 23rd of 25, 0.968.
 * Source: Bauer 1972, doi 10.1080/01621459.1972.10481279; Hollander, Wolfe & Chicken, Nonparametric Statistical
 * Methods, 3rd ed. (2014), section 4.3. */
struct interval shift_interval(const double *x, size_t m, const double *y, size_t n, double level);

#endif
