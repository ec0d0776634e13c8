/* Finds out whether what a problem needs beside its kernel, such as an interpreter and its modules, is there. */
#ifndef NWAY_REQUIRES_H
#define NWAY_REQUIRES_H

#include "base/fault.h"

#include <stddef.h>

/* Runs a command line, without a shell. `why` gets "" where it ends with exit code 0, else the reason, with the last
 * line that it wrote; one that runs for longer than a minute is ended. Refuses what is no command line, and a request
 * to stop. */
int requires_check(const char *line, char *why, size_t size, struct fault *fault);

#endif
