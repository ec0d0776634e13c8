/* What the exporters share: cells by name, and their times. For export*.c. */
#ifndef NWAY_REPORT_EXPORT_CELLS_H
#define NWAY_REPORT_EXPORT_CELLS_H

#include "export.h"

#include <jansson.h>

/* "countdown items=8x1M/omp static/x4": unique in a run. Valid UTF-8 whatever the files hold. */
void export_name(struct text *, const struct problem *, const struct cell *);
/* The times of a cell's right processes, in ns, in their order; free them. */
size_t export_times(const struct cell *, double **times);
/* Calls `each` for every cell with a valid time and right answers. */
void export_each(const struct result *, void (*each)(const struct analysis *, const struct figures *, void *),
                 void *with);

/* The exporters that write JSON; each returns a new reference. */
json_t *export_google_benchmark(const struct result *, bool summary);
json_t *export_hyperfine(const struct result *);
json_t *export_smaller_is_better(const struct result *);
json_t *export_report(const struct result *);

#endif
