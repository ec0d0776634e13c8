/* Finds, in a cell's own process, how many iterations fill a sample. */
#include "cell.h"
#include "sampling.h"

#include "base/clock.h"
#include "base/paired.h"

enum { SAMPLES = 3 };

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

/* The median time of an execution over a few samples, which end early where they take long. */
static int time_execution(struct cell *cell, int64_t iterations, int64_t *execution) {
  int64_t end = clock_ns() + cell->options->warmup_ns;
  double values[SAMPLES];
  size_t count = 0;
  struct times times;
  while (count < SAMPLES && clock_ns() < end) {
    if (sample(cell, PHASE_PILOT, (int64_t)count + 1, iterations, &times) != 0)
      return -1;
    values[count++] = (double)times.wall / (double)iterations;
  }
  if (count == 0)
    return 0;
  sort_doubles(values, count);
  *execution = (int64_t)median_sorted(values, count);
  return 0;
}

/* How many executions fill a sample once all is warm: those that calibrate saw may have been slow. */
static int64_t refine(const struct cell *cell, int64_t execution) {
  int64_t iterations = (cell->options->sample_ns + execution / 2) / (execution > 0 ? execution : 1);
  return iterations > 1 ? iterations : 1;
}

/* What the measuring processes are to do. */
static int send_plan(struct cell *cell, int64_t iterations, int64_t execution, int64_t memory) {
  struct clock_facts facts = clock_measure();
  struct record *record = &cell->record;
  record_begin(record, "plan");
  record_int(record, "iterations", iterations);
  record_int(record, "pilot_ns", execution);
  record_int(record, "pss_bytes", memory);
  record_int(record, "clock_overhead_ns", facts.overhead_ns);
  record_int(record, "clock_resolution_ns", facts.resolution_ns);
  return record_send(record, (int)cell->options->fd);
}

/* What another execution costs: the first one, without the start of a team that stays. */
static int64_t again_ns(const struct cell *cell, const struct times *first) {
  return team_per_iteration(cell) ? first->wall : first->wall - first->spawn;
}

int pilot(struct cell *cell) {
  struct times times;
  int64_t iterations, execution;
  if (sample_cold(cell, &times) != 0)
    return -1;
  if (again_ns(cell, &times) >= (runs_programs(cell) ? LONG_PROGRAM_NS : LONG_EXECUTION_NS))
    return send_plan(cell, 1, times.wall, 0);
  if (calibrate(cell, &iterations, &execution) != 0 || time_execution(cell, iterations, &execution) != 0)
    return -1;
  iterations = refine(cell, execution);
  int64_t memory = sample_memory(cell);
  if (memory < 0)
    return -1;
  return send_plan(cell, iterations, execution, memory);
}
