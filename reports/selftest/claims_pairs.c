/* Self-test of one pair of ab: noise in only one of two identical builds, and the power lost by detecting it. */
#include "claims.h"

#include "stats/change.h"
#include "stats/doubt.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#define DIFFERENT_MOST 0.10 /* largest share of identical builds called different, from 24 rounds on */
#define FOUND_LEAST 0.80    /* smallest share of builds 4 % apart found, at 1.4 % noise */
enum { ROUNDS_MOST = 48 };

struct pair_row {
  const char *what;
  double slower, step, spell;
};
static const struct pair_row rows[] = {
    {"identical, clean", 0, 0, 0},
    {"identical, a step of 5 %", 0, .05, 0},
    {"identical, a step of 10 %", 0, .10, 0},
    {"identical, spells of 5 %", 0, 0, .05},
    {"identical, spells of 10 %", 0, 0, .1},
    {"2 % slower, clean", .02, 0, 0},
    {"4 % slower, clean", .04, 0, 0},
};
enum { ROWS = sizeof rows / sizeof *rows, FREE_ROWS = 1, JUDGED = 2 * (ROWS - FREE_ROWS) };

/* Spells of 4 rounds on average, after 8 without; the step is in the middle half. */
static void draw_rounds(const struct pair_row *row, size_t n, double *logs, gsl_rng *rng) {
  size_t step_at = n / 4 + gsl_rng_uniform_int(rng, n / 2);
  bool spell = false;
  for (size_t r = 0, left = 0; r<n; r++, left -= left> 0) {
    if (left == 0)
      spell = !spell, left = gsl_ran_geometric(rng, spell ? .25 : .125);
    logs[r] = draw_normal(rng, .0144) - row->slower - (r >= step_at ? row->step : 0) - (spell ? row->spell : 0);
  }
}

static const double WORTH = .001;

/* The verdict of ab on one pair by itself. */
static enum change verdict_of(double *logs, size_t n, enum plant plant) {
  double sorted[ROUNDS_MOST];
  for (size_t r = 0; r < n; r++)
    sorted[r] = logs[r];
  struct estimate ratio = ratio_of(sorted, n);
  enum doubt doubt = plant == PLANT_CREDULOUS ? DOUBT_NONE : doubt_of_pair(logs, n, &ratio, ratio.p, WORTH);
  return change_judge(&(struct evidence_of_change){&ratio, ratio.p, change_beyond_p(logs, n, 0), doubt}, WORTH);
}

static size_t pair_row(const struct claims *claims, const struct selftest *test, size_t i, size_t rounds, FILE *out) {
  gsl_rng *rng = claim_rng(test, claims->title, i * ROUNDS_MOST + rounds);
  int64_t different = 0, before = 0, sets = claim_sets(test);
  double logs[ROUNDS_MOST];
  for (int64_t s = 0; s < sets; s++) {
    draw_rounds(&rows[i], rounds, logs, rng);
    enum change verdict = verdict_of(logs, rounds, test->plant), plain = verdict_of(logs, rounds, PLANT_CREDULOUS);
    different += verdict != CHANGE_UNDECIDED && verdict != CHANGE_SAME;
    before += plain != CHANGE_UNDECIDED && plain != CHANGE_SAME;
  }
  gsl_rng_free(rng);
  fprintf(out, "%-26s %4zu  %5.1f ", rows[i].what, rounds, 100 * (double)before / (double)sets);
  claim_share(out, different, sets);
  if (rounds < 24 || (rows[i].slower > 0 && rows[i].slower < .03))
    return fputs("  printed\n", out), 0;
  return claim_end(out, rows[i].slower > 0 ? claim_is_below(claims, different, sets, FOUND_LEAST)
                                           : claim_is_above(claims, different, sets, DIFFERENT_MOST));
}

static size_t print_pairs(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                                     called different\n"
        "the new build is         rounds  undoubted      as ab says\n",
        out);
  for (size_t i = 0; i < ROWS; i++)
    for (size_t rounds = 12; rounds <= ROUNDS_MOST; rounds *= 2)
      failed += pair_row(claims, test, i, rounds, out);
  fprintf(
      out,
      "Noise of a pair: normal, 1.4 %%. Fails: identical builds called different in over %.0f %%; 4 %% slower found in "
      "less\nthan %.0f %%.\n",
      100 * DIFFERENT_MOST, 100 * FOUND_LEAST);
  return failed;
}

const struct claims claims_of_pairs = {
    "ab: noise that meets one of two builds", {PLANT_CREDULOUS, PLANT_NONE}, JUDGED, print_pairs};
