/* The public header of this room: charts by gnuplot, with data files, fixed scripts, checked SVG and PNG.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_CHARTS_OFFERS_H
#define NWAY_CHARTS_OFFERS_H

#include "chart.h"
#include "charts.h"
#include "look.h"
#include "plot.h"
#include "plot_fit.h"
#include "plot_forest.h"
#include "plot_samples.h"
#include "plot_stack.h"

#endif
