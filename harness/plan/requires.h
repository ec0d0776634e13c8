/* Checks that what a problem needs besides its kernel, such as an interpreter with modules, is installed. */
#ifndef NWAY_REQUIRES_H
#define NWAY_REQUIRES_H

#include "base/fault.h"

#include <stddef.h>
#include <stdint.h>

#define REQUIRES_LIMIT_NS 60000000000

/* Runs a command line without a shell, for at most limit_ns. `why` gets "" if it ends with exit code 0, else the reason
 * with the last line that it wrote. -1 and a fault if the line cannot be parsed or the user asks to stop. */
int requires_check(const char *line, int64_t limit_ns, char *why, size_t size, struct fault *fault);

#endif
