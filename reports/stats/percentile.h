/* Percentiles of a cell's processes. Pure. */
#ifndef NWAY_REPORT_PERCENTILE_H
#define NWAY_REPORT_PERCENTILE_H

#include "scaling.h"

/* Below so many processes a cell has no tenth and ninetieth percentile other than its extremes. */
enum { PERCENTILES_FROM = 10 };

/* Processes of a cell with a right answer and a time. */
size_t timed_processes(const struct cell *);
/* The time of one execution in ns that a share of the processes keeps to, by nearest rank; NAN below PERCENTILES_FROM.
 */
double process_percentile(const struct cell *, double share);

#endif
