/* Percentiles of a cell's processes. */
#include "percentile.h"

#include "base/paired.h"

#include <math.h>
#include <stdlib.h>

static bool is_timed(const struct process *p) { return p->ok && isfinite(p->ns); }

size_t timed_processes(const struct cell *c) {
  size_t n = 0;
  for (size_t i = 0; i < c->process_count; i++)
    n += is_timed(&c->processes[i]);
  return n;
}

double process_percentile(const struct cell *c, double share) {
  size_t count = timed_processes(c), n = 0;
  if (count < PERCENTILES_FROM)
    return NAN;
  double *times = must_alloc(count, sizeof *times);
  for (size_t i = 0; i < c->process_count; i++)
    if (is_timed(&c->processes[i]))
      times[n++] = c->processes[i].ns;
  sort_doubles(times, n);
  size_t rank = (size_t)ceil(share * (double)n);
  double found = times[rank ? rank - 1 : 0];
  free(times);
  return found;
}
