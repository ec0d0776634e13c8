/* What dependence between rounds does to the figures of a problem: wider intervals, and no verdict that they do not
 * bear. Pure. */
#ifndef NWAY_REPORT_WIDENING_H
#define NWAY_REPORT_WIDENING_H

#include "dependence.h"
#include "scaling.h"

/* The ratio with its interval as a finding leaves it (dependence_widen, on the log scale). Where a finding other than
 * two modes leaves 1 inside, nothing is proven: p becomes 1. */
struct estimate estimate_widen(struct estimate, const struct dependence_finding *);

/* Two ratios in one: the longer factor, and both shifts. */
struct dependence_finding findings_together(const struct dependence_finding *, const struct dependence_finding *);

/* Widens every ratio of every cell whose class, or that of the cell it is held against, has a finding; a cell that was
 * slower than the best, and is not by the wider interval, becomes its equal again. */
void analysis_widen(struct analysis *, const struct dependence_findings *);

#endif
