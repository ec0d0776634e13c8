/* Reads lines of at most LINE_BYTES_MAX bytes, and completes short writes. */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Appends a byte; false if it has no room. */
static bool keep(struct lines *lines, char byte) {
  if (lines->length == LINE_BYTES_MAX) {
    lines->failed = "line longer than 1 MiB";
    return false;
  }
  if (lines->length + 1 >= lines->size) {
    size_t size = lines->size ? 2 * lines->size : 256;
    char *grown = realloc(lines->line, size);
    if (!grown) {
      lines->failed = "out of memory";
      return false;
    }
    lines->line = grown;
    lines->size = size;
  }
  lines->line[lines->length++] = byte;
  lines->line[lines->length] = '\0';
  return true;
}

bool lines_next(struct lines *lines) {
  int byte;
  lines->length = 0;
  if (!lines->file || lines->failed || lines->torn)
    return false;
  while ((byte = getc_unlocked(lines->file)) != EOF) {
    lines->number += lines->length == 0;
    if (byte == '\0')
      lines->failed = "NUL byte";
    if (lines->failed || !keep(lines, (char)byte))
      return false;
    if (byte == '\n')
      return true;
  }
  lines->torn = lines->length > 0;
  if (ferror(lines->file))
    lines->failed = "cannot read";
  return false;
}

void lines_close(struct lines *lines) {
  if (lines->file)
    fclose(lines->file);
  free(lines->line);
  *lines = (struct lines){0};
}

int write_whole(int fd, const void *bytes, size_t count) {
  for (const char *at = bytes; count > 0;) {
    ssize_t n = write(fd, at, count);
    if (n < 0 && errno != EINTR)
      return -1;
    at += n > 0 ? n : 0;
    count -= n > 0 ? (size_t)n : 0;
  }
  return 0;
}
