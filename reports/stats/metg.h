/* METG, the minimum effective task granularity: the smallest item that is worth dealing out. Pure.
 *
 * Source: Slaughter et al. 2020, Task Bench: A Parameterized Benchmark for Evaluating Parallel Runtime Performance,
 * SC20, doi 10.1109/SC41405.2020.00066. */
#ifndef NWAY_REPORT_METG_H
#define NWAY_REPORT_METG_H

#include "result.h"

#define METG_LEVEL 0.5 /* the efficiency to keep */

/* One size of items. */
struct size_point {
  double item_ns;               /* time of one item on one worker, without a team; above 0 */
  double efficiency, low, high; /* with a team; NAN: unknown, or no interval */
};

enum metg_state {
  METG_UNKNOWN,    /* no point, or no interval */
  METG_BELOW,      /* even the smallest items tried keep the level */
  METG_FOUND,      /* between two sizes that were tried */
  METG_NOT_REACHED /* not even the largest items tried do */
};
struct metg_end {
  enum metg_state state;
  double ns; /* FOUND: the size; BELOW: the smallest tried; NOT_REACHED: the largest; else NAN */
};
struct metg {
  struct metg_end middle, low, high; /* low: from the upper ends of the efficiencies' intervals */
};

/* The size from which on every larger one tried keeps `level` (0 to 1, neither of them), from points of ascending
 * size. Between the two sizes around it the ratio of useful to lost time, E / (1 - E), is taken as a power of the
 * size: straight on two logarithmic axes, and exact where an item costs a fixed time more. */
struct metg metg_of(const struct size_point *, size_t count, double level);

/* One way of running a kernel that probes granularity, over the sizes of its items. */
struct metg_curve {
  struct text name;        /* the way; with the rest of the problem where there are several. Raw foreign text */
  const struct cell *cell; /* one of it */
  int64_t workers;         /* the most that have a CPU each */
  int64_t threads;         /* of the system that these run on; 0 unknown */
  struct size_point *points;
  size_t count, capacity;
  struct metg metg; /* at METG_LEVEL */
};
struct metg_curves {
  struct metg_curve *list; /* in the order of the plan, the serial one left out */
  size_t count, capacity;
};
/* Workers that share one thread of the system, as coroutines do, never compute side by side: whatever the size of an
 * item, their efficiency is at most 1 / workers, and where that is the level itself a crossing is chance. */
bool metg_never(const struct metg_curve *);

/* Of all cells of such kernels in a run; empty where it has none. Free with metg_free. */
struct metg_curves metg_curves(const struct result *);
void metg_free(struct metg_curves *);

#endif
