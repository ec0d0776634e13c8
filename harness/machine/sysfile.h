/* Reads small files of /proc and /sys below a root, so that tests can pass fake trees. */
#ifndef NWAY_SYSFILE_H
#define NWAY_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Opens a file below `root` ("" for this machine) for reading; NULL if there is none. */
FILE *sysfile_open(const char *root, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies the first line of a file without its newline. Returns false and sets `out` to "" if the file is missing or the
 * line is empty. */
bool sysfile_line(const char *root, char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Copies the value of the line "key separator value" without surrounding blanks and quotes. The key must match all text
 * before the separator except blanks. Returns false and sets `out` to "" if there is no such line. */
bool sysfile_value(const char *root, const char *path, const char *key, char separator, char *out, size_t size);

#endif
