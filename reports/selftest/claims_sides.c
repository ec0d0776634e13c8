/* Self-test of gate: noise that meets the runs of one side only, and the power lost by detecting it. */
#include "claims.h"

#include "stats/change.h"
#include "stats/doubt.h"

#include <math.h>

#define WORTH_TESTED 0.03
#define DOUBTED_MOST 0.07   /* largest share of clean sides that are doubted */
#define DIFFERENT_MOST 0.10 /* of identical sides of RUNS_MOST runs, one with a step of 5 % or more */
#define RUN_SCALE 0.014     /* noise of a run */
enum { RUNS_MOST = 12 };

static const struct side_row {
  const char *what;
  double slower, step, trend;
} rows[] = {
    {"identical, clean", 0, 0, 0},
    {"identical, a step of 3 %", 0, .03, 0},
    {"identical, a step of 5 %", 0, .05, 0},
    {"identical, a step of 10 %", 0, .1, 0},
    {"identical, a trend of 5 %", 0, 0, .05},
    {"2 % slower, clean", .02, 0, 0},
    {"3 % slower, clean", .03, 0, 0},
    {"5 % slower, clean", .05, 0, 0},
};
static const size_t run_counts[] = {5, 8, 12};
enum { ROWS = sizeof rows / sizeof *rows, COUNTS = sizeof run_counts / sizeof *run_counts, JUDGED = 4 * COUNTS + 2 };

/* The step is in the middle half of the new runs. */
static void draw_sides(const struct side_row *row, size_t n, double *base, double *new, gsl_rng *rng) {
  size_t step_at = n / 4 + gsl_rng_uniform_int(rng, n / 2);
  step_at = step_at < 1 ? 1 : step_at;
  for (size_t r = 0; r < n; r++) {
    base[r] = draw_normal(rng, RUN_SCALE);
    new[r] = draw_normal(rng, RUN_SCALE) + log1p(row->slower) + (r >= step_at ? row->step : 0) +
             row->trend *(double)r / (double)(n - 1);
  }
}

/* The verdict without a doubt. */
static enum change verdict_of(const double *base, const double *new, size_t n) {
  struct estimate ratio = change_of_sides(base, n, new, n);
  double beyond = change_sides_beyond_p(base, n, new, n, WORTH_TESTED);
  return change_judge(&(struct evidence_of_change){&ratio, ratio.p, beyond, DOUBT_NONE}, WORTH_TESTED);
}

static bool is_different(enum change verdict) { return verdict != CHANGE_UNDECIDED && verdict != CHANGE_SAME; }

static bool is_judged(const struct side_row *row, size_t runs) {
  return row->trend > 0 ? false : row->step > 0 ? row->step >= .05 && runs == RUNS_MOST : row->slower <= WORTH_TESTED;
}

static size_t judge_row(const struct claims *claims, const struct side_row *row, const int64_t *count, int64_t sets) {
  if (row->step > 0)
    return claim_is_above(claims, count[1], sets, DIFFERENT_MOST);
  if (row->slower > 0) /* exit 1 where nothing is slower by more than worth */
    return claim_is_above(claims, count[3], sets, 1 - LEVEL);
  return claim_is_above(claims, count[1], sets, 1 - LEVEL) + claim_is_above(claims, count[2], sets, DOUBTED_MOST);
}

static size_t side_row(const struct claims *claims, const struct selftest *test, size_t i, size_t runs, FILE *out) {
  gsl_rng *rng = claim_rng(test, claims->title, i * RUNS_MOST + runs);
  int64_t count[5] = {0}, sets = claim_sets(test); /* different without doubts, with; doubted; slower; unsized */
  double base[RUNS_MOST], new[RUNS_MOST];
  for (int64_t s = 0; s < sets; s++) {
    draw_sides(&rows[i], runs, base, new, rng);
    enum doubt doubt =
        test->plant == PLANT_CREDULOUS ? DOUBT_NONE : doubt_of_sides(base, runs, new, runs, WORTH_TESTED);
    enum change plain = verdict_of(base, new, runs), verdict = doubt ? CHANGE_UNDECIDED : plain;
    count[0] += is_different(plain);
    count[1] += is_different(verdict);
    count[2] += doubt != DOUBT_NONE;
    count[3] += verdict == CHANGE_SLOWER;
    count[4] += verdict == CHANGE_UNSIZED;
  }
  gsl_rng_free(rng);
  fprintf(out, "%-26s %4zu  %5.1f ", rows[i].what, runs, 100 * (double)count[0] / (double)sets);
  claim_share(out, count[1], sets);
  fprintf(out, "  %5.1f  %5.1f  %5.1f", 100 * (double)count[2] / (double)sets, 100 * (double)count[3] / (double)sets,
          100 * (double)count[4] / (double)sets);
  if (!is_judged(&rows[i], runs))
    return fputs("  printed\n", out), 0;
  return claim_end(out, judge_row(claims, &rows[i], count, sets));
}

static size_t print_sides(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                                     called different                     exit 1  size\n"
        "the new side is            runs  undoubted  as gate says      doubted  slower undecided\n",
        out);
  for (size_t i = 0; i < ROWS; i++)
    for (size_t k = 0; k < COUNTS; k++)
      failed += side_row(claims, test, i, run_counts[k], out);
  fprintf(
      out,
      "--worth 3 %%; noise of a run: normal, 1.4 %%. Fails: clean identical sides called different in over 5 %% or "
      "doubted in\nover %.0f %%; of %d runs with a step of 5 %% or more called different in over %.0f %%; exit 1 in "
      "over 5 %% where\nnothing is slower by more than --worth.\n",
      100 * DOUBTED_MOST, RUNS_MOST, 100 * DIFFERENT_MOST);
  return failed;
}

const struct claims claims_of_sides = {
    "gate: noise that meets one of two sides", {PLANT_CREDULOUS, PLANT_NONE}, JUDGED, print_sides};
