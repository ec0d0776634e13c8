/* Laws of scaling fitted to throughput over worker counts: parameters, errors, peak, predictions. Pure. */
#include "fit.h"

#include "base/paired.h"
#include "base/text.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const law_names[LAWS] = {"amdahl", "gustafson", "usl"};
const char *const law_titles[LAWS] = {"Amdahl", "Gustafson", "USL"};
const char *const term_names[TERMS] = {"alpha", "beta", "gamma"};

/* ---- the laws ---- */

static const bool parts[LAWS][TERMS] = {
    [LAW_AMDAHL] = {[TERM_ALPHA] = true, [TERM_GAMMA] = true},
    [LAW_GUSTAFSON] = {[TERM_ALPHA] = true, [TERM_GAMMA] = true},
    [LAW_USL] = {true, true, true},
};

/* A rate below any data: a search step across a pole gets a large residual and is rejected. */
static double denominator(const double terms[TERMS], double n) {
  const double least = 1e-6;
  return fmax(least, 1 + terms[TERM_ALPHA] * (n - 1) + terms[TERM_BETA] * n * (n - 1));
}

static double rate_of(enum law law, const double terms[TERMS], double n) {
  if (law == LAW_GUSTAFSON)
    return terms[TERM_GAMMA] * (n - terms[TERM_ALPHA] * (n - 1));
  return terms[TERM_GAMMA] * n / denominator(terms, n);
}

static void slopes(enum law law, const double terms[TERMS], double n, double out[TERMS]) {
  if (law == LAW_GUSTAFSON) {
    out[TERM_ALPHA] = -terms[TERM_GAMMA] * (n - 1);
    out[TERM_BETA] = 0;
    out[TERM_GAMMA] = n - terms[TERM_ALPHA] * (n - 1);
    return;
  }
  double d = denominator(terms, n), by_d = -terms[TERM_GAMMA] * n / (d * d);
  out[TERM_ALPHA] = by_d * (n - 1);
  out[TERM_BETA] = by_d * n * (n - 1);
  out[TERM_GAMMA] = n / d;
}

static void values_of(const struct law_fit *f, double terms[TERMS]) {
  for (int i = 0; i < TERMS; i++)
    terms[i] = f->terms[i].value;
}

double law_rate(enum law law, const struct law_fit *f, double workers) {
  double terms[TERMS];
  values_of(f, terms);
  return rate_of(law, terms, workers);
}

/* ---- least squares ---- */

/* One least-squares problem: some parameters free, the others 0. Rates are in units of the largest. */
struct search {
  enum law law;
  bool free[TERMS];
  size_t free_count, n;
  const struct fit_point *points;
  double unit;
  double terms[TERMS]; /* the result; gamma in units of `unit` */
  double covariance[TERMS][TERMS], squares;
  bool good;
};

static void take_vector(const struct search *s, const gsl_vector *x, double terms[TERMS]) {
  size_t at = 0;
  for (int i = 0; i < TERMS; i++)
    terms[i] = s->free[i] ? gsl_vector_get(x, at++) : 0;
}

static int residuals(const gsl_vector *x, void *with, gsl_vector *out) {
  const struct search *s = with;
  double terms[TERMS];
  take_vector(s, x, terms);
  for (size_t i = 0; i < s->n; i++)
    gsl_vector_set(out, i, rate_of(s->law, terms, s->points[i].workers) - s->points[i].rate / s->unit);
  return GSL_SUCCESS;
}

static int jacobian(const gsl_vector *x, void *with, gsl_matrix *out) {
  const struct search *s = with;
  double terms[TERMS], slope[TERMS];
  take_vector(s, x, terms);
  for (size_t i = 0; i < s->n; i++) {
    size_t at = 0;
    slopes(s->law, terms, s->points[i].workers, slope);
    for (int k = 0; k < TERMS; k++)
      if (s->free[k])
        gsl_matrix_set(out, i, at++, slope[k]);
  }
  return GSL_SUCCESS;
}

/* N/X = (1 + alpha (N - 1) + beta N (N - 1)) / gamma by linear least squares: the start of the search. */
static void linear_start(const struct search *s, double start[TERMS]) {
  gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(s->n, s->free_count);
  gsl_matrix *columns = gsl_matrix_alloc(s->n, s->free_count), *cov = gsl_matrix_alloc(s->free_count, s->free_count);
  gsl_vector *inverse = gsl_vector_alloc(s->n), *c = gsl_vector_alloc(s->free_count);
  double squares, linear[TERMS] = {0};
  for (size_t i = 0; i < s->n; i++) {
    double n = s->points[i].workers, column[TERMS] = {n - 1, n * (n - 1), 1};
    size_t at = 0;
    for (int k = 0; k < TERMS; k++)
      if (s->free[k])
        gsl_matrix_set(columns, i, at++, column[k]);
    gsl_vector_set(inverse, i, n * s->unit / s->points[i].rate);
  }
  bool good = gsl_multifit_linear(columns, inverse, c, cov, &squares, work) == GSL_SUCCESS;
  size_t at = 0;
  for (int k = 0; k < TERMS; k++)
    linear[k] = s->free[k] ? gsl_vector_get(c, at++) : 0;
  /* fallback if the line is invalid: the first count's rate with small alpha and beta */
  good = good && linear[TERM_GAMMA] > 0;
  start[TERM_GAMMA] = good ? 1 / linear[TERM_GAMMA] : s->points[0].rate / s->unit / s->points[0].workers;
  start[TERM_ALPHA] = good ? fmax(0, linear[TERM_ALPHA] / linear[TERM_GAMMA]) : 0.01;
  start[TERM_BETA] = good ? fmax(0, linear[TERM_BETA] / linear[TERM_GAMMA]) : 0;
  gsl_vector_free(c), gsl_vector_free(inverse), gsl_matrix_free(cov), gsl_matrix_free(columns);
  gsl_multifit_linear_free(work);
}

static void take_result(struct search *s, const gsl_multifit_nlinear_workspace *work) {
  gsl_matrix *cov = gsl_matrix_alloc(s->free_count, s->free_count);
  const gsl_vector *f = gsl_multifit_nlinear_residual(work);
  take_vector(s, gsl_multifit_nlinear_position(work), s->terms);
  s->squares = 0;
  for (size_t i = 0; i < s->n; i++)
    s->squares += gsl_vector_get(f, i) * gsl_vector_get(f, i);
  gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(work), 0, cov);
  size_t row = 0;
  for (int i = 0; i < TERMS; i++) {
    size_t column = 0;
    for (int k = 0; k < TERMS; k++)
      s->covariance[i][k] = s->free[i] && s->free[k] ? gsl_matrix_get(cov, row, column++) : 0;
    row += s->free[i];
  }
  gsl_matrix_free(cov);
}

/* Returns whether the fit is valid: no pole between the points, gamma above 0. */
static bool is_sound(const struct search *s) {
  if (!(s->terms[TERM_GAMMA] > 0) || !isfinite(s->squares))
    return false;
  for (size_t i = 0; i < s->n; i++)
    if (!(rate_of(s->law, s->terms, s->points[i].workers) > 0) ||
        (s->law != LAW_GUSTAFSON && denominator(s->terms, s->points[i].workers) <= 1e-6))
      return false;
  return true;
}

static void run_search(struct search *s) {
  enum { STEPS_MAX = 500 };
  gsl_multifit_nlinear_parameters how = gsl_multifit_nlinear_default_parameters();
  gsl_multifit_nlinear_fdf fdf = {.f = residuals, .df = jacobian, .n = s->n, .p = s->free_count, .params = s};
  gsl_multifit_nlinear_workspace *work =
      gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &how, s->n, s->free_count);
  gsl_vector *start = gsl_vector_alloc(s->free_count);
  double terms[TERMS];
  size_t at = 0;
  int why;
  linear_start(s, terms);
  for (int k = 0; k < TERMS; k++)
    if (s->free[k])
      gsl_vector_set(start, at++, terms[k]);
  gsl_multifit_nlinear_init(start, &fdf, work);
  int status = gsl_multifit_nlinear_driver(STEPS_MAX, 1e-12, 1e-12, 0, NULL, NULL, &why, work);
  /* "no progress": converged to numerical precision */
  s->good = status == GSL_SUCCESS || status == GSL_ENOPROG;
  if (s->good) {
    take_result(s, work);
    s->good = is_sound(s);
  }
  gsl_vector_free(start);
  gsl_multifit_nlinear_free(work);
}

static struct search search_with(enum law law, const bool free[TERMS], const struct fit_point *points, size_t n) {
  struct search s = {.law = law, .points = points, .n = n};
  for (int k = 0; k < TERMS; k++) {
    s.free[k] = free[k];
    s.free_count += free[k];
  }
  for (size_t i = 0; i < n; i++)
    s.unit = fmax(s.unit, points[i].rate);
  run_search(&s);
  return s;
}

static bool is_allowed(const struct search *s) {
  return s->good && s->terms[TERM_ALPHA] >= 0 && s->terms[TERM_BETA] >= 0;
}

/* ---- a law ---- */

/* Finds the least squares with alpha and beta at least 0, by fixing parameters at 0 as needed. */
static struct search bounded(enum law law, const struct search *all) {
  struct search best = *all;
  for (int held = 1; held < 4 && !is_allowed(all); held++) {
    bool free[TERMS] = {parts[law][TERM_ALPHA] && !(held & 1), parts[law][TERM_BETA] && !(held & 2), true};
    struct search s = search_with(law, free, all->points, all->n);
    if (is_allowed(&s) && (!is_allowed(&best) || s.squares < best.squares))
      best = s;
  }
  return best;
}

static void take_terms(struct law_fit *f, const struct search *s) {
  for (int i = 0; i < TERMS; i++) {
    double unit = i == TERM_GAMMA ? s->unit : 1;
    f->terms[i] = (struct fit_term){.value = s->terms[i] * unit, .se = NAN, .low = NAN, .high = NAN};
    for (int k = 0; k < TERMS; k++)
      f->covariance[i][k] = s->covariance[i][k] * s->squares / f->df * unit * (k == TERM_GAMMA ? s->unit : 1);
    if (!s->free[i])
      continue;
    struct fit_term *t = &f->terms[i];
    t->se = sqrt(f->covariance[i][i]);
    t->low = t->value - f->t * t->se;
    t->high = t->value + f->t * t->se;
  }
}

static double quantile(int df) { return gsl_cdf_tdist_Pinv(1 - (1 - FIT_LEVEL) / 2, df); }

static struct law_fit unbounded_fit(const struct search *s) {
  struct law_fit f = {.good = s->good, .df = (int)(s->n - s->free_count)};
  f.t = quantile(f.df);
  f.sigma = sqrt(s->squares / f.df) * s->unit;
  take_terms(&f, s);
  return f;
}

static struct law_fit fit_law(enum law law, const struct fit_point *points, size_t n) {
  struct search all = search_with(law, parts[law], points, n), chosen = bounded(law, &all);
  struct law_fit f = unbounded_fit(&chosen), without_bound = unbounded_fit(&all);
  f.good = is_allowed(&chosen);
  f.faster = all.good && all.terms[TERM_ALPHA] < 0 && without_bound.terms[TERM_ALPHA].high < 0;
  for (int i = 0; i < TERMS; i++) {
    struct fit_term *t = &f.terms[i];
    f.part[i] = parts[law][i];
    t->held = f.good && f.part[i] && !chosen.free[i];
    if (t->held) {
      t->low = 0;
      t->high = all.good ? fmax(0, without_bound.terms[i].high) : NAN;
    }
    if (f.part[i] && i != TERM_GAMMA && !t->held)
      t->low = fmax(0, t->low);
  }
  return f;
}

/* ---- predictions ---- */

struct prediction fit_predict(enum law law, const struct law_fit *f, double workers) {
  double terms[TERMS], slope[TERMS], variance = f->sigma * f->sigma;
  values_of(f, terms);
  slopes(law, terms, workers, slope);
  for (int i = 0; i < TERMS; i++)
    for (int k = 0; k < TERMS; k++)
      variance += slope[i] * f->covariance[i][k] * slope[k];
  double rate = rate_of(law, terms, workers), half = f->t * sqrt(variance);
  return (struct prediction){workers, rate, fmax(0, rate - half), rate + half};
}

/* Returns whether beta is proven above 0 and affects the rate at the largest count by more than rounding. */
static bool has_beta(const struct law_fit *usl, double most) {
  const struct fit_term *beta = &usl->terms[TERM_BETA];
  return usl->good && !beta->held && beta->low > 0 && beta->value * most * most > 1e-6;
}

static enum law choose(const struct law_fit laws[LAWS], double most, bool weak) {
  if (has_beta(&laws[LAW_USL], most))
    return LAW_USL;
  return weak && laws[LAW_GUSTAFSON].good ? LAW_GUSTAFSON : laws[LAW_AMDAHL].good ? LAW_AMDAHL : LAW_USL;
}

/* Finds the peak, where the slope is 0; its interval is from the delta method on the logarithm. */
static struct peak peak_of(const struct law_fit *usl, double most) {
  struct peak p = {.low = NAN, .high = NAN};
  double alpha = usl->terms[TERM_ALPHA].value, beta = usl->terms[TERM_BETA].value;
  if (!has_beta(usl, most))
    return p;
  p.known = true;
  p.workers = alpha < 1 ? fmax(1, sqrt((1 - alpha) / beta)) : 1;
  p.rate = law_rate(LAW_USL, usl, p.workers);
  p.far = p.workers > FIT_REACH * most;
  if (alpha < 1) {
    double by_alpha = -0.5 / (1 - alpha), by_beta = -0.5 / beta;
    double variance = by_alpha * by_alpha * usl->covariance[TERM_ALPHA][TERM_ALPHA] +
                      2 * by_alpha * by_beta * usl->covariance[TERM_ALPHA][TERM_BETA] +
                      by_beta * by_beta * usl->covariance[TERM_BETA][TERM_BETA];
    p.low = fmax(1, p.workers * exp(-usl->t * sqrt(variance)));
    p.high = p.workers * exp(usl->t * sqrt(variance));
  }
  return p;
}

static void fit_laws(struct law_fit laws[LAWS], const struct fit_point *points, size_t n) {
  gsl_error_handler_t *before = gsl_set_error_handler_off();
  for (int law = 0; law < LAWS; law++)
    laws[law] = fit_law((enum law)law, points, n);
  gsl_set_error_handler(before);
}

static struct held_out hold_out(const struct fit_point *points, size_t n, bool weak) {
  struct held_out h = {.seen = points[n - 1].rate};
  struct law_fit laws[LAWS];
  if (n - 1 < FIT_COUNTS_LEAST)
    return h;
  fit_laws(laws, points, n - 1);
  h.law = choose(laws, points[n - 2].workers, weak);
  if (!laws[h.law].good)
    return h;
  h.foretold = fit_predict(h.law, &laws[h.law], points[n - 1].workers);
  h.state = h.seen >= h.foretold.low && h.seen <= h.foretold.high ? HELD_OUT_HIT : HELD_OUT_MISS;
  h.vague = h.foretold.high - h.foretold.low > h.foretold.rate;
  return h;
}

struct fit fit_rates(const struct fit_point *points, size_t n, bool weak) {
  struct fit fit = {.count = n, .few = n < FIT_COUNTS_FEW};
  if (n)
    fit.least = points[0].workers, fit.most = points[n - 1].workers;
  if (n < FIT_COUNTS_LEAST) {
    fit.refused = "a law needs at least 4 counts";
    return fit;
  }
  fit_laws(fit.laws, points, n);
  fit.chosen = choose(fit.laws, fit.most, weak);
  if (!fit.laws[fit.chosen].good) {
    fit.refused = "no law fits: the search did not converge";
    return fit;
  }
  fit.peak = peak_of(&fit.laws[LAW_USL], fit.most);
  fit.held_out = hold_out(points, n, weak);
  fit.highest = fit.last = points[n - 1];
  for (size_t i = 0; i < n; i++)
    fit.highest = points[i].rate > fit.highest.rate ? points[i] : fit.highest;
  fit.falls = fit.chosen != LAW_USL && fit.last.rate < FIT_FALL * fit.highest.rate;
  return fit;
}

/* ---- rows to points ---- */

static int by_workers(const void *a, const void *b) {
  const struct fit_point *x = a, *y = b;
  return (x->workers > y->workers) - (x->workers < y->workers);
}

size_t fit_medians(const struct fit_point *rows, size_t n, struct fit_point *points) {
  struct fit_point *sorted = must_alloc(n, sizeof *sorted);
  double *rates = must_alloc(n, sizeof *rates);
  size_t count = 0;
  if (n)
    memcpy(sorted, rows, n * sizeof *rows);
  qsort(sorted, n, sizeof *sorted, by_workers);
  for (size_t i = 0; i < n;) {
    size_t same = 0, from = i;
    for (; i < n && sorted[i].workers == sorted[from].workers; i++)
      rates[same++] = sorted[i].rate;
    sort_doubles(rates, same);
    points[count++] = (struct fit_point){sorted[from].workers, median_sorted(rates, same)};
  }
  free(rates);
  free(sorted);
  return count;
}
