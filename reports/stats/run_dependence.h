/* Looks for dependence between the rounds of a run: its log ratios, and what ran before them, for dependence.h. Pure.
 */
#ifndef NWAY_REPORT_RUN_DEPENDENCE_H
#define NWAY_REPORT_RUN_DEPENDENCE_H

#include "data/results.h"
#include "dependence.h"

enum cell_class cell_class(const struct cell *);

/* Of two cells whose processes stand beside each other in the blocks of a run: log(base / cell), round by round. */
struct cell_pair {
  const struct cell *base, *cell;
};

/* What is found in the pairs of a run; `run` tells what ran before each process. Uses all processes that are ok,
 * whether the machine disturbed them or not: what it did is what is looked for. */
struct dependence_findings dependence_of_pairs(const struct run *, const struct cell_pair *, size_t count);

/* The same of each cell against its baseline, or in a run of two builds of the new build against the old one. */
struct dependence_findings dependence_of_run(const struct run *);

#endif
