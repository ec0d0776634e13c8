/* Decides whether a run may carry a verdict: how busy its machine was, and how precise its figures are. Pure. */
#ifndef NWAY_REPORT_FITNESS_H
#define NWAY_REPORT_FITNESS_H

#include "scaling.h"

#define BUSY_SHARE 0.05 /* other processes above this share of the usable CPU time: the machine was busy */
#define HALF_WIDTH_MAX                                                                                                 \
  0.1 /* an interval wider than this to either side, as a share of its median, carries no verdict */

/* The share of the usable CPU time that other processes took during the run; NAN if the run did not record it. */
double foreign_share(const struct run *);
/* The machine was busy with other processes. */
bool is_busy(const struct run *);

/* Half the width of an interval as a share of the median; NAN without an interval. */
double half_width(double low, double high, double median);
/* Whether a figure of `rounds` rounds and these ends may carry a verdict. */
enum fitness fitness_of(size_t rounds, double low, double high, double median);

/* Whether this ratio or time is too imprecise to carry a verdict, on any machine; a cell over itself never is. */
bool is_unfit(const struct estimate *);

/* Sets `unfit` of the problem and its cells from their intervals, so call it after the intervals are final, and from
 * the foreign_share of their run. A problem whose best is unfit has no best: its standings become UNDECIDED. An unfit
 * cell has no efficiency. */
void analysis_withhold(struct analysis *, double foreign);

#endif
