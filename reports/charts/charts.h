/* Charts of a report: their data and gnuplot scripts are written here; one gnuplot draws them all. */
#ifndef NWAY_REPORT_CHARTS_H
#define NWAY_REPORT_CHARTS_H

#include "base/fault.h"
#include "chart.h"

/* Makes RUN/report with png, data and gnuplot. Returns 0, or -1 with a reason. */
int charts_open(struct charts *, const char *run_folder, const char *script, struct fault *);
/* Each writes the data and script of its charts. Without a valid point there is no chart. */
void charts_overview(struct charts *, const struct result *);
void charts_problem(struct charts *, const struct result *, size_t problem);
/* Charts cNN-throughput and cNN-efficiency: a line a run. */
void charts_lines(struct charts *, size_t number, const char *title, const char *unit, const char *caption,
                  const struct run_line *, size_t count);
/* Draws all charts and reads them back; whatever goes wrong stands in `why`. */
void charts_draw(struct charts *);
void charts_free(struct charts *);

#endif
