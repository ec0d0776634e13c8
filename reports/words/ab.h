/* Tells how two builds measured in the same blocks compare, cell by cell: slower, faster, same or undecided. */
#ifndef NWAY_REPORT_AB_H
#define NWAY_REPORT_AB_H

#include "change_rows.h"
#include "stats/pairs.h"

/* Prints the table of a run of `nway ab`. A pair is an "old" and a "new" cell that are otherwise identical. */
struct pair_counts ab_print(const struct run *, double worth, struct text *);

/* Adds every pair to the rows, in the order of the table; free them. Returns the same counts. */
struct pair_counts ab_rows(const struct run *, double worth, struct change_rows *);

/* The verdict of a pair, or why it has none: "broken", "failed", "left out". */
const char *pair_word(const struct pair *);

#endif
