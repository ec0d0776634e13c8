/* Rows of samples.csv: filled by column, written at once, one write() each. */
#ifndef NWAY_SAMPLES_H
#define NWAY_SAMPLES_H

#include "cell_id.h"
#include "fault.h"

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

/* Fills the columns of a cell's identity, its workers too. */
void row_cell(struct row *row, const struct cell_id *id);
/* What such columns hold; the texts are the row's. */
struct cell_id row_cell_id(const struct row *row);
void row_text(struct row *row, enum column column, const char *text);
void row_int(struct row *row, enum column column, int64_t value);
void row_real(struct row *row, enum column column, double value);

/* Empties every figure of the sample itself (times, units, digest): a failed cell is a row without a time. */
void row_without_figures(struct row *row);

/* Appends text as a CSV field (RFC 4180), preceded by a comma unless `first`. */
void csv_field(char *out, size_t size, const char *text, int first);

/* Unquotes the field at `at` in place and returns it; `end` gets where the next begins, NULL at the end of the line.
 * NULL if it is malformed. */
char *csv_take(char *at, char **end);

/* Reads one line (cut up) of such a file; false if it does not hold one field a column. `row` may be NULL. */
bool row_parse(char *line, struct row *row);
enum { HEADER_BYTES = 2000 };
/* Fills `out` with this version's header, without a newline, and returns it. */
char *row_header(char out[HEADER_BYTES]);

struct samples {
  int fd;
  char *path; /* for messages */
};

/* Creates the file, which must not exist, and writes its header. */
int samples_create(struct samples *samples, const char *path, struct fault *fault);
/* The same for a file that is there, to go on behind its last line. */
int samples_append(struct samples *samples, const char *path, struct fault *fault);
/* One row, one write; a short write is completed. */
int samples_write(struct samples *samples, const struct row *row, struct fault *fault);
/* Flushes to the disk and closes; reports what only then comes out. */
int samples_close(struct samples *samples, struct fault *fault);

#endif
