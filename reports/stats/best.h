/* The set of cells that may be the fastest, and intervals valid after a choice. Pure.
 *
 * The unit is the round. Cells are compared by their differences within rounds, so effects common to a round cancel.
 * Reporting the plain interval of the luckiest cell is the winner's curse; both parts here correct for the choice. */
#ifndef NWAY_REPORT_BEST_H
#define NWAY_REPORT_BEST_H

#include "base/paired.h"

#define BEST_LEVEL 0.95
#define BEST_ROUNDS 6 /* two cells are compared from this many common rounds on */

/* The cells that are not proven slower than another one. */
struct best_set {
  size_t cells, size; /* number of cells; number in the set, at least 1 if there is a cell */
  bool *in;
  double *p;      /* of "no other cell is faster", adjusted for the comparisons; 1 without any */
  size_t *others; /* number of comparisons that p is adjusted for */
};

/* The set at the simultaneous level BEST_LEVEL: a cell that is truly a fastest one is left out in at most 5 % of runs,
 * however many cells equal it (Gupta 1965, doi 10.1080/00401706.1965.10490251; Hsu 1981, doi 10.1214/aos/1176345582).
 * `logs[cell * rounds + round]`: logarithm of the cell's time in that round, NAN if it has none.
 *
 * Each cell is compared with each other cell, one-sided, over their common rounds. It leaves the set if the smallest p
 * times the number of comparisons is at most 5 %. A pair has two tests, which share the level, 4 % and 1 %; the smaller
 * p over its share counts:
 * - the sign test (Dixon & Mood 1946, see sign_test) of "the median of the difference within a round is 0": exact,
 *   whatever the noise;
 * - Student's t of "the mean difference exceeds its own standard deviation". The mean and the median of any
 *   distribution lie within one standard deviation (Hotelling & Solomons 1932, doi 10.1214/aoms/1177732911), so it
 *   stays valid for skewed cells. It separates distant cells in 6 to 11 rounds, where the sign test is too weak for
 *   many comparisons.
 * If every cell is proven slower than another, the one with the largest p stays.
 *
 * Of more than COMPARED_ALL cells each is compared with the COMPARED_FEW whose mean is the lowest, and p is adjusted
 * for the comparisons with all: a smaller choice of tests, however it was made, only makes the smallest p larger. Free
 * with best_set_free. The work then grows with cells * rounds. */
enum { COMPARED_ALL = 256, COMPARED_FEW = 64 };
struct best_set best_set_of(const double *logs, size_t cells, size_t rounds);
void best_set_free(struct best_set *);
/* The rows of `logs` that each row is compared with, ascending: all, or those few. The caller frees the list. */
size_t *rivals_of(const double *logs, size_t rows, size_t rounds, size_t *count);

/* Interval of the median of a selected ratio. `sorted`: its n log ratios, ascending. `low_among`: number of candidates
 * from which it was selected as the largest; `high_among`: as the smallest; 1 without selection. Each end, an order
 * statistic, is corrected for its own selection: selecting the largest makes the low end too high up to low_among times
 * as often, but leaves the error of the high end alone (Andrews, Kitagawa & McCloskey 2024, doi 10.1093/qje/qjad043, on
 * the bias and on intervals for it). It is never narrower than median_interval. Among ranks with low_among * P(low end
 * too high) + high_among * P(high end too low) <= 1 - level it uses the narrowest for normal values. coverage: 1 minus
 * that sum. Coverage is 0 and the ends are NaN if no ranks suffice: 12 rounds allow at most 203 candidates, 8
 * rounds 11. */
struct interval chosen_interval(const double *sorted, size_t n, size_t low_among, size_t high_among, double level);

#endif
