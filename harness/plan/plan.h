/* The experiment: which cells there are, what a process of each does, and in which order they run. */
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

/* One problem solved by one method: what an oracle checks once, and what cells run in many ways. */
struct task {
  const struct known_kernel *kernel;
  const struct section *section; /* where it was asked for, for messages */
  int block;                     /* index of its problem; a cell has its own */
  int weak;                      /* grown for so many workers (weak scaling); 0: the problem is fixed */
  const char *build;             /* "old" or "new" where two builds are compared; else NULL */
  char problem[400], method[200];
  char *sets[PARAMS_MAX + 1]; /* "name=value" for a cell's --set, NULL at the end */
  int env;                    /* of its oracle: that of its first cell */
  bool naive;                 /* its seq cell is the naive baseline of the problem */
  int naive_line;             /* where a config says so; 0: it is only the first method */
  double units;
  double attainable[COUNTS_MAX]; /* by index in the plan's counts */
  char digest[24];               /* of the right answer, "" until the oracle ran */
  int64_t oracle_ns;             /* time of one sequential execution */
};

/* A point of the experiment. */
struct plan_cell {
  int task, block; /* block: of its problem, or of its pair of builds */
  const struct known_variant *variant;
  struct schedule schedule;
  int pin;                  /* index of its placement in the plan */
  int env;                  /* its environment: plan->envs[env - 1]; 0: nothing is set */
  int workers, count_index; /* count_index: of `workers` in the plan's counts */
  bool best_serial;
  bool settled; /* its interval is as narrow as asked for: no more rounds */
  bool dropped; /* with its whole problem, to keep the budget */
  enum cell_state state;
  int64_t iterations, warmup, samples, pilot_ns, process_ns;
  int64_t pss_bytes, most_khz; /* of all workers together; the fastest clock seen; 0 unknown */
  int failures;
  char note[400];
};

#define CELL_FAILURES_MAX 3 /* then a cell is given up */
#define PINS_MAX 8
struct pin {
  char policy[80];    /* as the column says it: none, cores, compact, scatter or a list */
  const char *memory; /* local or interleave */
  struct placement placement;
};

struct plan {
  struct task *tasks;
  struct plan_cell *cells;
  const struct known_variant *serial; /* runs the oracles */
  int task_count, cell_count, block_count;
  struct counts counts;  /* all worker counts of the plan */
  struct counts thinned; /* those that are left */
  struct pin *pins;      /* PINS_MAX of them */
  int pin_count;
  char **envs; /* as environment.h reads them, each once */
  int env_count;
  int usable_cpus;

  /* from [run] */
  int64_t rounds, max_rounds; /* rounds of every cell; of those that are not settled by then */
  bool sequential;            /* cells and blocks in the order of the plan, for debugging */
  double width;               /* of the interval, on the log scale: when a cell is settled */
  int64_t samples, sample_ns, limit_ns, budget_ns, seed;
};

#define CELLS_MAX 20000

/* Expands the config into tasks and cells. Messages carry file and line. Cells that cannot run are there as
 * CELL_SKIPPED with the reason. `pattern` (may be NULL): an Perl-compatible regular expression that the kernel's or
 * the problem section's name must match. */
int plan_make(struct plan *plan, struct config *config, const struct catalog *catalog, const char *pattern,
              int usable_cpus, struct fault *fault);
void plan_free(struct plan *plan);

/* It has rounds left to run. */
bool cell_runs(const struct plan_cell *cell);

/* A cell's identity, with the texts that it needs room for; so it cannot be copied. */
struct plan_identity {
  struct cell_id id;
  char schedule[40];
};
/* Fills and returns `out->id`: of a cell, or of the task's oracle where `cell` is NULL. Its texts live as long as the
 * plan and `out`. */
const struct cell_id *plan_identify(const struct plan *plan, const struct task *task, const struct plan_cell *cell,
                                    struct plan_identity *out);

/* Reads "strong" or "weak". */
int plan_scale(const char *text, bool *weak, struct fault *fault);

/* Picks each block's best serial cell by the pilot's times; call once, after the pilot. */
void plan_choose_baselines(struct plan *plan);

/* The best serial cell of a block, or -1. */
int plan_baseline(const struct plan *plan, int block);

/* Sets what each process of a piloted cell does, and with it its expected time in ns, which is never less than its
 * samples and warm-up alone take. */
void plan_set_work(struct plan_cell *cell, int64_t iterations, int64_t warmup, int64_t samples);

/* Expected time of one block of a round, and of a whole round, as the plan stands, in ns. */
int64_t plan_block_ns(const struct plan *plan, int block);
int64_t plan_round_ns(const struct plan *plan);

/* Processes that one round of a block has left to run, its baseline counted as often as it stands there. */
int plan_processes(const struct plan *plan, int block);

/* Takes worker counts out, those first that say least, until so many rounds fit `left_ns` or only `keep` are left. */
void plan_thin(struct plan *plan, int64_t left_ns, int64_t rounds, int keep);

/* Leaves whole problems out, the dearest first, until so many rounds fit `left_ns` or one problem is left. */
void plan_drop(struct plan *plan, int64_t left_ns, int64_t rounds);

/* Makes the plan fit `left_ns`: thins worker counts, but keeps enough for a curve; then samples of a process; then
 * rounds, but keeps enough for an interval; then worker counts down to 1, 2 and the largest; then leaves the dearest
 * problems out; of the last one, rounds down to 1. A problem keeps at least one count above 1 under each variant that
 * has any. */
#define CURVE_COUNTS 5
#define ROUNDS_MIN 6
void plan_fit(struct plan *plan, int64_t left_ns);

/* What was done to the plan since it was `asked` (a copy of its numbers), a line each without the last newline; ""
 * if nothing. With `left_ns` above 0 also whether it still does not fit. */
void plan_tell(const struct plan *plan, const struct plan *asked, int64_t left_ns, char *told, size_t size);

/* The cells of one block in a seeded random order, the best serial cell spread through it about sqrt(m)
 * times for m others; of a sequential plan nothing is random, and of a pair the old build comes first. Fills order[]
 * (room for 2 * cell_count + 2), returns how many, or -1 without memory. */
int plan_order(const struct plan *plan, int block, uint64_t *random, int *order, struct fault *fault);

/* The columns of plan.csv. */
enum plan_column {
#define PLAN_COLUMN(name, type, meaning) PLAN_##name,
#include "base/plan.def"
#undef PLAN_COLUMN
  PLAN_COLUMNS
};

/* Writes plan.csv (plan.def), by way of a temporary file. */
int plan_write(const struct plan *plan, const char *path, struct fault *fault);

/* "naive", "best-serial", both, or "". */
const char *plan_baseline_name(const struct plan *plan, const struct plan_cell *cell);

#endif
