/* Reads a reader's table of times or throughputs over worker counts, measured by any tool. */
#ifndef NWAY_REPORT_SCALING_TABLE_H
#define NWAY_REPORT_SCALING_TABLE_H

#include "base/fault.h"
#include "dialect.h"

#include <stdbool.h>
#include <stddef.h>

struct scaling_row {
  size_t group;   /* index */
  double workers; /* above 0 */
  double rate;    /* throughput, or 1 / time; above 0 */
};

/* A column that forms no groups. */
struct left_column {
  char *name;      /* as in the file */
  const char *why; /* "numbers repetitions" */
};

struct scaling_table {
  char *workers, *value; /* names of the columns, as in the file */
  bool time;             /* the value is a time */
  char **columns;        /* names of the grouping columns */
  size_t column_count;
  char ***groups; /* per group a text for each grouping column; raw foreign text */
  size_t group_count, group_capacity;
  struct scaling_row *rows;
  size_t row_count, row_capacity;
  struct left_column *left_out;
  size_t left_count;
  struct dialect dialect;
  bool decimal_comma; /* numbers such as "0,5" */
  bool torn;          /* the last line was incomplete and was ignored */
};

/* What the user says of the columns: names as in the file, NULL: to be found. */
struct table_choice {
  const char *count, *time, *rate;
  const char *group; /* the grouping columns, joined by commas, or "none" */
};

/* A table with one column for the number of workers and one for a time or a throughput, each known by its name
 * (scaling_columns.h) or chosen. Where there are several measured columns a throughput is taken before a time, and a
 * time before a speedup. Several rows may have one count. Rows that agree in all other columns are a group; columns
 * that number repetitions, hold other measured figures, or have no value at two counts form none (`left_out`). Numbers
 * may have a decimal comma where no comma separates columns, and commas between thousands where they are quoted.
 * Returns 0, or -1 with "file:line: what is wrong; what to do". Free with scaling_table_free either way. */
int scaling_table_read(struct scaling_table *, const char *path, const struct table_choice *, struct fault *);
void scaling_table_free(struct scaling_table *);

#endif
