/* Predicts the figure of another run from earlier runs of the same machine and configuration. Pure.
 *
 * The interval of one run holds for that run only: its rounds share a time of day and a memory layout. Variation
 * between runs can be estimated only from several runs. */
#ifndef NWAY_REPORT_HISTORY_H
#define NWAY_REPORT_HISTORY_H

#include <stddef.h>

#define HISTORY_LEAST 5 /* fewest earlier runs for an interval */
#define HISTORY_MOST 20 /* latest earlier runs used */

/* Expected range of another run's figure. */
struct run_prediction {
  size_t earlier;   /* number of earlier runs that have the figure */
  double low, high; /* NAN with fewer than HISTORY_LEAST earlier runs */
  double spread;    /* standard deviation of a run's log figure, `earlier` degrees of freedom; NAN likewise */
};

/* The 95 % prediction interval of one more figure from the positive figures of `count` runs, this one included, on the
 * log scale: mean +- t s sqrt(1 + 1/n). s includes the uncertainty within each run.
 * Source: Hahn & Meeker 1991, Statistical intervals, section 4.7, doi 10.1002/9780470316771. */
struct run_prediction predict_run(const double *figures, size_t count);

#endif
