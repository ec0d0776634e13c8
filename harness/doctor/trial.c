/* Runs identical processes in pairs and counts the false alarms. */
#include "trial.h"

#include "base/random.h"
#include "cell/record.h"
#include "plan/catalog.h"
#include "process/launch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 3 };
static const double alarm_level = 0.05;
static const int64_t cell_limit_ns = 5000000000;

/* ---- counting ---- */

/* Finds p with binomial_at_most(k, n, p) == wanted by bisection; it falls with p. */
static double share_where(int k, int n, double wanted) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; i++) {
    double middle = (low + high) / 2;
    *(binomial_at_most((size_t)k, (size_t)n, middle) > wanted ? &low : &high) = middle;
  }
  return (low + high) / 2;
}

struct interval binomial_interval(int k, int n, double level) {
  double tail = (1 - level) / 2;
  if (n < 1)
    return (struct interval){NAN, NAN, 0};
  return (struct interval){k == 0 ? 0 : share_where(k - 1, n, 1 - tail), k == n ? 1 : share_where(k, n, tail), level};
}

void trial_count(struct trial *trial, const double *values, int n) {
  trial->groups++;
  trial->different += sign_test(values, (size_t)n) <= alarm_level;
  trial->share = binomial_interval(trial->different, trial->groups, 0.95);
}

/* ---- running ---- */

struct cell_times {
  int count;
  double ns[SAMPLES];
};

struct row {
  bool sample, ok;
  double wall_ns;
};

static void take_field(const char *name, const char *value, void *with) {
  struct row *row = with;
  if (strcmp(name, "phase") == 0)
    row->sample = phase_of(value) == PHASE_SAMPLE;
  else if (strcmp(name, "status") == 0)
    row->ok = status_of(value) == STATUS_OK;
  else if (strcmp(name, "wall_ns") == 0)
    row->wall_ns = strtod(value, NULL);
}

static void take_line(char *line, void *with) {
  struct cell_times *times = with;
  struct row row = {0};
  record_read(line, take_field, &row);
  if (row.sample && row.ok && row.wall_ns > 0 && times->count < SAMPLES)
    times->ns[times->count++] = row.wall_ns;
}

/* One process; its median sample, or NAN. */
static double run_cell(const struct known_kernel *kernel, const struct known_variant *variant, int64_t iterations) {
  char set[64], samples[16];
  snprintf(set, sizeof set, "%s=%" PRId64, kernel->weak, iterations);
  snprintf(samples, sizeof samples, "%d", SAMPLES);
  const char *argv[] = {"nway",  "cell", "measure",   "--kernel", kernel->path, "--variant", variant->path,
                        "--set", set,    "--samples", samples,    "--fd",       "3",         NULL};
  struct cell_times times = {0};
  struct launch launch = {.argv = argv, .limit_ns = cell_limit_ns, .line = take_line, .with = &times};
  struct outcome outcome;
  struct fault fault;
  if (launch_run(&launch, &outcome, &fault) != 0 || outcome.status != STATUS_OK || times.count < SAMPLES)
    return NAN;
  sort_doubles(times.ns, SAMPLES);
  return median_sorted(times.ns, SAMPLES);
}

/* The log ratio of B to A, of which either may come first. */
static double run_pair(const struct known_kernel *kernel, const struct known_variant *variant, int64_t iterations,
                       uint64_t *random) {
  double ns[2];
  int first = (int)(random_next(random) >> 63);
  ns[first] = run_cell(kernel, variant, iterations);
  ns[!first] = run_cell(kernel, variant, iterations);
  return log(ns[1] / ns[0]);
}

static void run_groups(const struct known_kernel *kernel, const struct known_variant *variant, int64_t iterations,
                       int64_t end, uint64_t *random, struct trial *trial) {
  for (;;) {
    double values[TRIAL_ROUNDS];
    for (int i = 0; i < TRIAL_ROUNDS; i++) {
      values[i] = run_pair(kernel, variant, iterations, random);
      if (isnan(values[i]) || clock_ns() >= end)
        return;
    }
    trial_count(trial, values, TRIAL_ROUNDS);
  }
}

void trial_run(int64_t iterations, int64_t limit_ns, uint64_t *random, struct trial *trial) {
  struct catalog catalog;
  struct fault fault;
  int64_t end = clock_ns() + limit_ns;
  if (catalog_load(&catalog, &fault) == 0) {
    const struct known_kernel *kernel = catalog_calibrator(&catalog, &fault);
    const struct known_variant *variant = catalog_serial(&catalog, &fault);
    if (kernel && variant && !kernel->missing && !variant->missing)
      run_groups(kernel, variant, iterations, end, random, trial);
  }
  catalog_free(&catalog);
}
