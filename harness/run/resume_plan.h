/* Takes up a run by its plan.csv. */
#ifndef NWAY_RESUME_PLAN_H
#define NWAY_RESUME_PLAN_H

#include "run_state.h"

/* Restores what the pilot found for each cell. Refuses, with its line, one that names no cell of the plan, a second one
 * of a cell, a missing one, and a value that nway never writes. */
int resume_plan(struct run *run);

#endif
