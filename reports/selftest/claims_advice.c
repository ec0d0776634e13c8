/* Self-test of the advised number of workers, on curves of known truth: the search for the counts, then the advice. */
#include "claims.h"

#include "base/knee.h"
#include "stats/advice.h"

#include <math.h>

enum { MOST_WORKERS = 16, MOST_ROUNDS = 48 };
#define ROUND_SCALE 0.03     /* noise common to all counts of a round */
#define PROCESS_SCALE 0.0141 /* noise of one process */

static const int asked[] = {1, 2, 4, 8, 16};
enum { ASKED = sizeof asked / sizeof *asked };

/* The USL: time on p workers over that on one is (1 + sigma (p - 1) + kappa p (p - 1)) / p. Source: Gunther 2007,
 * Guerrilla Capacity Planning, doi 10.1007/978-3-540-31010-5. With `items` it is that of the busiest worker of so many
 * equal items; above `cpus` it grows by 3 % a worker. */
static const struct {
  const char *name;
  double sigma, kappa, items, cpus;
} curves[] = {{"linear", 0, 0, 0, 0},
              {"Amdahl 5 %", .05, 0, 0, 0},
              {"Amdahl 30 %", .3, 0, 0, 0},
              {"knee near 4", .05, .05, 0, 0},
              {"USL, best 6", .02, .0273, 0, 0},
              {"USL, best 11", .05, .008, 0, 0},
              {"12 items", 0, 0, 12, 0},
              {"6 CPUs", 0, 0, 0, 6},
              {"11 CPUs", .02, 0, 0, 11},
              {"serial", 1, 0, 0, 0}};
static const size_t round_counts[] = {12, 48};
enum { CURVES = sizeof curves / sizeof *curves, ROUND_COUNTS = sizeof round_counts / sizeof *round_counts };

static double truth(size_t curve, int workers) {
  double cpus = curves[curve].cpus, items = curves[curve].items;
  double p = cpus > 0 ? fmin(workers, cpus) : workers, beyond = workers - p;
  double share = items > 0 ? ceil(items / p) / items : 1 / p;
  return log((1 + curves[curve].sigma * (p - 1) + curves[curve].kappa * p * (p - 1)) * share) + 0.03 * beyond;
}

static double least_truth(size_t curve) {
  double least = INFINITY;
  for (int p = 1; p <= MOST_WORKERS; p++)
    least = fmin(least, truth(curve, p));
  return least;
}

/* ---- which counts are measured ---- */

/* The pilot: one process. */
static void try_workers(size_t curve, int workers, gsl_rng *rng, struct knee_point *tried, size_t *count) {
  double noise = draw_normal(rng, ROUND_SCALE) + draw_normal(rng, PROCESS_SCALE);
  size_t at = (*count)++;
  for (; at > 0 && tried[at - 1].workers > workers; at--)
    tried[at] = tried[at - 1];
  tried[at] = (struct knee_point){workers, exp(truth(curve, workers) + noise)};
}

static bool was_asked(int workers) {
  for (int i = 0; i < ASKED; i++)
    if (asked[i] == workers)
      return true;
  return false;
}

/* As nway run does it (harness/run/refine.c): the counts asked for and those near the knee. Returns how many. */
static size_t search(size_t curve, gsl_rng *rng, int *measured) {
  struct knee_point tried[MOST_WORKERS];
  int spare[MOST_WORKERS], next[KNEE_NEXT_MAX];
  size_t spares = knee_spares(asked, ASKED, spare, MOST_WORKERS), count = 0, kept = 0, found;
  for (int i = 0; i < ASKED; i++)
    try_workers(curve, asked[i], rng, tried, &count);
  while ((found = knee_next(tried, count, spare, spares, next)) > 0)
    for (size_t i = 0; i < found; i++)
      try_workers(curve, next[i], rng, tried, &count);
  for (size_t i = 0; i < count; i++)
    if (was_asked(tried[i].workers) || knee_is_near(tried, count, i))
      measured[kept++] = tried[i].workers;
  return kept;
}

/* ---- the rounds ---- */

static void draw_rounds(size_t curve, const int *measured, size_t counts, size_t rounds, gsl_rng *rng, double *logs) {
  for (size_t r = 0; r < rounds; r++) {
    double round = draw_normal(rng, ROUND_SCALE);
    for (size_t i = 0; i < counts; i++)
      logs[i * rounds + r] = truth(curve, measured[i]) + round + draw_normal(rng, PROCESS_SCALE);
  }
}

/* The planted fault: the count with the smallest median time. */
static size_t smallest_median(const double *logs, size_t counts, size_t rounds) {
  size_t best = 0;
  double least = INFINITY, sorted[MOST_ROUNDS];
  for (size_t i = 0; i < counts; i++) {
    for (size_t r = 0; r < rounds; r++)
      sorted[r] = logs[i * rounds + r];
    sort_doubles(sorted, rounds);
    double median = median_sorted(sorted, rounds);
    if (median < least)
      least = median, best = i;
  }
  return best > 0 ? best - 1 : 0; /* and one less, to save a worker */
}

static size_t advice_row(const struct claims *claims, const struct selftest *test, size_t row, FILE *out) {
  size_t curve = row / ROUND_COUNTS, rounds = round_counts[row % ROUND_COUNTS];
  gsl_rng *rng = claim_rng(test, claims->title, row);
  double logs[MOST_WORKERS * MOST_ROUNDS], within = least_truth(curve) + log1p(WORTH_ATTENTION), counted = 0;
  int measured[MOST_WORKERS];
  int64_t sets = claim_sets(test), decided = 0, right = 0;
  for (int64_t s = 0; s < sets; s++) {
    size_t counts = search(curve, rng, measured);
    draw_rounds(curve, measured, counts, rounds, rng, logs);
    size_t use =
        test->plant == PLANT_HASTY ? smallest_median(logs, counts, rounds) : advised_count(logs, counts, rounds, NULL, NULL);
    decided += use < counts;
    right += use < counts && truth(curve, measured[use]) <= within;
    counted += (double)counts;
  }
  gsl_rng_free(rng);
  fprintf(out, "%-12s %6zu %5lld %6.1f %7.1f  ", curves[curve].name, rounds, (long long)sets, counted / (double)sets,
          100 * (double)decided / (double)sets);
  claim_share(out, sets - decided + right, sets);
  return claim_end(out, claim_is_below(claims, sets - decided + right, sets, ADVICE_LEVEL));
}

static size_t print_advice(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("curve        rounds  sets counts decided  right or undecided, %\n", out);
  for (size_t row = 0; row < CURVES * ROUND_COUNTS; row++)
    failed += advice_row(claims, test, row, out);
  fputs("1, 2, 4, 8, 16 workers and the counts added near the knee; two processes of a round differ by 2 % (standard\n"
        "deviation). Fails: the advised count is proven not to be within 2 % of the fastest of 1 to 16 in 90 % of the "
        "sets.\n",
        out);
  return failed;
}

const struct claims claims_of_advice = {"How many workers to use", {PLANT_HASTY}, CURVES *ROUND_COUNTS, print_advice};
