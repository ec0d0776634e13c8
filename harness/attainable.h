/* The speedup that the sizes of a job's items allow, whatever the machine. */
#ifndef NWAY_ATTAINABLE_H
#define NWAY_ATTAINABLE_H

#include "../kernels/kernel.h"

/* Total cost over the makespan of `workers` workers, with a barrier after each step, dealing the largest
 * item first to the least loaded worker. That is what a good schedule reaches; the best is at most
 * 4/3 - 1/(3 workers) better (Graham 1969, doi 10.1137/0117039). Steps of more than a million items count
 * as evenly divisible and, for time, as equal. `job` has its layout. 1 if there is no memory to work it out. */
double attainable_ratio(const struct job *job, int workers);

#endif
