/* What the phases of a run share: probe.c, oracles.c, refine.c, phases.c (pilot, baseline, budget) and rounds.c.
 * Private to run/. */
#ifndef NWAY_PHASES_H
#define NWAY_PHASES_H

#include "run_state.h"

enum { PILOT_SHARE = 3 }; /* oracle, pilot, search for counts and trials: at most a third of the budget */

/* Each returns 0, or -1 and run->fault if the harness cannot continue. */
int phase_oracles(struct run *run);
int phase_rounds(struct run *run);

/* Whether any cell of the task can run; only then does it need an oracle. */
bool phase_is_planned(const struct plan *plan, int task);
/* Shows what is done now, and how much is left. */
void phase_show(struct run *run, const struct visit *visit, const char *doing);
/* Whether the process failed; one that the user stopped did not. */
bool phase_has_failed(const struct visit_result *result);
/* `where`: "in the pilot". */
void phase_fail_cell(struct run *run, struct plan_cell *cell, const struct visit_result *result, const char *where);
/* Returns the median time of one execution in ns; NAN if the process failed. Sorts the executions. */
double phase_execution(struct visit_result *result);

#endif
