/* METG, the minimum effective task granularity: the smallest item worth scheduling. Pure.
 *
 * Source: Slaughter et al. 2020, Task Bench: A Parameterized Benchmark for Evaluating Parallel Runtime Performance,
 * SC20, doi 10.1109/SC41405.2020.00066. */
#ifndef NWAY_REPORT_METG_H
#define NWAY_REPORT_METG_H

#include "result.h"

#define METG_LEVEL 0.5 /* required efficiency */

/* One size of items. */
struct size_point {
  double item_ns;               /* time of one item on one worker, without a team; above 0 */
  double efficiency, low, high; /* with a team; NAN: unknown, or no interval */
};

enum metg_state {
  METG_UNKNOWN,    /* fewer than METG_SIZES points, or no interval */
  METG_BELOW,      /* the smallest items tried still reach the level */
  METG_FOUND,      /* between two tried sizes */
  METG_NOT_REACHED /* the largest items tried are below the level */
};
struct metg_end {
  enum metg_state state;
  double ns; /* FOUND: the size; BELOW: the smallest tried; NOT_REACHED: the largest; else NAN */
};
struct metg {
  struct metg_end middle, low, high; /* low: from the upper ends of the efficiencies' intervals */
};

enum { METG_SIZES = 2 }; /* the fewest that show how efficiency depends on the size */
/* Finds the size above which every tried size reaches `level` (0 < level < 1), from points of ascending size.
 * Interpolates the ratio of useful to lost time, E / (1 - E), as a power of the size: linear on logarithmic axes, and
 * exact for a fixed cost per item. `low` and `high` also hold where the lines through the neighbouring sizes cross,
 * since efficiency may follow another law. */
struct metg metg_of(const struct size_point *, size_t count, double level);

/* One way of running a kernel that probes granularity, over the sizes of its items. */
struct metg_curve {
  struct text name;        /* the way, plus other problem parameters if several exist. Raw foreign text */
  const struct cell *cell; /* a cell of this way */
  int64_t workers;         /* largest count with a CPU per worker */
  int64_t threads;         /* OS threads of these workers; 0 unknown */
  struct size_point *points;
  size_t count, capacity;
  size_t withheld;    /* further sizes, whose efficiency carries no verdict (fitness.h) */
  double doubtful_ns; /* the largest of these that may lie below the level; 0: none. Then no METG below it is named */
  struct metg metg;   /* at METG_LEVEL */
};
struct metg_curves {
  struct metg_curve *list; /* in plan order, without the serial one */
  size_t count, capacity;
};
/* Returns whether the workers share one OS thread, like coroutines. They never run in parallel: their efficiency is at
 * most 1 / workers for any item size, so a crossing at METG_LEVEL would be chance. */
bool metg_never(const struct metg_curve *);

/* The curves of all granularity probes in a run; may be empty. Free with metg_free. */
struct metg_curves metg_curves(const struct result *);
void metg_free(struct metg_curves *);

#endif
