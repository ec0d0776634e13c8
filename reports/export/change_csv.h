/* Two builds or sides as CSV, one line per cell. */
#ifndef NWAY_REPORT_CHANGE_CSV_H
#define NWAY_REPORT_CHANGE_CSV_H

#include "stats/pairs.h"
#include "stats/sides.h"

/* ratio, low and high: new time / old time, so above 1 is slower; p: the cell's own test; holm_p: adjusted over the
 * family. A field is empty without an interval or test. The verdict is written without a comma: "slower size
 * undecided". Columns added later come last, so that the positions of the others stay. */

/* Writes every pair of a run of two builds. */
struct pair_counts ab_csv(const struct run *, double worth, struct text *);

/* Writes every cell that some run has. runs: right runs of the side with fewer. verdict: as in ab, or broken, "no
 * match" (never right on one side), or unpaired (not judged: too few runs, or several machines). */
struct gate_counts gate_csv(const struct gate_side sides[GATE_SIDES], double worth, struct text *);

#endif
