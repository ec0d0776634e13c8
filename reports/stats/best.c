/* The set of cells that may be the fastest, and intervals valid after a choice. */
#include "best.h"

#include "base/text.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- binomial tails ---- */

/* P(X <= k) for k = 0..n, X ~ binomial(n, 1/2); the caller frees it. In logarithms, since 2^-n underflows from n =
 * 1075. */
static double *binomial_tails(size_t n) {
  double *tails = must_alloc(n + 1, sizeof *tails), log_term = -(double)n * M_LN2, sum = exp(log_term);
  tails[0] = sum;
  for (size_t k = 1; k <= n; k++) {
    log_term += log((double)(n - k + 1) / (double)k);
    sum += exp(log_term);
    tails[k] = fmin(1, sum);
  }
  return tails;
}

/* ---- two cells ---- */

struct difference {
  size_t n, above, below; /* common rounds; rounds with the first slower; rounds with it faster */
  double mean, deviation;
};

static struct difference difference_of(const double *x, const double *y, size_t rounds) {
  struct difference d = {0};
  double sum = 0, squares = 0;
  for (size_t i = 0; i < rounds; i++) {
    double by = x[i] - y[i]; /* NAN, so neither above nor below, if either has no time */
    bool known = !isnan(by);
    d.n += known;
    d.above += by > 0;
    d.below += by < 0;
    sum += known ? by : 0;
    squares += known ? by * by : 0;
  }
  /* logarithms of times differ by less than 100 and scatter by more than 1e-6, so that the subtraction is exact enough
   */
  d.mean = d.n ? sum / (double)d.n : NAN;
  d.deviation = d.n > 1 ? sqrt(fmax(0, squares - sum * d.mean) / (double)(d.n - 1)) : NAN;
  return d;
}

/* Standard errors by which the mean exceeds one standard deviation; `sign` -1 for the second cell. */
static double distance_of(const struct difference *d, double sign) {
  double beyond = sign * d->mean - d->deviation;
  return d->deviation > 0 ? beyond / d->deviation * sqrt((double)d->n) : beyond > 0 ? INFINITY : -INFINITY;
}

/* ---- a cell against all others ---- */

/* The two tests share the level, so that both together keep it: 4 % and 1 % of the 5 %. */
static const double sign_share = 0.8, distance_share = 0.2;

struct evidence {
  size_t others;
  double sign_p;   /* the smallest of its sign tests */
  double distance; /* the largest distance over distance_rounds rounds */
  size_t distance_rounds;
  double distance_p; /* the smallest p at other numbers of rounds */
};

static double distance_p(double distance, size_t rounds) {
  return distance > 0 ? gsl_cdf_tdist_Q(distance, (double)(rounds - 1)) : 1;
}

/* Computing p is expensive: per number of rounds, only for the largest distance. */
static void add_distance(struct evidence *e, double distance, size_t rounds) {
  if (e->distance_rounds != rounds) {
    if (e->distance_rounds)
      e->distance_p = fmin(e->distance_p, distance_p(e->distance, e->distance_rounds));
    e->distance = distance, e->distance_rounds = rounds;
  }
  e->distance = fmax(e->distance, distance);
}

/* The evidence that a cell is slower than another; `sign` -1 for the second cell of the difference. */
static void add_side(struct evidence *e, const struct difference *d, double sign, double **tails) {
  size_t signs = d->above + d->below, faster = sign > 0 ? d->below : d->above;
  if (!tails[signs])
    tails[signs] = binomial_tails(signs);
  e->others++;
  e->sign_p = fmin(e->sign_p, tails[signs][faster]);
  add_distance(e, distance_of(d, sign), d->n);
}

static double adjusted_p(const struct evidence *e) {
  if (e->others == 0)
    return 1;
  double far = fmin(e->distance_p, distance_p(e->distance, e->distance_rounds));
  return fmin(1, fmin(e->sign_p / sign_share, far / distance_share) * (double)e->others);
}

/* The cells with enough rounds for a comparison; the caller frees the list. */
static size_t *comparable(const double *logs, size_t cells, size_t rounds, size_t *count) {
  size_t *list = must_alloc(cells, sizeof *list);
  *count = 0;
  for (size_t i = 0; i < cells; i++) {
    size_t known = 0;
    for (size_t r = 0; r < rounds; r++)
      known += !isnan(logs[i * rounds + r]);
    if (known >= BEST_ROUNDS)
      list[(*count)++] = i;
  }
  return list;
}

/* Compares each cell of the list with each other. */
static void weigh_all(struct evidence *evidence, const double *logs, const size_t *list, size_t count, size_t rounds,
                      double **tails) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < i; j++) {
      struct difference d = difference_of(logs + list[i] * rounds, logs + list[j] * rounds, rounds);
      if (d.n < BEST_ROUNDS)
        continue;
      add_side(&evidence[list[i]], &d, 1, tails);
      add_side(&evidence[list[j]], &d, -1, tails);
    }
}

struct row {
  double mean; /* over the rounds that it has; NAN without any */
  size_t row;
};

static int by_mean(const void *a, const void *b) {
  const struct row *x = a, *y = b;
  if (x->mean < y->mean || x->mean > y->mean)
    return x->mean < y->mean ? -1 : 1;
  if (isnan(x->mean) != isnan(y->mean))
    return isnan(x->mean) ? 1 : -1;
  return (x->row > y->row) - (x->row < y->row);
}

static int by_row(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

size_t *rivals_of(const double *logs, size_t rows, size_t rounds, size_t *count) {
  struct row *means = must_alloc(rows, sizeof *means);
  for (size_t i = 0; i < rows; i++) {
    double sum = 0, known = 0;
    for (size_t r = 0; r < rounds; r++)
      if (!isnan(logs[i * rounds + r]))
        sum += logs[i * rounds + r], known++;
    means[i] = (struct row){sum / known, i};
  }
  if (rows > COMPARED_ALL)
    qsort(means, rows, sizeof *means, by_mean);
  *count = rows > COMPARED_ALL ? COMPARED_FEW : rows;
  size_t *list = must_alloc(*count, sizeof *list);
  for (size_t i = 0; i < *count; i++)
    list[i] = means[i].row;
  qsort(list, *count, sizeof *list, by_row);
  free(means);
  return list;
}

/* Compares each cell of the list with the rivals. */
static void weigh_few(struct evidence *evidence, const double *logs, const size_t *list, size_t count, size_t rounds,
                      double **tails) {
  double *rows = must_alloc(count * rounds, sizeof *rows);
  for (size_t i = 0; i < count; i++)
    memcpy(rows + i * rounds, logs + list[i] * rounds, rounds * sizeof *rows);
  size_t few, *rivals = rivals_of(rows, count, rounds, &few);
  for (size_t i = 0; i < count; i++) {
    struct evidence *e = &evidence[list[i]];
    for (size_t k = 0; k < few; k++) {
      struct difference d = difference_of(rows + i * rounds, rows + rivals[k] * rounds, rounds);
      if (rivals[k] != i && d.n >= BEST_ROUNDS)
        add_side(e, &d, 1, tails);
    }
    e->others = e->others ? count - 1 : 0;
  }
  free(rows), free(rivals);
}

static void weigh(struct evidence *evidence, const double *logs, size_t cells, size_t rounds) {
  double **tails = must_alloc(rounds + 1, sizeof *tails);
  size_t count, *list = comparable(logs, cells, rounds, &count);
  for (size_t i = 0; i < cells; i++)
    evidence[i] = (struct evidence){.sign_p = 1, .distance_p = 1};
  (count > COMPARED_ALL ? weigh_few : weigh_all)(evidence, logs, list, count, rounds, tails);
  for (size_t n = 0; n <= rounds; n++)
    free(tails[n]);
  free(list);
  free(tails);
}

struct best_set best_set_of(const double *logs, size_t cells, size_t rounds) {
  struct best_set set = {cells, 0, must_alloc(cells, sizeof *set.in), must_alloc(cells, sizeof *set.p),
                         must_alloc(cells, sizeof *set.others)};
  struct evidence *evidence = must_alloc(cells, sizeof *evidence);
  size_t likeliest = 0;
  weigh(evidence, logs, cells, rounds);
  for (size_t i = 0; i < cells; i++) {
    set.p[i] = adjusted_p(&evidence[i]);
    set.others[i] = evidence[i].others;
    set.in[i] = set.p[i] > 1 - BEST_LEVEL;
    set.size += set.in[i];
    likeliest = set.p[i] > set.p[likeliest] ? i : likeliest;
  }
  if (cells && set.size == 0)
    set.in[likeliest] = true, set.size = 1;
  free(evidence);
  return set;
}

void best_set_free(struct best_set *set) {
  free(set->in);
  free(set->p);
  free(set->others);
  *set = (struct best_set){0};
}

/* ---- intervals after a choice ---- */

/* Approximate expected value of rank `out` from the end in n normal values. Source: Blom 1958, Statistical Estimates
 * and Transformed Beta-Variables, p. 71. */
static double normal_score(size_t out, size_t n) {
  return gsl_cdf_ugaussian_Qinv(((double)out + 0.625) / ((double)n + 0.25));
}

/* The ranks, from each end, used by median_interval; n if it has no interval. */
static size_t own_rank(const double *tails, size_t n, double level) {
  size_t out = 0;
  while (2 * out + 1 < n && 1 - 2 * tails[out] >= level)
    out++;
  return out ? out - 1 : n;
}

struct interval chosen_interval(const double *sorted, size_t n, size_t low_among, size_t high_among, double level) {
  struct interval found = {NAN, NAN, 0};
  double *tails = binomial_tails(n), narrowest = INFINITY;
  size_t own = own_rank(tails, n, level), ranks = own < n ? own + 1 : 0;
  double *scores = must_alloc(ranks, sizeof *scores);
  for (size_t i = 0; i < ranks; i++)
    scores[i] = normal_score(i, n);
  for (size_t low = 0; low < ranks; low++)
    for (size_t high = 0; high < ranks; high++) {
      double coverage = 1 - (double)low_among * tails[low] - (double)high_among * tails[high];
      double width = scores[low] + scores[high];
      if (coverage < level || width >= narrowest)
        continue;
      narrowest = width;
      found = (struct interval){sorted[low], sorted[n - 1 - high], coverage};
    }
  free(scores);
  free(tails);
  return found;
}
