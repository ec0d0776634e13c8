/* Says before a start whether a file that may be executed can be: a script needs its interpreter. */
#ifndef NWAY_SCRIPT_H
#define NWAY_SCRIPT_H

#include <stddef.h>

/* Returns `out` with what is wrong about the file and what to do, or NULL if it can be started as far as is known. */
const char *script_fault(const char *path, char *out, size_t size);

#endif
