/* State that the parts of a run share: run.c creates it, phases.c executes it, visit.c runs one process. */
#ifndef NWAY_RUN_STATE_H
#define NWAY_RUN_STATE_H

#include "base/fault.h"
#include "base/samples.h"
#include "folder.h"
#include "machine/machine.h"
#include "machine/vitals.h"
#include "plan/builds.h"
#include "plan/plan.h"
#include "plan/revision.h"
#include "process/launch.h"
#include "progress.h"
#include "run.h"
#include "settle.h"

#define NOTES_BYTES 32768 /* a note names every problem that the budget left out */
#define SAMPLES_KEPT 256  /* for the median that the adaptive stop uses */

/* Time of all processes, by what it was used for. */
struct duty {
  int64_t timed_ns, warmup_ns, checks_ns, starts_ns;
};

/* What the user asked for, with the catalogs and the machine. */
struct run_asked {
  const struct run_options *options;
  struct config config;
  struct catalog catalog;
  struct catalog new_catalog; /* of `ab`: the new build's catalog */
  struct build builds[2];     /* of `ab`: old and new */
  bool commands;              /* of `ab`: both are programs */
  bool settings;              /* of `ab`: both are values of one parameter, "NAME=VALUE" */
  struct revision revisions[2];
  struct machine machine;
};

/* CPU time of other processes on the usable CPUs, by the system's ticks (10 ms). */
struct run_watch {
  struct cpu_list usable;
  struct ticks began;
  int64_t own_ns;                 /* CPU time of nway and its children when the watch began */
  int64_t foreign_ns, watched_ns; /* in sessions before this one; watched: usable CPUs x time */
};

/* What second.c keeps of the second opinion. */
struct second {
  int cell;           /* index of the cell that it is about; -1: none */
  int64_t executions; /* timed beyond the first */
  json_t *rounds;     /* as in second.json */
  char skipped[400];  /* why there is no opinion, or no further one; "" if none */
};

/* Progress of the run. */
struct run_reached {
  enum run_state state; /* RUN_REFUSED: the budget is too short for one execution */
  bool planned;         /* the pilot is complete and the plan fixed */
  bool listed;          /* the run has blocks.csv; those of an older nway may have none */
  int first_round;      /* first round of this session */
  bool *done;           /* blocks of the first round that are complete already, or NULL */
  int rounds_done, bad_cells;
  int grown_problems, grown_cells; /* that got a sample of warm-up after WARMUP_ROUND */
  int ok_rows;                     /* of PHASE_SAMPLE */
  int64_t processes_done, processes_expected;
  time_t started;
  int64_t began_ns, oracle_ns, pilot_ns, rounds_ns;
  int64_t before_ns; /* time of earlier sessions of a resumed run */
  struct duty duty;
  struct settle *settle; /* ratios for the adaptive stop */
  struct run_watch watch;
  struct second second;
  uint64_t random;
  int home; /* the CPU of the cells that stay (plan_stays), where the system put the first; -1: unknown */
  char notes[NOTES_BYTES];
};

struct run {
  struct run_asked asked;
  struct plan plan;
  struct run_reached reached;
  struct folder folder;
  struct samples samples;
  struct progress progress;
  struct fault *fault;
};

/* One process of the run. */
struct visit {
  struct run *run;
  enum mode mode;
  struct task *task;      /* filled by a probe (units) and an oracle (digest) */
  struct plan_cell *cell; /* filled by a pilot; NULL: a probe or an oracle of the task */
  int round, order;
};

/* Its result. */
struct visit_result {
  struct outcome outcome;
  enum status status;     /* of the first row that was not ok; STATUS_NONE if all were */
  bool refused;           /* by a probe: it cannot be laid out */
  char note[FIELD_BYTES]; /* reason of status or refusal */
  char param[64];         /* of a refusal: the parameter to change */
  char left[FIELD_BYTES]; /* what the kernel says at the end, such as what it could not undo; "" if nothing */
  int rows;
  int64_t rows_wall_ns, cold_wall_ns, timed_ns; /* of all rows, of the cold one, of those of PHASE_SAMPLE */
  int64_t warmup_ns, inside_ns;                 /* reported by the process: warm-up; from its start to its end */
  double unit_ns;                               /* of its last row with a rate, see base/counters.h; 0: none */
  int64_t clock_overhead_ns;                    /* of a pilot: one reading */
  double executions[SAMPLES_KEPT];              /* time of one execution in each sample, ns */
  int execution_count;
};

/* ---- visit.c ---- */

/* Runs one process. Its failure becomes a row, except for a probe. Returns -1 only if the harness cannot continue. */
int visit_run(const struct visit *visit, struct visit_result *result);

/* Writes a row for a cell that no process ran. */
int visit_unrun(struct run *run, struct plan_cell *cell, enum status status, const char *note);

/* ---- probe.c, phases.c, rounds.c: each returns 0, or -1 and run->fault if the harness cannot continue ---- */

/* Lays out every task; refuses a task that cannot be laid out, with file and line. */
int phase_probe(struct run *run);
/* Refuses a budget that is shorter than one execution of every problem at its kernel's stated floor; before anything is
 * measured. Skipped on resume: the pilot may be done. */
int phase_afford(struct run *run);
/* Pilots one cell, which becomes CELL_FAILED if it fails. */
int phase_pilot_cell(struct run *run, int index);
/* What the rounds take at the least, without measuring anything, in ns: samples of the length asked for, and kernels at
 * their stated floor. */
int64_t phase_estimate(struct run *run);
/* Settles the cells that need no more rounds. Returns 1 if every cell is settled or has the most rounds, else 0; -1 and
 * run->fault if memory runs out. */
int run_enough(struct run *run, int round);
/* Skipped rows, oracle, pilot, rounds; of a resumed run, the remaining rounds. Refuses (RUN_REFUSED) a
 * budget that is too short by the oracle's times; the latest run is this one only from then on. */
int phase_measure(struct run *run);

/* ---- run_state.c ---- */

bool run_stopped(const struct run *run);
int64_t run_elapsed_ns(const struct run *run);
/* run_watch starts to measure the CPU time of other processes; run_watched returns it, and the CPU time available, in
 * ns. */
void run_watch(struct run *run);
void run_watched(const struct run *run, int64_t *foreign_ns, int64_t *watched_ns);
/* Where the generator starts for a block of a round (block -1: for the order of its blocks): by the seed and its place
 * alone, so that a resumed run continues as it would have. */
uint64_t run_random(const struct run *run, int round, int block);
/* Stores a line for run.json and shows it; ignores "". */
void run_note(struct run *run, const char *text);
/* Tells a failure when it happens, the first one of each task; the result lists all. `cell` NULL: of its oracle. */
void run_tell_failure(struct run *run, struct task *task, const struct plan_cell *cell, const char *why);
int run_write_plan(struct run *run);
int run_write_state(struct run *run, enum run_state state);
/* run_label: the user's name for the machine, or NULL. run_config_name: the configuration's name as a file name. */
const char *run_label(struct run *run);
char *run_config_name(const struct run *run, char *out, size_t size);

#endif
