/* Small files of /proc and /sys, read below a root so that tests can give fake trees. */
#ifndef NWAY_SYSFILE_H
#define NWAY_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Opens a file below `root` ("" for this machine) for reading; NULL if there is none. */
FILE *sysfile_open(const char *root, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The first line of a file without its newline; false, and "" in `out`, if there is none or it is empty. */
bool sysfile_line(const char *root, char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
