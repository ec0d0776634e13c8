/* Predicts the figures of another run from earlier runs of the same machine and configuration. Pure.
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
  double spread;    /* standard deviation of a run's log figure; NAN likewise */
  double freedom;   /* degrees of freedom of the spread; NAN likewise */
};

/* The 95 % prediction intervals of one more run from the positive figures of `runs` runs, this one included:
 * figures[run * cells + cell], NAN where a run lacks one. On the log scale: mean +- t s sqrt(1 + 1/n). s includes the
 * uncertainty within each run. With several cells a cell's s^2 is moderated: drawn towards the variance of all, which
 * counts as much as the cells' variances agree, at most as its own. Cells that move together from run to run agree by
 * chance; that share, the mean squared correlation of two cells, is taken out of the agreement and of the degrees of
 * freedom, so that cells which move as one keep those of their own runs. See docs/method.md.
 * Sources: Hahn & Meeker 1991, Statistical intervals, section 4.7, doi 10.1002/9780470316771; Smyth 2004, doi
 * 10.2202/1544-6115.1027. */
void predict_runs(const double *figures, size_t runs, size_t cells, struct run_prediction *);
/* The same of earlier runs alone, HISTORY_LEAST of them at least: what a run that is not among them is judged by. Its
 * own figure would widen the spread by the change that is asked for. */
void spread_of_runs(const double *figures, size_t runs, size_t cells, struct run_prediction *);
/* The same as predict_runs of a single cell: no moderation. */
struct run_prediction predict_run(const double *figures, size_t runs);

#endif
