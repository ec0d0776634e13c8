/* Finds, in a cell's own process, how many iterations fill a sample and when the cell has become steady. */
#include "cell.h"
#include "sampling.h"

#include "base/clock.h"
#include "base/paired.h"

#include <math.h>

enum { WINDOW = 3, WINDOWS_MAX = 12 };
static const double steady_ratio = 0.02; /* two windows that differ by less are steady */

/* Executions that fill sample_ns; `execution` gets the time of one. */
static int calibrate(struct cell *cell, int64_t *iterations, int64_t *execution) {
  struct times times;
  *iterations = 1;
  for (;;) {
    if (sample(cell, PHASE_PILOT, 0, *iterations, &times) != 0)
      return -1;
    *execution = times.wall / *iterations > 0 ? times.wall / *iterations : 1;
    if (times.wall >= cell->options->sample_ns / 2)
      break;
    int64_t wanted = (cell->options->sample_ns + *execution - 1) / *execution;
    *iterations = wanted < *iterations * 20 ? wanted : *iterations * 20;
    if (times.wall >= cell->options->sample_ns / 20)
      break;
  }
  return 0;
}

/* Windows of samples until two in a row differ by less than steady_ratio: `warmup` gets the samples before
 * the first of the two, or -1 where none were steady in time, or where there was no time for two. */
static int warm_up(struct cell *cell, int64_t iterations, int64_t *execution, int64_t *warmup, bool *tried) {
  int64_t end = clock_ns() + cell->options->warmup_ns;
  double last = 0;
  *warmup = -1;
  *tried = false;
  for (int window = 0; window < WINDOWS_MAX; window++) {
    double values[WINDOW];
    struct times times;
    for (int i = 0; i < WINDOW; i++) {
      if (clock_ns() > end)
        return 0;
      if (sample(cell, PHASE_PILOT, 1 + window * WINDOW + i, iterations, &times) != 0)
        return -1;
      values[i] = (double)times.wall;
    }
    sort_doubles(values, WINDOW);
    double median = median_sorted(values, WINDOW);
    *execution = (int64_t)(median / (double)iterations);
    *tried = window > 0;
    if (window > 0 && fabs(log(median / last)) < steady_ratio) {
      *warmup = (window - 1) * WINDOW;
      return 0;
    }
    last = median;
  }
  return 0;
}

/* How many executions fill a sample once all is warm: those that calibrate saw may have been slow. */
static int64_t refine(const struct cell *cell, int64_t execution) {
  int64_t iterations = (cell->options->sample_ns + execution / 2) / (execution > 0 ? execution : 1);
  return iterations > 1 ? iterations : 1;
}

/* What the measuring processes are to do. `warmup` -1: never steady. */
static int send_plan(struct cell *cell, int64_t iterations, int64_t warmup, bool tried, int64_t execution,
                     int64_t memory) {
  struct clock_facts facts = clock_measure();
  struct record *record = &cell->record;
  record_begin(record, "plan");
  record_int(record, "iterations", iterations);
  record_int(record, "warmup", warmup >= 0 ? warmup : tried ? WINDOW : 0);
  record_int(record, "pilot_ns", execution);
  record_text(record, "steady", warmup >= 0 ? "yes" : tried ? "no" : "unknown");
  record_int(record, "pss_bytes", memory);
  record_int(record, "clock_overhead_ns", facts.overhead_ns);
  record_int(record, "clock_resolution_ns", facts.resolution_ns);
  return record_send(record, (int)cell->options->fd);
}

int pilot(struct cell *cell) {
  struct times times;
  int64_t iterations, execution, warmup;
  bool tried;
  if (sample_cold(cell, &times) != 0)
    return -1;
  if (times.wall >= (runs_programs(cell) ? LONG_PROGRAM_NS : LONG_EXECUTION_NS))
    return send_plan(cell, 1, -1, false, times.wall, 0);
  if (calibrate(cell, &iterations, &execution) != 0 || warm_up(cell, iterations, &execution, &warmup, &tried) != 0)
    return -1;
  iterations = refine(cell, execution);
  int64_t memory = sample_memory(cell);
  if (memory < 0)
    return -1;
  return send_plan(cell, iterations, warmup, tried, execution, memory);
}
