/* From processes to figures: pairing, ratios with intervals, efficiency, sets of equals, the knee. Pure. */
#ifndef NWAY_REPORT_SCALING_H
#define NWAY_REPORT_SCALING_H

#include "base/paired.h"
#include "data/results.h"
#include "dependence.h"

#define LEVEL 0.95
#define WORTH_ATTENTION 0.02 /* smaller differences of time are irrelevant */
#define NOISE_QUANTILE 0.9

/* A median over rounds with its uncertainty. A ratio above 1 means that the second cell is faster. */
struct estimate {
  size_t n;                            /* rounds */
  double median;                       /* NAN if n = 0 */
  double low, high;                    /* order statistics; NAN under 6 rounds */
  double coverage;                     /* exact; 0 = no interval */
  double t_low, t_high;                /* Student t on the logarithms, for comparison; NAN if n < 2 */
  double p;                            /* sign test of "the ratio is 1"; NAN if not tested */
  bool noisy;                          /* too many disturbed rounds to leave them out */
  size_t taken_out;                    /* disturbed rounds that were left out */
  double whole, whole_low, whole_high; /* median and interval of all rounds; set if taken_out > 0 */
};

enum standing {
  NOT_COMPARED, /* no valid time, or a wrong answer */
  UNDECIDED,    /* too few rounds to compare it with the best */
  BEST,
  EQUAL,          /* not distinguishable from the best */
  SLOWER,         /* than some other cell, corrected for all comparisons: not in the set of the best */
  SLOWER_UNPROVEN /* slower by its own interval, but not after correction: stays in the set */
};

/* Whether a figure may carry a verdict, see fitness.h. */
enum fitness {
  FIT,
  UNFIT_BUSY, /* the machine was busy: no figure of the run carries a verdict, however precise */
  UNFIT_FEW,  /* too few rounds for an interval */
  UNFIT_WIDE  /* the interval is too wide */
};

struct figures {
  const struct cell *cell;
  bool valid;               /* right answers and a valid time */
  const char *no_speedup;   /* reason why this cell has no speedup, or NULL */
  struct estimate time;     /* ns per iteration */
  struct estimate speedup;  /* over best-serial: parallel gain */
  struct estimate own;      /* over the serial cell of its own method: gain of the workers alone */
  struct estimate naive;    /* over the naive baseline: total gain */
  struct estimate slowdown; /* time over the time of the problem's best cell, paired directly */
  double p_best;            /* of "no other cell is faster", see best_set; NAN if not compared */
  enum standing standing;
  enum fitness unfit; /* of the speedup, of the time without a baseline; set by analysis_withhold */
  double efficiency, efficiency_low, efficiency_high; /* own / workers */
  /* Serial share that explains `own`: karp_flatt, for weak scaling gustafson_share; NAN at 1 worker. */
  double serial_share, serial_share_low, serial_share_high;
  double cold_ns;                             /* median; NAN if unknown */
  double throughput;                          /* work units per second at the median time; NAN if unknown */
  double spawn_share, work_share, join_share; /* shares of the wall time; NAN if unknown */
};

/* By how much the ratio of a round differs from its cell's median, as a share: 0.03 is 3 %. */
struct noise_floor {
  size_t pairs;
  double typical, upper;        /* median and NOISE_QUANTILE; NAN without pairs */
  double upper_low, upper_high; /* 95 % interval of `upper`, by order statistics; NAN where the pairs give no end */
};

struct analysis {
  const struct problem *problem;
  struct figures *figures; /* one per cell, in the order of problem->cells */
  size_t count;
  const struct figures *naive, *base, *best, *knee; /* each NULL if missing */
  struct estimate algorithmic;                      /* best-serial over naive: base->naive */
  struct estimate headline;            /* the best over best-serial; interval corrected for the choice; n = 0 if none */
  const struct figures *nearest;       /* the fastest on more than one worker, see fastest_parallel */
  struct estimate nearest_speedup;     /* over best-serial; interval corrected for the choice */
  size_t nearest_choices;              /* cells among which `nearest` was the choice */
  const struct figures *faster_serial; /* a serial cell proven faster than best-serial, or NULL */
  struct estimate serial_gain;         /* faster_serial over best-serial; interval corrected for the choice */
  struct estimate over_serial; /* the best over faster_serial, corrected for both choices; n = 0 if it is the best */
  size_t serials;              /* other serial cells compared with best-serial */
  struct noise_floor noise;
  struct dependence_findings dependence; /* of the run, by which analysis_widen widened; zero before */
  enum fitness unfit;                    /* why no cell is called the best; set by analysis_withhold */
  double foreign;                        /* other programs' share of the CPU time, NAN unknown; set by the same */
  bool busy;                             /* that share makes the run's machine busy (fitness.h); set by the same */
  size_t choices;                        /* cells in the set of the best, among which the best was the choice */
  size_t equals;      /* cells not proven slower than another, the best included: BEST, EQUAL, SLOWER_UNPROVEN */
  size_t unproven;    /* cells with standing SLOWER_UNPROVEN */
  size_t comparisons; /* per cell: the number corrected for */
  size_t most_rounds;
  int64_t *workers; /* measured worker counts, ascending */
  size_t worker_count;
  size_t *serials_at, serials_count; /* places of the serial cells in `figures`; NULL: any may be one */
};

struct analysis analyse(const struct problem *);
void analysis_free(struct analysis *);

/* ---- the pieces ---- */

/* Returns the process of `base` nearest to the given one (see log_ratios), or NULL. */
const struct process *paired_process(const struct cell *base, const struct process *);
/* Computes one log(base / cell) per round. Each process of `cell` is compared with the processes of `base` in the same
 * round and block nearest in order (partners_median; the earlier of two equally near first, never itself). `out` has
 * room for cell->process_count. Returns the number of rounds. */
size_t log_ratios(const struct cell *base, const struct cell *cell, bool trusted_only, double *out);
/* Median, interval and test of logarithms, as ratios. Sorts `logs`. */
struct estimate ratio_of(double *logs, size_t n);
/* The median time of each round in which the cell has a valid process, ascending, in ns. `out` has room for
 * c->process_count. Returns the number of rounds. */
size_t round_times(const struct cell *, double *out);
/* By what cells of one problem are ranked where there is no ratio: the time or, under weak scaling, where the work
 * grows with the workers, the time of one work unit. */
double time_by_work(const struct cell *, double ns);
/* Orders int64_t, for qsort and bsearch. */
int by_int64(const void *, const void *);
/* 1 / ratio; and the ratio of a cell over itself: 1 by definition, without an interval. */
struct estimate inverse(struct estimate);
struct estimate itself(size_t n);
/* base / cell. Leaves disturbed pairs out unless that changes the result or they exceed a third. */
struct estimate compare_cells(const struct cell *base, const struct cell *cell);
/* log(base / cell) of the rounds used by the given estimate of compare_cells; `out` as in log_ratios. */
size_t compared_logs(const struct cell *base, const struct cell *cell, const struct estimate *, double *out);
/* Interval of log(base / cell) at `level`, from the rounds used by the given estimate of compare_cells. */
struct interval compared_interval(const struct cell *base, const struct cell *cell, const struct estimate *,
                                  double level);
/* From the pairs that the ratios of these cells are made of (log_ratios), each once: |log ratio of the round - median
 * of the cell|. The pairs of a round share its baseline, which the interval of `upper` counts. */
struct noise_floor noise_floor(const struct cell *base, const struct cell *const *cells, size_t count);
/* The ideal speedup of a cell: its workers, for a CPU-bound kernel at most its CPUs. */
double cell_ideal(const struct problem *, const struct cell *);
/* The largest ideal speedup of a problem: the end of the ideal line in charts. */
double ideal_end(const struct analysis *);
/* The upper bound of a cell's speedup over best-serial given item sizes and CPUs: the bound for its method times the
 * method's serial speedup. NAN if nothing limits it below ideal, or without a serial cell of the method. */
double speedup_limit(const struct analysis *, const struct figures *);
/* The serial cell of the same method: the baseline if it qualifies, else one of the same pinning; NULL if none. */
const struct figures *own_serial(const struct analysis *, const struct figures *);
/* The fastest valid cell with more than one worker, or NULL. Prefers cells that have a speedup. */
const struct figures *fastest_parallel(const struct analysis *);
/* nearest_speedup, its interval corrected for the choice of this problem as the one of most speedup among `problems` as
 * well. Only where nearest_speedup.n > 0. */
struct estimate nearest_among(const struct analysis *, size_t problems);
/* The same where this problem was chosen as the one of least speedup. */
struct estimate nearest_least_among(const struct analysis *, size_t problems);
/* A cell of the serial variant: one worker, no runtime. */
bool is_serial(const struct cell *);
/* Serial fraction (1/S - 1/p) / (1 - 1/p); NAN at p = 1. Source: Karp & Flatt 1990, doi 10.1145/78607.78614. */
double karp_flatt(double speedup, double workers);
/* Serial share (p - S) / (p - 1) of the time on p workers, from the scaled speedup S under weak scaling;
 * NAN at p = 1. Source: Gustafson 1988, doi 10.1145/42411.42415. */
double gustafson_share(double scaled_speedup, double workers);
/* Fills efficiency and serial share from `own`; requires own.n > 0. */
void efficiency_of(struct figures *);

#endif
