/* A run in the formats of other programs. */
#ifndef NWAY_REPORT_EXPORT_H
#define NWAY_REPORT_EXPORT_H

#include "stats/result.h"

/* The cells that ran, in the order of the run. `summary`: one entry a cell where the format knows repetitions.
 * `spreadsheet`: a text of a CSV that a spreadsheet would read as a formula gets a leading apostrophe. */
struct export_options {
  bool summary, spreadsheet;
};

/* Appends the run in the format of that name: google-benchmark, hyperfine, customSmallerIsBetter, junit, json, markdown
 * or csv (docs/files.md). Returns 0, or -1 with a reason. */
int export_run(struct text *, const struct result *, const char *format, struct export_options, struct fault *);

#endif
