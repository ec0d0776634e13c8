/* What the parts of a run share: run.c makes it, phases.c carries it out, visit.c runs one process of it. */
#ifndef NWAY_RUN_STATE_H
#define NWAY_RUN_STATE_H

#include "base/fault.h"
#include "base/samples.h"
#include "folder.h"
#include "machine/machine.h"
#include "plan/builds.h"
#include "plan/plan.h"
#include "plan/revision.h"
#include "process/launch.h"
#include "progress.h"
#include "run.h"
#include "settle.h"

#define NOTES_BYTES 4000
#define SAMPLES_KEPT 256 /* for the median that the adaptive stop looks at */

/* Where the time of all processes went. */
struct duty {
  int64_t timed_ns, warmup_ns, checks_ns, starts_ns;
};

struct run {
  struct duty duty;
  struct settle *settle;
  const struct run_options *options;
  struct config config;
  struct catalog catalog;
  struct catalog new_catalog; /* where two builds are compared: that of the new one */
  struct build builds[2];     /* then: old and new */
  bool commands;              /* the two are programs */
  struct revision revisions[2];
  struct machine machine;
  struct plan plan;
  struct folder folder;
  struct samples samples;
  struct progress progress;
  struct fault *fault;
  uint64_t random;
  time_t started;
  int64_t began_ns, oracle_ns, pilot_ns, rounds_ns;
  int64_t before_ns;                   /* time of the sessions before this one, of a run that was taken up */
  bool planned;                        /* the pilot is over, its plan made */
  int first_round;                     /* to measure in this session */
  bool *done;                          /* blocks of the first round that are whole already, or NULL */
  int rounds_done, bad_cells, ok_rows; /* ok_rows: of phase "sample" */
  int64_t processes_done, processes_expected;
  const char *state; /* running, complete, interrupted, budget; refused: for its budget, before anything was piloted */
  char notes[NOTES_BYTES];
};

/* One process of the run, and what came of it. The caller sets the first part. */
struct visit {
  struct run *run;
  const struct task *task;
  struct plan_cell *cell; /* NULL: the oracle's */
  int round, order;
  bool write; /* its rows go to samples.csv; false for a probe */

  struct row row;                               /* identity filled in; figures as they come */
  int64_t rows_wall_ns, cold_wall_ns, timed_ns; /* of all rows, of the cold one, of those of phase "sample" */
  int64_t warmup_ns, inside_ns;                 /* as the process tells: thrown samples; from its start to its end */
  int rows;
  char status[16], note[FIELD_BYTES]; /* of the first row that was not ok, or of a refusal; "" if all were */
  char param[64];                     /* of a refusal: the parameter to blame */
  int64_t clock_overhead_ns;          /* of a pilot: one reading */
  char steady[8];                     /* of a pilot: yes, no, unknown */
  double executions[SAMPLES_KEPT];    /* time of one execution in each sample, ns */
  int execution_count;
};

/* ---- visit.c ---- */

/* Runs one process (`mode`: probe, oracle, pilot, measure); a failure of it becomes a row. Fills the task (probe,
 * oracle) or the cell (pilot) with what it told. -1 only if the harness itself cannot go on. */
int visit_run(struct visit *visit, const char *mode, struct outcome *outcome);

/* Writes a row for a cell that no process ran. */
int visit_unrun(struct run *run, struct plan_cell *cell, const char *status, const char *note);

/* ---- phases.c: each returns 0, or -1 and run->fault if the harness itself cannot go on ---- */

/* Lays every task out; refuses those that cannot be, with file and line. */
int phase_probe(struct run *run);
/* Refuses a budget that is too short for a pilot and one round even if every kernel ran at its stated floor; before
 * anything is measured. A run that is taken up may have its pilot behind it and is not asked. */
int phase_afford(struct run *run);
/* What the rounds take at the least, without measuring anything, in ns: samples of the length asked for, and kernels at
 * their stated floor. */
int64_t phase_estimate(struct run *run);
/* True when every cell has its rounds and is settled, or has all that it may get; settles those that are. */
bool run_enough(struct run *run, int round);
/* Skipped rows, oracle, pilot, rounds; of a run that was taken up, the rounds that are left. Refuses (run->state) a
 * budget that is too short by the oracle's times; the latest run is this one only from then on. */
int phase_measure(struct run *run);

/* ---- run_state.c ---- */

bool run_stopped(const struct run *run);
int64_t run_elapsed_ns(const struct run *run);
/* Where the generator starts for a block of a round (block -1: for the order of its blocks): by the seed and its place
 * alone, so that a run which is taken up goes on as it would have. */
uint64_t run_random(const struct run *run, int round, int block);
/* Keeps a line for run.json and shows it; "" is no line. */
void run_note(struct run *run, const char *text);
int run_write_plan(struct run *run);
int run_write_state(struct run *run, const char *state);
/* The user's name for the machine, or NULL; the configuration's name, fit for a file name. */
const char *run_label(struct run *run);
char *run_config_name(const struct run *run, char *out, size_t size);

#endif
