/* Reads a user's CSV table of times or throughputs over worker counts, measured by any tool. */
#ifndef NWAY_REPORT_SCALING_TABLE_H
#define NWAY_REPORT_SCALING_TABLE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

struct scaling_row {
  size_t group;   /* index */
  double workers; /* above 0 */
  double rate;    /* throughput, or 1 / time; above 0 */
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
  bool torn; /* the last line was incomplete and was ignored */
};

/* A CSV file with one column `workers`, `threads`, `nodes` or `cores`, and one `seconds`, `time` or `throughput`; upper
 * and lower case are alike, several rows may have one count. Rows that agree in all other columns are a group; `group`
 * names those columns instead, joined by commas, or "none"; NULL: all others. Returns 0, or -1 with "file:line: what is
 * wrong; what to do". Free with scaling_table_free either way. */
int scaling_table_read(struct scaling_table *, const char *path, const char *group, struct fault *);
void scaling_table_free(struct scaling_table *);

#endif
