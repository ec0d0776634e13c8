/* How many samples a process discards: one more where first samples turn out to be slow. */
#ifndef NWAY_WARMUP_H
#define NWAY_WARMUP_H

#include "plan.h"

/* The round after which warmup_grow is called, once. */
#define WARMUP_ROUND ROUNDS_MIN

/* Takes the times of a measuring process in the order of its samples, in any unit; fewer than two say nothing. */
void warmup_see(struct plan_cell *cell, const double *executions, int count);

/* Gives all cells of a problem that discard nothing yet a sample of warm-up, if more than half of its processes began
 * with a sample over 2 % longer than the median of their later ones (sign test at 1 %, all cells together). The cells
 * of a problem, both builds of a pair too, grow together: a ratio is to compare like with like. Programs and cells with
 * executions of a second are left alone; each of their executions begins as the first. Returns how many problems grew;
 * `cells` (may be NULL) gets the number of their cells. A second call changes nothing. */
int warmup_grow(struct plan *plan, int *cells);

#endif
