/* The order of a block in a round: random, and each cell runs after each class of cells about equally often. */
#ifndef NWAY_BALANCE_H
#define NWAY_BALANCE_H

#include "plan.h"

/* The seed of the random numbers of a block in a round, so that a resumed run repeats its orders. `block` -1 gives the
 * seed of the round itself. */
uint64_t plan_random(const struct plan *plan, int round, int block);

/* Calls plan_order with those numbers, then swaps cells so that each one runs after the same mixture of classes (one
 * worker, several workers, a new team every iteration), counted over the current dozen of rounds. What a class does to
 * the process after it then affects all cells alike. The order depends on seed, round, block and the cells that run,
 * but on no measured value. Rounds count from 1. Fills order[] (room for 2 * cell_count + 2); returns the number of
 * entries, or -1 and a fault if memory runs out. */
int plan_round_order(const struct plan *plan, int block, int round, int *order, struct fault *fault);

#endif
