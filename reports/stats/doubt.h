/* Why the rounds of one pair decide nothing, whatever an interval and a test say of them. Pure. */
#ifndef NWAY_REPORT_DOUBT_H
#define NWAY_REPORT_DOUBT_H

#include "scaling.h"

/* Noise that meets one of two builds only, a step or spells, looks like a difference to tests that take rounds for
 * independent. `logs`: old / new, in the order of the rounds. A reason where the rounds by themselves show a lag, a
 * trend or a step (dependence_find), or where a difference that the test calls real (holm_p) does not show in every
 * part of the run (dependence_lasts); else NULL. */
const char *doubt_of_pair(const double *logs, size_t n, const struct estimate *ratio, double holm_p);

#endif
