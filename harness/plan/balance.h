/* The order of a block in a round: random, and each cell runs after each class of cells about equally often. */
#ifndef NWAY_BALANCE_H
#define NWAY_BALANCE_H

#include "plan.h"

/* Where the random numbers of a block in a round begin, so that a resumed run repeats its orders. `block` -1: those of
 * the round itself. */
uint64_t plan_random(const struct plan *plan, int round, int block);

/* plan_order by those numbers, then improved: cells change places until what stands before each of them, over this
 * round and those before it in a dozen, is as near to the same mixture of classes (one worker, several workers, a new
 * team every iteration) as such changes get it. What a class does to the process after it then meets all cells alike.
 * It depends on seed, round, block and the cells that run, on nothing that was measured. Rounds count from 1. Fills
 * order[] (room for 2 * cell_count + 2); returns how many, or -1 and a fault without memory. */
int plan_round_order(const struct plan *plan, int block, int round, int *order, struct fault *fault);

#endif
