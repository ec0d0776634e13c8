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

/* The parsed command line of a cell. */
struct cell_options {
  const char *mode, *kernel, *variant, *memory;
  const char *answer; /* digest of the checked answer; NULL if not known yet */
  const char *sets[PARAMS_MAX];
  int set_count, attainable[ATTAINABLE_MAX], attainable_count;
  struct schedule schedule;
  int64_t workers, iterations, warmup, samples, fd;
  int64_t sample_ns, warmup_ns, limit_ns; /* limit_ns: of the whole process, enforced by the launcher */
  int cpus[WORKERS_MAX], cpu_count;       /* 0: workers are not bound */
  bool stays;                             /* the process is to stay on a CPU */
  int home;                               /* that CPU; -1 if it could not be bound to it */
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
  uint64_t mask[MASK_WORDS]; /* the process's affinity before it loaded a module */
  struct answers answers;
  int code;        /* MODE_ONCE: the exit code */
  bool asked;      /* whether the check was already asked for a reason */
  char wrong[400]; /* the first wrong execution since the last row, one of a sample thrown away too; "" if none */
};

/* Times of one sample in ns, summed over its iterations; see columns.def. */
#define TIMES(X) X(wall) X(spawn) X(work) X(join) X(finish) X(ramp) X(tail) X(busy_min) X(busy_mean) X(busy_max)
struct times {
#define X(name) int64_t name;
  TIMES(X)
#undef X
  struct timed timed; /* summed likewise; wall_ns 0: nway's clock counts */
};

/* Each returns 0, or -1 after sending a row for the failure. */

/* Runs one sample. With PHASE_PILOT or PHASE_SAMPLE it sends a row; with PHASE_NONE it discards the sample. */
int sample(struct cell *cell, enum phase phase, int64_t index, int64_t iterations, struct times *times);
/* Runs the first iteration, including the team's start for every lifetime; sends a row of PHASE_COLD. */
int sample_cold(struct cell *cell, struct times *times);
/* The same as the first sample, for programs: each execution starts as cold as the first. */
int sample_first(struct cell *cell, struct times *times);
/* True if the kernel's work is a program that brings its own workers. */
bool runs_programs(const struct cell *cell);
/* Runs one more iteration, untimed. Returns the memory that all workers use together, in bytes (sum of PSS after the
 * work); 0 if unknown. */
int64_t sample_memory(struct cell *cell);
/* Runs the first iteration and checks it by the oracle; sends a row of PHASE_ORACLE. */
int sample_oracle(struct cell *cell);

/* Runs the cell's iterations and prints the answer, whether it is right, and "nway: time 0.0123 s": the time of all of
 * them. Sets cell->code; fails after a message on stderr. */
int once(struct cell *cell);
/* The same as sample with PHASE_NONE, but begins with the first iteration, and the oracle checks the last one: NULL, or
 * why its answer is wrong. Returns 0, or -1 after tell_failure. */
int sample_once(struct cell *cell, int64_t iterations, struct times *times, const char **wrong);

/* Finds iterations and warm-up and sends them as a "plan" line. */
int pilot(struct cell *cell);

/* True if people read what the process says; then it sends no lines. */
bool is_for_people(const struct cell *cell);
/* Sends a row without figures, to people a message; returns -1. */
int tell_failure(struct cell *cell, enum phase phase, enum status status, const char *note);
/* True where the variant's team lives for one iteration. */
bool team_per_iteration(const struct cell *cell);

#endif
