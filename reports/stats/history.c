/* Predicts the figures of another run from earlier runs of the same machine and configuration. Pure. */
#include "history.h"

#include "base/text.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>

/* The log figures of one cell over the runs that have it. */
struct series {
  size_t runs;
  bool known; /* by enough of them */
  double mean, variance, freedom;
};

/* What all cells together say of a cell's variance. */
struct prior {
  size_t cells;
  double variance;
  double freedom; /* INFINITY: the cells' variances differ by no more than chance */
  double shared;  /* mean squared correlation of two cells, 0 to 1 */
};

static struct series series_of(const double *figures, size_t runs, size_t cells, size_t least) {
  struct series s = {0};
  for (size_t r = 0; r < runs; r++)
    if (isfinite(figures[r * cells]))
      s.runs++, s.mean += log(figures[r * cells]);
  s.mean /= (double)s.runs;
  for (size_t r = 0; r < runs; r++)
    if (isfinite(figures[r * cells]))
      s.variance += pow(log(figures[r * cells]) - s.mean, 2);
  s.freedom = (double)s.runs - 1;
  s.variance /= s.freedom;
  s.known = s.runs >= least;
  return s;
}

/* A cell whose figures are all equal has no logarithm of its variance, so it says nothing of the others. */
static bool counts(const struct series *s) { return s->known && s->variance > 0; }

/* Deviations of a cell's runs from its mean, such that their squares sum to 1; 0 where a run lacks the figure. */
static void scale(const struct series *s, const double *figures, size_t runs, size_t cells, double *scaled) {
  for (size_t r = 0; r < runs; r++)
    if (counts(s) && isfinite(figures[r * cells]))
      scaled[r * cells] = (log(figures[r * cells]) - s->mean) / sqrt(s->variance * s->freedom);
}

/* Sum of the squared correlations of all pairs of cells, each with itself too. It equals the sum of the squared
 * products of runs, of which there are fewer. */
static double squared_correlations(const double *figures, size_t runs, size_t cells, const struct series *all) {
  double sum = 0, *scaled = must_alloc(runs * cells, sizeof *scaled);
  for (size_t c = 0; c < cells; c++)
    scale(&all[c], figures + c, runs, cells, scaled + c);
  for (size_t r = 0; r < runs; r++)
    for (size_t q = 0; q < runs; q++) {
      double product = 0;
      for (size_t c = 0; c < cells; c++)
        product += scaled[r * cells + c] * scaled[q * cells + c];
      sum += product * product;
    }
  free(scaled);
  return sum;
}

/* The x with trigamma(x) = y. Bisection: trigamma falls from infinity to 0. */
static double trigamma_inverse(double y) {
  double low = 1e-3, high = 1e6;
  for (int i = 0; i < 80; i++) {
    double middle = sqrt(low * high);
    *(gsl_sf_psi_1(middle) > y ? &low : &high) = middle;
  }
  return sqrt(low * high);
}

/* Smyth's moments of the log variances. What cells move together makes their variances alike in these runs, so the
 * scatter to be expected by chance is smaller by that. */
static struct prior prior_of(const double *figures, size_t runs, size_t cells, const struct series *all) {
  struct prior p = {.freedom = INFINITY};
  double mean = 0, squares = 0, chance = 0, freedom = 0;
  for (size_t c = 0; c < cells; c++)
    if (counts(&all[c])) {
      double half = all[c].freedom / 2, log_variance = log(all[c].variance) - gsl_sf_psi(half) + log(half);
      p.cells++, mean += log_variance, squares += log_variance * log_variance;
      chance += gsl_sf_psi_1(half), freedom += all[c].freedom;
    }
  double n = (double)p.cells;
  if (p.cells < 2)
    return p;
  mean /= n, chance /= n, freedom /= n;
  double shared = (squared_correlations(figures, runs, cells, all) - n) / (n * (n - 1));
  p.shared = fmin(fmax((shared - 1 / freedom) / (1 - 1 / freedom), 0), 1);
  double excess = (squares - n * mean * mean) / (n - 1) - (1 - p.shared) * chance;
  p.variance = exp(mean);
  if (excess > 1e-6) {
    p.freedom = 2 * trigamma_inverse(excess);
    p.variance *= exp(gsl_sf_psi(p.freedom / 2) - log(p.freedom / 2));
  }
  return p;
}

/* A cell's moderated variance and its degrees of freedom: 1 / freedom adds up its own chance, that of the prior, what
 * both share, and by how much cells truly differ. */
static struct series moderated(const struct series *own, const struct prior *p) {
  struct series s = *own;
  if (p->cells < 2)
    return s;
  double n = (double)p->cells, weight = fmin(fmin(p->freedom, own->freedom), n - 1);
  weight /= weight + own->freedom;
  double common = (p->shared + (1 - p->shared) / n) / own->freedom;
  s.variance = weight * p->variance + (1 - weight) * own->variance;
  s.freedom =
      1 / ((1 - weight) * (1 - weight) / own->freedom + weight * (2 - weight) * common + weight * weight / p->freedom);
  return s;
}

static struct run_prediction prediction(const struct series *own, const struct prior *prior) {
  struct run_prediction p = {own->runs > 0 ? own->runs - 1 : 0, NAN, NAN, NAN, NAN};
  if (!own->known)
    return p;
  struct series s = moderated(own, prior);
  p.spread = sqrt(s.variance), p.freedom = s.freedom;
  double half = gsl_cdf_tdist_Pinv(0.975, s.freedom) * p.spread * sqrt(1 + 1 / (double)s.runs);
  p.low = exp(s.mean - half), p.high = exp(s.mean + half);
  return p;
}

/* From cells that have `least` runs. */
static void predict(const double *figures, size_t runs, size_t cells, size_t least,
                    struct run_prediction *predictions) {
  struct series *all = must_alloc(cells, sizeof *all);
  for (size_t c = 0; c < cells; c++)
    all[c] = series_of(figures + c, runs, cells, least);
  struct prior prior = prior_of(figures, runs, cells, all);
  for (size_t c = 0; c < cells; c++)
    predictions[c] = prediction(&all[c], &prior);
  free(all);
}

void predict_runs(const double *figures, size_t runs, size_t cells, struct run_prediction *predictions) {
  predict(figures, runs, cells, HISTORY_LEAST + 1, predictions);
}

void spread_of_runs(const double *figures, size_t runs, size_t cells, struct run_prediction *predictions) {
  predict(figures, runs, cells, HISTORY_LEAST, predictions);
}

struct run_prediction predict_run(const double *figures, size_t runs) {
  struct run_prediction p;
  predict_runs(figures, runs, 1, &p);
  return p;
}
