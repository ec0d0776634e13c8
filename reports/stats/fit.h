/* Laws of scaling fitted to throughput over worker counts: parameters, errors, peak, predictions. Pure.
 *
 * X is throughput, N the workers, gamma the throughput of one worker:
 *   Amdahl     X = gamma N / (1 + alpha (N - 1))                     Amdahl 1967, doi 10.1145/1465482.1465560
 *   Gustafson  X = gamma (N - alpha (N - 1))                         Gustafson 1988, doi 10.1145/42411.42415
 *   USL        X = gamma N / (1 + alpha (N - 1) + beta N (N - 1))    Gunther 2007, doi 10.1007/978-3-540-31010-5
 * alpha is the serial share (contention), beta the cost of workers to each other (coherency); both are at least 0. Each
 * worker count gives one point, its median, because rows of one count share the same disturbance.
 *
 * Least squares in X by Levenberg and Marquardt (GSL), started from N/X, which is linear in the parameters. Standard
 * errors from the residual variance and the inverse of J'J, intervals by t quantiles of n - parameters degrees of
 * freedom, two-sided. A parameter whose estimate is below 0 is fixed at 0 and the others are refitted. */
#ifndef NWAY_REPORT_FIT_H
#define NWAY_REPORT_FIT_H

#include <stdbool.h>
#include <stddef.h>

enum law { LAW_AMDAHL, LAW_GUSTAFSON, LAW_USL, LAWS };
enum term { TERM_ALPHA, TERM_BETA, TERM_GAMMA, TERMS };
enum { FIT_COUNTS_LEAST = 4, FIT_COUNTS_FEW = 6 }; /* fewer are refused; fewer give a warning */
#define FIT_LEVEL 0.95
#define FIT_REACH 2.0 /* extrapolate up to this multiple of the largest count */

extern const char *const law_names[LAWS];   /* "amdahl", "gustafson", "usl" */
extern const char *const law_titles[LAWS];  /* "Amdahl", ... */
extern const char *const term_names[TERMS]; /* "alpha", "beta", "gamma" */

struct fit_point {
  double workers, rate; /* both above 0; rate in any unit of work per time */
};

/* A fitted parameter. se, low and high are NAN if unknown. */
struct fit_term {
  double value, se;
  double low, high; /* truncated at 0 for alpha and beta */
  bool held;        /* fixed at 0: no se; `high` is from the unbounded fit */
};

struct law_fit {
  bool good;                    /* the search converged; else the rest is invalid */
  bool part[TERMS];             /* the law has this parameter */
  struct fit_term terms[TERMS]; /* value 0 for a parameter that the law lacks */
  double covariance[TERMS][TERMS];
  double sigma; /* residual standard error, in the rate's unit */
  double t;     /* t quantile of its intervals */
  int df;
  bool faster; /* alpha's unbounded interval lies below 0: superlinear, outside all three laws */
};

struct prediction {
  double workers, rate, low, high; /* 95 % prediction interval of one measurement; low is truncated at 0 */
};

enum held_out_state { HELD_OUT_NONE, HELD_OUT_HIT, HELD_OUT_MISS };

/* Check of the fit: the largest count predicted from the others. */
struct held_out {
  enum held_out_state state;
  enum law law; /* chosen from the other counts */
  double seen;  /* measured rate */
  struct prediction foretold;
  bool vague; /* interval wider than the predicted rate: a hit is weak evidence */
};

struct peak {
  bool known; /* only for a USL with beta proven above 0 */
  double workers, low, high, rate;
  bool far; /* beyond FIT_REACH times the largest count */
};

struct fit {
  const char *refused; /* reason why nothing was fitted, or NULL */
  size_t count;        /* number of worker counts */
  bool few;            /* under FIT_COUNTS_FEW: the intervals are wide */
  double least, most;  /* smallest and largest worker count */
  struct law_fit laws[LAWS];
  enum law chosen;
  struct peak peak;
  struct held_out held_out;
  struct fit_point highest, last; /* measured */
  bool falls;                     /* the last is under FIT_FALL of the highest, and the chosen law cannot fall */
};
#define FIT_FALL 0.8

/* Reduces rows in any order to one point per count, ascending: the median rate. `points` has room for n. Returns the
 * number of points. */
size_t fit_medians(const struct fit_point *rows, size_t n, struct fit_point *points);

/* Fits all three laws and chooses one: Amdahl (weak scaling: Gustafson) if beta's interval includes 0, else USL.
 * `points` have distinct counts, ascending. */
struct fit fit_rates(const struct fit_point *points, size_t n, bool weak);

/* Returns a law's rate at a worker count. */
double law_rate(enum law, const struct law_fit *, double workers);
/* Predicts one measurement at a worker count, from residual scatter and parameter uncertainty. */
struct prediction fit_predict(enum law, const struct law_fit *, double workers);

#endif
