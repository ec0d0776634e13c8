/* Finds how a reader's table is written: what separates its columns, and where its header is. */
#ifndef NWAY_REPORT_DIALECT_H
#define NWAY_REPORT_DIALECT_H

#include "base/fault.h"

#include <stdbool.h>

/* How a file differs from one that nway wrote; all zero but the separator: not at all. */
struct dialect {
  char separator; /* ',', ';', '\t', '|', or ' ' for runs of blanks and tabs */
  bool loose;     /* lines that begin with '#' are comments, and blanks around a field do not count */
  long skip;      /* lines before the header */
  bool hash;      /* the header begins with '#' */
};

/* Looks at the first 64 KiB of a file: comma, semicolon, tab, bar or blanks between columns; comment lines that begin
 * with '#', of which the last one before the data is the header if the first other line has numbers only; Excel's line
 * "sep=;". Returns 0, or -1 with a reason for a file that is no text. */
int dialect_of(struct dialect *, const char *path, struct fault *);
/* "commas", "semicolons", "tabs", "bars" or "blanks" */
const char *dialect_word(const struct dialect *);

#endif
