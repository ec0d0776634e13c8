/* Runs gnuplot once over all scripts of a report; accepts only complete and safe files. */
#ifndef NWAY_REPORT_DRAW_H
#define NWAY_REPORT_DRAW_H

#include "base/fault.h"
#include "chart.h"

/* Runs `gnuplot -d script` in `folder` without a shell, with a clean environment and a time limit; its output goes
 * to gnuplot.log there. Returns 0, or -1 with a reason. gnuplot is killed if this process ends. */
int run_gnuplot(const struct place *folder, const char *script, struct fault *);
/* Returns whether a PNG starts with the signature and ends with IEND. Closes `fd`. */
bool is_whole_png(int fd);
/* Returns a gnuplot SVG prepared for a page: unique ids, role, title, description, colours that follow the page.
 * NULL with a reason if it is incomplete or has unsafe content. */
char *embed_svg(const struct place *, const char *name, const char *prefix, const struct chart *, struct fault *);

#endif
