/* Self-test of ab and gate: builds slower by exactly --worth, and slower ones. */
#include "claims.h"

#include "stats/change.h"

#include <math.h>
#include <stdlib.h>

#define WORTH_TESTED 0.03
enum { MOST_PAIRS = 60, MOST_ROUNDS = 48 };

struct gate_row {
  bool of_runs; /* true: gate, `rounds` runs per side; false: ab */
  size_t pairs, rounds;
  double slower; /* true slowdown of all pairs, as a share of time */
  bool judged;   /* not slower by more than worth: exit 1 is wrong */
};
static const struct gate_row rows[] = {
    {false, 1, 12, .03, true},  {false, 1, 24, .03, true},  {false, 1, 48, .03, true},   {false, 60, 12, .03, true},
    {false, 60, 24, .03, true}, {false, 60, 48, .03, true}, {false, 60, 24, .02, true},  {false, 60, 24, 0, true},
    {false, 1, 24, .05, false}, {false, 1, 24, .08, false}, {false, 60, 24, .08, false}, {true, 1, 5, .03, true},
    {true, 6, 5, .03, true},    {true, 6, 8, .03, true},    {true, 6, 8, .08, false},
};
enum { ROWS = sizeof rows / sizeof *rows, ROWS_JUDGED = 11 };

struct family {
  struct estimate ratio[MOST_PAIRS];
  double p[MOST_PAIRS], beyond[MOST_PAIRS];
  size_t order[MOST_PAIRS];
};

/* Old / new of paired rounds. */
static void draw_pair(struct family *f, size_t i, const struct gate_row *row, gsl_rng *rng) {
  double logs[MOST_ROUNDS];
  for (size_t r = 0; r < row->rounds; r++)
    logs[r] = draw_normal(rng, .02) - log1p(row->slower);
  f->beyond[i] = change_beyond_p(logs, row->rounds, WORTH_TESTED);
  f->ratio[i] = ratio_of(logs, row->rounds);
}

/* Times of runs of two sides. */
static void draw_sides(struct family *f, size_t i, const struct gate_row *row, gsl_rng *rng) {
  double base[MOST_ROUNDS], new[MOST_ROUNDS];
  size_t n = row->rounds;
  for (size_t r = 0; r < n; r++) {
    base[r] = draw_normal(rng, .014);
    new[r] = draw_normal(rng, .014) + log1p(row->slower);
  }
  f->ratio[i] = change_of_sides(base, n, new, n);
  f->beyond[i] = change_sides_beyond_p(base, n, new, n, WORTH_TESTED);
}

/* The planted fault: slower, with a median above worth. */
static bool unshifted(const struct estimate *ratio, double holm_p) {
  return holm_p <= 1 - LEVEL && ratio->high < 1 && 1 / ratio->median > 1 + WORTH_TESTED;
}

/* Number of pairs of a run that the report calls slower by more than worth. */
static size_t count_slower(const struct gate_row *row, enum plant plant, gsl_rng *rng) {
  static struct family f;
  size_t slower = 0;
  for (size_t i = 0; i < row->pairs; i++) {
    (row->of_runs ? draw_sides : draw_pair)(&f, i, row, rng);
    f.p[i] = f.ratio[i].p;
  }
  holm_adjust(f.p, f.order, row->pairs);
  holm_adjust(f.beyond, f.order, row->pairs);
  for (size_t i = 0; i < row->pairs; i++) {
    struct evidence_of_change e = {&f.ratio[i], f.p[i], f.beyond[i], DOUBT_NONE};
    slower +=
        plant == PLANT_UNSHIFTED ? unshifted(&f.ratio[i], f.p[i]) : change_judge(&e, WORTH_TESTED) == CHANGE_SLOWER;
  }
  return slower;
}

static size_t gate_row(const struct claims *claims, const struct selftest *test, size_t i, FILE *out) {
  const struct gate_row *row = &rows[i];
  gsl_rng *rng = claim_rng(test, claims->title, i);
  int64_t fired = 0, sets = claim_sets(test);
  size_t slower = 0;
  for (int64_t s = 0; s < sets; s++) {
    size_t n = count_slower(row, test->plant, rng);
    fired += n > 0;
    slower += n;
  }
  gsl_rng_free(rng);
  fprintf(out, "%-4s %5zu %3zu %-6s %6.0f", row->of_runs ? "gate" : "ab", row->pairs, row->rounds,
          row->of_runs ? "runs" : "rounds", 100 * row->slower);
  claim_share(out, fired, sets);
  fprintf(out, "   %5.1f", 100 * (double)slower / (double)row->pairs / (double)sets);
  if (!row->judged)
    return fputs("  printed\n", out), 0;
  return claim_end(out, claim_is_above(claims, fired, sets, 1 - LEVEL));
}

static size_t print_gate(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                       all      exit 1             slower\n"
        "     pairs            slower by                    of all pairs\n",
        out);
  for (size_t i = 0; i < ROWS; i++)
    failed += gate_row(claims, test, i, out);
  fputs("--worth 3 %; noise of a pair or run: normal, 2 %. Fails: exit 1 in more than 5 % where no pair is slower by "
        "more\n"
        "than that.\n",
        out);
  return failed;
}

const struct claims claims_of_gate = {
    "ab and gate: slower by more than --worth", {PLANT_UNSHIFTED, PLANT_NONE}, ROWS_JUDGED, print_gate};
