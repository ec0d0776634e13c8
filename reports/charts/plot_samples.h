/* Charts of single processes: how their times spread, and how they go over the rounds. */
#ifndef NWAY_REPORT_PLOT_SAMPLES_H
#define NWAY_REPORT_PLOT_SAMPLES_H

#include "chart.h"

/* Adds pNN-samples, a strip of the processes of each cell that matters with its modes (modes.h) and, from 30 processes
 * on, a box of its quartiles; and pNN-drift, the times of the baseline and the best cell in the order in which they
 * ran. Both compare times with the median of their cell, so that all share an axis. */
void charts_samples(struct charts *, const struct result *, size_t problem);

#endif
