/* From processes to figures: pairing, ratios with intervals, efficiency, sets of equals, the knee. Pure. */
#ifndef NWAY_REPORT_SCALING_H
#define NWAY_REPORT_SCALING_H

#include "base/paired.h"
#include "data/results.h"

#define LEVEL 0.95
#define WORTH_ATTENTION 0.02 /* differences of time within this share are not worth attention */
#define NOISE_QUANTILE 0.9

/* A median over rounds, with its uncertainty. Ratios are above 1 where the second one is faster. */
struct estimate {
  size_t n;                            /* rounds */
  double median;                       /* NAN if n = 0 */
  double low, high;                    /* order statistics; NAN if there are under 6 rounds */
  double coverage;                     /* exact; 0 = no interval */
  double t_low, t_high;                /* Student t on the logarithms, a check; NAN if n < 2 */
  double p;                            /* sign test of "the ratio is 1"; NAN where none was made */
  bool noisy;                          /* the machine disturbed too much of it to leave the disturbed part out */
  size_t taken_out;                    /* rounds whose pair was disturbed and left out */
  double whole, whole_low, whole_high; /* median and interval with nothing taken out; set where taken_out > 0 */
};

enum standing {
  NOT_COMPARED, /* no valid time, or a wrong answer */
  UNDECIDED,    /* too few rounds to tell it from the best */
  BEST,
  EQUAL,          /* not distinguishable from the best */
  SLOWER,         /* than some other cell, after correcting for all it was held against: not in the set of the best */
  SLOWER_UNPROVEN /* its own interval beside the best says slower, so many comparisons do not: it stays in the set */
};

struct figures {
  const struct cell *cell;
  bool valid;               /* right answers and a valid time */
  const char *no_speedup;   /* NULL, or why this cell has none */
  struct estimate time;     /* ns an iteration */
  struct estimate speedup;  /* over best-serial: the parallel gain */
  struct estimate own;      /* over the sequential cell of its own method: what the workers alone gain */
  struct estimate naive;    /* over the naive baseline: the whole gain */
  struct estimate slowdown; /* time over the time of the problem's best cell, paired directly */
  double p_best;            /* of "no other cell is faster", see best_set; NAN if it was not compared */
  enum standing standing;
  double efficiency, efficiency_low, efficiency_high; /* own / workers */
  /* Of own: the serial share that would explain it, by karp_flatt or for weak scaling gustafson_share; NAN at 1 worker.
   */
  double serial_share, serial_share_low, serial_share_high;
  double cold_ns;                             /* median; NAN if unknown */
  double throughput;                          /* work over the median time, a second; NAN if unknown */
  double spawn_share, work_share, join_share; /* of the wall time; NAN if unknown */
};

/* How far apart neighbouring baseline processes of a round are, as shares: 0.03 is 3 %. */
struct noise_floor {
  size_t pairs;
  double typical, upper; /* median and NOISE_QUANTILE; NAN without a pair */
};

struct analysis {
  const struct problem *problem;
  struct figures *figures; /* one a cell, in the order of problem->cells */
  size_t count;
  const struct figures *naive, *base, *best, *knee; /* NULL where there is none */
  struct estimate algorithmic;                      /* best-serial over naive: base->naive */
  struct estimate headline;        /* the best over best-serial; its interval pays for the choice. n = 0 without one */
  const struct figures *nearest;   /* the fastest on more than one worker, see fastest_parallel */
  struct estimate nearest_speedup; /* over best-serial; its interval pays for the choice */
  const struct figures *faster_serial; /* a serial cell that is proven faster than best-serial; NULL if none is */
  struct estimate serial_gain;         /* of it over best-serial; its interval pays for the choice */
  struct estimate over_serial;         /* the best over it, likewise for both choices; n = 0 where it is the best */
  size_t serials;                      /* other serial cells that best-serial was held against */
  struct noise_floor noise;
  size_t equals;      /* cells not proven slower than another, the best included: BEST, EQUAL, SLOWER_UNPROVEN */
  size_t unproven;    /* cells with standing SLOWER_UNPROVEN */
  size_t comparisons; /* of each cell with others: what is corrected for */
  size_t most_rounds;
  int64_t *workers; /* the worker counts that were measured, ascending */
  size_t worker_count;
};

struct analysis analyse(const struct problem *);
void analysis_free(struct analysis *);

/* ---- the pieces ---- */

/* The process of `base` that another one is paired with (see log_ratios), or NULL. */
const struct process *paired_process(const struct cell *base, const struct process *);
/* One log(base / cell) a round, from each process of `cell` and the process of `base` in the same round and
 * block that is nearest in order (the earlier of two equally near, never the process itself). `out` has room for
 * cell->process_count. Returns how many rounds gave one. */
size_t log_ratios(const struct cell *base, const struct cell *cell, bool trusted_only, double *out);
/* Median, interval and test of logarithms, as ratios. Sorts `logs`. */
struct estimate ratio_of(double *logs, size_t n);
/* 1 / ratio; and the ratio of a cell over itself, which is 1 by definition and has no interval. */
struct estimate inverse(struct estimate);
struct estimate itself(size_t n);
/* base / cell; disturbed pairs are left out unless that changes the result or they are over a third. */
struct estimate compare_cells(const struct cell *base, const struct cell *cell);
/* log(base / cell) of the same rounds as that estimate of compare_cells; `out` as in log_ratios. */
size_t compared_logs(const struct cell *base, const struct cell *cell, const struct estimate *, double *out);
/* Interval of log(base / cell) at another level than LEVEL, from the same rounds as that estimate of compare_cells. */
struct interval compared_interval(const struct cell *base, const struct cell *cell, const struct estimate *,
                                  double level);
/* reference / cell by way of the baseline beside each of them, round by round. */
struct estimate compare_over(const struct cell *base, const struct cell *reference, const struct cell *cell);
/* Each pair of neighbouring processes of the baseline in a round counts once, |log(earlier / later)|. */
struct noise_floor noise_floor(const struct cell *base);
/* The most that so many workers can gain: their number, and of a CPU-bound kernel at most the CPUs that they had. */
double cell_ideal(const struct problem *, const struct cell *);
/* The largest of all cells of a problem: where a line of the ideal ends. */
double ideal_end(const struct analysis *);
/* The speedup over best-serial that the sizes of the items and the CPUs allow a cell: what they allow its method, times
 * what that method is worth on one worker. NAN where they allow all, or where the method has no serial cell. */
double speedup_limit(const struct analysis *, const struct figures *);
/* The sequential cell of the same method: the baseline if it is one, else one of the same pinning; NULL if none is. */
const struct figures *own_serial(const struct analysis *, const struct figures *);
/* The fastest valid cell on more than one worker, or NULL; one without a speedup only where none has one. */
const struct figures *fastest_parallel(const struct analysis *);
/* The cell of the sequential variant: on one worker, with nothing between it and the kernel. */
bool is_serial(const struct cell *);
/* Serial fraction (1/S - 1/p) / (1 - 1/p); NAN at p = 1. Source: Karp & Flatt 1990, doi 10.1145/78607.78614. */
double karp_flatt(double speedup, double workers);
/* Serial share (p - S) / (p - 1) of the time on p workers, from the scaled speedup S of a problem that grew with them;
 * NAN at p = 1. Source: Gustafson 1988, doi 10.1145/42411.42415. */
double gustafson_share(double scaled_speedup, double workers);
/* Efficiency and serial share from `own`, which must have rounds. */
void efficiency_of(struct figures *);
/* "slower, faster, same": the words for a standing. */
const char *standing_word(enum standing);

#endif
