/* Reads text files line by line within bounded memory, and writes bytes completely. */
#ifndef NWAY_LINES_H
#define NWAY_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define LINE_BYTES_MAX ((size_t)1 << 20)

/* A reader; initialise `file` alone, with a stream or NULL. */
struct lines {
  FILE *file;
  char *line; /* the current line with its newline; valid until the next one */
  size_t length, size;
  int number;         /* of the current line, from 1 */
  bool torn;          /* the last line has no newline */
  const char *failed; /* why reading stopped before the end of the file, else NULL */
};

/* Reads the next whole line. Returns false at the end of the file, at a torn last line, and with `failed` at a NUL
 * byte, a line over LINE_BYTES_MAX, a read error and a lack of memory; `number` is then that of the line at fault. */
bool lines_next(struct lines *lines);

/* Closes the stream and frees the line. */
void lines_close(struct lines *lines);

/* Writes all bytes, continuing after short and interrupted writes. Returns 0, or -1 with errno. */
int write_whole(int fd, const void *bytes, size_t count);

#endif
