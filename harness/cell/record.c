/* Writes and reads the lines that a cell's process sends to the launcher. */
#include "record.h"

#include "base/limits.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Appends as much as fits, leaving room for the newline. */
__attribute__((format(printf, 2, 3))) static void add(struct record *record, const char *format, ...) {
  size_t room = RECORD_BYTES - 1 - record->length;
  va_list args;
  va_start(args, format);
  int n = vsnprintf(record->text + record->length, room, format, args);
  va_end(args);
  record->length += (size_t)n < room ? (size_t)n : room - 1;
}

/* Removes a number that did not fit: cut off, it would read as another number. */
static void drop_cut(struct record *record, size_t before) {
  if (record->length >= RECORD_BYTES - 2)
    record->length = before;
}

void record_begin(struct record *record, const char *kind) {
  record->length = 0;
  add(record, "%s", kind);
}

void record_int(struct record *record, const char *name, int64_t value) {
  size_t before = record->length;
  add(record, "\t%s=%lld", name, (long long)value);
  drop_cut(record, before);
}

void record_real(struct record *record, const char *name, double value) {
  size_t before = record->length;
  if (!isfinite(value))
    return;
  add(record, "\t%s=%.17g", name, value);
  drop_cut(record, before);
}

void record_text(struct record *record, const char *name, const char *value) {
  size_t start = record->length + 1;
  add(record, "\t%s=%s", name, value);
  for (size_t i = start; i < record->length; i++)
    if ((unsigned char)record->text[i] < ' ')
      record->text[i] = ' ';
}

int record_send(struct record *record, int fd) {
  record->text[record->length++] = '\n';
  for (size_t sent = 0; sent < record->length;) {
    ssize_t n = write(fd, record->text + sent, record->length - sent);
    if (n < 0 && errno != EINTR) {
      char why[LIMIT_TEXT];
      fprintf(stderr, "cannot send rows: %s; the kernel may have closed the pipe\n",
              error_text(errno, why, sizeof why));
      return -1;
    }
    sent += n > 0 ? (size_t)n : 0;
  }
  return 0;
}

const char *record_read(char *line, void (*each)(const char *name, const char *value, void *with), void *with) {
  char *rest = strchr(line, '\t');
  for (char *field = rest; field; field = rest) {
    *field++ = '\0';
    rest = strchr(field, '\t');
    if (rest)
      *rest = '\0';
    char *equals = strchr(field, '=');
    if (equals) {
      *equals = '\0';
      each(field, equals + 1, with);
    }
    if (rest)
      *rest = '\t';
  }
  return line;
}
