/* Self-test of the adaptive stop: do intervals hold when rounds go to the cells whose verdict needs them? */
#include "claims.h"

#include "base/stop.h"
#include "stats/best.h"

#include <math.h>
#include <string.h>

enum { MOST_ROUNDS = 48, CELLS = 7, BASE = 0, FASTEST = 1 };
#define WIDTH 0.02
#define COVERS_LEAST 0.93

/* How much slower each cell is than the best; two are equal. */
static const struct {
  const char *name;
  double slower;
} truths[CELLS] = {[BASE] = {"baseline", .9}, [FASTEST] = {"best", 0}, {"its equal", 0}, {"1 % slower", .01},
                   {"3 % slower", .03},       {"10 % slower", .1},     {"twice", 1}};

static const struct {
  const char *name;
  draw *process;
  double scale;
} noises[] = {{"normal", draw_normal, .0141}, {"heavy", draw_student, .01}, {"skewed", draw_slower, .0113}};
enum { NOISES = sizeof noises / sizeof *noises, JUDGED = NOISES * (2 * (CELLS - 2) + 2) };

/* ---- a run ---- */

struct block {
  double time[CELLS][MOST_ROUNDS], ratio[CELLS][MOST_ROUNDS]; /* logs */
  size_t rounds[CELLS];                                       /* that the stop gave each cell */
};

static double truth(size_t cell) { return log1p(truths[cell].slower); }

/* A round's baseline is the median of three processes (partners_median). */
static void draw_block(struct block *b, size_t noise, gsl_rng *rng) {
  for (size_t r = 0; r < MOST_ROUNDS; r++) {
    double round = draw_normal(rng, .03), base[PARTNERS_MOST];
    for (size_t k = 0; k < PARTNERS_MOST; k++)
      base[k] = round + truth(BASE) + noises[noise].process(rng, noises[noise].scale);
    double partners = partners_median(base, PARTNERS_MOST);
    for (size_t i = 0; i < CELLS; i++) {
      b->time[i][r] = round + truth(i) + noises[noise].process(rng, noises[noise].scale);
      b->ratio[i][r] = partners - b->time[i][r];
    }
  }
}

/* The planted fault: a cell ends as soon as its interval beside the best excludes 1. */
static bool is_eager(const struct block *b, size_t cell, size_t rounds) {
  double logs[MOST_ROUNDS];
  for (size_t r = 0; r < rounds; r++)
    logs[r] = b->time[cell][r] - b->time[FASTEST][r];
  sort_doubles(logs, rounds);
  struct interval i = median_interval(logs, rounds, LEVEL);
  return i.low > 0 || i.high < 0;
}

static void stop_cells(struct block *b, enum plant plant) {
  struct stop_cell cells[CELLS] = {{0}};
  for (size_t i = 0; i < CELLS; i++)
    cells[i] = (struct stop_cell){.ratio = i == BASE ? NULL : b->ratio[i], .time = b->time[i]};
  for (size_t rounds = 1; rounds <= MOST_ROUNDS; rounds++) {
    for (size_t i = 0; i < CELLS; i++)
      b->rounds[i] = cells[i].done ? b->rounds[i] : rounds;
    for (size_t i = FASTEST + 1; plant == PLANT_EAGER && i < CELLS; i++)
      cells[i].done |= is_eager(b, i, rounds);
    if (plant != PLANT_EAGER && stop_is_look(rounds) && stop_block(cells, CELLS, rounds, WIDTH) != 0)
      return;
  }
}

/* ---- counts over all runs of a noise ---- */

struct count {
  int64_t ratio, beside; /* intervals that hold the truth: over the baseline, beside the best */
  int64_t dropped;       /* out of the set of the best */
  double rounds;
};

static bool holds(double *logs, size_t n, double truth) {
  sort_doubles(logs, n);
  struct interval i = median_interval(logs, n, LEVEL);
  return i.low <= truth && truth <= i.high;
}

static void count_set(const struct block *b, struct count *counts) {
  double times[CELLS * MOST_ROUNDS];
  for (size_t i = 0; i < CELLS; i++)
    for (size_t r = 0; r < MOST_ROUNDS; r++)
      times[i * MOST_ROUNDS + r] = r < b->rounds[i] ? b->time[i][r] : NAN;
  struct best_set set = best_set_of(times, CELLS, MOST_ROUNDS);
  for (size_t i = 0; i < CELLS; i++)
    counts[i].dropped += !set.in[i];
  best_set_free(&set);
}

static void count_block(const struct block *b, struct count *counts) {
  for (size_t i = 0; i < CELLS; i++) {
    size_t n = b->rounds[i], common = n < b->rounds[FASTEST] ? n : b->rounds[FASTEST];
    double logs[MOST_ROUNDS];
    counts[i].rounds += (double)n;
    memcpy(logs, b->ratio[i], n * sizeof *logs);
    counts[i].ratio += i != BASE && holds(logs, n, truth(BASE) - truth(i));
    for (size_t r = 0; r < common; r++)
      logs[r] = b->time[i][r] - b->time[FASTEST][r];
    counts[i].beside += i > FASTEST && holds(logs, common, truth(i));
  }
  count_set(b, counts);
}

/* ---- the table ---- */

static size_t stop_row(const struct claims *claims, size_t noise, size_t cell, const struct count *n, int64_t sets,
                       FILE *out) {
  size_t failed = 0;
  fprintf(out, "%-7s %-12s %5.1f ", noises[noise].name, truths[cell].name, n->rounds / (double)sets);
  claim_share(out, n->ratio, sets);
  failed += claim_is_below(claims, n->ratio, sets, COVERS_LEAST);
  if (cell > FASTEST) {
    claim_share(out, n->beside, sets);
    failed += claim_is_below(claims, n->beside, sets, COVERS_LEAST);
  } else
    fprintf(out, "%20s", "");
  fprintf(out, "  %5.1f", 100 * (double)n->dropped / (double)sets);
  if (cell == FASTEST)
    failed += claim_is_above(claims, n->dropped, sets, 1 - LEVEL);
  return claim_end(out, failed);
}

static size_t noise_rows(const struct claims *claims, const struct selftest *test, size_t noise, FILE *out) {
  static struct block block;
  gsl_rng *rng = claim_rng(test, claims->title, noise);
  struct count counts[CELLS] = {{0}};
  int64_t sets = claim_sets(test);
  size_t failed = 0;
  double all = 0;
  for (int64_t s = 0; s < sets; s++) {
    draw_block(&block, noise, rng);
    stop_cells(&block, test->plant);
    count_block(&block, counts);
  }
  gsl_rng_free(rng);
  for (size_t i = FASTEST; i < CELLS; i++) {
    failed += stop_row(claims, noise, i, &counts[i], sets, out);
    all += counts[i].rounds / (double)sets / (CELLS - 1);
  }
  fprintf(out, "%-7s %-12s %5.1f\n", noises[noise].name, "mean", all);
  return failed;
}

static size_t print_stop(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                             interval of its ratio     interval of its ratio   out of the\n"
        "noise   cell        rounds   over the baseline holds   to the best holds       set of the best, %\n",
        out);
  for (size_t noise = 0; noise < NOISES; noise++)
    failed += noise_rows(claims, test, noise, out);
  fprintf(
      out,
      "12 to %d rounds, width %.0f %%; the baseline takes 1.9 times the best's time. Two processes of a round differ "
      "by about 2 %%.\nFails: an interval proven to hold in less than %.0f %%; the best dropped in more than 5 %%.\n",
      MOST_ROUNDS, 100 * WIDTH, 100 * COVERS_LEAST);
  return failed;
}

const struct claims claims_of_stop = {"Rounds where a verdict needs them", {PLANT_EAGER}, JUDGED, print_stop};
