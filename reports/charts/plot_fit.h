/* Charts of fitted laws: what was measured, the law through it, and how far it may be trusted beyond. */
#ifndef NWAY_REPORT_PLOT_FIT_H
#define NWAY_REPORT_PLOT_FIT_H

#include "chart.h"
#include "words/fit_words.h"

/* Rows, medians, the chosen law with its prediction interval, dotted beyond the largest count, which is shaded "not
 * measured" to FIT_REACH times it. Nothing where no law was fitted. `id` names its files; `title` is foreign. */
void plot_fit(struct charts *, const char *id, const char *title, const struct fits *, const struct fit_group *);

/* Charts fit-01, fit-02, ... of all groups, drawn where the source says or into `folder` (or NULL), each as an SVG
 * there too; `listed` gets their names, `missing` what is not there. Returns 0, or -1 where no folder can be made. */
int fit_charts(const char *folder, const struct fit_source *, struct text *listed, struct fault *missing,
               struct fault *why);

#endif
