/* Order statistics on paired log ratios: pure functions, used by the adaptive stop and by the report.
 *
 * The unit is the round: one log ratio per cell and round, cell against its paired baseline. Nothing here
 * assumes a distribution. Every function is re-entrant; those that sort do so in the caller's array. */
#ifndef NWAY_PAIRED_H
#define NWAY_PAIRED_H

#include <stdbool.h>
#include <stddef.h>

struct interval {
  double low, high;
  double coverage; /* the exact probability that it holds the median; 0 = no interval at this n */
};

/* Sorts values ascending in place. No value may be a NaN. */
void sort_doubles(double *values, size_t n);

/* Median of n sorted values, the mean of the middle two for an even n. n >= 1. */
double median_sorted(const double *sorted, size_t n);

/* Distribution-free interval of the median from order statistics: the narrowest symmetric pair of ranks
 * whose binomial(n, 1/2) coverage is at least `level` (0.95). n < 6 at 0.95 has none: coverage is 0 and low
 * and high are NaN. n = 6 gives min and max, coverage 0.96875.
 * Source: David & Nagaraja, Order Statistics, 3rd ed. (2003), section 7.1, doi 10.1002/0471722162. */
struct interval median_interval(const double *sorted, size_t n, double level);

/* Two-sided sign test of "the median is 0": the p-value. Zeros are left out (Dixon & Mood 1946,
 * doi 10.1080/01621459.1946.10501898); with nothing left p is 1. */
double sign_test(const double *values, size_t n);

/* Holm's step-down adjustment: p becomes the adjusted p-values, in the caller's order; each is at most 1.
 * Source: Holm 1979, Scand. J. Statist. 6(2):65-70, jstor 4615733. Returns 0, or -1 without memory. */
int holm_adjust(double *p, size_t n);

/* The adaptive stop: a cell is settled when the 95 % interval of its log ratio is narrower than `width`. It may be
 * asked only at a few looks, since stopping at every round would cost coverage. */
#define STOP_LOOKS                                                                                                     \
  { 12, 17, 24, 34, 48 }
bool stop_is_look(size_t rounds);
/* `values`: the log ratios of `n` rounds, in any order; sorts them. False at an n that is no look. */
bool stop_settled(double *values, size_t n, double width);

#endif
