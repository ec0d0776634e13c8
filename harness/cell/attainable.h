/* The speedup that the sizes of a job's items allow, whatever the machine. */
#ifndef NWAY_ATTAINABLE_H
#define NWAY_ATTAINABLE_H

#include "kernel.h"

/* An upper bound: total cost over the least time in which `workers` workers can do all items, with a barrier after
 * each step. Exact for steps of up to 20 items (by branch and bound) and wherever dealing the largest item first
 * (Graham 1969, doi 10.1137/0117039) reaches the lower bound: the mean load, the largest item, or, for any k, the
 * k + 1 least of the k * workers + 1 largest items, two of which one worker must take. Steps of more than a million
 * items count as evenly divisible and, for time, as equal. `job` has its layout. 1 if there is no memory. */
double attainable_ratio(const struct job *job, int workers);

#endif
