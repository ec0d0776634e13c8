/* Looks for dependence between the rounds of a run, pooled over the cells of a class: trend, step, carry-over. Pure. */
#include "dependence.h"

#include "base/random.h"
#include "base/text.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Share of DEPEND_LEVEL for each kind of test; the shape tests use the rest. */
#define PLACES_LEVEL 0.024
#define CARRY_LEVEL 0.005
#define TOGETHER_LEVEL 0.003
#define CLIP 2.0         /* standard deviations */
#define TICK_LEAST 0.001 /* as a share of the time; finer ticks change no figure that is shown */
/* Up to so many rounds the products of all pairs of rounds are tabled; of more, they are computed where they are asked
 * for, and the spread of a statistic is estimated from some partners of each round: the cost is then linear in rounds.
 */
enum { ROUNDS_TABLED = 256, PARTNERS_DRAWN = 32 };
enum { CHANGES_OF_PLACES = 299, GROUPS = CELL_CLASSES + 1, WHOLE = CELL_CLASSES };
/* Permutation tests. */
enum { TEST_LAG_OWN, TEST_LAG_SHARED, TEST_TREND, TEST_STEP, TESTS };

/* Cells tested together. */
struct group {
  size_t cells, first;                /* first: of its cells in a row of the search's `by_round` */
  double *like;                       /* rounds x rounds: sum over cells of the products of their ranks; or NULL */
  double *shared;                     /* per round: mean rank over the cells */
  double *value;                      /* per round: mean over the cells of log ratio minus the cell's median */
  double *carry[CELL_CLASSES];        /* per round: sum over cells of rank times centred "ran after that class" */
  double together, pairs;             /* sum and number of products of scores with different partners in a round */
  double within, sharing;             /* sum and number of those with one partner, of different cells */
  double variance[3];                 /* of `together`, if nothing is shared but a partner: in powers of that share */
  double scale[TESTS], middle[TESTS]; /* the same under every permutation */
  double seen[TESTS];
  size_t beyond[TESTS]; /* permutations whose largest statistic is at least `seen` */
};

struct search {
  const struct cell_rounds *cells;
  size_t count, rounds;
  struct group groups[GROUPS];
  double *by_round; /* the ranks of each round, cells by their class, where no group has a table */
  size_t *stratum;  /* per round: rounds with equal numbers are exchangeable */
};

/* ---- ranks ---- */

struct at {
  double value;
  size_t round;
};

static int by_value(const void *a, const void *b) {
  const struct at *x = a, *y = b;
  return (x->value > y->value) - (x->value < y->value);
}

/* Ranks with mean 0 and variance 1; ties share their mean rank; 0 for a round without a value. */
static void ranks_of(const double *log, size_t rounds, struct at *order, double *ranks) {
  size_t n = 0;
  double squares = 0;
  for (size_t r = 0; r < rounds; r++) {
    ranks[r] = 0;
    if (!isnan(log[r]))
      order[n++] = (struct at){log[r], r};
  }
  qsort(order, n, sizeof *order, by_value);
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && order[end].value == order[i].value; end++)
      ;
    for (size_t j = i; j < end; j++)
      ranks[order[j].round] = ((double)(i + end - 1) - (double)(n - 1)) / 2;
  }
  for (size_t r = 0; r < rounds; r++)
    squares += ranks[r] * ranks[r];
  for (size_t r = 0; r < rounds && squares > 0; r++)
    ranks[r] /= sqrt(squares / (double)n);
}

static double median_of(double *values, size_t n) {
  sort_doubles(values, n);
  return n ? median_sorted(values, n) : NAN;
}

/* Collects a cell's values; `out` has room for all rounds. */
static size_t values_of(const double *log, size_t from, size_t to, double *out) {
  size_t n = 0;
  for (size_t r = from; r < to; r++)
    if (!isnan(log[r]))
      out[n++] = log[r];
  return n;
}

/* ---- values that some outliers do not move ---- */

/* The variance of n sorted values by their 10 and 90 % quantiles, which a few outliers do not move. The
 * distance of two order statistics is divided by its expectation for normal values (Blom 1958, Statistical estimates
 * and transformed beta-variables, Wiley). */
static double robust_variance(const double *sorted, size_t n) {
  size_t out = n / 10;
  double z = gsl_cdf_ugaussian_Qinv(((double)out + 1 - 0.375) / ((double)n + 0.25));
  return pow((sorted[n - 1 - out] - sorted[out]) / (2 * z), 2);
}

/* A cell's values with mean 0 and variance 1, those far from the median moved nearer; 0 for a round without a value.
 * `sorted` are its n values. They tell more of a few slow rounds than ranks, which hide by how much these differ. */
static void scores_of(const double *log, size_t rounds, const double *sorted, size_t n, double *scores) {
  double middle = n ? median_sorted(sorted, n) : 0, most = n ? CLIP * sqrt(robust_variance(sorted, n)) : 0;
  double sum = 0, squares = 0;
  for (size_t r = 0; r < rounds; r++) {
    scores[r] = isnan(log[r]) ? 0 : fmin(fmax(log[r] - middle, -most), most);
    sum += scores[r], squares += scores[r] * scores[r];
  }
  double mean = n ? sum / (double)n : 0, deviation = n ? sqrt(fmax(squares / (double)n - mean * mean, 0)) : 0;
  for (size_t r = 0; r < rounds; r++)
    scores[r] = isnan(log[r]) || !(deviation > 0) ? 0 : (scores[r] - mean) / deviation;
}

/* ---- groups ---- */

static bool is_in(const struct search *s, size_t group, size_t cell) {
  return group == WHOLE || s->cells[cell].class == (enum cell_class)group;
}

/* Adds rank times centred "ran after that class" for each round of a cell. */
static void add_carry(struct group *g, const struct cell_rounds *c, size_t class, const double *ranks, size_t rounds) {
  double n = 0, after = 0;
  for (size_t r = 0; c->before && r < rounds; r++)
    if (!isnan(c->log[r]))
      n++, after += c->before[r] == (signed char)class;
  for (size_t r = 0; c->before && r < rounds; r++)
    if (!isnan(c->log[r]))
      g->carry[class][r] += ((c->before[r] == (signed char)class) - after / n) * ranks[r];
}

static void add_to_group(struct group *g, const struct cell_rounds *c, const double *ranks, double median,
                         size_t rounds) {
  g->cells++;
  for (size_t i = 0; g->like && i < rounds; i++)
    for (size_t j = i; ranks[i] != 0 && j < rounds; j++)
      g->like[i * rounds + j] += ranks[i] * ranks[j];
  for (size_t r = 0; r < rounds; r++) {
    g->shared[r] += ranks[r];
    if (!isnan(c->log[r]))
      g->value[r] += c->log[r] - median;
  }
  for (size_t k = 0; k < CELL_CLASSES; k++)
    add_carry(g, c, k, ranks, rounds);
}

/* A score and its paired baseline process. */
struct partnered {
  int64_t partner;
  double score;
};

static int by_partner(const void *a, const void *b) {
  const struct partnered *x = a, *y = b;
  return (x->partner > y->partner) - (x->partner < y->partner);
}

/* The cells of a round by their partner: sums over partners. The sum of `cells` scores that correlate by c has the
 * variance cells + c * more, more = cells * (cells - 1). */
struct partner_sums {
  double cells, more, cells_2, cells_more, more_2; /* of cells, more, cells^2, cells * more, more^2 */
  double sums, sums_2, scores_2;                   /* of a partner's sum of scores, of its square, of squared scores */
};

static void add_partner(struct partner_sums *p, const struct partnered *list, size_t cells) {
  double n = (double)cells, more = n * (n - 1), sum = 0;
  for (size_t i = 0; i < cells; i++)
    sum += list[i].score, p->scores_2 += list[i].score * list[i].score;
  p->cells += n, p->more += more, p->sums += sum, p->sums_2 += sum * sum;
  p->cells_2 += n * n, p->cells_more += n * more, p->more_2 += more * more;
}

/* Adds the products of scores of one round, of cells with different partners and with the same one. */
static void add_together(struct search *s, size_t group, size_t round, const double *scores, struct partnered *list) {
  struct group *g = &s->groups[group];
  struct partner_sums p = {0};
  size_t n = 0, end;
  for (size_t i = 0; i < s->count; i++)
    if (is_in(s, group, i) && s->cells[i].partner && !isnan(s->cells[i].log[round]))
      list[n++] = (struct partnered){s->cells[i].partner[round], scores[i * s->rounds + round]};
  qsort(list, n, sizeof *list, by_partner);
  for (size_t i = 0; i < n; i = end) {
    for (end = i + 1; end < n && list[end].partner == list[i].partner; end++)
      ;
    add_partner(&p, list + i, end - i);
  }
  g->together += (p.sums * p.sums - p.sums_2) / 2, g->pairs += (p.cells * p.cells - p.cells_2) / 2;
  g->within += (p.sums_2 - p.scores_2) / 2, g->sharing += p.more / 2;
  g->variance[0] += (p.cells * p.cells - p.cells_2) / 2;
  g->variance[1] += p.cells * p.more - p.cells_more;
  g->variance[2] += (p.more * p.more - p.more_2) / 2;
}

static void open_group(struct group *g, size_t rounds) {
  bool tabled = rounds <= ROUNDS_TABLED;
  double *room = must_alloc(rounds * ((tabled ? rounds : 0) + 2 + CELL_CLASSES), sizeof *room);
  g->shared = room, room += rounds;
  g->value = room, room += rounds;
  for (size_t k = 0; k < CELL_CLASSES; k++, room += rounds)
    g->carry[k] = room;
  g->like = tabled ? room : NULL;
}

/* Fills the other half of a symmetric matrix. */
static void complete(double *matrix, size_t rounds) {
  for (size_t i = 0; i < rounds; i++)
    for (size_t j = 0; j < i; j++)
      matrix[i * rounds + j] = matrix[j * rounds + i];
}

/* Turns the ranks of each cell into those of each round. */
static void turn_ranks(struct search *s, const double *ranks) {
  size_t place[CELL_CLASSES] = {0}, n = s->rounds;
  for (size_t c = 1; c < CELL_CLASSES; c++)
    s->groups[c].first = place[c] = place[c - 1] + s->groups[c - 1].cells;
  s->by_round = must_alloc(n * s->count, sizeof *s->by_round);
  for (size_t i = 0; i < s->count; i++) {
    size_t at = place[s->cells[i].class]++;
    for (size_t r = 0; r < n; r++)
      s->by_round[r * s->count + at] = ranks[i * n + r];
  }
}

static void fill_groups(struct search *s) {
  size_t n = s->rounds;
  struct at *order = must_alloc(n, sizeof *order);
  struct partnered *list = must_alloc(s->count, sizeof *list);
  double *ranks = must_alloc(n * s->count, sizeof *ranks), *values = must_alloc(n, sizeof *values);
  double *scores = must_alloc(n * s->count, sizeof *scores);
  for (size_t i = 0; i < s->count; i++) {
    ranks_of(s->cells[i].log, n, order, ranks + i * n);
    size_t known = values_of(s->cells[i].log, 0, n, values);
    double median = median_of(values, known);
    scores_of(s->cells[i].log, n, values, known, scores + i * n);
    for (size_t g = 0; g < GROUPS; g++)
      if (is_in(s, g, i))
        add_to_group(&s->groups[g], &s->cells[i], ranks + i * n, median, n);
  }
  if (!s->groups[WHOLE].like)
    turn_ranks(s, ranks);
  for (size_t g = 0; g < GROUPS; g++) {
    if (s->groups[g].like)
      complete(s->groups[g].like, n);
    for (size_t r = 0; r < n; r++)
      add_together(s, g, r, scores, list);
  }
  free(order), free(list), free(ranks), free(scores), free(values);
}

/* An early stop ends some cells before others: rounds are exchangeable only if they have the same cells. */
static void find_strata(struct search *s) {
  for (size_t i = 0; i < s->count; i++) {
    size_t last = s->rounds;
    while (last > 0 && isnan(s->cells[i].log[last - 1]))
      last--;
    for (size_t r = last; r < s->rounds; r++)
      s->stratum[r] = last > s->stratum[r] ? last : s->stratum[r];
  }
}

/* ---- the tests ---- */

/* The sum over a group's cells of the products of their ranks in two rounds. */
static double alike(const struct search *s, const struct group *g, size_t i, size_t j) {
  if (g->like)
    return g->like[i * s->rounds + j];
  const double *x = s->by_round + i * s->count + g->first, *y = s->by_round + j * s->count + g->first;
  double sum[4] = {0}; /* additions that do not wait for each other */
  size_t c = 0;
  for (; c + 4 <= g->cells; c += 4)
    for (size_t k = 0; k < 4; k++)
      sum[k] += x[c + k] * y[c + k];
  for (; c < g->cells; c++)
    sum[0] += x[c] * y[c];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double lag_sum(const struct search *s, const struct group *g, const size_t *place) {
  double sum = 0;
  for (size_t i = 0; i + 1 < s->rounds; i++)
    sum += alike(s, g, place[i], place[i + 1]);
  return sum;
}

/* Statistics of the shared ranks in one pass: lag, trend and largest partial sum (step). */
static void shared_tests(const double *m, const size_t *place, size_t rounds, double out[TESTS]) {
  double lag = 0, trend = 0, sum = 0, most = 0, before = 0, middle = (double)(rounds - 1) / 2;
  for (size_t i = 0; i < rounds; i++) {
    double now = m[place[i]];
    lag += before * now;
    trend += ((double)i - middle) * now;
    sum += now;
    most = fmax(most, fabs(sum));
    before = now;
  }
  out[TEST_LAG_SHARED] = lag;
  out[TEST_TREND] = fabs(trend);
  out[TEST_STEP] = most;
}

/* The largest statistic of a group with the rounds permuted by `place`; each is scaled like a standard normal. */
static double test_group(const struct search *s, const struct group *g, const size_t *place, double out[TESTS]) {
  double largest = -INFINITY;
  out[TEST_LAG_OWN] = g->cells > 1 ? lag_sum(s, g, place) : 0;
  shared_tests(g->shared, place, s->rounds, out);
  for (size_t t = 0; t < TESTS; t++) {
    out[t] = g->scale[t] > 0 ? (out[t] - g->middle[t]) / g->scale[t] : -INFINITY;
    largest = fmax(largest, out[t]);
  }
  return largest;
}

static uint64_t random_below(uint64_t *state, uint64_t limit) { return (random_next(state) >> 32) * limit >> 32; }

/* The product of two rounds that a lag test sums. */
static double product_of(const struct search *s, const struct group *g, size_t test, size_t i, size_t j) {
  return test == TEST_LAG_OWN ? alike(s, g, i, j) : g->shared[i] * g->shared[j];
}

/* Mean and standard deviation over pairs of different rounds, for a sum over consecutive rounds. The ranks of a cell
 * sum to 0, so the products of all pairs sum to minus those of the rounds with themselves. The squares are those of all
 * pairs, or those of each round with some others. */
static void lag_scale(const struct search *s, struct group *g, size_t test) {
  double own = 0, squares = 0, n = (double)s->rounds;
  size_t each = g->like ? s->rounds : PARTNERS_DRAWN, pairs = 0;
  uint64_t random = s->rounds;
  for (size_t i = 0; i < s->rounds; i++) {
    own += product_of(s, g, test, i, i);
    for (size_t k = 0; k < each; k++) {
      size_t j = g->like ? k : random_below(&random, s->rounds);
      double product = product_of(s, g, test, i, j);
      if (i != j)
        squares += product * product, pairs++;
    }
  }
  double mean = -own / (n * (n - 1));
  g->middle[test] = (n - 1) * mean;
  g->scale[test] = sqrt(fmax(0, (n - 1) * (squares / (double)pairs - mean * mean)));
}

/* The scale of each statistic, computed once because permutations leave it unchanged. A step's largest partial sum over
 * root n has Kolmogorov's distribution; times 1.65 its tail resembles that of |N(0, 1)|. */
static void set_scales(const struct search *s, struct group *g) {
  double n = (double)s->rounds, squares = 0;
  for (size_t r = 0; r < s->rounds; r++)
    squares += g->shared[r] * g->shared[r];
  if (g->cells > 1)
    lag_scale(s, g, TEST_LAG_OWN);
  lag_scale(s, g, TEST_LAG_SHARED);
  g->scale[TEST_TREND] = sqrt(squares * n * (n + 1) / 12);
  g->scale[TEST_STEP] = sqrt(squares) / 1.65;
}

/* Fisher-Yates shuffle within each stratum, a stretch of rounds. */
static void change_places(const struct search *s, size_t *place, uint64_t *random) {
  for (size_t start = 0, end; start < s->rounds; start = end) {
    for (end = start + 1; end < s->rounds && s->stratum[end] == s->stratum[start]; end++)
      ;
    for (size_t i = end - 1; i > start; i--) {
      size_t j = start + random_below(random, i - start + 1), swap = place[i];
      place[i] = place[j], place[j] = swap;
    }
  }
}

/* Skip a group with the same cells as another. */
static bool is_tested(const struct search *s, size_t group) {
  const struct group *g = &s->groups[group];
  for (size_t i = 0; group == WHOLE && i < WHOLE; i++)
    if (s->groups[i].cells == g->cells)
      return false;
  return g->cells > 0;
}

static double test_all(struct search *s, const size_t *place, bool first) {
  double largest = -INFINITY, out[TESTS];
  for (size_t g = 0; g < GROUPS; g++)
    if (is_tested(s, g))
      largest = fmax(largest, test_group(s, &s->groups[g], place, first ? s->groups[g].seen : out));
  return largest;
}

/* Max-statistic permutation test (Westfall & Young 1993, ISBN 0-471-55761-7). Stops early once no test can become
 * significant (Besag & Clifford 1991, doi 10.1093/biomet/78.2.301). Returns the number of permutations. */
static size_t test_by_places(struct search *s) {
  size_t *place = must_alloc(s->rounds, sizeof *place), permutations = 0, above = 0;
  const size_t allowed = (size_t)(PLACES_LEVEL * (CHANGES_OF_PLACES + 1)) - 1;
  uint64_t random = s->rounds;
  for (size_t r = 0; r < s->rounds; r++)
    place[r] = r;
  double seen = test_all(s, place, true);
  while (permutations < CHANGES_OF_PLACES && above <= allowed) {
    change_places(s, place, &random);
    double largest = test_all(s, place, false);
    permutations++, above += largest >= seen;
    for (size_t g = 0; g < GROUPS; g++)
      for (size_t t = 0; t < TESTS; t++)
        s->groups[g].beyond[t] += largest >= s->groups[g].seen[t];
  }
  free(place);
  return permutations;
}

/* ---- effect sizes ---- */

/* Widening factor from the lag-1 correlation within a cell, averaged over the group's cells, corrected for the bias
 * from estimating the mean: Marriott & Pope 1954, doi 10.1093/biomet/41.3-4.390. `errors`: by how many of its standard
 * errors it is taken larger. */
static double lag_factor(const struct search *s, const struct group *g, double errors) {
  double sum = 0, squares = 0, n = (double)s->rounds;
  for (size_t i = 0; i < s->rounds; i++)
    squares += alike(s, g, i, i), sum += i + 1 < s->rounds ? alike(s, g, i, i + 1) : 0;
  double seen = sum / squares * n / (n - 1), error = 1 / sqrt(n * (double)g->cells);
  double rho = fmin(fmax((n * seen + 1) / (n - 3) + errors * error, 0), 0.9);
  return sqrt((1 + rho) / (1 - rho));
}

static size_t step_at(const struct group *g, size_t rounds) {
  double sum = 0, most = 0;
  size_t at = 0;
  for (size_t r = 0; r + 1 < rounds; r++) {
    sum += g->shared[r];
    if (fabs(sum) > most)
      most = fabs(sum), at = r;
  }
  return at;
}

/* Median over a group's cells of the difference between rounds of kind 0 and kind 1; other kinds are ignored. */
typedef int kind_of_round(const struct cell_rounds *, size_t round, size_t rounds, size_t argument);

static double difference(const struct search *s, size_t group, kind_of_round *kind, size_t argument) {
  double *of[2] = {must_alloc(s->rounds, sizeof(double)), must_alloc(s->rounds, sizeof(double))};
  double *sizes = must_alloc(s->count, sizeof *sizes);
  size_t cells = 0;
  for (size_t i = 0; i < s->count; i++) {
    size_t n[2] = {0, 0};
    for (size_t r = 0; is_in(s, group, i) && r < s->rounds; r++) {
      int k = isnan(s->cells[i].log[r]) ? -1 : kind(&s->cells[i], r, s->rounds, argument);
      if (k == 0 || k == 1)
        of[k][n[k]++] = s->cells[i].log[r];
    }
    if (n[0] && n[1])
      sizes[cells++] = median_of(of[1], n[1]) - median_of(of[0], n[0]);
  }
  double median = cells ? fabs(median_of(sizes, cells)) : 0;
  free(of[0]), free(of[1]), free(sizes);
  return median;
}

static int side_of_step(const struct cell_rounds *c, size_t round, size_t rounds, size_t at) {
  (void)c, (void)rounds;
  return round > at;
}

static int first_or_last_quarter(const struct cell_rounds *c, size_t round, size_t rounds, size_t argument) {
  (void)c, (void)argument;
  return 4 * round < rounds ? 0 : 4 * round >= 3 * rounds ? 1 : -1;
}

static int after_class(const struct cell_rounds *c, size_t round, size_t rounds, size_t class) {
  (void)rounds;
  return c->before ? c->before[round] == (signed char)class : -1;
}

static void measure(const struct search *s, size_t group, size_t test, struct dependence_finding *f) {
  const struct group *g = &s->groups[group];
  double size = 0;
  if (test == TEST_LAG_OWN || test == TEST_LAG_SHARED) {
    f->kinds |= 1U << DEPEND_LAG;
    f->factor = lag_factor(s, g, 0);
  } else if (test == TEST_TREND) {
    f->kinds |= 1U << DEPEND_TREND;
    size = difference(s, group, first_or_last_quarter, 0);
  } else if (test == TEST_STEP) {
    f->kinds |= 1U << DEPEND_STEP;
    f->step_round = step_at(g, s->rounds);
    size = difference(s, group, side_of_step, f->step_round);
  }
  f->shift = fmax(f->shift, size);
}

static void judge_places(const struct search *s, size_t group, size_t permutations, struct dependence_finding *f) {
  const struct group *g = &s->groups[group];
  for (size_t t = 0; t < TESTS; t++) {
    double p = (double)(g->beyond[t] + 1) / (double)(permutations + 1);
    f->p = fmin(f->p, p);
    if (p <= PLACES_LEVEL && permutations == CHANGES_OF_PLACES)
      measure(s, group, t, f);
  }
}

/* ---- correlated cells, carry-over ---- */

/* Student's t for "the mean over rounds is 0", with its degrees of freedom. */
static double student(const double *values, size_t rounds, double *freedom) {
  double n = (double)rounds, sum = 0, squares = 0;
  for (size_t r = 0; r < rounds; r++)
    sum += values[r], squares += values[r] * values[r];
  *freedom = n - 1;
  return n > 2 && squares > 0 ? sum / n / sqrt(fmax(squares - sum * sum / n, 1e-30) / (n - 1) / n) : 0;
}

/* The sum of products of scores of cells with different partners, over its standard deviation if such cells have
 * nothing in common. Cells with one partner correlate by what they show, at least as much as those with different ones.
 */
static double together_score(const struct group *g) {
  double share = g->sharing > 0 ? fmin(fmax(g->within / g->sharing, 0), 1) : 0;
  double variance = g->variance[0] + share * (g->variance[1] + share * g->variance[2]);
  return variance > 0 ? g->together / sqrt(variance) : 0;
}

/* Its limit. A round's sum is nearly a product of one normal value with itself, so that the tail of few rounds is that
 * of chi-squared. */
static double together_limit(double rounds) {
  const double freedom = rounds - 1;
  return (gsl_cdf_chisq_Qinv(TOGETHER_LEVEL, freedom) - freedom) / sqrt(2 * freedom);
}

/* The mean correlation of cells without a common baseline process. It shows an effect on the class but not on the
 * baseline, which may also last over rounds. The intervals are widened for the strongest lag that these rounds allow.
 */
static void judge_together(const struct group *g, size_t rounds, struct dependence_finding *f) {
  double n = (double)rounds, lag = 0, squares = 0;
  if (together_score(g) < together_limit(n))
    return;
  for (size_t r = 0; r < rounds; r++) {
    squares += g->shared[r] * g->shared[r];
    lag += r > 0 ? g->shared[r - 1] * g->shared[r] : 0;
  }
  double rho = fmin(fmax((n * lag / squares + 1) / (n - 3) + 1 / sqrt(n), 0), 0.9);
  double stretch = (1 + rho) / (1 - rho), part = fmin(g->together / g->pairs, 1);
  f->kinds |= 1U << DEPEND_TOGETHER;
  f->factor = fmax(f->factor, sqrt(1 + part * (stretch - 1)));
}

static void judge_carry(const struct search *s, size_t group, struct dependence_finding *f) {
  for (size_t k = 0; k < CELL_CLASSES; k++) {
    double freedom, t = student(s->groups[group].carry[k], s->rounds, &freedom);
    if (2 * gsl_cdf_tdist_Q(fabs(t), freedom) > CARRY_LEVEL / (GROUPS * CELL_CLASSES))
      continue;
    double size = difference(s, group, after_class, k);
    f->kinds |= 1U << DEPEND_CARRY;
    if (size >= f->shift)
      f->shift = size, f->after = (enum cell_class)k;
  }
}

/* ---- the shape: two modes, ticks ---- */

/* Finds the corners of the hull of the points (x[i], i), i from `low` to `high`: greatest convex minorant (below) or
 * least concave majorant (above). Returns their number, at most high - low + 1. */
static size_t hull_of(const double *x, size_t low, size_t high, bool above, size_t *corners) {
  size_t n = 0;
  for (size_t i = low; i <= high; i++) {
    while (n >= 2) {
      size_t a = corners[n - 2], b = corners[n - 1];
      double turn = (x[b] - x[a]) * (double)(i - a) - (x[i] - x[a]) * (double)(b - a);
      if (above ? turn < 0 : turn > 0)
        break;
      n--;
    }
    corners[n++] = i;
  }
  return n;
}

/* Height of the hull at `at`, by interpolation between corners. */
static double height(const double *x, size_t from, size_t to, double at) {
  if (x[to] <= x[from])
    return (double)to;
  return (double)from + (double)(to - from) * (at - x[from]) / (x[to] - x[from]);
}

struct hulls {
  size_t *below, *above, below_count, above_count;
};

/* The largest distance between the hulls and the stretch between corners there: the next guess of the mode's place. */
static double farthest(const double *x, const struct hulls *h, size_t *low, size_t *high) {
  double most = 0;
  for (size_t i = 0, j = 1; i < h->below_count; i++) { /* at the corners of the hull below */
    while (j + 1 < h->above_count && h->above[j] < h->below[i])
      j++;
    double apart = height(x, h->above[j - 1], h->above[j], x[h->below[i]]) - (double)h->below[i] + 1;
    if (apart > most)
      most = apart, *low = h->below[i], *high = h->above[j];
  }
  for (size_t i = 0, j = 1; i < h->above_count; i++) {
    while (j + 1 < h->below_count && h->below[j] < h->above[i])
      j++;
    double apart = (double)h->above[i] - height(x, h->below[j - 1], h->below[j], x[h->above[i]]) + 1;
    if (apart > most)
      most = apart, *low = h->below[j - 1], *high = h->above[i];
  }
  return most;
}

/* Largest distance of the distribution function from one hull, outside of the stretch low .. high. */
static double outside_of(const double *x, const size_t *corners, size_t count, bool above, size_t low, size_t high) {
  double most = 0;
  for (size_t c = 0; c + 1 < count; c++) {
    if (above ? corners[c] < high : corners[c + 1] > low)
      continue;
    for (size_t i = corners[c]; i <= corners[c + 1]; i++) {
      double hull = height(x, corners[c], corners[c + 1], x[i]);
      most = fmax(most, above ? hull - (double)i + 1 : (double)i - hull + 1);
    }
  }
  return most;
}

double dip_statistic(const double *x, size_t n) {
  size_t low = 0, high = n - 1;
  double dip = 1;
  struct hulls h = {.below = must_alloc(n, sizeof(size_t)), .above = must_alloc(n, sizeof(size_t))};
  while (x[high] > x[low]) {
    size_t next_low = low, next_high = high;
    h.below_count = hull_of(x, low, high, false, h.below);
    h.above_count = hull_of(x, low, high, true, h.above);
    if (farthest(x, &h, &next_low, &next_high) <= dip)
      break;
    dip = fmax(dip, outside_of(x, h.below, h.below_count, false, next_low, next_high));
    dip = fmax(dip, outside_of(x, h.above, h.above_count, true, next_low, next_high));
    if (next_low == low && next_high == high)
      break;
    low = next_low, high = next_high;
  }
  free(h.below), free(h.above);
  return dip / (2 * (double)n);
}

/* Root n times the dip of uniform samples, the largest of unimodal ones: its mean and its 1 in 2000 quantile, each from
 * 100,000 samples. */
static const struct dip_row {
  double n, mean, limit;
} dip_table[] = {{8, .314, .580},  {12, .326, .605}, {17, .334, .635},  {24, .342, .654}, {34, .349, .676},
                 {48, .355, .690}, {72, .362, .706}, {100, .366, .710}, {200, .373, .73}, {500, .380, .74}};

/* The critical mean dip of `cells` cells of n rounds whose dips correlate by at most 0.25. */
static double dip_limit(size_t n, size_t cells) {
  enum { LAST = sizeof dip_table / sizeof *dip_table - 1 };
  const struct dip_row *a = dip_table;
  while (a + 1 < dip_table + LAST && (double)n > a[1].n)
    a++;
  double part = fmin(fmax(log((double)n / a[0].n) / log(a[1].n / a[0].n), 0), 1), common = 0.25;
  double mean = a[0].mean + part * (a[1].mean - a[0].mean), one = a[0].limit + part * (a[1].limit - a[0].limit);
  return (mean + (one - mean) * sqrt(common + (1 - common) / (double)cells)) / sqrt((double)n);
}

/* The mean of a statistic of sorted values over the cells of a group that have enough rounds. */
struct mean {
  double mean;          /* 0 without cells */
  size_t cells, rounds; /* rounds: of all these cells together */
};

static struct mean mean_over_cells(const struct search *s, size_t group, double (*of)(const double *sorted, size_t n)) {
  double *values = must_alloc(s->rounds, sizeof *values);
  struct mean m = {0};
  for (size_t i = 0; i < s->count; i++) {
    size_t n = is_in(s, group, i) ? values_of(s->cells[i].log, 0, s->rounds, values) : 0;
    sort_doubles(values, n);
    if (n >= DEPEND_LEAST)
      m.cells++, m.rounds += n, m.mean += of(values, n);
  }
  m.mean /= m.cells ? (double)m.cells : 1;
  free(values);
  return m;
}

/* Tests for two modes by the mean dip of the cells, or by the dip of their shared part. */
static bool has_modes(const struct search *s, size_t group) {
  struct mean dip = mean_over_cells(s, group, dip_statistic);
  bool own = dip.cells && dip.mean > dip_limit(dip.rounds / dip.cells, dip.cells);
  double *values = must_alloc(s->rounds, sizeof *values);
  memcpy(values, s->groups[group].value, s->rounds * sizeof *values);
  sort_doubles(values, s->rounds);
  bool shared = dip_statistic(values, s->rounds) > dip_limit(s->rounds, 1);
  free(values);
  return own || shared;
}

/* Counts tied values in a sorted array; computes the mean distance between distinct ones. */
static size_t count_ties(const double *sorted, size_t n, double *tick) {
  const double close = 1e-12;
  size_t ties = 0, kinds = 1;
  for (size_t i = 0; i < n; i++) {
    bool before = i > 0 && sorted[i] - sorted[i - 1] <= close, after = i + 1 < n && sorted[i + 1] - sorted[i] <= close;
    ties += before || after;
    kinds += i > 0 && !before;
  }
  *tick = kinds > 1 ? (sorted[n - 1] - sorted[0]) / (double)(kinds - 1) : INFINITY;
  return ties;
}

/* Returns the tick size if at least a quarter of all values are tied within their cell, else 0. Skips cells with a
 * single distinct value, since they give no distance between ticks. */
static double ticks_of(const struct search *s, size_t group) {
  double *values = must_alloc(s->rounds, sizeof *values), *ticks = must_alloc(s->count, sizeof *ticks);
  size_t cells = 0, ties = 0, all = 0;
  for (size_t i = 0; i < s->count; i++) {
    size_t n = is_in(s, group, i) ? values_of(s->cells[i].log, 0, s->rounds, values) : 0;
    if (n < DEPEND_LEAST)
      continue;
    sort_doubles(values, n);
    ties += count_ties(values, n, &ticks[cells++]), all += n;
  }
  double tick = 4 * ties >= all && all ? median_of(ticks, cells) : 0;
  free(values), free(ticks);
  return isfinite(tick) && tick >= TICK_LEAST ? tick : 0;
}

static void judge_shape(const struct search *s, size_t group, struct dependence_finding *f) {
  double tick = ticks_of(s, group);
  if (tick > 0)
    f->kinds |= 1U << DEPEND_TICKS, f->shift = fmax(f->shift, tick);
  else if (has_modes(s, group))
    f->kinds |= 1U << DEPEND_MODES;
}

/* ---- all ---- */

static const struct dependence_finding NOTHING_FOUND = {.p = NAN, .factor = 1};

/* The root of the mean variance over the cells, corrected for rounds that depend on each other: n of them scatter
 * around their own mean by (n - f^2) / (n - 1) of the variance, f the factor by which intervals become longer. */
static double spread_of(const struct search *s, size_t group, double factor) {
  struct mean variance = mean_over_cells(s, group, robust_variance);
  if (!variance.cells)
    return 0;
  double n = (double)variance.rounds / (double)variance.cells;
  return sqrt(variance.mean * (n - 1) / fmax(n - factor * factor, n / 2));
}

static void judge_group(const struct search *s, size_t group, size_t permutations, struct dependence_finding *f) {
  if (!is_tested(s, group))
    return;
  judge_places(s, group, permutations, f);
  judge_together(&s->groups[group], s->rounds, f);
  judge_carry(s, group, f);
  judge_shape(s, group, f);
  if (f->kinds & (1U << DEPEND_LAG | 1U << DEPEND_TOGETHER))
    f->spread = spread_of(s, group, f->factor);
}

/* Finds what all cells show together, for doubts about one of them. */
static void judge_pooled(const struct search *s, struct dependence_finding *f) {
  const double limit = 2.3;  /* of a sum of products of ranks: nearly normal, skewed to the right */
  const double errors = 2.0; /* as long as these rounds leave open at 2.5 % */
  size_t group = 0;
  while (group < WHOLE && s->groups[group].cells < s->groups[WHOLE].cells)
    group++;
  const struct group *g = &s->groups[group];
  *f = NOTHING_FOUND;
  f->cells = g->cells;
  f->lag = g->cells > 1 ? g->seen[TEST_LAG_OWN] : 0;
  if (f->lag > limit)
    f->kinds |= 1U << DEPEND_LAG, f->factor = lag_factor(s, g, errors);
  judge_together(g, s->rounds, f);
  if (f->kinds)
    f->spread = spread_of(s, group, f->factor);
}

/* A finding in no single class applies to all classes. */
static void judge_whole(const struct search *s, size_t permutations, struct dependence_findings *found) {
  struct dependence_finding whole = NOTHING_FOUND;
  judge_group(s, WHOLE, permutations, &whole);
  whole.whole_run = true;
  for (size_t c = 0; c < CELL_CLASSES && whole.kinds; c++)
    if (found->of[c].cells) {
      whole.cells = found->of[c].cells;
      found->of[c] = whole;
    }
}

struct dependence_findings dependence_find(const struct cell_rounds *cells, size_t count, size_t rounds) {
  struct dependence_findings found;
  struct search s = {.cells = cells, .count = count, .rounds = rounds};
  for (size_t c = 0; c < CELL_CLASSES; c++)
    found.of[c] = NOTHING_FOUND;
  found.pooled = NOTHING_FOUND;
  if (rounds < DEPEND_LEAST || count == 0)
    return found;
  s.stratum = must_alloc(rounds, sizeof *s.stratum);
  for (size_t g = 0; g < GROUPS; g++)
    open_group(&s.groups[g], rounds);
  find_strata(&s);
  fill_groups(&s);
  for (size_t g = 0; g < GROUPS; g++)
    if (is_tested(&s, g))
      set_scales(&s, &s.groups[g]);
  size_t permutations = test_by_places(&s);
  unsigned of_a_class = 0;
  for (size_t c = 0; c < CELL_CLASSES; c++) {
    found.of[c].cells = s.groups[c].cells;
    judge_group(&s, c, permutations, &found.of[c]);
    of_a_class |= found.of[c].kinds;
  }
  if (!of_a_class)
    judge_whole(&s, permutations, &found);
  judge_pooled(&s, &found.pooled);
  for (size_t g = 0; g < GROUPS; g++)
    free(s.groups[g].shared); /* one allocation holds all arrays */
  free(s.by_round), free(s.stratum);
  return found;
}

struct interval dependence_widen(struct interval i, double median, const struct dependence_finding *f) {
  if (!(i.coverage > 0) || isinf(f->shift))
    return (struct interval){NAN, NAN, 0};
  return (struct interval){median - f->factor * (median - i.low) - f->shift,
                           median + f->factor * (i.high - median) + f->shift, i.coverage};
}

bool dependence_lasts(const double *log, size_t rounds) {
  enum { PARTS_MOST = 8, PARTS_LEAST = 4, ROUNDS_A_PART = 3 };
  size_t parts = rounds / ROUNDS_A_PART;
  double *values = must_alloc(rounds + 1, sizeof *values);
  bool above = true, below = true;
  parts = parts > PARTS_MOST ? PARTS_MOST : parts < PARTS_LEAST ? PARTS_LEAST : parts;
  for (size_t i = 0; i < parts; i++) {
    size_t n = values_of(log, i * rounds / parts, (i + 1) * rounds / parts, values);
    double median = median_of(values, n);
    above &= !(median <= 0), below &= !(median >= 0); /* a part without rounds (NAN) is neutral */
  }
  free(values);
  return above != below;
}
