/* Where the missing speedup went, and why a way of running stopped scaling. Pure.
 *
 * p workers for T_p seconds are p T_p seconds of workers, of which T_1 are the work itself. The rest is lost:
 *   start and join  p (spawn + join - finish)   serial tail  (p - 1) finish   imbalance  p work - sum of busy
 *   work inflation  sum of busy + finish - T_1, of which the clock is the part that a slower processor explains
 * each over T_p; they sum to p - S, since spawn + work + join is T_p. After the efficiencies of POP (Rosas, Gimenez &
 * Labarta 2014, doi 10.14529/jsfi140201). `cpu_*` columns are of no use here: runtimes that spin are never idle. */
#ifndef NWAY_REPORT_LOSS_H
#define NWAY_REPORT_LOSS_H

#include "scaling.h"

enum loss_part { LOSS_START, LOSS_TAIL, LOSS_IMBALANCE, LOSS_CLOCK, LOSS_REST, LOSS_PARTS };

/* Sums over the same executions, in any unit of time; NAN: not known. */
struct loss_times {
  double wall, spawn, work, join, finish, busy;
  double clock; /* of the processor; mean */
};

struct loss_point {
  double workers;
  double speedup, low, high; /* over the way's own serial cell; the interval NAN where there is none */
  double attainable;         /* what the sizes of the items allow; NAN unknown */
  double cpus, cores;        /* that the workers had; cores without the second threads of a core. 0: unknown */
  double probe;              /* speedup of a memory bandwidth probe on so many workers; NAN: none was measured */
  double clock;              /* over that of the serial cell; NAN unknown */
  bool known;                /* the parts are */
  double parts[LOSS_PARTS];  /* in workers; clock is 0 where it is not known */
};

/* Fills known and parts from the times of so many workers and their speedup. */
void loss_split(struct loss_point *, const struct loss_times *);

enum cause {
  CAUSE_NONE, /* it has not stopped */
  CAUSE_START,
  CAUSE_TAIL,
  CAUSE_IMBALANCE,
  CAUSE_CLOCK,
  CAUSE_BANDWIDTH,
  CAUSE_SMT,
  CAUSE_OVERSUBSCRIBED,
  CAUSE_UNKNOWN,
  CAUSES
};
/* What would tell a cause that is not known; or-ed. */
enum tell {
  TELL_BUSY = 1,   /* rows with the workers' own times */
  TELL_PROBE = 2,  /* a bandwidth probe at the same counts */
  TELL_CLOCK = 4,  /* the processor's clock */
  TELL_CORES = 8,  /* a count that gives each worker a core of its own, bound to it */
  TELL_COUNTS = 16 /* more counts between one worker and the most */
};

#define LOSS_STOPPED 0.9 /* efficiency under which it has stopped */
#define LOSS_MAIN 0.5    /* share of the loss that names a cause */

struct diagnosis {
  enum cause cause;
  size_t at;    /* the point that was judged: the largest count, of CPU-bound work the largest that had a CPU each */
  double share; /* of its loss that the cause explains; NAN where that is not known */
  bool items;   /* imbalance: the sizes of the items explain it */
  bool mixed;   /* unknown because no part has half of the loss: first and second are the largest two */
  enum loss_part first, second;
  unsigned tells;
};

/* `points` of one way, by workers. `wait_bound`: more workers than CPUs are no fault. */
struct diagnosis diagnose(const struct loss_point *points, size_t n, bool wait_bound);

/* A speedup that is proven above what there is, by its interval. */
enum above { ABOVE_NOTHING, ABOVE_IDEAL, ABOVE_ATTAINABLE };
enum above_cause { ABOVE_BY_BASE, ABOVE_BY_CLOCK, ABOVE_BY_CACHE, ABOVE_BY_COSTS };
struct surplus {
  enum above above;
  enum above_cause cause; /* the likely one */
};
struct surplus surplus_of(const struct loss_point *points, size_t n, size_t at, bool wait_bound);

/* The points of a way: figures from..to of cells that differ only in workers. `out` has room for to - from. Returns how
 * many have a speedup over their own serial cell. */
size_t loss_points(const struct run *, const struct analysis *analyses, const struct analysis *, size_t from, size_t to,
                   struct loss_point *out);

#endif
