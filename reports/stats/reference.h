/* A run compared with a reference run, cell by cell: two runs at two times, so not paired. Pure.
 *
 * What differs from run to run is in each ratio. One run a side does not show it; the spread over earlier runs of the
 * same machine and configuration does (run_history.h), so a cell is judged only where there are enough of them. */
#ifndef NWAY_REPORT_REFERENCE_H
#define NWAY_REPORT_REFERENCE_H

#include "change.h"
#include "machines.h"

/* The same cell with a right answer, or NULL. */
const struct figures *reference_cell(const struct analysis *reference, const struct cell *);

/* The fastest right answer of a method at a worker count, or NULL. */
const struct figures *reference_fastest(const struct analysis *reference, const char *method, int64_t workers);

/* The reference's median time over this run's, with an interval from the rounds of both (lead_of), which holds for
 * these two runs; above 1 this run is faster. */
struct lead reference_ratio(const struct figures *now, const struct figures *reference);

/* A cell that both runs answered right. */
struct reference_row {
  const struct analysis *in;
  const struct figures *now, *then;
  struct lead lead;        /* judged: the interval holds what differs from run to run; else reference_ratio */
  bool judged;             /* by the spread over earlier runs */
  double p, holm_p;        /* of "no change", Student's t; adjusted by Holm over all judged rows; NAN: not judged */
  double beyond, beyond_p; /* of "slower by at most worth", one-sided, and adjusted */
  enum change verdict;     /* change_judge; CHANGE_UNDECIDED if not judged */
};
struct reference_rows {
  struct reference_row *list;
  size_t count, capacity, judged;
};

/* Judges the change of one cell by what its time differs by from run to run: the difference of two runs has sqrt(2)
 * times the standard deviation of one. Fills lead, judged, p and beyond. `ratio`: of the medians, reference over now.
 */
void reference_judge(struct reference_row *, const struct run_prediction *time, double worth);

/* All common cells of a run and its reference, judged where both ran on one machine and the history suffices. Free the
 * list. */
struct reference_rows reference_compare(const struct result *);

#endif
