/* The lines that a cell's process sends to the launcher: "kind<TAB>name=value<TAB>...", one write each. */
#ifndef NWAY_RECORD_H
#define NWAY_RECORD_H

#include <stddef.h>
#include <stdint.h>

#define RECORD_BYTES 4000 /* less than PIPE_BUF, so that a line arrives whole */

struct record {
  size_t length;
  char text[RECORD_BYTES];
};

/* Starts a line of `kind`: "row", "probe", "refused", "plan" or "end". */
void record_begin(struct record *record, const char *kind);
void record_int(struct record *record, const char *name, int64_t value);
/* A value that is not finite is left out: it is not known. */
void record_real(struct record *record, const char *name, double value);
/* Control characters of `value` become blanks; what does not fit is cut. */
void record_text(struct record *record, const char *name, const char *value);
/* Writes the line; returns 0, or -1 if the reader is gone. */
int record_send(struct record *record, int fd);

/* Parses a line in place, overwriting it: calls `each` for every name and value; returns the kind. */
const char *record_read(char *line, void (*each)(const char *name, const char *value, void *with), void *with);

#endif
