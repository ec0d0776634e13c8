/* Charts of a report: their data and gnuplot scripts are written here; one gnuplot draws them all. */
#ifndef NWAY_REPORT_CHARTS_H
#define NWAY_REPORT_CHARTS_H

#include "base/fault.h"
#include "chart.h"

/* Creates the folder report, with png, data and gnuplot, in the run's folder. The run must outlive the charts. Returns
 * 0, or -1 with a reason. */
int charts_open(struct charts *, const struct run *, const char *script, struct fault *);
/* Sets the words at the top of every slide, such as the badges of the run: ASCII and "·", no quotes. */
void charts_stamp(struct charts *, const char *words);
/* Returns the look of a variant by name, even one that is not in the run. */
struct look look_named(const struct charts *, const char *variant);
/* Like charts_open without a run: uses the user's folder, or `name` in it if not NULL; creates either if missing. */
int charts_open_at(struct charts *, const char *folder, const char *name, const char *script, struct fault *);
/* Each writes the data and script of its charts; skips charts without a valid point. */
void charts_overview(struct charts *, const struct result *);
void charts_problem(struct charts *, const struct result *, size_t problem);
/* Charts cNN-throughput and cNN-efficiency: one line per run. */
void charts_lines(struct charts *, size_t number, const char *title, const char *unit, const char *caption,
                  const struct run_line *, size_t count);
/* Draws all charts and reads them back; errors go to `why`. */
void charts_draw(struct charts *);
void charts_free(struct charts *);

#endif
