/* `nway kernel NAME`: one kernel from the command line, for people and for programs that time it from outside. */
#ifndef NWAY_EXECUTE_H
#define NWAY_EXECUTE_H

#include "base/fault.h"
#include "options/options.h"

/* Executes the kernel in this process; `options` must be parsed for COMMAND_EXECUTE. Returns an exit code, or -1 and a
 * fault. A kernel and a variant that are both named by FILE.so are loaded without looking at other modules. */
int execute_main(const struct options *options, struct fault *fault);

#endif
