/* Order statistics on paired log ratios: pure functions, used by the adaptive stop and by the report.
 *
 * The unit is the round: one log ratio per cell and round, cell against its paired baseline. No function assumes a
 * distribution. Every function is re-entrant; those that sort do so in the caller's array. */
#ifndef NWAY_PAIRED_H
#define NWAY_PAIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interval {
  double low, high;
  double coverage; /* exact probability that the interval contains the median; 0: n is too small for an interval */
};

/* Sorts values ascending in place. Values must not be NaN. */
void sort_doubles(double *values, size_t n);

/* Median of n sorted values, the mean of the middle two for an even n. n >= 1. */
double median_sorted(const double *sorted, size_t n);
/* The median of the values that are numbers; NAN if fewer than half are. Sorts them to the front of `values`. */
double median_of_known(double *values, size_t count);

/* Distribution-free interval of the median from order statistics: the narrowest symmetric pair of ranks
 * whose binomial(n, 1/2) coverage is at least `level` (0.95). At level 0.95, n < 6 gives coverage 0 and NaN bounds; n =
 * 6 gives minimum and maximum with coverage 0.96875. Source: David & Nagaraja, Order Statistics, 3rd ed. (2003),
 * section 7.1, doi 10.1002/0471722162. */
struct interval median_interval(const double *sorted, size_t n, double level);

/* What a process is compared with: the median of the logarithms of its nearest partners, `n` >= 1 of them, nearest
 * first. Uses an odd number, PARTNERS_MOST at most: of 2k + 1 partners that do not differ from the process, its chance
 * of being above their median is 1/2 whatever the distribution, because each rank is as likely, so that the sign test
 * stays exact. Three give a normal log ratio 0.85 times the width that one gives: 1 + 0.449 in place of 1 + 1 variances
 * (David & Nagaraja 2003, section 3.2). */
enum { PARTNERS_MOST = 3 };
double partners_median(const double *nearest, size_t n);

/* The nearest partners of one process, by their places in its block; start with {0}. */
struct partners {
  size_t count, which[PARTNERS_MOST]; /* the caller's indices, nearest first */
  int64_t distance[PARTNERS_MOST];
};
/* Offers the partner `which`, which ran at place `at`, to the process at place `to`. Keeps the PARTNERS_MOST nearest;
 * of two equally near the one offered first. Offer partners in the order of their places. */
void partners_offer(struct partners *partners, int64_t to, int64_t at, size_t which);

/* P(X <= k) for X ~ binomial(n, p), 0 < p < 1. */
double binomial_at_most(size_t k, size_t n, double p);

/* Two-sided sign test of "the median is 0": the p-value. Zeros are dropped (Dixon & Mood 1946,
 * doi 10.1080/01621459.1946.10501898); p is 1 if all values are zero. */
double sign_test(const double *values, size_t n);
/* The same by how many values lie above zero and below it. */
double sign_test_of(size_t above, size_t below);

/* Holm's step-down adjustment: replaces each p by its adjusted value, at most 1, and keeps the caller's order.
 * Source: Holm 1979, Scand. J. Statist. 6(2):65-70, jstor 4615733. `order` is room for n indices, which it overwrites.
 */
void holm_adjust(double *p, size_t *order, size_t n);

/* The adaptive stop: a cell is settled when the 95 % interval of its log ratio is narrower than `width`. The width is
 * tested only after the numbers of rounds in STOP_LOOKS, because testing after every round would reduce coverage. */
#define STOP_LOOKS                                                                                                     \
  { 12, 17, 24, 34, 48 }
bool stop_is_look(size_t rounds);
/* Sorts `values`, the log ratios of `n` rounds. Returns false if STOP_LOOKS does not contain n. */
bool stop_settled(double *values, size_t n, double width);

#endif
