/* Self-test of pairs of ab: noise in only one of two identical builds, and the power lost by detecting it; of one pair,
 * and of many at the usual --worth. */
#include "claims.h"

#include "stats/doubt.h"
#include "stats/pair_evidence.h"
#include "stats/pairs.h"
#include "stats/widening.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIFFERENT_MOST 0.10 /* largest share of identical builds called different */
#define EXIT_MOST 0.05      /* largest share of comparisons of identical builds that exit with 1 */
#define FOUND_LEAST 0.80    /* smallest share of builds 4 % apart found, at 1.4 % noise */
enum { ROUNDS_MOST = 48 };

struct pair_row {
  const char *what;
  double slower, step, spell;
  double length; /* mean rounds of a spell, then twice as many without; 0: 4 */
};
static const struct pair_row rows[] = {
    {"identical, clean", 0, 0, 0, 0},
    {"identical, a step of 5 %", 0, .05, 0, 0},
    {"identical, a step of 10 %", 0, .10, 0, 0},
    {"identical, spells of 5 %", 0, 0, .05, 0},
    {"identical, spells of 10 %", 0, 0, .1, 0},
    {"2 % slower, clean", .02, 0, 0, 0},
    {"4 % slower, clean", .04, 0, 0, 0},
};
enum { ROWS = sizeof rows / sizeof *rows, FREE_ROWS = 1 };

static double length_of(const struct pair_row *row) { return row->length > 0 ? row->length : 4; }

/* A run starts in a spell, the worst case. */
static void draw_spells(const struct pair_row *row, bool *spells, size_t n, gsl_rng *rng) {
  const double end = 1 / length_of(row);
  bool spell = false;
  for (size_t r = 0, left = 0; r<n; r++, left -= left> 0) {
    if (left == 0)
      spell = !spell, left = gsl_ran_geometric(rng, spell ? end : end / 2);
    spells[r] = spell;
  }
}

/* The step is in the middle half. */
static void draw_rounds(const struct pair_row *row, const bool *spells, size_t n, double *logs, gsl_rng *rng) {
  size_t step_at = n / 4 + gsl_rng_uniform_int(rng, n / 2);
  for (size_t r = 0; r < n; r++)
    logs[r] = draw_normal(rng, .0144) - row->slower - (r >= step_at ? row->step : 0) - (spells[r] ? row->spell : 0);
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
    bool spells[ROUNDS_MOST];
    draw_spells(&rows[i], spells, rounds, rng);
    draw_rounds(&rows[i], spells, rounds, logs, rng);
    enum change verdict = verdict_of(logs, rounds, test->plant), plain = verdict_of(logs, rounds, PLANT_CREDULOUS);
    different += verdict != CHANGE_UNDECIDED && verdict != CHANGE_SAME;
    before += plain != CHANGE_UNDECIDED && plain != CHANGE_SAME;
  }
  gsl_rng_free(rng);
  fprintf(out, "%-26s %4zu  %5.1f ", rows[i].what, rounds, 100 * (double)before / (double)sets);
  claim_share(out, different, sets);
  if (rows[i].slower > 0 && rows[i].slower < .03)
    return fputs("  printed\n", out), 0;
  return claim_end(out, rows[i].slower > 0 ? claim_is_below(claims, different, sets, FOUND_LEAST)
                                           : claim_is_above(claims, different, sets, DIFFERENT_MOST));
}

/* ---- several pairs ---- */

#define MANY_WORTH .03 /* the default of --worth */
enum { MANY = 60, MANY_FROM = 20, FEWER = 10 };
static const size_t pair_counts[] = {1, 5, 20, MANY};

/* What meets the new build of each pair; `at_once`: in the same rounds of all of them; `one`: the first is slower. */
struct many_row {
  struct pair_row each;
  bool at_once, one;
};
static const struct many_row many_rows[] = {
    {{"identical, clean", 0, 0, 0, 0}, false, false},
    {{"identical, a step of 5 %", 0, .05, 0, 0}, false, false},
    {{"identical, a step of 10 %", 0, .10, 0, 0}, false, false},
    {{"identical, spells of 5 %", 0, 0, .05, 0}, false, false},
    {{"identical, spells of 10 %", 0, 0, .1, 0}, false, false},
    {{"the same 5 % at once", 0, 0, .05, 0}, true, false},
    {{"the same 10 % at once", 0, 0, .1, 0}, true, false},
    {{"10 % slower, clean", .0953, 0, 0, 0}, false, false},
    {{"10 % slower, spells 5 %", .0953, 0, .05, 0}, false, false},
    {{"6 rounds of 10 %", 0, 0, .1, 6}, false, false},
    {{"6 rounds of 10 %, at once", 0, 0, .1, 6}, true, false},
    {{"5 % slower, clean", .05, 0, 0, 0}, false, false},
    {{"5 % slower, one of them", .05, 0, 0, 0}, false, true},
};
enum {
  MANY_ROWS = sizeof many_rows / sizeof *many_rows,
  COUNTS = sizeof pair_counts / sizeof *pair_counts,
  MANY_PRINTED = 3, /* see is_printed */
  MANY_JUDGED = 2 * COUNTS * (MANY_ROWS - MANY_PRINTED)
};

struct many {
  double logs[MANY][ROUNDS_MOST];
  int64_t partner[MANY][ROUNDS_MOST];
  struct cell_rounds rounds[MANY];
  struct pair_evidence pairs[MANY];
};

/* How often `ab` ends in which way. */
struct ends {
  int64_t failed, alone, open, found, sets; /* exit 1, that by each pair alone; exit 3; dependence found */
};

static void draw_many(const struct many_row *row, struct many *m, size_t count, size_t rounds, gsl_rng *rng) {
  bool spells[ROUNDS_MOST];
  struct pair_row each = row->each;
  draw_spells(&each, spells, rounds, rng);
  for (size_t i = 0; i < count; i++) {
    if (!row->at_once)
      draw_spells(&each, spells, rounds, rng);
    draw_rounds(&each, spells, rounds, m->logs[i], rng);
    for (size_t r = 0; r < rounds; r++)
      m->partner[i][r] = (int64_t)i;
    m->rounds[i] = (struct cell_rounds){.class = CLASS_PARALLEL, .log = m->logs[i], .partner = m->partner[i]};
    each.slower = row->one ? 0 : each.slower;
  }
}

/* Undoes what a size that some rounds do not show makes of a verdict. */
static void believe(struct pair_evidence *pair) {
  if (pair->doubt == DOUBT_SIZE)
    pair->verdict = CHANGE_SLOWER, pair->withheld = false;
}

static struct pair_counts judge_many(struct many *m, size_t count, size_t rounds, enum plant plant,
                                     const struct dependence_findings *all) {
  const struct dependence_finding *found = &all->of[CLASS_PARALLEL];
  struct pair_counts counts = {.compared = count};
  for (size_t i = 0; i < count; i++) {
    double sorted[ROUNDS_MOST];
    memcpy(sorted, m->logs[i], sizeof sorted);
    m->pairs[i] = (struct pair_evidence){.logs = m->logs[i],
                                         .n = rounds,
                                         .ratio = estimate_widen(ratio_of(sorted, rounds), found),
                                         .found = found,
                                         .pooled = &all->pooled};
  }
  pairs_judge(m->pairs, count, MANY_WORTH, false);
  for (size_t i = 0; i < count && plant == PLANT_FILLED; i++)
    believe(&m->pairs[i]);
  for (size_t i = 0; i < count; i++)
    counts.of[m->pairs[i].verdict]++, counts.withheld += m->pairs[i].withheld;
  return counts;
}

/* One comparison, as ab judges it, and by each pair alone: what all pairs show is not looked for. */
static void count_many(struct many *m, size_t count, size_t rounds, enum plant plant, struct ends *ends) {
  static const struct dependence_findings nothing = {.of = {[CLASS_PARALLEL] = {.factor = 1}}, .pooled = {.factor = 1}};
  struct pair_counts alone = judge_many(m, count, rounds, plant, &nothing);
  struct dependence_findings found = dependence_find(m->rounds, count, rounds);
  struct pair_counts counts = plant == PLANT_CREDULOUS ? alone : judge_many(m, count, rounds, plant, &found);
  int exit = pairs_exit(&counts, false);
  ends->failed += exit == 1, ends->open += exit == 3, ends->sets++;
  ends->alone += pairs_exit(&alone, false) == 1;
  ends->found += (found.of[CLASS_PARALLEL].kinds | found.pooled.kinds) != 0;
}

/* What a slower build costs a rule is printed. */
static bool is_printed(const struct many_row *row) {
  return row->each.slower > 0 && (row->each.spell > 0 || row->each.slower < .06);
}

/* No test tells a spell that fills all rounds from a slowdown of its size: see docs/method.md. */
static double exit_most(const struct pair_row *row, size_t rounds) {
  return fmax(EXIT_MOST, row->spell > 0 ? pow(1 - 1 / length_of(row), (double)rounds - 1) : 0);
}

static size_t many_row(const struct claims *claims, const struct selftest *test, size_t i, size_t count, size_t rounds,
                       FILE *out) {
  const struct pair_row *each = &many_rows[i].each;
  gsl_rng *rng = claim_rng(test, claims->title, 1000 * (i + 1) + count * ROUNDS_MOST + rounds);
  int64_t sets = claim_sets(test) / (count < MANY_FROM ? 1 : FEWER) + 1;
  struct many *m = must_alloc(1, sizeof *m);
  struct ends ends = {0};
  for (int64_t s = 0; s < sets; s++) {
    draw_many(&many_rows[i], m, count, rounds, rng);
    count_many(m, count, rounds, test->plant, &ends);
  }
  free(m);
  gsl_rng_free(rng);
  fprintf(out, "%-26s %4zu %5zu  %5.1f ", each->what, rounds, count, 100 * (double)ends.alone / (double)sets);
  claim_share(out, ends.failed, sets);
  fprintf(out, "  %5.1f  %5.1f", 100 * (double)ends.open / (double)sets, 100 * (double)ends.found / (double)sets);
  if (is_printed(&many_rows[i]))
    return fputs("  printed\n", out), 0;
  return claim_end(out, each->slower > 0 ? claim_is_below(claims, ends.failed, sets, FOUND_LEAST)
                                         : claim_is_above(claims, ends.failed, sets, exit_most(each, rounds)));
}

static size_t print_many(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fprintf(out,
          "\nSeveral pairs, --worth %.0f %%, Holm over all: of comparisons, %%; a tenth of the sets from %d "
          "pairs on\n"
          "                                     exit 1 by each                          depend-\n"
          "each new build is        rounds pairs  alone    exit 1              exit 3  ence found\n",
          100 * MANY_WORTH, MANY_FROM);
  for (size_t i = 0; i < MANY_ROWS; i++)
    for (size_t rounds = 12; rounds <= 24; rounds *= 2)
      for (size_t c = 0; c < COUNTS; c++)
        failed += many_row(claims, test, i, pair_counts[c], rounds, out);
  return failed;
}

static size_t print_pairs(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                                     called different\n"
        "the new build is         rounds  undoubted      as ab says\n",
        out);
  for (size_t i = 0; i < ROWS; i++)
    for (size_t rounds = 12; rounds <= ROUNDS_MOST; rounds *= 2)
      failed += pair_row(claims, test, i, rounds, out);
  failed += print_many(claims, test, out);
  fprintf(
      out,
      "Noise of a pair: normal, 1.4 %%. Fails: identical builds called different in over %.0f %%; exit 1 of them in "
      "over %.0f %%,\nor in more than a spell fills all rounds; 4 %% slower found, or exit 1 of 10 %% slower, in less "
      "than %.0f %%.\n",
      100 * DIFFERENT_MOST, 100 * EXIT_MOST, 100 * FOUND_LEAST);
  return failed;
}

const struct claims claims_of_pairs = {"ab: noise that meets one of two builds",
                                       {PLANT_CREDULOUS, PLANT_FILLED},
                                       3 * (ROWS - FREE_ROWS) + MANY_JUDGED,
                                       print_pairs};
