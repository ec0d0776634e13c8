/* Judges separate runs of an old and a new state, cell by cell: slower, faster, same or undecided. Pure. */
#ifndef NWAY_REPORT_SIDES_H
#define NWAY_REPORT_SIDES_H

#include "change.h"
#include "result.h"

/* The fewest runs per side that can decide. With 4 against 4 the interval spans all differences, and the test is
 * significant only for a single cell without any overlap. */
#define GATE_LEAST 5
#define GATE_RUNS_MAX 32 /* per side */

struct gate_side {
  const struct result *runs;
  size_t count;
};
enum { GATE_BASE, GATE_NEW, GATE_SIDES };

/* The runs of both sides in one list, base first. */
const struct run *sides_run(const struct gate_side *sides, size_t i);
size_t sides_run_count(const struct gate_side *sides);
/* All runs are of one machine, by its identity: two machines may have the same name. */
bool sides_one_machine(const struct gate_side *sides);
/* A side has under GATE_LEAST runs. */
bool sides_few(const struct gate_side *sides);
/* Every base run started before the first new run. */
bool sides_one_after_the_other(const struct gate_side *sides);

/* A cell over the runs of a side. */
struct side_values {
  double ns[GATE_RUNS_MAX];           /* one per run with a right answer, ascending */
  double by_start[GATE_RUNS_MAX];     /* the same in the order in which the runs started */
  const char *started[GATE_RUNS_MAX]; /* of these; "" if a run does not say it */
  size_t busy;                        /* of these, on a busy machine (fitness.h) */
  size_t right, failed;
  const struct figures *failure; /* the first one */
};

/* A cell that some run has. */
struct sided_cell {
  const struct problem *problem;
  const struct figures *named; /* where the cell first appears */
  struct side_values side[GATE_SIDES];
  struct estimate ratio;   /* base / new; coverage 0 if too few runs have it; n = 0 if no run of a side has */
  double holm_p, beyond_p; /* see evidence_of_change */
  struct detectable detectable;
  enum doubt doubt;    /* why its runs cannot decide */
  enum change verdict; /* valid if `both` and not `refused` */
  bool both;           /* right in some run of each side */
  bool broken;         /* right in base, and failing in a larger share of the new runs */
  bool nowhere;        /* no run has it */
};

struct gate_counts {
  size_t of[CHANGES]; /* cells with a right answer on both sides, by verdict; undecided if too few runs have one */
  size_t compared;    /* their sum */
  size_t tested;      /* compared cells that enough runs have: the family of Holm's adjustment */
  size_t broken;      /* right in some base run, and failed or wrong in a larger share of the new runs */
  size_t lost;        /* not comparable for another reason; excludes cells that only the new runs have */
  size_t nowhere;     /* cells that no run has, for example because every budget left them out */
  bool refused;       /* too few runs on a side, or several machines, so no time is judged */
  bool powerless;     /* too few runs for any p to pass Holm's adjustment over so many cells */
};

struct sided_cells {
  struct sided_cell *list;
  size_t count, capacity;
  struct gate_counts counts;
};

/* Judges every cell of every run. Free with sided_cells_free. */
struct sided_cells sided_cells_of(const struct gate_side sides[GATE_SIDES], double worth);
void sided_cells_free(struct sided_cells *);

/* Returns 1 if a cell is broken or proven slower by more than worth. Returns 3 if the comparison was refused, no cell
 * was tested, or cells are undecided and too few runs could have proven a change; with `strict`, also if a cell is
 * undecided, of undecided size, or lost. Returns 0 otherwise. A comparison that could not have detected a slowdown
 * never returns 0. */
int gate_exit(const struct gate_counts *, bool strict);

/* The fewest runs per side whose smallest p passes Holm's first step among `family` cells. */
size_t sides_runs_needed(size_t family);

#endif
