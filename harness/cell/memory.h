/* Places a team's pages on memory nodes. */
#ifndef NWAY_MEMORY_H
#define NWAY_MEMORY_H

#include "base/fault.h"
#include "team.h"

/* Finds a policy, "local" or "interleave", and returns its name as a static string; NULL and a fault for other names.
 */
const char *memory_policy(const char *name, struct fault *fault);

/* Places the job's memory and the workers' scratch before anything touches them, the same way at every worker count:
 *   interleave  page by page over all nodes that this process may use
 *   local       the share of job->memory that a static schedule gives to worker i, and its scratch, on the node of the
 *               CPU that it is bound to; without binding, a page lies where it is first touched
 * mbind(2) sets this for threads and processes alike, whichever touches a page first. 0, or -1 and a fault where the
 * system refuses interleave; local never fails. */
int memory_place(struct team *team, const char *policy, struct fault *fault);

#endif
