/* A loaded run folder: problems, their cells, and the measured processes. */
#ifndef NWAY_REPORT_RUN_H
#define NWAY_REPORT_RUN_H

#include "base/cell_id.h"
#include "base/counters.h"
#include "base/fault.h"
#include "base/states.h"
#include "base/text.h"

/* All rows of one cell with the same (round, block, order). Times in ns per iteration. */
struct process {
  int64_t round, block, order;
  double ns;                      /* median over its timed samples; NAN if it has none */
  double first_excess;            /* log of its first timed sample over the median of the later ones; NAN: unknown */
  double inner_ns;                /* as the program measured itself: counter inner_ns; NAN if unknown */
  double cold_ns;                 /* first iteration, start included; NAN if unknown */
  double wall, spawn, work, join; /* sums over its samples, ns */
  double finish, busy;            /* sums, ns: serial tail; all workers' time in items. NAN if unknown */
  double clock;                   /* processor speed during the process, any unit; NAN if unknown */
  double throughput;              /* work units per second, from the sums; NAN if unknown */
  bool ok;                        /* all its rows are ok and it has a valid time */
  bool distrusted;                /* the machine disturbed at least one of its samples */
};

/* Failures and disturbances of a cell, in counts of rows or processes. */
struct cell_trouble {
  long processes, failed, distrusted, invalid_times;
  enum status status;  /* the first failure (a wrong answer takes precedence), or STATUS_NONE */
  char *note;          /* its reason, or NULL */
  char *trust;         /* every distinct text of the column trust, joined by "; ", or NULL */
  unsigned trust_bits; /* TRUST_BIT of every word in them */
};

struct cell {
#define CELL_ID(name, level, label, meaning) char *name;
#include "base/cell_id.def"
  char *section; /* label of its section in the configuration; "" if unknown */
  double units;  /* work units of one execution; 0 unknown */
  int64_t workers, block;
  bool naive, best_serial;                  /* from the plan's column baseline */
  bool planned;                             /* listed in plan.csv; else only in samples.csv */
  size_t variant_at;                        /* index into run.variants */
  bool serial, per_iteration, by_processes; /* copied from struct variant_facts */
  double attainable;                        /* largest speedup possible with the items' sizes; NAN if unknown */
  enum cell_state state;                    /* from the plan, like plan_note */
  char *plan_note;
  int64_t iterations, samples;     /* per sample, per process; from the plan */
  int64_t os_threads, usable_cpus; /* largest and last seen, 0 if unknown */
  int64_t bound_cpus;              /* most distinct CPUs its bound workers ran on; 0: not bound */
  int64_t pss_bytes;               /* peak memory of all workers together; 0 unknown */
  char *counters;                  /* the kernel's counters in its last sample; NULL if none */
  char *digest;                    /* of its answers; NULL if none */
  bool digests_differ;             /* between its samples, or from its method's oracle */
  unsigned several;                /* bits of the axes on which its variant has several values; see problem.compared */
  bool rated;                      /* times are those of one unit of its rate, see base/counters.h */
  bool imported;                   /* another program measured it, see run.imported */
  bool alone;                      /* in some sample one worker did two workers' part: counter alone=1 */
  bool throttled;                  /* throttled_ns above 1 % of the wall time of its samples */
  double cpus;                     /* CPU time of its samples over their wall time: CPUs in use; 0 unknown */
  struct cell_trouble trouble;
  struct process *processes; /* sorted by round, block, order */
  size_t process_count;
};

struct problem {
#define PROBLEM_TEXT_BUILD(name) char *name;
#define PROBLEM_TEXT_PROBLEM(name) char *name;
#define PROBLEM_TEXT_WAY(name)
#define CELL_ID(name, level, label, meaning) PROBLEM_TEXT_##level(name)
#include "base/cell_id.def"
  char *unit, *bound, *summary, *doc, *flags; /* from the catalog; "" if unknown */
  struct cell *cells;                         /* by method, variant, schedule, pin, workers; the serial variant first */
  size_t count, capacity;
  struct cell *naive, *best_serial; /* in `cells`, or NULL */
  struct param *params;             /* of its kernel, from the catalog; NULL if unknown */
  bool compared;                    /* `varies`, and `several` of its cells, are known */
  unsigned varies;                  /* bits of the axes on which its cells differ */
  bool probes_granularity;          /* its kernel probes the smallest item worth scheduling */
  bool probes_bandwidth;            /* its kernel probes memory bandwidth */
  bool lacks_check;                 /* its kernel has no check of its own, as the catalog says */
  bool rated;                       /* times are those of one unit, by the rate that its programs print */
  bool runs_programs;               /* its kernel runs programs, which bring their own workers */
};

/* What another program measured of a cell in a round, in ns; see second.json in docs/files.md. */
struct second_round {
  int64_t round;
  double start_ns, whole_ns; /* start-up with the first execution; the same with `executions` more */
};

/* A second opinion on one cell, as asked for; not asked for if `by` is NULL. */
struct second_facts {
  char *by, *skipped; /* who measured; why there is no (further) measurement, or NULL */
  char *text[CELL_IDS];
  int64_t workers, executions;
  struct second_round *rounds;
  size_t count;
};

struct fact {
  char *name, *value, *unit, *source; /* value NULL: unknown */
};

/* A definition of the configuration that follows the size of the machine, with its value in this run. */
struct chosen_size {
  char *name, *value;
};

/* A variant's properties from the catalog; missing ones are false, 0 or NULL. */
struct variant_facts {
  char *name;
  bool serial;                  /* the serial variant, the base of own speedups */
  bool per_iteration;           /* starts a new team for each iteration */
  bool by_processes;            /* its workers are processes */
  bool one_worker;              /* limited to one worker */
  bool used;                    /* some cell of the run uses it */
  int64_t usual;                /* rank, from 1, among the usual variants; 0: not usual */
  size_t place;                 /* in the catalog, then in the plan */
  char *colour, *marker, *dash; /* its look as the catalog spells it: foreign text */
};

struct run {
  char *folder, *id, *machine_id, *label, *name, *nway, *config_name, *config_file, *config_text, *started, *ended,
      *command;
  enum run_state state; /* RUN_NONE: unknown */
  int64_t seed, rounds_planned, rounds_done, elapsed_ns, budget_ns;
  int64_t foreign_ns, watched_ns; /* CPU time of other processes, and of the usable CPUs; 0 unknown */
  double width;                   /* of an interval on the log scale, at which its cell was done; 0: not asked */
  bool listed;                    /* nway wrote a blocks.csv */
  bool synthetic;                 /* made by a generator, not measured */
  char *imported;                 /* the program that measured it, which is not nway; NULL: nway did */
  char **notes;
  size_t note_count, note_capacity;
  struct chosen_size *sizes; /* none in runs of older versions */
  size_t size_count, size_capacity;
  struct fact *facts;
  size_t fact_count, fact_capacity;
  struct variant_facts *variants; /* serial, usual, then the others, used or not */
  size_t variant_count;
  struct second_facts second;
  struct problem *problems;
  size_t problem_count, problem_capacity;
  char **notices; /* problems in the run's files: torn lines, invalid times */
  size_t notice_count, notice_capacity;
  struct scratch *unpacked;        /* temporary folder of the files of a page that holds its run; NULL: a real folder */
  struct json_t *catalog;          /* owns the texts of the problems' params, or NULL */
  const char *report;              /* folder that its report is written to, NULL: report/ in `folder`; not owned */
  const struct examiner *examiner; /* another configuration that judges this run, or NULL; not owned */
  long rows, torn;
  int64_t usable_cpus, most_workers;
};

/* Reads folder/samples.csv, plan.csv, run.json, machine.json, catalog.json. The first two are required.
 * Returns 0, or -1 with "file:line: ...". Free with run_free in both cases. */
int run_load(struct run *, const char *folder, struct fault *);
void run_free(struct run *);

/* Returns a process's value: the median of its timed samples (at least one). Sorts them. */
double process_ns(double *samples, size_t count);

/* The value of a machine fact, or NULL if it is unknown. */
const char *run_fact(const struct run *, const char *name);
/* Returns the machine's name given by the user, else its label, else its identity. */
const char *run_machine(const struct run *);

/* A cell's outcome for comparing two runs. `valid`: it has a valid time and no wrong answer. */
enum cell_outcome { OUTCOME_RIGHT, OUTCOME_FAILED, OUTCOME_LEFT_OUT };
enum cell_outcome cell_outcome(const struct cell *, bool valid);

/* A run of `nway ab`: each cell is compared with the same cell of the other build, not with a baseline. */
bool of_two_builds(const struct run *);
/* What the times of a problem are those of: "one execution", or "one unit" of a rate; as the head of a column. */
const char *timed_thing(const struct problem *);
const char *time_head(const struct problem *);
/* Weak scaling: the problem grows with the workers; the ideal time is constant. */
bool is_weak(const struct problem *);
/* Returns the CPUs available to a cell's threads: the usable ones or, if fewer, those it was bound to; 0 unknown. */
int64_t cell_cpus(const struct cell *);
/* The cell had more OS threads than CPUs; its times include waiting. */
bool is_oversubscribed(const struct cell *);
/* Dropped from the plan to keep the time budget. */
bool is_thinned(const struct cell *);
double cell_counter(const struct cell *, const char *name);
/* Returns a cell's text on an axis. */
const char *cell_text(const struct cell *, enum cell_axis);
/* Returns a problem's text on an axis; "" on those that select a way. */
const char *problem_text(const struct problem *, enum cell_axis);
/* Some cells of the problem differ on the axis. */
bool axis_varies(const struct problem *, enum cell_axis);
/* The problems of two runs are the same, in the same build. */
bool problems_alike(const struct problem *, const struct problem *);
/* The cells are the same in everything but the build. */
bool cells_alike(const struct cell *, const struct cell *);
/* The cells solve their problem in the same way; worker counts may differ. */
bool same_way(const struct cell *, const struct cell *);
/* Adds "method variant schedule" for headings and labels; omits parts common to all cells of the problem. */
void cell_name(struct text *, const struct problem *, const struct cell *, bool with_workers);
/* Adds "kernel problem, build old, weak scaling": raw foreign text. */
void problem_title(struct text *, const struct problem *);

#endif
