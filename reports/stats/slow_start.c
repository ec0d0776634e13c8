/* Tests the first samples of a cell's processes against their later ones. */
#include "slow_start.h"

#include "base/paired.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

enum { EARLY_ROUNDS = 6 };
static const double level = 0.001;

/* Fills `logs` with the excess of each process of a round after `after`; returns how many. */
static size_t collect(const struct cell *cell, int64_t after, double *logs) {
  size_t count = 0;
  for (size_t i = 0; i < cell->process_count; i++)
    if (cell->processes[i].ok && cell->processes[i].round > after && isfinite(cell->processes[i].first_excess))
      logs[count++] = cell->processes[i].first_excess;
  return count;
}

struct slow_start slow_start_of(const struct cell *cell) {
  struct slow_start found = {NAN, false};
  double *logs = must_alloc(cell->process_count, sizeof *logs);
  size_t count = collect(cell, EARLY_ROUNDS, logs), above = 0;
  if (count < EARLY_ROUNDS)
    count = collect(cell, 0, logs);
  for (size_t i = 0; i < count; i++)
    above += logs[i] > log1p(SLOW_START);
  if (count > 0) {
    sort_doubles(logs, count);
    found.excess = expm1(median_sorted(logs, count));
    found.proven = 2 * above > count && sign_test_of(above, count - above) <= level;
  }
  free(logs);
  return found;
}
