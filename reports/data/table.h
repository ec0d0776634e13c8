/* A strict CSV reader: row by row, columns by name, every value checked. */
#ifndef NWAY_REPORT_TABLE_H
#define NWAY_REPORT_TABLE_H

#include "base/decimal.h"
#include "base/fault.h"
#include "base/text.h"
#include "dialect.h"

#include <sys/types.h>

#define FIELD_BYTES_MAX ((size_t)64 << 10)
#define ROW_BYTES_MAX ((size_t)1 << 20)
#define ROWS_MAX 20000000L
#define TABLE_BYTES_MAX ((off_t)4 << 30)

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
  struct dialect dialect;
  const struct column *columns; /* requested by the caller */
  size_t count;
  struct field *fields; /* one per requested column */
  long line;            /* the line that the current row starts on */
  long rows;
  bool torn; /* the last line was incomplete and was ignored */

  /* private to the reader */
  int fd, failed;            /* failed: errno of a read, or 0 */
  off_t size, offset, until; /* of the file; of `end` in it; rows from here on are not read */
  char *block, *at, *end;    /* bytes read; the next one; behind the last */
  size_t room;               /* of the block */
  long next_line;
  char *bytes; /* the current row, where it needed a copy */
  size_t used, capacity;
  size_t *starts, start_count, start_capacity;
  size_t *source, width;          /* requested column -> column in the file; number of columns in the file */
  size_t *wanted;                 /* column in the file -> requested column */
  size_t *missing, missing_count; /* requested columns that are not in the file */
};

/* Opens a regular file and reads its header. Columns that are not optional are required; unrequested ones are skipped.
 * `path` and `columns` must outlive the table. Returns 0, or -1 with a reason. */
int table_open(struct table *, const char *path, const struct column *columns, size_t count, struct fault *);
/* The same for a file that another program or a person wrote. */
int table_open_as(struct table *, const char *path, struct dialect, const struct column *columns, size_t count,
                  struct fault *);
/* Reads the next row into `fields`. Returns 1, 0 at the end, or -1 with a reason "path:line: ...". */
int table_next(struct table *, struct fault *);
/* Passes every remaining row of an open table to `take`, in the order of the file and one at a time, though from
 * several threads, which read parts of about `bytes` each. Ends at the first one that `take` refuses by -1. Sets rows
 * and torn. Returns 0, or -1 with a reason. */
struct table_split {
  unsigned threads; /* at least 1 */
  size_t bytes;     /* at least 1 */
};
typedef int table_take(void *with, const struct table *, struct fault *);
int table_each(struct table *, struct table_split, table_take *, void *with, struct fault *);
/* One thread for each usable CPU, where the file is large enough. */
struct table_split table_split_for(const struct table *);
void table_close(struct table *);

/* The names of a file's columns, in its order. Returns 0, or -1 with a reason; free by table_names_free either way. */
int table_names(const char *path, struct dialect, char ***names, size_t *count, struct fault *);
void table_names_free(char **names, size_t count);

#endif
