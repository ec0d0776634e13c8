/* Self-test of the choice of the baseline from pilots: how often the slower of two serial methods is taken. */
#include "claims.h"

#include <gsl/gsl_rng.h>
#include <math.h>

enum { SERIALS = 2, MOST_TRIALS = 7 };
#define WRONG_MOST 0.05
#define JUDGED_FROM 0.05 /* differences from here on are judged, with all trials */

static const double slower_by[] = {.02, .05, .10, .20};
static const size_t trials[] = {3, MOST_TRIALS};
enum { DIFFERENCES = sizeof slower_by / sizeof *slower_by, TRIALS = sizeof trials / sizeof *trials };

/* A process as on a virtual machine with neighbours: one in seven takes 1.8 times as long. */
static double draw_process(gsl_rng *rng, double log_time) {
  return exp(log_time + draw_normal(rng, .03)) * (gsl_rng_uniform_int(rng, 7) == 0 ? 1.8 : 1);
}

/* The median over the trials; the planted fault: the first process alone. */
static double seen(gsl_rng *rng, double log_time, size_t count, enum plant plant) {
  double times[MOST_TRIALS] = {0};
  for (size_t i = 0; i < count; i++)
    times[i] = draw_process(rng, log_time);
  return plant == PLANT_ONE_PILOT ? times[0] : median_of_known(times, count);
}

static size_t choice_row(const struct claims *claims, const struct selftest *test, size_t row, FILE *out) {
  double slower = slower_by[row % DIFFERENCES];
  size_t count = trials[row / DIFFERENCES];
  bool judged = slower >= JUDGED_FROM && count == MOST_TRIALS;
  gsl_rng *rng = claim_rng(test, claims->title, row);
  int64_t sets = claim_sets(test), wrong = 0;
  for (int64_t s = 0; s < sets; s++) {
    double faster = seen(rng, 0, count, test->plant), other = seen(rng, log1p(slower), count, test->plant);
    wrong += other < faster;
  }
  gsl_rng_free(rng);
  fprintf(out, "%6.0f %9zu", 100 * slower, count);
  claim_share(out, wrong, sets);
  if (judged)
    return claim_end(out, claim_is_above(claims, wrong, sets, WRONG_MOST));
  fputs("  printed\n", out);
  return 0;
}

static size_t print_choice(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("slower  processes  the slower of two\n"
        "by, %   of each    serial cells is taken\n",
        out);
  for (size_t row = 0; row < TRIALS * DIFFERENCES; row++)
    failed += choice_row(claims, test, row, out);
  fputs(
      "Noise of a process: normal, 3 %; one in seven takes 1.8 times as long. Fails: from 5 % on, with seven processes "
      "of each, the\nslower one is taken in more than 5 %.\n",
      out);
  return failed;
}

const struct claims claims_of_choice = {
    "The choice of the baseline", {PLANT_ONE_PILOT, PLANT_NONE}, DIFFERENCES - 1, print_choice};
