/* The largest speedup that the sizes of a job's items allow on any machine. */
#ifndef NWAY_ATTAINABLE_H
#define NWAY_ATTAINABLE_H

#include "kernel.h"

/* An upper bound: the total cost of all items divided by the least time in which `workers` workers can do them, with a
 * barrier after each step. The least time is exact for steps of up to 20 items (branch and bound) and wherever the
 * largest-first rule (Graham 1969, doi 10.1137/0117039) reaches a lower bound. The lower bounds are the mean load, the
 * largest item and, for any k, the k + 1 least of the k * workers + 1 largest items, since some worker must take k + 1
 * of these. Steps of more than a million items count as evenly divisible, their items as equal, to save time. `job`
 * must be laid out. Returns NAN if memory runs out. */
double attainable_ratio(const struct job *job, int workers);

#endif
