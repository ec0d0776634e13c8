/* Splits lost speedup into parts and diagnoses why a way stopped scaling. Pure.
 *
 * p workers for T_p seconds have p T_p worker seconds, of which T_1 are the work itself. The rest is lost:
 *   start and join  p (spawn + join - finish)   serial tail  (p - 1) finish   imbalance  p work - sum of busy
 *   work inflation  sum of busy + finish - T_1, of which "clock" is the part explained by a slower processor
 * each over T_p; they sum to p - S, since spawn + work + join is T_p. After the efficiencies of POP (Rosas, Gimenez &
 * Labarta 2014, doi 10.14529/jsfi140201). The `cpu_*` columns are not used: spinning runtimes are never idle. */
#ifndef NWAY_REPORT_LOSS_H
#define NWAY_REPORT_LOSS_H

#include "scaling.h"

enum loss_part { LOSS_START, LOSS_TAIL, LOSS_IMBALANCE, LOSS_CLOCK, LOSS_REST, LOSS_PARTS };

/* Sums over the same executions, in any unit of time; NAN if unknown. */
struct loss_times {
  double wall, spawn, work, join, finish, busy;
  double clock; /* mean processor speed */
};

struct loss_point {
  double workers;
  double speedup, low, high; /* over the way's own serial cell; NAN ends without an interval */
  double attainable;         /* largest speedup possible with the items' sizes; NAN if unknown */
  double cpus, cores;        /* available CPUs and physical cores; 0 if unknown */
  double probe;              /* speedup of a memory bandwidth probe at this count; NAN if not measured */
  bool is_probe;             /* the work itself is such a probe */
  double clock;              /* relative to the serial cell; NAN if unknown */
  bool known;                /* `parts` are valid */
  double parts[LOSS_PARTS];  /* in workers; clock is 0 if unknown */
};

/* Fills `known` and `parts` from the times of point's workers and its speedup. */
void loss_split(struct loss_point *, const struct loss_times *);

enum cause {
  CAUSE_NONE, /* still scaling */
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
/* Measurements that would identify an unknown cause; a bit mask. */
enum tell {
  TELL_BUSY = 1,    /* rows with the workers' own times */
  TELL_PROBE = 2,   /* a bandwidth probe at the same counts */
  TELL_CLOCK = 4,   /* the processor's clock */
  TELL_CORES = 8,   /* a count with each worker bound to its own core */
  TELL_COUNTS = 16, /* more counts between one worker and the most */
  TELL_MISSES = 32  /* cache misses */
};

#define LOSS_STOPPED 0.9 /* below this efficiency scaling has stopped */
#define LOSS_MAIN 0.5    /* a single cause explains at least this share of the loss */
#define LOSS_SECOND 0.2  /* a second cause is named from this share on */

struct diagnosis {
  enum cause cause, second; /* the largest and the next; second is CAUSE_NONE below LOSS_SECOND */
  size_t at;                /* judged point: the largest count; for CPU-bound work the largest with a CPU per worker */
  double share, second_share; /* of the loss explained by each; NAN if unknown */
  bool items;                 /* the sizes of the items explain the imbalance */
  bool mixed;                 /* no cause explains LOSS_MAIN */
  bool either;                /* what CAUSE_UNKNOWN explains may be CAUSE_BANDWIDTH or CAUSE_SMT */
  unsigned tells;
};

/* `points` of one way, by workers. `wait_bound`: more workers than CPUs are acceptable. */
struct diagnosis diagnose(const struct loss_point *points, size_t n, bool wait_bound);

/* A speedup whose interval lies above a bound. */
enum above { ABOVE_NOTHING, ABOVE_IDEAL, ABOVE_ATTAINABLE };
enum above_cause { ABOVE_BY_BASE, ABOVE_BY_CLOCK, ABOVE_BY_CACHE, ABOVE_BY_COSTS };
struct surplus {
  enum above above;
  enum above_cause cause; /* the likely one */
};
struct surplus surplus_of(const struct loss_point *points, size_t n, size_t at, bool wait_bound);

/* The same for one cell on several workers, over its own serial cell. */
struct surplus cell_surplus(const struct analysis *, const struct figures *);

/* Collects the points of a way: figures from..to of cells that differ only in workers. `out` has room for to - from.
 * Returns the number of points that have a speedup over their own serial cell. */
size_t loss_points(const struct run *, const struct analysis *analyses, const struct analysis *, size_t from, size_t to,
                   struct loss_point *out);

#endif
