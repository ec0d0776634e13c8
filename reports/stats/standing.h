/* How the cells of a problem stand to each other: the set of the best, the headline, the knee. Pure. */
#ifndef NWAY_REPORT_STANDING_H
#define NWAY_REPORT_STANDING_H

#include "scaling.h"

/* Fills what analyse() says of the best, of the set, the knee, the headline and the baseline among serial cells, from
 * the figures of each cell. */
void find_standings(struct analysis *);

#endif
