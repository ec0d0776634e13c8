/* Describes in words how the rounds of a run depend on each other. */
#ifndef NWAY_REPORT_DEPENDENCE_WORDS_H
#define NWAY_REPORT_DEPENDENCE_WORDS_H

#include "base/text.h"
#include "stats/dependence.h"

/* Describes one kind of dependence: "a step after round 14". */
void dependence_kind_words(struct text *, enum dependence, const struct dependence_finding *);

/* Describes each class of cells in one sentence, joined by ". ": "parallel cells: a step after round 14; intervals 5.1
 * % wider at each end". Adds nothing if no dependence was found. */
void dependence_words(struct text *, const struct dependence_findings *);

#endif
