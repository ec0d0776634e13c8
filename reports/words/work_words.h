/* What the time of the serial execution says about the work itself. */
#ifndef NWAY_REPORT_WORK_WORDS_H
#define NWAY_REPORT_WORK_WORDS_H

#include "base/text.h"
#include "stats/scaling.h"

/* A sentence for a problem whose serial execution takes so little time that its work was hardly done: under 1 us in
 * all, or under 0.001 ns for a unit of CPU work (a core with two 512-bit units at 5 GHz handles 640 bytes in 1 ns).
 * Nothing for other problems, for programs and for probes of overheads. */
void work_sentence(struct text *, const struct analysis *);

/* A sentence for a problem whose answers are compared with the serial one, as its kernel has no check of its own. */
void oracle_sentence(struct text *, const struct problem *);

#endif
