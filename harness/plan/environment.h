/* Environments of a cell's process, as a configuration writes them:
 *   env = OMP_PROC_BIND=close OMP_PLACES="{0},{1}" | OMP_PROC_BIND=spread
 * A bar separates alternatives, each a cell of its own; blanks separate variables; '...' and "..." protect both. An
 * empty alternative sets nothing. In values {workers} and {workers-1} stand for the cell's number of workers and one
 * less. */
#ifndef NWAY_ENVIRONMENT_H
#define NWAY_ENVIRONMENT_H

#include "base/fault.h"

enum { ENVIRONMENT_BYTES = 400, ENVIRONMENT_VARIABLES = 16 };

/* Calls `each` for every alternative, checked and with single blanks between its variables, until it returns non-zero.
 * Returns that, or -1 and a fault for a variable without a good name (letters, digits and '_', no digit first) or
 * without '=', one given twice or kept for nway itself, a quote that is not closed, and more than fits. */
int environment_each(const char *text, int (*each)(const char *alternative, void *with), void *with,
                     struct fault *fault);

/* The variables of an alternative for so many workers, "NAME=VALUE" each, and NULL; pointers into `text`. */
struct environment {
  char text[8 * ENVIRONMENT_BYTES];
  const char *variables[ENVIRONMENT_VARIABLES + 1];
};
/* `alternative` is one that environment_each gave. Returns environment->variables. */
const char *const *environment_set(const char *alternative, int workers, struct environment *environment);

#endif
