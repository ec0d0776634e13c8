/* Runs gnuplot once over all scripts of a report and takes back only what is whole and harmless. */
#ifndef NWAY_REPORT_DRAW_H
#define NWAY_REPORT_DRAW_H

#include "base/fault.h"
#include "chart.h"

/* Runs `gnuplot -d script` in `folder` without a shell, with a clean environment and a time limit; its output goes
 * to gnuplot.log there. Returns 0, or -1 with a reason. It ends with this process, however that ends. */
int run_gnuplot(const struct place *folder, const char *script, struct fault *);
/* A PNG, closed by this, that starts with the signature and ends with IEND. */
bool is_whole_png(int fd);
/* The text of a gnuplot SVG made fit for a page: own ids, role, title, description, colours that follow the page.
 * NULL with a reason if it is cut or holds what a chart must not hold. */
char *embed_svg(const struct place *, const char *name, const char *prefix, const struct chart *, struct fault *);

#endif
