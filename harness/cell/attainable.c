/* Computes the attainable speedup of a job from the most even distribution of its items. */
#include "attainable.h"

#include "base/paired.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { ITEMS_MAX = 1000000, EXACT_ITEMS = 20, NODES_MAX = 200000 };

static const double rounding = 1e-12;

/* Adds `cost` to the least load, the root of a binary heap, and restores the heap. */
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

/* ---- one step: `costs` ascending, `loads` is scratch for the workers ---- */

static double largest_first(const double *costs, long items, int workers, double *loads) {
  double most = 0;
  for (int w = 0; w < workers; w++)
    loads[w] = 0;
  for (long i = items; i-- > 0;)
    add_to_least(loads, workers, costs[i]);
  for (int w = 0; w < workers; w++)
    most = loads[w] > most ? loads[w] : most;
  return most;
}

/* Pigeonhole bound: some worker gets k + 1 of the k * workers + 1 largest items, which cost at least as much as the
 * k + 1 least of these. */
static double lower_bound(const double *costs, long items, int workers, double *sums) {
  sums[0] = 0; /* sums[i]: total cost of the i least items */
  for (long i = 0; i < items; i++)
    sums[i + 1] = sums[i] + costs[i];
  double bound = sums[items] / workers;
  for (long k = 0; k * workers < items; k++) {
    long first = items - 1 - k * workers;
    double group = sums[first + k + 1] - sums[first];
    bound = group > bound ? group : bound;
  }
  return bound;
}

struct search {
  const double *costs;
  double *loads, best, bound;
  int workers;
  long nodes;
};

/* Branch and bound: gives the next largest item to each worker in turn; of equally loaded workers only to the first. */
static void branch(struct search *s, long item, double most) {
  if (most >= s->best || s->best <= s->bound || ++s->nodes > NODES_MAX)
    return;
  if (item < 0) {
    s->best = most;
    return;
  }
  for (int w = 0; w < s->workers; w++) {
    int same = 0;
    while (same < w && s->loads[same] != s->loads[w])
      same++;
    if (same < w)
      continue;
    s->loads[w] += s->costs[item];
    branch(s, item - 1, s->loads[w] > most ? s->loads[w] : most);
    s->loads[w] -= s->costs[item];
  }
}

static double least_time(const double *costs, long items, int workers, double *loads, double *sums) {
  double bound = lower_bound(costs, items, workers, sums) * (1 - rounding),
         dealt = largest_first(costs, items, workers, loads);
  bool met = dealt <= bound * (1 + 2 * rounding);
  if (met || items > EXACT_ITEMS)
    return met ? dealt : bound;
  struct search s = {costs, loads, dealt, bound, workers, 0};
  for (int w = 0; w < workers; w++)
    loads[w] = 0;
  branch(&s, items - 1, 0);
  return s.nodes > NODES_MAX ? bound : s.best;
}

/* Least time of one step; adds the cost of its items to `total`. */
static double step_time(const struct job *job, int step, int workers, double *costs, double *loads, double *total) {
  long items = job_items(job, step);
  if (items > ITEMS_MAX)
    return *total += (double)items, (double)items / workers;
  for (long i = 0; i < items; i++)
    *total += costs[i] = job->kernel->cost ? job->kernel->cost(job, step, i) : 1;
  sort_doubles(costs, (size_t)items);
  return least_time(costs, items, workers, loads, costs + items);
}

double attainable_ratio(const struct job *job, int workers) {
  long most = 1;
  for (int step = 0; step < job->steps; step++)
    if (job_items(job, step) > most && job_items(job, step) <= ITEMS_MAX)
      most = job_items(job, step);
  double *costs = malloc((2 * (size_t)most + 1) * sizeof *costs), *loads = calloc((size_t)workers, sizeof *loads);
  double total = 0, time = 0;
  bool room = costs && loads;
  for (int step = 0; room && step < job->steps; step++)
    time += step_time(job, step, workers, costs, loads, &total);
  free(costs);
  free(loads);
  return !room ? NAN : time > 0 ? total / time : 1;
}
