/* Prepares a run's log ratios and preceding processes for dependence.h. Pure. */
#ifndef NWAY_REPORT_RUN_DEPENDENCE_H
#define NWAY_REPORT_RUN_DEPENDENCE_H

#include "data/results.h"
#include "dependence.h"

enum cell_class cell_class(const struct cell *);

/* Two cells measured in the same blocks: compared by log(base / cell), round by round. */
struct cell_pair {
  const struct cell *base, *cell;
};

/* Searches the pairs of a run for dependence; `run` gives the order of processes. Uses all ok processes, disturbed ones
 * included, because disturbances are what it looks for. */
struct dependence_findings dependence_of_pairs(const struct run *, const struct cell_pair *, size_t count);

/* Like dependence_of_pairs, for each cell and its baseline, or for the new and old build of a run of two builds. */
struct dependence_findings dependence_of_run(const struct run *);

#endif
