/* Works out the attainable speedup of a job by dealing its largest items first. */
#include "attainable.h"

#include "paired.h"

#include <stdlib.h>

#define ITEMS_MAX 1000000

static long items_of(const struct job *job, int step) {
  return job->kernel->items ? job->kernel->items(job, step) : job->items;
}

/* Adds to the least load of a binary heap and restores it. */
static void add_to_least(double *heap, int n, double cost) {
  heap[0] += cost;
  for (int at = 0, child; (child = 2 * at + 1) < n; at = child) {
    if (child + 1 < n && heap[child + 1] < heap[child])
      child++;
    if (heap[at] <= heap[child])
      break;
    double swap = heap[at];
    heap[at] = heap[child];
    heap[child] = swap;
  }
}

/* Time of one step; `costs` is scratch for its items, `loads` for the workers. */
static double makespan(const struct job *job, int step, int workers, double *costs, double *loads, double *total) {
  long items = items_of(job, step);
  double sum = 0, most = 0;
  if (items > ITEMS_MAX)
    return *total += (double)items, (double)items / workers;
  for (long i = 0; i < items; i++) {
    double cost = job->kernel->cost ? job->kernel->cost(job, step, i) : 1;
    sum += cost;
    costs[i] = cost;
  }
  *total += sum;
  sort_doubles(costs, (size_t)items);
  for (int w = 0; w < workers; w++)
    loads[w] = 0;
  for (long i = items; i-- > 0;)
    add_to_least(loads, workers, costs[i]);
  for (int w = 0; w < workers; w++)
    most = loads[w] > most ? loads[w] : most;
  return most;
}

double attainable_ratio(const struct job *job, int workers) {
  long most = 1;
  for (int step = 0; step < job->steps; step++)
    if (items_of(job, step) > most && items_of(job, step) <= ITEMS_MAX)
      most = items_of(job, step);
  double *costs = malloc((size_t)most * sizeof *costs), *loads = malloc((size_t)workers * sizeof *loads);
  double total = 0, time = 0;
  for (int step = 0; costs && loads && step < job->steps; step++)
    time += makespan(job, step, workers, costs, loads, &total);
  free(costs);
  free(loads);
  return time > 0 ? total / time : 1;
}
