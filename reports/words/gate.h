/* Judges separate runs of an old and a new state, as a CI has them, cell by cell: slower, faster, same or undecided. */
#ifndef NWAY_REPORT_GATE_H
#define NWAY_REPORT_GATE_H

#include "base/fault.h"
#include "change_rows.h"
#include "terminal.h"
#include "verdict.h"

/* The fewest runs per side that can decide. With 4 against 4 the interval spans all differences, and the test is
 * significant only for a single cell without any overlap. */
#define GATE_LEAST 5
#define GATE_RUNS_MAX 32 /* per side */

struct gate_side {
  const struct result *runs;
  size_t count;
};
enum { GATE_BASE, GATE_NEW, GATE_SIDES };

/* Refuses runs that cannot be compared: the same run twice, a run without an identity, a run of two builds. Returns 0,
 * or -1 with a reason. */
int gate_check(const struct gate_side sides[GATE_SIDES], struct fault *);

struct gate_counts {
  size_t of[CHANGES]; /* cells with a right answer on both sides, by verdict; undecided if too few runs have one */
  size_t compared;    /* their sum */
  size_t tested;      /* compared cells that enough runs have: the family of Holm's adjustment */
  size_t broken;      /* right in some base run, and failed or wrong in a larger share of the new runs */
  size_t lost;        /* not comparable for another reason; excludes cells that only the new runs have */
  bool refused;       /* too few runs on a side, or several machines, so no time is judged */
  size_t powerless;   /* undecided, with too few right runs for any p to pass Holm's adjustment over so many cells */
  size_t unjudged;    /* undecided, because a side met a busy machine or does not say the order of its runs */
};

/* Prints the warnings that apply, then every cell of every run with its verdict. */
struct gate_counts gate_print(const struct gate_side sides[GATE_SIDES], double worth, struct text *, struct screen);

/* Writes the same as CSV (change.h), one line per cell that any run has. runs: right runs of the side with fewer; p: of
 * the cell's own rank-sum test; holm_p: adjusted over the cells. verdict: as in ab, or broken, "no match" (never right
 * on one side), or unpaired (not judged: too few runs, or several machines). */
struct gate_counts gate_csv(const struct gate_side sides[GATE_SIDES], double worth, struct text *);

/* Adds every cell that some run has to the rows, old = base, and the warnings to `lines`, one a line, the first one
 * saying what was compared; free both. Returns the same counts. */
struct gate_counts gate_rows(const struct gate_side sides[GATE_SIDES], double worth, struct change_rows *,
                             struct text *lines);

/* The comparison in a sentence: "2 of 6 cells are slower by more than 3 %; 4 the same." */
void gate_sentence(struct text *, const struct gate_counts *, double worth);

/* Returns 1 if a cell is broken or proven slower by more than worth. Returns 3 if the comparison was refused, no cell
 * was tested, or a cell is powerless or unjudged; with `strict`, also if a cell is undecided, of undecided size, or
 * lost. Returns 0 otherwise. A comparison that could not have detected a slowdown never returns 0. */
int gate_exit(const struct gate_counts *, bool strict);

#endif
