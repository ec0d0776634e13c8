/* Rows of samples.csv: fill the columns of a row, then write it with one write(). */
#ifndef NWAY_SAMPLES_H
#define NWAY_SAMPLES_H

#include "cell_id.h"
#include "fault.h"
#include "place.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column {
#define COLUMN(name, type, unit, meaning) COL_##name,
#include "columns.def"
#undef COLUMN
  COLUMNS
};

#define FIELD_BYTES 700
struct row {
  char field[COLUMNS][FIELD_BYTES]; /* "" = unknown */
};

/* The column of each axis of a cell. */
extern const enum column cell_columns[CELL_IDS];

/* Index of a column by name, or -1. */
int column_find(const char *name);

/* Fills the columns that identify a cell, including workers. */
void row_cell(struct row *row, const struct cell_id *id);
/* Reads those columns back; the texts belong to the row. */
struct cell_id row_cell_id(const struct row *row);
void row_text(struct row *row, enum column column, const char *text);
void row_int(struct row *row, enum column column, int64_t value);
void row_real(struct row *row, enum column column, double value);

/* Clears all results of the sample (times, work units, digest), because a failed cell has none. */
void row_without_figures(struct row *row);

/* Appends text as a CSV field (RFC 4180), preceded by a comma unless `first`. */
void csv_field(char *out, size_t size, const char *text, int first);

/* Unquotes the field at `at` in place and returns it, or NULL if it is malformed. Sets `end` to the start of the next
 * field, or NULL after the last one. */
char *csv_take(char *at, char **end);

/* Parses one line of samples.csv, modifying it. Returns false unless it has exactly one field per column. `row` may be
 * NULL. */
bool row_parse(char *line, struct row *row);
enum { HEADER_BYTES = 2000 };
/* Fills `out` with this version's header, without a newline, and returns it. */
char *row_header(char out[HEADER_BYTES]);

struct samples {
  int fd;
  char *path;     /* for messages */
  int64_t bytes;  /* the length that the file has by what was written */
  int64_t listed; /* the length that the manifest has so; 0: the run has none */

  /* of the rows since the last line of the manifest (manifest.h) */
  int64_t rows, round, block; /* round, block: of the last row */
  uint64_t digest;
};

/* Creates the file and writes its header; fails if the file exists. */
int samples_create(struct samples *samples, const char *path, struct fault *fault);
/* Opens an existing file to append rows. */
int samples_append(struct samples *samples, const char *path, struct fault *fault);
/* Writes one row with one write(); continues after a short write. */
int samples_write(struct samples *samples, const struct row *row, struct fault *fault);
/* Returns 0 if the file in the run's folder is as this process wrote it: the same file, of the same length. Else -1 and
 * a fault: something else appended to it, cut, removed or replaced it. */
int samples_check(const struct samples *samples, const struct place *run, struct fault *fault);
/* Flushes to the disk and closes; reports errors that appear only then. */
int samples_close(struct samples *samples, struct fault *fault);

#endif
