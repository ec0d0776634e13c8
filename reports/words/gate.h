/* Tells how separate runs of an old and a new state compare, as a CI has them, cell by cell. */
#ifndef NWAY_REPORT_GATE_H
#define NWAY_REPORT_GATE_H

#include "base/fault.h"
#include "change_rows.h"
#include "stats/sides.h"
#include "terminal.h"
#include "verdict.h"

/* Refuses runs that cannot be compared: the same run twice, a run without an identity, a run of two builds. Returns 0,
 * or -1 with a reason. */
int gate_check(const struct gate_side sides[GATE_SIDES], struct fault *);

/* Prints the warnings that apply, then every cell of every run with its verdict. */
struct gate_counts gate_print(const struct gate_side sides[GATE_SIDES], double worth, struct text *, struct screen);

/* The verdict of a cell, or why it has none: "BROKEN", "no match", "unpaired". `judged`: times are judged. */
const char *sided_cell_word(const struct sided_cell *, bool judged);

/* Adds every cell that some run has to the rows, old = base, and the warnings to `lines`, one a line, the first one
 * saying what was compared; free both. Returns the same counts. */
struct gate_counts gate_rows(const struct gate_side sides[GATE_SIDES], double worth, struct change_rows *,
                             struct text *lines);

/* The comparison in a sentence: "2 of 6 cells are slower by more than 3 %; 4 the same." */
void gate_sentence(struct text *, const struct gate_counts *, double worth);

#endif
