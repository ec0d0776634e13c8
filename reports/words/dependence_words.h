/* What was found to depend in the rounds of a run, in words. */
#ifndef NWAY_REPORT_DEPENDENCE_WORDS_H
#define NWAY_REPORT_DEPENDENCE_WORDS_H

#include "base/text.h"
#include "stats/offers.h"

/* "a step after round 14", for one kind of a finding. */
void dependence_kind_words(struct text *, enum dependence, const struct dependence_finding *);

/* "parallel cells: a step after round 14; intervals 5.1 % wider at each end", a sentence a class, joined by ". ".
 * Nothing where nothing was found. */
void dependence_words(struct text *, const struct dependence_findings *);

#endif
