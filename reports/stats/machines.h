/* Runs of several machines, compared by throughput: which is faster for which problem, at which worker counts, by how
 * much. Pure.
 *
 * The runs are not paired, so a ratio of two machines comes from the interval of each. It holds for these runs: what
 * another run of the same machine would show is not known from one. So a lead is proven only beyond what runs of one
 * machine differ by, RUNS_DIFFER, and never between runs of one machine. */
#ifndef NWAY_REPORT_MACHINES_H
#define NWAY_REPORT_MACHINES_H

#include "result.h"

/* Throughput of one cell. */
struct rate {
  const struct figures *of; /* NULL: none */
  double median, low, high; /* per second, low and high NAN without an interval */
  double spread;            /* standard deviation of its log over the machine's earlier runs; not positive: unknown */
  double freedom;           /* its degrees of freedom */
};

/* Throughput of one machine over another's. */
struct lead {
  double ratio, low, high; /* NAN: unknown; low and high without an interval of both */
};

/* The ratio of two independent rates with an interval from theirs, by the method of variance estimates recovery on the
 * logarithms. Source: Zou & Donner 2008, Statistics in Medicine 27(10), doi 10.1002/sim.3095. */
struct lead lead_of(struct rate first, struct rate second);

/* One problem over all runs. */
struct contest {
  const struct problem *problem;
  const struct analysis **analyses; /* one per run, NULL: the run lacks it */
  struct rate *best;    /* one per run: the fastest right answer of all; the interval is corrected for the choice of
                           the cell and the run, and holds for all shared problems at once */
  struct rate *single;  /* one per run: the fastest at 1 worker */
  const char *unit;     /* of the rates, without "/s" */
  bool executions;      /* the rates count executions, because a run does not record its work */
  size_t runs;          /* runs that have a right answer */
  size_t first, second; /* the fastest run, and that of another machine; valid if runs >= 2 */
  bool one_machine;     /* all right answers come from one machine, and so does `second` */
  bool remembered;      /* the lead's interval comes from earlier runs of both machines */
  bool withheld;        /* one of the two machines was busy, or its best may carry no verdict (fitness.h) */
  struct lead lead;     /* of the first over the second; holds for all shared problems at once */
};

/* By this factor and less the best throughputs of two runs of one machine differ, so that one run a side proves no
 * smaller lead. Measured, see docs/method.md. */
#define RUNS_DIFFER 1.75
/* UNKNOWN: no interval. OPEN: it includes 1. PROVEN: it excludes 1 and the ratio lies beyond RUNS_DIFFER, or earlier
 * runs judge it. UNJUDGED: it excludes 1, but the ratio lies within, both runs are of one machine, or the lead is
 * withheld. */
enum lead_kind { LEAD_UNKNOWN, LEAD_PROVEN, LEAD_OPEN, LEAD_UNJUDGED };
enum lead_kind lead_kind(const struct contest *);

struct machines {
  const struct result *runs;
  size_t count;
  struct contest *contests; /* every problem of any run, those of at least two runs first */
  size_t contest_count, shared;
};
/* The same problem in another run, by kernel, parameters, scaling and build; NULL: it lacks it, or `in` is NULL. */
const struct analysis *problem_in(const struct result *in, const struct problem *);

struct machines machines_of(const struct result *runs, size_t count);
void machines_free(struct machines *);

/* A cell's median throughput per second. */
double rate_median(const struct contest *, const struct figures *);

/* The right answer of most throughput of a run among the cells that `keeps` (NULL: all). The unit of its interval is
 * the round; it is corrected for the choice among all of them (chosen_interval; where so few rounds have no such ranks,
 * Student's t and one standard deviation, see best.h). */
struct rate fastest_rate(const struct contest *, const struct analysis *,
                         bool (*keeps)(const struct cell *, const void *), const void *with);
/* The fastest at a worker count. */
struct rate rate_at(const struct contest *, const struct analysis *, int64_t workers);

/* A way that stands for a variant on all machines: the one that most runs measured and, of those, the fastest by the
 * geometric mean of its best rates. NULL if no run has a right answer of the variant. */
const struct cell *way_of_variant(const struct contest *, size_t runs, const char *variant);

/* A machine's best throughput over the median machine's; NAN if either is unknown. */
double over_median(const struct contest *, size_t runs, size_t run);
/* A machine is an outlier of a problem if its log ratio lies beyond 3 scaled median absolute deviations from the median
 * machine and by more than 5 %; from 5 machines on. Source: Leys et al. 2013, doi 10.1016/j.jesp.2013.03.013. */
bool is_outlier(const struct contest *, size_t runs, size_t run);

#endif
