/* The adaptive stop of a block: which of its cells need no more rounds. Pure; used by the run and by its self-test. */
#ifndef NWAY_STOP_H
#define NWAY_STOP_H

#include <stdbool.h>
#include <stddef.h>

/* One cell of a block. Arrays have one element a round of the block; NAN where the cell has no value. */
struct stop_cell {
  const double *ratio; /* log(baseline / cell); NULL: this is the baseline, which runs as long as any other cell */
  const double *time;  /* log of the time, per unit of work under weak scaling; unused for the baseline */
  bool strict;         /* stops by the width of its own ratio alone: a pair of builds, an expectation */
  bool done;           /* needs no more rounds; the caller clears it once, stop_block sets it */
};

#define STOP_WIDEST 0.10 /* the widest interval, on the log scale, that any verdict accepts: +-5 % */

/* The width that the interval of a cell's comparison with the best needs, on the log scale: `width`, or half of its
 * distance to the best where that is more, at most STOP_WIDEST. An interval of half its distance lies far from 0, so
 * more rounds change no verdict. */
double stop_width(double width, double distance);

/* Marks the cells that are done. The best is the cell that runs with the highest low end of its ratio's interval (the
 * baseline's is 0). Any other is done when the interval of its direct comparison with the best, over their common
 * rounds, is as narrow as stop_width asks (a strict cell: its ratio's, `width`); the best when the others are and its
 * ratio's interval is no wider than `width`. Each is asked only at a look (STOP_LOOKS in paired.h), by its own number
 * of rounds. Without a baseline no cell is done. Returns 0, or -1 without memory. */
int stop_block(struct stop_cell *cells, size_t count, size_t rounds, double width);

#endif
