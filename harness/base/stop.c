/* The adaptive stop of a block: which of its cells need no more rounds. */
#include "stop.h"

#include "paired.h"

#include <math.h>
#include <stdlib.h>

double stop_width(double width, double distance) { return fmax(width, fmin(fabs(distance) / 2, STOP_WIDEST)); }

/* Collects the values of a - b that are numbers, or of b alone with the sign changed if `a` is NULL; sorted. */
static size_t differences(const double *a, const double *b, size_t rounds, double *out) {
  size_t n = 0;
  for (size_t r = 0; r < rounds; r++) {
    double value = (a ? a[r] : 0) - b[r];
    if (!isnan(value))
      out[n++] = value;
  }
  sort_doubles(out, n);
  return n;
}

static bool is_narrow(double *sorted, size_t n, double width, bool by_distance) {
  return n > 0 && stop_settled(sorted, n, by_distance ? stop_width(width, median_sorted(sorted, n)) : width);
}

/* The running cell whose interval has the highest low end; `count` if none has an interval. */
static size_t find_best(const struct stop_cell *cells, size_t count, size_t rounds, double *values) {
  size_t best = count;
  double most = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    double low = 0;
    if (cells[i].done)
      continue;
    if (cells[i].ratio) {
      size_t n = differences(NULL, cells[i].ratio, rounds, values);
      struct interval interval = median_interval(values, n, 0.95);
      low = interval.coverage > 0 ? -interval.high : -INFINITY;
    }
    if (low > most)
      most = low, best = i;
  }
  return best;
}

static bool has_baseline(const struct stop_cell *cells, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!cells[i].ratio)
      return true;
  return false;
}

int stop_block(struct stop_cell *cells, size_t count, size_t rounds, double width) {
  double *values = malloc((rounds + 1) * sizeof *values);
  if (!values)
    return -1;
  size_t best = has_baseline(cells, count) ? find_best(cells, count, rounds, values) : count, left = 0;
  for (size_t i = 0; i < count && best < count; i++) {
    struct stop_cell *cell = &cells[i];
    if (cell->done || !cell->ratio || i == best)
      continue;
    bool own = cell->strict || !cells[best].ratio; /* the ratio over the baseline, which is the best or all there is */
    size_t n = own ? differences(NULL, cell->ratio, rounds, values)
                   : differences(cells[best].time, cell->time, rounds, values);
    cell->done = is_narrow(values, n, width, !cell->strict);
    left += !cell->done;
  }
  if (best < count && cells[best].ratio && left == 0)
    cells[best].done = is_narrow(values, differences(NULL, cells[best].ratio, rounds, values), width, false);
  free(values);
  return 0;
}
