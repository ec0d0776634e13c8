/* One cell at work: its state, its iterations, samples and rows. */
#ifndef NWAY_SAMPLING_H
#define NWAY_SAMPLING_H

#include "answers.h"
#include "base/params.h"
#include "base/states.h"
#include "machine/disturbance.h"
#include "machine/hardware.h"
#include "machine/usage.h"
#include "record.h"
#include "team.h"

#define ATTAINABLE_MAX 64

/* What a cell's command line says. */
struct cell_options {
  const char *mode, *kernel, *variant, *memory;
  const char *answer; /* the digest of the right one, or NULL: not known yet */
  const char *sets[PARAMS_MAX];
  int set_count, attainable[ATTAINABLE_MAX], attainable_count;
  struct schedule schedule;
  int64_t workers, iterations, warmup, samples, fd;
  int64_t sample_ns, warmup_ns, limit_ns; /* limit: of the whole process, kept by who started it */
  int cpus[WORKERS_MAX], cpu_count;       /* 0: workers are not bound */
};

struct cell {
  const struct cell_options *options;
  const struct kernel *kernel;
  const struct variant *variant;
  struct settings settings;
  struct job job;
  struct team team;
  struct record record;
  struct disturbance before; /* when the process started */
  struct hardware hardware;
  int64_t began_ns, warmup_spent_ns;
  int usable_cpus;
  struct answers answers;
  bool asked;      /* the kernel's check, why an answer is wrong */
  char wrong[400]; /* of this sample: the first wrong execution and why it is; "" if none is known */
};

/* Times of one sample in ns, summed over its iterations; see columns.def. */
#define TIMES(X) X(wall) X(spawn) X(work) X(join) X(finish) X(ramp) X(tail) X(busy_min) X(busy_mean) X(busy_max)
struct times {
#define X(name) int64_t name;
  TIMES(X)
#undef X
};

/* Each returns 0, or -1 after a failure that has been told as a row. */

/* Runs one sample. With a phase (PHASE_PILOT, PHASE_SAMPLE) it becomes a row; PHASE_NONE: it is thrown away. */
int sample(struct cell *cell, enum phase phase, int64_t index, int64_t iterations, struct times *times);
/* The first iteration, its start included whatever the variant's lifetime; a row of PHASE_COLD. */
int sample_cold(struct cell *cell, struct times *times);
/* One more iteration, untimed, for the memory that all workers take together, in bytes (sum of PSS once all have
 * worked); 0 where the system does not tell. */
int64_t sample_memory(struct cell *cell);
/* The first iteration, checked by the oracle; a row of PHASE_ORACLE. */
int sample_oracle(struct cell *cell);

/* Finds iterations and warm-up and tells them as a "plan" line. */
int pilot(struct cell *cell);

/* A row without figures; returns -1. */
int tell_failure(struct cell *cell, enum phase phase, enum status status, const char *note);
/* True where the variant's team lives for one iteration. */
bool team_per_iteration(const struct cell *cell);

#endif
