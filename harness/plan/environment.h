/* The environments of a cell's process, as written in a configuration:
 *   env = OMP_PROC_BIND=close OMP_PLACES="{0},{1}" | OMP_PROC_BIND=spread
 * A bar separates alternatives, each of which gives a cell of its own. Blanks separate variables. '...' and "..." quote
 * blanks and bars. An empty alternative sets nothing. In a value, {workers} and {workers-1} stand for the cell's number
 * of workers and that number minus one. */
#ifndef NWAY_ENVIRONMENT_H
#define NWAY_ENVIRONMENT_H

#include "base/fault.h"

enum { ENVIRONMENT_BYTES = 400, ENVIRONMENT_VARIABLES = 16 };

/* Calls `each` for every alternative, checked and with single blanks between its variables, until it returns non-zero.
 * Returns that value. Returns -1 and a fault for an invalid name (expected letters, digits and '_', no digit first), a
 * missing '=', a variable given twice or reserved for nway, an unclosed quote, and a text that is too long. */
int environment_each(const char *text, int (*each)(const char *alternative, void *with), void *with,
                     struct fault *fault);

/* The variables of an alternative: "NAME=VALUE" each, pointers into `text`, with NULL at the end. */
struct environment {
  char text[8 * ENVIRONMENT_BYTES];
  const char *variables[ENVIRONMENT_VARIABLES + 1];
};
/* Expands an alternative from environment_each for a number of workers. Returns environment->variables. */
const char *const *environment_set(const char *alternative, int workers, struct environment *environment);

#endif
