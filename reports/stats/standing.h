/* Ranks the cells of a problem: the set of the best, the headline, the knee. Pure. */
#ifndef NWAY_REPORT_STANDING_H
#define NWAY_REPORT_STANDING_H

#include "scaling.h"

/* Fills the analysis's best, set, knee, headline and faster serial cell from the figures of each cell. */
void find_standings(struct analysis *);

/* The best over the baseline, with an interval corrected for the choice among a->choices cells. */
struct estimate headline_of(const struct analysis *);

/* The ratio over the baseline of a cell that was picked because its way may be the fastest: the headline, or corrected
 * like it for the number of cells among which that way was chosen, and as wide as the dependence of rounds asks. */
struct estimate ratio_as_picked(const struct analysis *, const struct figures *);

/* Logarithms of the times of these cells, [cell * rounds + round], NAN where a cell has none in a round: the median of
 * its processes in it, without disturbed ones unless they are too many. The caller frees them. */
double *logs_of_rounds(const struct analysis *, const struct figures *const *of, size_t count, size_t *rounds);

#endif
