/* Charts of fitted laws: measurements, the fitted law and its extrapolation. */
#ifndef NWAY_REPORT_PLOT_FIT_H
#define NWAY_REPORT_PLOT_FIT_H

#include "chart.h"
#include "words/fit_words.h"

/* Rows, medians, the chosen law with its prediction interval, dotted beyond the largest count, which is shaded "not
 * measured" up to FIT_REACH times it. Draws nothing without a fitted law. `id` names its files; `title` is foreign; for
 * a `page` a narrow drawing as well. */
void plot_fit(struct charts *, const char *id, const char *title, const struct fits *, const struct fit_group *,
              bool page);

/* Draws charts fit-01, fit-02, ... of all groups into `folder` or, if NULL, the source's folder, each also as an SVG
 * there. `listed` gets their names, `missing` the missing ones. Returns 0, or -1 if the folder cannot be created. */
int fit_charts(const char *folder, const struct fit_source *, struct text *listed, struct fault *missing,
               struct fault *why);

#endif
