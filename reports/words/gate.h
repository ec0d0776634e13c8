/* Separate runs of an old and a new state, as a CI has them: slower, faster, same or undecided, cell by cell. */
#ifndef NWAY_REPORT_GATE_H
#define NWAY_REPORT_GATE_H

#include "base/fault.h"
#include "stats/change.h"
#include "terminal.h"
#include "verdict.h"

/* Fewer runs a side than this decide nothing: 4 against 4 have an interval that reaches from the smallest difference
 * to the largest and a test that fires only without a single overlap, for a single cell. */
#define GATE_LEAST 5
#define GATE_RUNS_MAX 32 /* a side */

struct gate_side {
  const struct result *runs;
  size_t count;
};
enum { GATE_BASE, GATE_NEW, GATE_SIDES };

/* Refuses what cannot be held against each other: the same run twice, a run without an identity, a run of two builds.
 * Returns 0, or -1 with a reason. */
int gate_check(const struct gate_side sides[GATE_SIDES], struct fault *);

struct gate_counts {
  size_t of[CHANGES]; /* cells that both sides have a right time of, by verdict; undecided where few runs have it */
  size_t compared;    /* their sum */
  size_t tested;      /* of these, the cells that enough runs have: the family of Holm's adjustment */
  size_t broken;      /* failed or wrong in a larger share of the new runs than of the base runs that had it right */
  size_t lost;        /* without a comparison for another reason, but for cells that only the new runs have */
  bool refused;       /* too few runs on a side, or several machines: no time is judged */
  bool powerless;     /* so many cells that no p of so few runs survives Holm's adjustment */
};

/* Prints every cell of every run with its verdict, and what the reader must know before. */
struct gate_counts gate_print(const struct gate_side sides[GATE_SIDES], double worth, struct text *, struct screen);

/* The same as CSV (change.h), a line a cell that any run has. runs: of the side that fewer runs have it right; p: of
 * its own rank-sum test, holm_p: adjusted over the cells. verdict: as ab's, or broken, "no match" (one side never has
 * it right), unpaired (nothing is judged: too few runs, or several machines). */
struct gate_counts gate_csv(const struct gate_side sides[GATE_SIDES], double worth, struct text *);

/* 1: a cell proven slower by more than worth, or a broken one. 3: refused, no cell to test, undecided where nothing
 * could have been proven, or with `strict` anything undecided, of undecided size, or lost. 0: else. A gate that cannot
 * fire is never green. */
int gate_exit(const struct gate_counts *, bool strict);

#endif
