/* Which cells may be the fastest, and what is true of one that was chosen from them. Pure.
 *
 * The unit is the round. Cells are held against each other by their own differences within rounds, so what a round
 * does to all of them cancels. Choosing the luckiest and then believing its figure is the winner's curse; both parts
 * here pay for the choice. */
#ifndef NWAY_REPORT_BEST_H
#define NWAY_REPORT_BEST_H

#include "base/paired.h"

#define BEST_LEVEL 0.95
#define BEST_ROUNDS 6 /* the fewest common rounds in which two cells are compared */

/* The cells that are not proven slower than another one. */
struct best_set {
  size_t cells, size; /* all; those in the set, at least one where there is a cell */
  bool *in;
  double *p;      /* of "no other cell is faster", adjusted for the cells it was compared with; 1 with none */
  size_t *others; /* how many it was compared with */
};

/* The set at the simultaneous level BEST_LEVEL: a cell than which none is faster is left out of at most 5 % of runs,
 * however many equal it (Gupta 1965, doi 10.1080/00401706.1965.10490251; Hsu 1981, doi 10.1214/aos/1176345582).
 * `logs[cell * rounds + round]`: logarithm of the cell's time in that round, NAN where it has none.
 *
 * A cell is held against each other cell in the rounds that both have, one-sided, and leaves where the smallest p
 * times the number of those comparisons is at most 5 %. There are two tests of a pair, and the smaller p counts:
 * - the sign test (Dixon & Mood 1946, see sign_test): exact, whatever the noise;
 * - Student's t of "the mean difference exceeds its own standard deviation". The mean and the median of any
 *   distribution lie within one standard deviation (Hotelling & Solomons 1932, doi 10.1214/aoms/1177732911), so a
 *   skewed cell does not fire it. It sees what is far apart in 6 to 11 rounds, where signs cannot prove anything among
 *   many cells.
 * Where every cell is proven slower than another, the one with the largest p stays.
 * Free with best_set_free. The work grows with cells^2 * rounds. */
struct best_set best_set_of(const double *logs, size_t cells, size_t rounds);
void best_set_free(struct best_set *);

/* Interval of the median of a ratio that was chosen. `sorted`: its n log ratios, ascending. `low_among`: of how many
 * the ratio was taken because it looked the largest; `high_among`: because it looked the smallest; 1 where nothing was
 * chosen. Two order statistics, of which each pays for its own choice: the low end of a lucky cell is too high with
 * low_among times the probability, while an unlucky one is not chosen, so that the high end pays nothing (Andrews,
 * Kitagawa & McCloskey 2024, doi 10.1093/qje/qjad043, on the bias and on intervals for it). It is never narrower than
 * median_interval; of the ranks with low_among * P(low end too high) + high_among * P(high end too low) <= 1 - level
 * it takes those that are narrowest for normal values. coverage: 1 less that sum; 0, and NaN, where no ranks will do:
 * 12 rounds allow the largest of 203, 8 that of 11. */
struct interval chosen_interval(const double *sorted, size_t n, size_t low_among, size_t high_among, double level);

#endif
