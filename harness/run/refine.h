/* Adds worker counts near the knee of each problem's fastest ways, between those asked for, while the plan is made. */
#ifndef NWAY_REFINE_H
#define NWAY_REFINE_H

#include "run_state.h"

/* After the pilot and before the plan is fitted to its budget: pilots cells in reserve (CELL_SPARE) that knee.h asks
 * for, in the way of each problem's fastest cell on several workers and in up to three others that may win, and plans
 * those near the knee of their way; the others stay in reserve. After the searches next to the knees it looks into the
 * other gaps, the widest first, since time may have several minima over the counts. Ends where a third of the budget is
 * used, or where eight rounds of the plan would no longer fit. A count that fails is left out, with a note. Returns 0,
 * or -1 and run->fault if the harness cannot continue. */
int refine_plan(struct run *run);

#endif
