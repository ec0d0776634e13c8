/* On which memory nodes a team's pages lie. */
#ifndef NWAY_MEMORY_H
#define NWAY_MEMORY_H

#include "base/fault.h"
#include "team.h"

/* The policy of a name, "local" or "interleave", as a constant that lives for ever; NULL and a fault if there is none.
 */
const char *memory_policy(const char *name, struct fault *fault);

/* Places the job's memory and the workers' scratch before anything touches them, the same way at every worker count:
 *   interleave  page by page over all nodes that this process may use
 *   local       the share of job->memory that a static schedule gives to worker i, and its scratch, on the node of the
 *               CPU that it is bound to; workers that are not bound: where a page is first touched
 * By mbind(2), so that it holds for threads and for processes, whoever touches first. 0, or -1 and a fault where the
 * system refuses interleave; local never fails. */
int memory_place(struct team *team, const char *policy, struct fault *fault);

#endif
