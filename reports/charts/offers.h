/* The public header of this room: charts by gnuplot, with data files, fixed scripts, checked SVG and PNG.
 * Other rooms include only this header. */
#ifndef NWAY_CHARTS_OFFERS_H
#define NWAY_CHARTS_OFFERS_H

#include "chart.h"
#include "charts.h"
#include "look.h"
#include "plot.h"
#include "plot_fit.h"
#include "plot_stack.h"

#endif
