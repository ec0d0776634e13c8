/* Splits the inflation of work among its causes by its shape over the worker counts. Pure. */
#include "inflation.h"

#include <gsl/gsl_multifit.h>
#include <math.h>

enum shape { BY_MEMORY, BY_CORES, BY_OTHER, SHAPES };
enum { MODELS = 1 << SHAPES };

/* What a shape adds to the chi-square of a fit. */
static const double prices[SHAPES] = {[BY_MEMORY] = 2, [BY_CORES] = 2, [BY_OTHER] = 5};

#define CLOSE 1.0        /* fits whose cost differs by less explain the points equally well */
#define FITS_MOST 9.0    /* largest mean chi-square of a fit that is believed */
#define SHAPE_OFF 0.1    /* share of an inflation by which a right shape may miss it */
#define LEAST_OFF 0.01   /* error of an inflation that has no noise */
#define UNKNOWN_OFF 0.02 /* error of one without an interval */
#define MEMORY_MOST 1.2  /* largest share of the time that memory may take, with room for noise */

static double inflated(const struct loss_point *p) { return p->parts[LOSS_REST] / p->speedup; }

static double by_memory(const struct loss_point *p) { return p->probe > 0 ? fmax(0, p->workers / p->probe - 1) : NAN; }

static double by_cores(const struct loss_point *p) {
  return p->cores > 0 ? fmin(1, fmax(0, 2 * (p->workers - p->cores) / p->workers)) : NAN;
}

static double by_other(const struct loss_point *p) { return p->workers - 1; }

static double (*const shapes[SHAPES])(const struct loss_point *) = {by_memory, by_cores, by_other};

/* Standard deviation that a fit allows for. */
static double error_of(const struct loss_point *p) {
  const double ends = 2 * 1.96; /* of a 95 % interval, in standard deviations */
  double noise = p->low > 0 ? log(p->high / p->low) / ends : UNKNOWN_OFF, excess = inflated(p);
  return hypot(hypot((1 + fmax(0, excess)) * noise, LEAST_OFF), SHAPE_OFF * excess);
}

struct model {
  double cost; /* INFINITY: does not fit */
  double shares[SHAPES];
};

/* Fills in the shares at the last point from the factors. False: a factor lies out of its bounds. */
static bool take_factors(struct model *m, const struct loss_point *last, unsigned causes, const gsl_vector *factors) {
  size_t next = 0;
  for (int k = 0; k < SHAPES; k++) {
    if (!(causes & 1U << k))
      continue;
    double factor = gsl_vector_get(factors, next++);
    if (factor < 0 || (k == BY_MEMORY && factor > MEMORY_MOST))
      return false;
    m->shares[k] = fmin(1, factor * shapes[k](last) / inflated(last));
  }
  return true;
}

struct system {
  gsl_matrix *shapes;
  gsl_vector *weights, *excess;
  bool sound; /* every shape is known at every point and has a part at some */
};

static struct system system_of(const struct loss_point *const *used, size_t n, unsigned causes, size_t columns) {
  struct system s = {gsl_matrix_alloc(n, columns), gsl_vector_alloc(n), gsl_vector_alloc(n), true};
  size_t next = 0;
  for (int k = 0; k < SHAPES; k++) {
    double sum = 0;
    if (!(causes & 1U << k))
      continue;
    for (size_t i = 0; i < n; i++) {
      double value = shapes[k](used[i]);
      gsl_matrix_set(s.shapes, i, next, value);
      sum += value;
    }
    s.sound &= sum > 0;
    next++;
  }
  for (size_t i = 0; i < n; i++) {
    gsl_vector_set(s.excess, i, inflated(used[i]));
    gsl_vector_set(s.weights, i, pow(error_of(used[i]), -2));
  }
  return s;
}

static struct model fit_model(const struct loss_point *const *used, size_t n, unsigned causes) {
  struct model m = {.cost = 0};
  size_t columns = 0;
  for (int k = 0; k < SHAPES; k++)
    if (causes & 1U << k)
      columns++, m.cost += prices[k];
  if (!columns || n < columns)
    return (struct model){.cost = INFINITY};
  struct system s = system_of(used, n, causes, columns);
  if (s.sound) {
    double chi = 0;
    gsl_vector *factors = gsl_vector_alloc(columns);
    gsl_matrix *covariance = gsl_matrix_alloc(columns, columns);
    gsl_multifit_linear_workspace *space = gsl_multifit_linear_alloc(n, columns);
    gsl_multifit_wlinear(s.shapes, s.weights, s.excess, factors, covariance, &chi, space);
    m.cost += chi < FITS_MOST * (double)n && take_factors(&m, used[n - 1], causes, factors) ? chi : INFINITY;
    gsl_multifit_linear_free(space);
    gsl_matrix_free(covariance);
    gsl_vector_free(factors);
  }
  gsl_matrix_free(s.shapes), gsl_vector_free(s.weights), gsl_vector_free(s.excess);
  if (!s.sound)
    m.cost = INFINITY;
  return m;
}

static enum shape leader(const struct model *m) {
  enum shape most = BY_MEMORY;
  for (int k = 0; k < SHAPES; k++)
    if (m->shares[k] > m->shares[most])
      most = (enum shape)k;
  return most;
}

/* The shares by the best fit; none where another one is as good and says otherwise. */
static void choose(struct inflation *out, const struct model models[MODELS]) {
  size_t best = 0;
  for (size_t i = 0; i < MODELS; i++)
    best = models[i].cost < models[best].cost ? i : best;
  if (!isfinite(models[best].cost))
    return;
  enum shape first = leader(&models[best]);
  bool other = false;
  for (size_t i = 0; i < MODELS; i++) {
    if (!(models[i].cost < models[best].cost + CLOSE) || leader(&models[i]) == first)
      continue;
    other |= first == BY_OTHER || leader(&models[i]) == BY_OTHER;
    out->either = true;
  }
  out->either &= !other;
  if (out->either || other)
    return;
  double sum = models[best].shares[BY_MEMORY] + models[best].shares[BY_CORES];
  out->memory = models[best].shares[BY_MEMORY] / fmax(1, sum);
  out->smt = models[best].shares[BY_CORES] / fmax(1, sum);
}

/* Where no count leaves each worker a core of its own, shared cores have no shape: it is left out. On a single core,
 * all inflation is of workers that share it. */
static bool hides_cores(const struct loss_point *const *used, size_t n) {
  bool shared = true;
  for (size_t i = 0; i < n; i++)
    shared &= by_cores(used[i]) > 0;
  return shared && used[n - 1]->cores >= 2;
}

/* Memory bandwidth is judged by its shape, which takes two points. */
static bool hides_memory(size_t n) {
  enum { POINTS_LEAST = 2 };
  return n < POINTS_LEAST;
}

struct inflation inflation_of(const struct loss_point *points, size_t at) {
  struct inflation out = {0};
  const struct loss_point **used = must_alloc(at + 1, sizeof *used);
  struct model models[MODELS];
  size_t n = 0;
  for (size_t i = 0; i <= at; i++)
    if (points[i].known && points[i].workers > 1)
      used[n++] = &points[i];
  if (n && inflated(used[n - 1]) > 0) {
    out.cores_hidden = hides_cores(used, n);
    for (unsigned causes = 0; causes < MODELS; causes++) {
      bool hidden = (out.cores_hidden && causes & 1U << BY_CORES) || (hides_memory(n) && causes & 1U << BY_MEMORY);
      models[causes] = (struct model){.cost = INFINITY};
      if (!hidden)
        models[causes] = fit_model(used, n, causes);
    }
    choose(&out, models);
    if (points[at].is_probe)
      out = (struct inflation){.memory = 1};
  }
  free(used);
  return out;
}
