/* Charts of a report: their data and gnuplot scripts are written here; one gnuplot draws them all. */
#ifndef NWAY_REPORT_CHARTS_H
#define NWAY_REPORT_CHARTS_H

#include "base/fault.h"
#include "chart.h"

/* Makes report in the run's folder, with png, data and gnuplot; the run must outlive the charts. Returns 0, or -1 with
 * a reason. */
int charts_open(struct charts *, const struct run *, const char *script, struct fault *);
/* The look of a variant by its name, also of one that the run does not know. */
struct look look_named(const struct charts *, const char *variant);
/* Without a run: in the folder that the user named, or in `name` there (NULL: in itself), either made where it is
 * missing. */
int charts_open_at(struct charts *, const char *folder, const char *name, const char *script, struct fault *);
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
