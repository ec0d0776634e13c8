/* Reads a CSV file row by row, by column name, and refuses what is not exactly what it should be. */
#ifndef NWAY_REPORT_TABLE_H
#define NWAY_REPORT_TABLE_H

#include "base/fault.h"
#include "base/text.h"

#include <stdio.h>

#define FIELD_BYTES_MAX ((size_t)64 << 10)
#define ROW_BYTES_MAX ((size_t)1 << 20)
#define ROWS_MAX 20000000L

enum column_type { TEXT, INT, REAL };

struct column {
  const char *name;
  enum column_type type;
  bool optional; /* a file without it has "" in every row */
};

/* One value of the current row. Valid until the next row. */
struct field {
  const char *text; /* as in the file, unquoted; may be invalid UTF-8, holds no NUL */
  bool known;       /* not empty */
  int64_t number;   /* INT */
  double real;      /* REAL, and INT too */
};

struct table {
  const char *path;
  FILE *file;
  const struct column *columns; /* what the caller asked for */
  size_t count;
  struct field *fields; /* one for each column asked for */
  long line;            /* the line that the current row starts on */
  long rows;
  bool torn; /* the last line had no end and was dropped */

  /* the reader's own */
  long next_line;
  char *bytes;
  size_t used, capacity;
  size_t *starts, start_count, start_capacity;
  size_t *source, width; /* column asked for -> column in the file; columns in the file */
};

/* Opens a regular file and reads its header. Every column that is not optional must be there; others are passed over.
 * `path` and `columns` must outlive the table. Returns 0, or -1 with a reason. */
int table_open(struct table *, const char *path, const struct column *columns, size_t count, struct fault *);
/* 1: fields hold the next row; 0: the end; -1: a reason "path:line: ...". */
int table_next(struct table *, struct fault *);
void table_close(struct table *);

/* The names of a file's columns, in its order. Returns 0, or -1 with a reason; free by table_names_free either way. */
int table_names(const char *path, char ***names, size_t *count, struct fault *);
void table_names_free(char **names, size_t count);

/* The project's own grammar of decimals: no nan, inf, hex, blanks, comma or "1e999". */
bool read_int(const char *text, int64_t *value);
bool read_real(const char *text, double *value);

#endif
