/* Checks a submitted run against the problems of another configuration, the examiner's. */
#ifndef NWAY_REPORT_EXAMINER_H
#define NWAY_REPORT_EXAMINER_H

#include "base/config.h"
#include "base/expect.h"
#include "base/fault.h"
#include "result.h"

/* Another configuration whose [expect] sections judge a run. Owns its lists; free with examiner_free, also after
 * examiner_read failed. */
struct examiner {
  struct config config; /* with its definitions expanded */
};

int examiner_read(struct examiner *examiner, const char *path, struct fault *fault);
void examiner_free(struct examiner *examiner);

/* Adds to `why` how a cell matched by a line differs from the examiner's problem, as raw foreign text; adds nothing if
 * it agrees.
 *
 * The examiner's sections with the line's subject define the problem: its kernel, every parameter (defaults included),
 * its scale and, for a gain, its naive method. The run must have all their alternatives, and the cell must have one of
 * them. Free to differ: the order of a list's numbers, a parameter that the line leaves open (NAME=*), variants,
 * schedules, placement, worker counts and rounds. Without such a section only the line itself applies. */
void examiner_compare(struct text *why, const struct examiner *examiner, const struct result *r,
                      const struct analysis *a, const struct cell *c, const struct expect *e);

#endif
