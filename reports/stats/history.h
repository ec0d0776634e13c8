/* What another run would show, from the figures of earlier runs of the same machine and configuration. Pure.
 *
 * The interval of one run holds for that run: its rounds are independent draws of what that hour and that layout gave.
 * Another run has another hour and another layout, and only runs tell how far apart runs are. */
#ifndef NWAY_REPORT_HISTORY_H
#define NWAY_REPORT_HISTORY_H

#include <stddef.h>

#define HISTORY_LEAST 5 /* earlier runs, for an interval */
#define HISTORY_MOST 20 /* the latest that are used */

/* Where another run's figure is expected. */
struct run_prediction {
  size_t earlier;   /* runs before this one that have the figure */
  double low, high; /* NAN with fewer than HISTORY_LEAST of them */
};

/* The 95 % prediction interval of one more figure from the positive figures of `count` runs, this one included, on the
 * log scale: mean +- t s sqrt(1 + 1/n). What a run does not know of its own figure is in how far runs are apart.
 * Source: Hahn & Meeker 1991, Statistical intervals, section 4.7, doi 10.1002/9780470316771. */
struct run_prediction predict_run(const double *figures, size_t count);

#endif
