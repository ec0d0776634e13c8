/* Text for system errors that names the resource limit behind the error and how to raise it. */
#ifndef NWAY_LIMITS_H
#define NWAY_LIMITS_H

#include "fault.h"

#include <stddef.h>

enum { LIMIT_TEXT = 200 };

/* strerror, plus the value of the exceeded limit (descriptors, file size, processes, disk) and how to raise it: "Too
 * many open files (limited to 12 by 'ulimit -n'; raise it)". Returns `out`. */
char *error_text(int error, char *out, size_t size);

/* Refuses a stack that is too small for any command; call it first. */
int limits_check_stack(struct fault *fault);
/* Refuses a limit of file descriptors that is too low to load modules and run cells, before anything else fails for it.
 */
int limits_check_files(struct fault *fault);

/* Makes a write beyond 'ulimit -f' fail with EFBIG instead of ending the process by SIGXFSZ. */
void limits_report_file_size(void);

#endif
