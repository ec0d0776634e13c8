/* Errors of the system in words, with the limit behind them and what to do. */
#ifndef NWAY_LIMITS_H
#define NWAY_LIMITS_H

#include "fault.h"

#include <stddef.h>

enum { LIMIT_TEXT = 200 };

/* strerror, and for a limit of the user's (descriptors, file size, processes, memory, disk) its value and how to raise
 * it: "Too many open files (limited to 12 by 'ulimit -n'; raise it)". Returns `out`. */
char *error_text(int error, char *out, size_t size);

/* Refuses a limit of file descriptors under which modules cannot be loaded and cells not be run, before anything fails
 * of it with a reason that misleads. */
int limits_check(struct fault *fault);

/* From now on a file beyond 'ulimit -f' is the error EFBIG and does not end this process. */
void limits_report_file_size(void);

#endif
