/* Widens a problem's intervals for dependence between rounds and revises its verdicts. Pure. */
#ifndef NWAY_REPORT_WIDENING_H
#define NWAY_REPORT_WIDENING_H

#include "dependence.h"
#include "scaling.h"

/* Widens a ratio's interval by a finding (dependence_widen, on the log scale). Sets p to 1 if the wider interval
 * includes 1, except for a finding of two modes only. */
struct estimate estimate_widen(struct estimate, const struct dependence_finding *);

/* The finding for a ratio of two ratios: the larger factor and the sum of the shifts. */
struct dependence_finding findings_together(const struct dependence_finding *, const struct dependence_finding *);

/* Widens every ratio of each cell if its class or that of its reference has a finding. A slower cell becomes equal to
 * the best if its wider interval no longer proves it slower. */
void analysis_widen(struct analysis *, const struct dependence_findings *);

#endif
