/* The second opinion: in each round hyperfine times one kernel of the run from outside, as a program of its own. */
#ifndef NWAY_SECOND_H
#define NWAY_SECOND_H

#include "run_state.h"

/* Chooses the cell, if the run asks for a second opinion: the baseline whose execution is nearest to 0.1 s, of a kernel
 * of nway's own. Call it after the pilot. */
void second_choose(struct run *run);

/* Has hyperfine time that cell's kernel at the end of a round, two programs in one call: its start-up with one
 * execution, and the same with `executions` more, so that their difference is the time of these. Writes second.json.
 * What is missing or fails is the reason there, and ends the opinion. Returns 0, or -1 and a fault if the file cannot
 * be written. */
int second_ask(struct run *run, int round);

/* Releases what was kept. */
void second_close(struct run *run);

#endif
