/* The adaptive stop: gathers the times of all rounds and says which cells need no more of them, because the interval
 * that their verdict uses is narrow enough or their method cannot win. */
#ifndef NWAY_SETTLE_H
#define NWAY_SETTLE_H

#include "plan/plan.h"

/* One process of a block: what it ran and the median time of one execution; NAN if it failed. */
struct block_process {
  int cell;
  double execution_ns;
};

struct settle; /* the rounds of all cells of a plan */

/* NULL without memory. The plan must outlive it. */
struct settle *settle_open(struct plan *plan);
void settle_close(struct settle *settle);

/* Takes the processes of one block of one round in the order in which they ran. Keeps each cell's time, and its log
 * ratio to the baseline processes nearest to it, as the report does (partners_median, partners_offer). -1 without
 * memory. */
int settle_block(struct settle *settle, int block, const struct block_process *processes, int count);

/* Marks the cells that need no more rounds at the width asked (0.02 = 2 %): see stop_block. Returns how many cells of
 * the plan still run, baselines not counted; -1 without memory. */
int settle_look(struct settle *settle, double width);

/* Gives up methods that cannot win: a method whose every cell, in its best round, takes over twice the time of the best
 * cell of another method with as many workers or fewer in that cell's worst round. Of such a method the serial cells
 * and the best one are measured on; the others are settled and marked. Keeps the baseline's method, pairs of builds and
 * grown problems. Returns how many cells it gave up. */
int settle_give_up(struct settle *settle);

#endif
