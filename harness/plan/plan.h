/* The experiment: its cells, what a process of each cell does, and the order in which they run. */
#ifndef NWAY_PLAN_H
#define NWAY_PLAN_H

#include "base/cell_id.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/states.h"
#include "catalog.h"
#include "cell/team.h"
#include "machine/topology.h"
#include "workers.h"

/* One problem solved by one method. An oracle checks it once; cells run it in many ways. */
struct task {
  const struct known_kernel *kernel;
  const struct section *section; /* where the configuration has it, for messages */
  int block;                     /* index of its problem; in pairs of builds a cell has its own */
  int weak;                      /* number of workers it is grown for (weak scaling); 0: fixed */
  enum build_role build;         /* where two builds are compared */
  char problem[400], method[200];
  char *sets[PARAMS_MAX + 1]; /* arguments of a cell's --set, "name=value" each, NULL at the end */
  int env;                    /* environment of its oracle: that of its first cell */
  bool naive;                 /* its serial cell is the naive baseline of the problem */
  int naive_line;             /* line of the `naive` setting; 0: naive as the first method */
  double units;
  double attainable[COUNTS_MAX]; /* by index in the plan's counts */
  char digest[24];               /* digest of the checked answer; "" until the oracle has run */
  int64_t oracle_ns;             /* time of one sequential execution */
  double unit_ns;                /* time of a unit by the rate that it printed; 0: none */
  bool told;                     /* the user has been told of its first failure */
  bool background;               /* the run has a note of what a process of it left in the background */
  bool left;                     /* the run has a note of what its kernel said at the end of a process */
};

/* A point of the experiment. */
struct plan_cell {
  int task, block; /* block: index of its problem, or of its pair of builds */
  const struct known_variant *variant;
  struct schedule schedule;
  int pin;                  /* index of its placement in the plan */
  int env;                  /* its environment, plan->envs[env - 1]; 0: none */
  int workers, count_index; /* count_index: of `workers` in the plan's counts */
  bool best_serial;
  bool expected;      /* a line of [expect] judges it: it needs the width asked, see stop.h */
  bool settled;       /* no more rounds: its verdict needs none, or it was given up */
  bool given_up;      /* its method is slower at every worker count; see settle.h */
  int64_t dropped_ns; /* a round of its whole problem, which was left out to fit the budget; 0: it was not */
  bool dropped_alone; /* left out by plan_drop_cells */
  bool unasked;       /* left out because its oracle was not run */
  enum cell_state state;
  int64_t took_ns; /* its latest process in the rounds; 0: none yet */
  int64_t iterations, warmup, samples, pilot_ns, process_ns;
  double unit_ns;              /* time of a unit by the rate that its pilot printed; 0: none */
  int64_t pss_bytes, most_khz; /* memory of all workers; highest clock seen; 0: unknown */
  int failures;
  int first_seen, first_slow; /* processes, and those that began with a slow sample; see warmup.h */
  bool valued;                /* a process of a round gave a time */
  char note[400];
};

/* The time by which a cell that the pilot timed is compared with others: of a unit where it prints a rate, else of an
 * execution. */
double plan_pilot_time(const struct plan_cell *);

/* True if both cells run the same task in the same way; worker counts may differ. */
bool plan_same_way(const struct plan_cell *, const struct plan_cell *);

/* The largest speedup that the sizes of the items allow the cell; 0 if nway does not assign the items. */
double plan_attainable(const struct task *task, const struct plan_cell *cell);

#define CELL_FAILURES_MAX 3 /* a cell with so many failed processes runs no more */
#define PINS_MAX 8
struct pin {
  char policy[80];    /* as in the column: none, free, cores, compact, scatter or a list */
  const char *memory; /* local or interleave */
  struct placement placement;
  bool keeps; /* cells that run in one thread stay on one CPU */
};

/* The cells of each block in the order of the plan; see plan_index_blocks. */
struct plan_blocks {
  int *first; /* by block: its first cell, or -1; NULL: not listed */
  int *next;  /* by cell: the next one of its block, or -1 */
};

struct plan {
  struct task *tasks;
  struct plan_cell *cells;
  const struct known_variant *serial; /* runs the oracles */
  int task_count, cell_count, block_count;
  struct plan_blocks blocks;
  int cell_room;         /* cells that there is memory for */
  struct counts counts;  /* all worker counts of the plan, those in reserve too */
  struct counts thinned; /* those asked for that are left after thinning */
  struct pin *pins;      /* room for PINS_MAX */
  int pin_count;
  char **envs; /* each once, as in environment.h */
  int env_count;
  int usable_cpus;
  char untold[1000]; /* lines: the sections whose programs nothing tells their number of workers; "" if none */

  /* from [run] */
  int64_t rounds, max_rounds; /* of every cell; of cells that are not settled by then */
  int64_t give_up;            /* rounds after which methods that cannot win are given up; 0: never */
  bool sequential;            /* run in the order of the plan, for debugging */
  double width;               /* of an interval on the log scale, below which a cell is settled */
  int64_t samples, sample_ns, limit_ns, budget_ns, seed;
};

#define CELLS_MAX 20000
#define ROUNDS_MOST 100000
#define SAMPLES_MOST 1000

/* Expands the config into tasks and cells. Messages carry file and line. Cells that cannot run are there as
 * CELL_SKIPPED with the reason. `pattern` (may be NULL): a Perl-compatible regular expression that the kernel's or
 * the problem section's name must match. */
int plan_make(struct plan *plan, struct config *config, const struct catalog *catalog, const char *pattern,
              int usable_cpus, struct fault *fault);
void plan_free(struct plan *plan);

/* Whether the processes of a cell stay on one CPU: its pin keeps them, it runs in one thread, and its work has nobody
 * beside it who needs a CPU, as a program's threads (NEED_OWN) or the server of one that polls (NEED_POLL) do. */
bool plan_stays(const struct plan *, const struct plan_cell *);

/* Removes the cells in reserve (CELL_SPARE: worker counts between those asked for). */
void plan_drop_spares(struct plan *plan);

/* True if the cell has rounds left to run. */
bool cell_runs(const struct plan_cell *cell);

/* A cell's identity and the text buffer that it points to; do not copy it. */
struct plan_identity {
  struct cell_id id;
  char schedule[40];
};
/* Fills and returns `out->id`, for a cell, or for the task's oracle if `cell` is NULL, with the plan's first placement.
 * Valid as long as the plan and `out`. */
const struct cell_id *plan_identify(const struct plan *plan, const struct task *task, const struct plan_cell *cell,
                                    struct plan_identity *out);

/* Parses "strong" or "weak"; -1 and a fault for other words. */
int plan_scale(const char *text, bool *weak, struct fault *fault);

/* Lists the cells of each block; call it once no cell changes its block any more. */
int plan_index_blocks(struct plan *plan, struct fault *fault);
/* The first cell of a block, and the next one of a cell's block; -1: none. They search where nothing is listed. */
int block_first(const struct plan *plan, int block);
int block_next(const struct plan *plan, int cell);

/* Picks each block's best serial cell by the pilot's times; call once, after the pilot. */
void plan_choose_baselines(struct plan *plan);

/* The best serial cell of a block, or -1. */
int plan_baseline(const struct plan *plan, int block);

/* Whether the first execution of a process is its first sample: that of a program with nothing to be warmed, see
 * sample_first in cell/sampling.h. */
bool cell_first_counts(const struct task *task, const struct plan_cell *cell);

/* Sets the expected time of a process of a piloted cell: `overhead_ns` outside of its executions, the first execution
 * (`cold_ns`) where that is not a sample, warm-up and samples. */
void plan_expect_process(struct plan_cell *cell, const struct task *task, int64_t overhead_ns, int64_t cold_ns);

/* Sets the work of each process of a piloted cell, and its expected time in ns, which is at least the time of its
 * samples and warm-up. */
void plan_set_work(struct plan_cell *cell, int64_t iterations, int64_t warmup, int64_t samples);

/* The part of a process's time that remains with one sample, in ns. */
int64_t plan_least_ns(const struct plan_cell *cell);

/* Expected time of one block of a round, and of a whole round, under the current plan, in ns. */
int64_t plan_block_ns(const struct plan *plan, int block);
int64_t plan_round_ns(const struct plan *plan);

/* The number of processes in one round of a block, each repetition of the baseline included: about the square root of
 * the time of all other processes over its own, at most that of their number. With equal times this is the known
 * optimum for k treatments against one control (Dunnett 1955, doi 10.1080/01621459.1955.10501294); an expensive
 * baseline runs less often, which leaves the time to rounds. At least PARTNERS_MOST (base/paired.h) where that is
 * cheap. */
int plan_processes(const struct plan *plan, int block);

/* Removes worker counts, the least informative first, until `rounds` rounds fit `left_ns` or only `keep` counts are
 * left. */
void plan_thin(struct plan *plan, int64_t left_ns, int64_t rounds, int keep);

/* Drops whole problems, the most expensive first, until `rounds` rounds fit `left_ns` or one problem is left. The first
 * problem stays if it fits alone: a configuration begins with what matters most. */
void plan_drop(struct plan *plan, int64_t left_ns, int64_t rounds);

/* Drops single cells, the most expensive first, until `rounds` rounds fit `left_ns` or one cell is left: the baseline
 * or the cheapest serial cell. Keeps pairs of builds. */
void plan_drop_cells(struct plan *plan, int64_t left_ns, int64_t rounds);

/* Reduces the plan until it fits `left_ns`, in this order: worker counts, down to CURVE_COUNTS; samples of a process;
 * rounds, down to ROUNDS_MIN; worker counts, down to 1, 2 and the largest; whole problems, the most expensive first;
 * rounds of the last problem, down to 1; its cells, the most expensive first. A problem keeps at least one count above
 * 1 under each variant that has any. */
#define CURVE_COUNTS 6
#define ROUNDS_MIN 6
void plan_fit(struct plan *plan, int64_t left_ns);

/* ---- guess.c: before the pilot, in ns ---- */

#define PROCESS_GUESS_NS 15000000 /* start and end of a process */

/* Time of one sequential execution: the oracle's, or before the oracle the kernel's stated minimum. Bounded, so that
 * the sum over all cells stays within 63 bits. */
int64_t plan_guess_execution(const struct task *task);
/* From this time in ns on a pilot is one execution; of a program that one is then the sample of a process, too. */
int64_t plan_long_execution(const struct task *task);
/* Time of a process with `samples` samples, given the time `one` of one execution. */
int64_t plan_guess_process(const struct plan *plan, int64_t one, int64_t samples);
/* Thins the plan by guesses, leaves the most expensive problems and then cells out, and returns what the rest needs: a
 * round of one sample a process and a pilot, which takes as long for a cell as 5 such processes, or as one where all
 * executions are long. */
int64_t plan_thin_by_guess(struct plan *plan, int64_t left_ns);

/* Describes the changes to the plan since `asked` (a copy of its numbers), one line each, without the last newline; ""
 * if there are none. With `left_ns` above 0 it also says if the plan still does not fit. */
void plan_tell(const struct plan *plan, const struct plan *asked, int64_t left_ns, char *notes, size_t size);

/* Orders the cells of one block at random by a seed, with the best serial cell spread through them about sqrt(m) times
 * for m others. A sequential plan keeps the order of its cells, and runs the old build of a pair first. Fills order[]
 * (room for 2 * cell_count + 2); returns the number of entries, or -1 if memory runs out. */
int plan_order(const struct plan *plan, int block, uint64_t *random, int *order, struct fault *fault);

/* The columns of plan.csv. */
enum plan_column {
#define PLAN_COLUMN(name, type, meaning) PLAN_##name,
#include "base/plan.def"
#undef PLAN_COLUMN
  PLAN_COLUMNS
};

enum { PLAN_HEADER_BYTES = 1000 };
/* Fills `out` with this version's header, without a newline, and returns it. */
char *plan_header(char out[PLAN_HEADER_BYTES]);

/* Writes plan.csv (plan.def) through a temporary file; without the cells in reserve. */
int plan_write(const struct plan *plan, const char *path, struct fault *fault);

/* The words of its column baseline (base/states.h). */
const char *plan_baseline_name(const struct plan *plan, const struct plan_cell *cell);

#endif
