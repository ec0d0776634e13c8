/* A run compared with a reference run, cell by cell: two runs at two times, so not paired. Pure. */
#ifndef NWAY_REPORT_REFERENCE_H
#define NWAY_REPORT_REFERENCE_H

#include "change.h"
#include "machines.h"

/* The same cell with a right answer, or NULL. */
const struct figures *reference_cell(const struct analysis *reference, const struct cell *);

/* The fastest right answer of a method at a worker count, or NULL. */
const struct figures *reference_fastest(const struct analysis *reference, const char *method, int64_t workers);

/* The reference's median time over this run's, with an interval from both (lead_of); above 1 this run is faster. */
struct lead reference_ratio(const struct figures *now, const struct figures *reference);

/* What the interval of one cell says; nothing is adjusted for many cells. Slower and faster: the interval excludes 1
 * and the ratio lies beyond the band of `worth`; CHANGE_UNSIZED: slower, the ratio within the band and the interval
 * not. Same: the interval lies in the band. Undecided: everything else. */
enum change reference_verdict(struct lead, double worth);

#endif
