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

/* The value of the line "key separator value" of a file, without blanks and quotes around it; the key must be the
 * whole of what stands before the separator but for blanks. false, and "" in `out`, if there is none. */
bool sysfile_value(const char *root, const char *path, const char *key, char separator, char *out, size_t size);

#endif
