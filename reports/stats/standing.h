/* Ranks the cells of a problem: the set of the best, the headline, the knee. Pure. */
#ifndef NWAY_REPORT_STANDING_H
#define NWAY_REPORT_STANDING_H

#include "scaling.h"

/* Fills the analysis's best, set, knee, headline and faster serial cell from the figures of each cell. */
void find_standings(struct analysis *);

#endif
