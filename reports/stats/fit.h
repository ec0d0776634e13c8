/* Laws of scaling fitted to throughput over worker counts: parameters, errors, peak, predictions. Pure.
 *
 * X is throughput, N the workers, gamma the throughput of one worker:
 *   Amdahl     X = gamma N / (1 + alpha (N - 1))                     Amdahl 1967, doi 10.1145/1465482.1465560
 *   Gustafson  X = gamma (N - alpha (N - 1))                         Gustafson 1988, doi 10.1145/42411.42415
 *   USL        X = gamma N / (1 + alpha (N - 1) + beta N (N - 1))    Gunther 2007, doi 10.1007/978-3-540-31010-5
 * alpha is the share that does not run in parallel (contention), beta what workers cost each other (coherency); neither
 * is below 0. Each count is one point, its median: rows of one count share what disturbed that count.
 *
 * Least squares in X by Levenberg and Marquardt (GSL), started from N/X, which is linear in the parameters. Standard
 * errors from the residual variance and the inverse of J'J, intervals by t quantiles of n - parameters degrees of
 * freedom, two-sided. A parameter that the data would put below 0 is held at 0, and the others are fitted without it.
 */
#ifndef NWAY_REPORT_FIT_H
#define NWAY_REPORT_FIT_H

#include <stdbool.h>
#include <stddef.h>

enum law { LAW_AMDAHL, LAW_GUSTAFSON, LAW_USL, LAWS };
enum term { TERM_ALPHA, TERM_BETA, TERM_GAMMA, TERMS };
enum { FIT_COUNTS_LEAST = 4, FIT_COUNTS_FEW = 6 }; /* fewer are refused; fewer are warned of */
#define FIT_LEVEL 0.95
#define FIT_REACH 2.0 /* an extrapolation ends at so many times the largest count */

extern const char *const law_names[LAWS];   /* "amdahl", "gustafson", "usl" */
extern const char *const law_titles[LAWS];  /* "Amdahl", ... */
extern const char *const term_names[TERMS]; /* "alpha", "beta", "gamma" */

struct fit_point {
  double workers, rate; /* both above 0; the rate in any unit of work per time */
};

/* se, low and high are NAN where they are not known. */
struct fit_term {
  double value, se;
  double low, high; /* cut at 0 below, for alpha and beta */
  bool held;        /* at 0, where the data would put it lower: no se; `high` is that of the fit without the bound */
};

struct law_fit {
  bool good;                    /* the search converged; else nothing below holds */
  bool part[TERMS];             /* the law has this parameter */
  struct fit_term terms[TERMS]; /* value 0 of one that the law has not */
  double covariance[TERMS][TERMS];
  double sigma; /* residual standard error, in the unit of the rate */
  double t;     /* the quantile of its intervals */
  int df;
  bool faster; /* alpha's interval without the bound lies below 0: faster than linear, which no law here allows */
};

struct prediction {
  double workers, rate, low, high; /* where one more measurement will lie, 95 %; low is cut at 0 */
};

enum held_out_state { HELD_OUT_NONE, HELD_OUT_HIT, HELD_OUT_MISS };

/* The largest count, predicted from the others. */
struct held_out {
  enum held_out_state state;
  enum law law; /* that the others chose */
  double seen;  /* the rate that was measured */
  struct prediction foretold;
  bool vague; /* the interval is wider than the prediction is high: a hit says little */
};

struct peak {
  bool known; /* only of a USL whose beta is proven above 0 */
  double workers, low, high, rate;
  bool far; /* beyond FIT_REACH times the largest count */
};

struct fit {
  const char *refused; /* NULL, or why nothing was fitted */
  size_t count;        /* of counts */
  bool few;            /* under FIT_COUNTS_FEW: the intervals are honest, and wide */
  double least, most;  /* counts */
  struct law_fit laws[LAWS];
  enum law chosen;
  struct peak peak;
  struct held_out held_out;
};

/* From rows, in any order, to one point a count, ascending: the median rate. `points` has room for n. Returns how many.
 */
size_t fit_medians(const struct fit_point *rows, size_t n, struct fit_point *points);

/* All three laws, and which to use: Amdahl (weak scaling: Gustafson) where beta's interval includes 0, else USL.
 * `points` are of different counts, ascending. */
struct fit fit_rates(const struct fit_point *points, size_t n, bool weak);

/* The rate that a law gives at a worker count. */
double law_rate(enum law, const struct law_fit *, double workers);
/* What one more measurement there would show: the scatter and the uncertainty of the parameters together. */
struct prediction fit_predict(enum law, const struct law_fit *, double workers);

#endif
