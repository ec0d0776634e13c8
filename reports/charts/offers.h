/* Charts by gnuplot, with data files, fixed scripts, checked SVG and PNG.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_CHARTS_OFFERS_H
#define NWAY_CHARTS_OFFERS_H

#include "chart.h"
#include "charts.h"
#include "plot.h"
#include "plot_fit.h"
#include "plot_forest.h"
#include "plot_samples.h"
#include "plot_stack.h"

#endif
