/* Self-test of predictions of another run (this run's interval, the interval from earlier runs) and of times. */
#include "claims.h"

#include "stats/history.h"

#include <math.h>

#define COVERS_LEAST 0.90
#define COVERS_MOST 0.98
enum { ROUNDS = 12, RUNS_MOST = 12 };

/* A machine with two speeds: one run in five is 50 % slower. */
static double draw_two_speeds(gsl_rng *rng, double scale) {
  return draw_normal(rng, scale) - (gsl_rng_uniform(rng) < 0.2 ? log(1.5) : 0);
}

/* Variation between runs, in addition to their rounds (normal, 1.4 %). */
static const struct between {
  const char *name;
  draw *draw;
  double scale;
  double keep; /* AR(1) from run to run */
  bool later;  /* the run predicted is long after the others; a limit, not judged */
} between[] = {{"normal 2 %", draw_normal, .02, 0, false},      {"Student t, 2 df", draw_student, .015, 0, false},
               {"log-normal", draw_slower, .02, 0, false},      {"none", draw_normal, 0, 0, false},
               {"two speeds", draw_two_speeds, .01, 0, false},  {"drift 0.8, next", draw_normal, .02, .8, false},
               {"drift 0.8, later", draw_normal, .02, .8, true}};
static const size_t earlier[] = {5, 7, 10};
enum {
  KINDS = sizeof between / sizeof *between,
  SIZES = sizeof earlier / sizeof *earlier,
  LATER = 1,
  JUDGED = (KINDS - LATER) * SIZES
};

struct figure {
  double value, low, high; /* own interval */
};

/* The next run; `state` goes on from run to run. */
static struct figure draw_figure(const struct between *b, double *state, gsl_rng *rng) {
  double logs[ROUNDS];
  *state = b->keep * *state + sqrt(1 - b->keep * b->keep) * b->draw(rng, b->scale);
  for (int r = 0; r < ROUNDS; r++)
    logs[r] = *state + draw_normal(rng, .0144);
  struct estimate e = ratio_of(logs, ROUNDS);
  return (struct figure){e.median, e.low, e.high};
}

static bool holds(double low, double high, double value) { return low <= value && value <= high; }

static size_t history_row(const struct claims *claims, const struct selftest *test, size_t i, FILE *out) {
  const struct between *b = &between[i / SIZES];
  size_t runs = earlier[i % SIZES] + 1;
  gsl_rng *rng = claim_rng(test, claims->title, i);
  int64_t own = 0, covered = 0, sets = claim_sets(test);
  for (int64_t s = 0; s < sets; s++) {
    double values[RUNS_MOST], state = b->draw(rng, b->scale);
    struct figure this = {0};
    for (size_t r = 0; r < runs; r++)
      this = draw_figure(b, &state, rng), values[r] = this.value;
    state = b->later ? b->draw(rng, b->scale) : state;
    struct figure another = draw_figure(b, &state, rng);
    struct run_prediction p = predict_run(values, runs);
    bool by_itself = holds(this.low, this.high, another.value);
    own += by_itself;
    covered += test->plant == PLANT_OWN_RUN ? by_itself : holds(p.low, p.high, another.value);
  }
  gsl_rng_free(rng);
  fprintf(out, "%-16s %7zu     %5.1f      ", b->name, runs - 1, 100 * (double)own / (double)sets);
  claim_share(out, covered, sets);
  if (b->later)
    return fputs("  limit\n", out), 0;
  return claim_end(out, claim_is_below(claims, covered, sets, COVERS_LEAST) ||
                            claim_is_above(claims, covered, sets, COVERS_MOST));
}

/* ---- times of unpaired processes ---- */

/* The drift of the first table: a separate series per run, and an intermittent neighbour. */
static const struct noise drift = {.name = "drift",
                                   .process = draw_normal,
                                   .process_scale = .008,
                                   .sample = draw_normal,
                                   .sample_scale = .005,
                                   .round_scale = .01,
                                   .drift_scale = .03,
                                   .drift_keep = .98};

static void times_row(const struct selftest *test, int rounds, FILE *out) {
  struct synthetic s = synthetic_new(false);
  gsl_rng *rng = claim_rng(test, "times", (size_t)rounds);
  int64_t covered = 0, sets = claim_sets(test);
  for (int64_t i = 0; i < sets; i++) {
    double times[SYNTHETIC_ROUNDS_MAX];
    synthetic_draw(&s, &drift, 1, rounds, rng);
    struct cell cell = synthetic_after(&s, TWIN, rounds);
    for (size_t r = 0; r < cell.process_count; r++)
      times[r] = cell.processes[r].ns;
    sort_doubles(times, cell.process_count);
    struct interval own = median_interval(times, cell.process_count, LEVEL);
    covered += holds(own.low, own.high, 20e6);
  }
  gsl_rng_free(rng);
  synthetic_free(&s);
  fprintf(out, "time, %d rounds", rounds);
  claim_share(out, covered, sets);
  fputs("  limit\n", out);
}

static size_t print_history(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                            another run's figure is in\n"
        "runs differ by   earlier   this run's   the interval from earlier runs\n",
        out);
  for (size_t i = 0; i < KINDS * SIZES; i++)
    failed += history_row(claims, test, i, out);
  fprintf(out, "Fails: outside of %.0f to %.0f %%. A figure is the median of %d rounds with its own interval.\n\n",
          100 * COVERS_LEAST, 100 * COVERS_MOST, ROUNDS);
  fputs("A time that is paired with nothing, in the drift of the first table: the two ranks of this run hold the\n"
        "undisturbed time in\n",
        out);
  for (int rounds = 12; rounds <= SYNTHETIC_ROUNDS_MAX; rounds *= 2)
    times_row(test, rounds, out);
  fputs("so no 95 % is claimed of times: the report says of this run only, and earlier runs say what another shows.\n",
        out);
  return failed;
}

const struct claims claims_of_history = {"Another run", {PLANT_OWN_RUN, PLANT_NONE}, JUDGED, print_history};
