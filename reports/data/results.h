/* A run folder as the report sees it: problems, their cells, and the processes that were measured. */
#ifndef NWAY_REPORT_RUN_H
#define NWAY_REPORT_RUN_H

#include "base/cell_id.h"
#include "base/fault.h"
#include "base/states.h"
#include "base/text.h"

/* All rows of one cell with the same (round, block, order). Times in ns per iteration. */
struct process {
  int64_t round, block, order;
  double ns;                      /* median over its timed samples; NAN if it has none */
  double cold_ns;                 /* first iteration, start included; NAN if unknown */
  double wall, spawn, work, join; /* sums over its samples, ns */
  double finish, busy;            /* sums as well: the serial tail; time in items of all workers. NAN if unknown */
  double clock;                   /* of the processor while it ran, in any unit; NAN if unknown */
  double throughput;              /* work units per second, from the sums; NAN if unknown */
  bool ok;                        /* every row of it is ok and it has a valid time */
  bool distrusted;                /* the machine disturbed at least one of its samples */
};

/* What may have gone wrong in a cell, in counts of rows or processes. */
struct cell_trouble {
  long processes, failed, distrusted, invalid_times;
  enum status status;  /* the first that is not ok, or STATUS_NONE */
  char *note;          /* its reason, or NULL */
  char *trust;         /* every distinct text of the column trust, joined by "; ", or NULL */
  unsigned trust_bits; /* TRUST_BIT of every word in them */
};

struct cell {
#define CELL_ID(name, level, label, meaning) char *name;
#include "base/cell_id.def"
  char *section; /* label of the configuration's section that asked for it; "" if unknown */
  double units;  /* of work in one execution; 0 unknown */
  int64_t workers, block;
  bool naive, best_serial;                  /* from the plan's column baseline */
  bool planned;                             /* the plan names it (else only rows do) */
  size_t variant_at;                        /* its variant among those of the run */
  bool serial, per_iteration, by_processes; /* what its variant is, as in struct variant_facts */
  double attainable;                        /* speedup that the items' sizes allow; NAN if unknown */
  enum cell_state state;                    /* from the plan, as its note */
  char *plan_note;
  int64_t iterations, samples;     /* a sample, a process; from the plan */
  int64_t os_threads, usable_cpus; /* largest and last seen, 0 if unknown */
  int64_t bound_cpus;              /* different CPUs that its bound workers were seen on, the most; 0 not bound */
  int64_t pss_bytes;               /* memory of all workers together, the most seen; 0 unknown */
  char *counters;                  /* the kernel's own facts of one execution, those of the last sample; NULL if none */
  char *digest;                    /* of its answers, NULL if none was given */
  bool digests_differ;             /* among its own samples, or from the oracle of its method */
  bool alone;                      /* one worker did the part of two in a sample: the kernel counted alone=1 */
  bool throttled;                  /* throttled_ns above 1 % of the wall time of its samples */
  struct cell_trouble trouble;
  struct process *processes; /* sorted by round, block, order */
  size_t process_count, process_capacity;
};

struct problem {
  char *build, *kernel, *problem, *scale;
  char *unit, *bound, *summary, *doc; /* from the catalog; "" if unknown */
  struct cell *cells;                 /* by method, variant, schedule, pin, workers; the serial variant first */
  size_t count, capacity;
  struct cell *naive, *best_serial; /* in `cells`, or NULL */
  struct param *params;             /* of its kernel, from the catalog; NULL if unknown */
  bool probes_granularity;          /* its kernel is made to find the smallest item worth dealing out */
  bool probes_bandwidth;            /* its kernel is made to find what the memory delivers */
};

struct fact {
  char *name, *value, *unit, *source; /* value NULL: unknown */
};

/* What the catalog tells of a variant; what it does not tell is false, 0 or NULL. */
struct variant_facts {
  char *name;
  bool serial;                  /* the plain serial way, the base of own speedups */
  bool per_iteration;           /* its team lives for one iteration */
  bool by_processes;            /* its workers are processes */
  bool one_worker;              /* it takes no more */
  bool used;                    /* a cell of the run has it */
  int64_t usual;                /* its place, from 1, among the usual variants; 0: not one of them */
  size_t place;                 /* in the catalog, then in the plan */
  char *colour, *marker, *dash; /* of its look, as the catalog spells them: foreign text */
};

struct run {
  char *folder, *id, *machine_id, *label, *name, *nway, *config_name, *config_file, *config_text, *started, *ended,
      *command;
  enum run_state state; /* RUN_NONE: unknown */
  int64_t seed, rounds_planned, rounds_done, elapsed_ns, budget_ns;
  char **notes;
  size_t note_count, note_capacity;
  struct fact *facts;
  size_t fact_count, fact_capacity;
  struct variant_facts *variants; /* serial, usual, then the others, used or not */
  size_t variant_count;
  struct problem *problems;
  size_t problem_count, problem_capacity;
  char **notices; /* what the reader should know about the files: torn lines, invalid times */
  size_t notice_count, notice_capacity;
  struct json_t *catalog;          /* what the problems' params live in, or NULL */
  const struct examiner *examiner; /* whose [expect] sections config_text is, or NULL: its own; not owned */
  long rows, torn;
  int64_t usable_cpus, most_workers;
};

/* Reads folder/samples.csv, plan.csv, run.json, machine.json, catalog.json. The first two must be there.
 * Returns 0, or -1 with "file:line: ..." . */
int run_load(struct run *, const char *folder, struct fault *);
void run_free(struct run *);

/* The value of a process from the values of its timed samples (at least one), which it sorts. */
double process_ns(double *samples, size_t count);

/* The value of a machine fact, or NULL if it is unknown. */
const char *run_fact(const struct run *, const char *name);
/* How the user calls the machine, else its label, else its identity. */
const char *run_machine(const struct run *);

/* What a run says of a cell when it is held against another. `valid`: it has a valid time and no wrong answer. */
enum cell_outcome { OUTCOME_RIGHT, OUTCOME_FAILED, OUTCOME_LEFT_OUT };
enum cell_outcome cell_outcome(const struct cell *, bool valid);

/* Its cells carry a build, as those of `nway ab` do: each is held against the other build, not against a baseline. */
bool of_two_builds(const struct run *);
/* Weak scaling: the problem grows with the workers, so that the ideal time stays the same. */
bool is_weak(const struct problem *);
/* The CPUs that its threads had: the usable ones, or those of its placement where they are fewer; 0 if unknown. */
int64_t cell_cpus(const struct cell *);
/* More threads of the system at the same time than CPUs for them: it shows waiting, not scaling. */
bool is_oversubscribed(const struct cell *);
/* Left out before the rounds to keep the time budget. */
bool is_thinned(const struct cell *);
/* One of the kernel's own facts, by its name; NAN if it told none of that name. */
double cell_counter(const struct cell *, const char *name);
/* The place of a cell on an axis. */
const char *cell_text(const struct cell *, enum cell_axis);
/* The same point of the experiment, whichever build it was measured with. */
bool cells_alike(const struct cell *, const struct cell *);
/* The same on all axes by which one problem is solved in different ways, whatever the number of workers. */
bool same_way(const struct cell *, const struct cell *);
/* "method variant schedule", without what is the same for all cells of the problem, for headings and labels. */
void cell_name(struct text *, const struct problem *, const struct cell *, bool with_workers);
/* "kernel problem, build old, weak scaling": raw foreign text. */
void problem_title(struct text *, const struct problem *);

#endif
