/* Self-test of the prediction of another run's figures for all cells at once: what cells share, and moderated widths.
 */
#include "claims.h"

#include "stats/history.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#define COVERS_LEAST 0.90
#define COVERS_MOST 0.98
enum { RUNS_MOST = 22, CELLS_MOST = 60, PROBLEM = 6 /* cells */ };

/* How runs differ. A shift meets all cells of a run; scales are of the log figure. */
static const struct between {
  const char *name;
  double cell, unlike;    /* noise of a cell; spread of its log over cells */
  double shift, keep;     /* of the run, AR(1) from run to run */
  double off;             /* one run in ten is off by this */
  bool unequal, problems; /* cells feel the shift 0, 0.5, 1 or 2 times; each problem has its own */
} between[] = {{"independent cells", .02, 0, 0, 0, 0, false, false},
               {"unlike cells", .02, .7, 0, 0, 0, false, false},
               {"shift 3 %", .02, 0, .03, 0, 0, false, false},
               {"shift alone", .002, 0, .03, 0, 0, false, false},
               {"shift, unlike cells", .02, .7, .03, 0, 0, false, false},
               {"shift felt unlike", .02, 0, .03, 0, 0, true, false},
               {"shift by problem", .02, 0, .03, 0, 0, false, true},
               {"1 run in 10 off 10 %", .02, 0, .01, 0, .1, false, false},
               {"shift drifts 0.8", .02, 0, .03, .8, 0, false, false}};
static const size_t earlier[] = {5, 10, 20}, cells_of[] = {3, CELLS_MOST};
enum {
  KINDS = sizeof between / sizeof *between,
  SIZES = sizeof earlier / sizeof *earlier,
  COUNTS = sizeof cells_of / sizeof *cells_of,
  ROWS = KINDS * SIZES * COUNTS,
  JUDGED = 2 * ROWS
};

/* The figures of the earlier runs, this one and, as the last, the one that is predicted. */
struct drawn {
  size_t runs, cells;
  double figures[RUNS_MOST * CELLS_MOST];
};

static void draw_runs(struct drawn *d, const struct between *b, gsl_rng *rng) {
  static const double felt[] = {0, .5, 1, 2};
  double scale[CELLS_MOST], feels[CELLS_MOST], shift[CELLS_MOST];
  for (size_t c = 0; c < d->cells; c++) {
    scale[c] = b->cell * exp(draw_normal(rng, b->unlike));
    feels[c] = b->unequal ? felt[gsl_rng_uniform_int(rng, 4)] : 1;
    shift[c] = draw_normal(rng, b->shift);
  }
  for (size_t r = 0; r < d->runs; r++) {
    double off = b->off > 0 && gsl_rng_uniform(rng) < .1 ? b->off : 0;
    for (size_t c = 0; c < d->cells; c++) {
      size_t first = b->problems ? c / PROBLEM * PROBLEM : 0;
      if (c == first)
        shift[c] = b->keep * shift[c] + draw_normal(rng, b->shift * sqrt(1 - b->keep * b->keep));
      d->figures[r * d->cells + c] = exp(feels[c] * (shift[first] + off) + draw_normal(rng, scale[c]));
    }
  }
}

/* The planted fault: what is common to a run's cells is taken out before the spread is estimated. */
static void take_out_shifts(const struct drawn *d, struct run_prediction *p) {
  static double rest[RUNS_MOST * CELLS_MOST];
  struct run_prediction without[CELLS_MOST];
  for (size_t r = 0; r + 1 < d->runs; r++) {
    double mean = 0;
    for (size_t c = 0; c < d->cells; c++)
      mean += log(d->figures[r * d->cells + c]) / (double)d->cells;
    for (size_t c = 0; c < d->cells; c++)
      rest[r * d->cells + c] = d->figures[r * d->cells + c] / exp(mean);
  }
  predict_runs(rest, d->runs - 1, d->cells, without);
  for (size_t c = 0; c < d->cells; c++) {
    double middle = sqrt(p[c].low * p[c].high), half = sqrt(without[c].high / without[c].low);
    p[c].low = middle / half, p[c].high = middle * half;
  }
}

/* Sums over data sets of the share of cells that the intervals hold, its square, and mean widths. */
struct counts {
  double share, square, width, alone;
  int64_t most; /* data sets with over half of the cells held */
};

static void score(struct counts *counts, const struct drawn *d, enum plant plant) {
  struct run_prediction p[CELLS_MOST];
  double held = 0, cells = (double)d->cells;
  predict_runs(d->figures, d->runs - 1, d->cells, p);
  if (plant == PLANT_SHIFTLESS)
    take_out_shifts(d, p);
  for (size_t c = 0; c < d->cells; c++) {
    double figure = d->figures[(d->runs - 1) * d->cells + c], column[RUNS_MOST];
    for (size_t r = 0; r + 1 < d->runs; r++)
      column[r] = d->figures[r * d->cells + c];
    struct run_prediction alone = predict_run(column, d->runs - 1);
    held += p[c].low <= figure && figure <= p[c].high;
    counts->width += log(p[c].high / p[c].low) / cells, counts->alone += log(alone.high / alone.low) / cells;
  }
  counts->share += held / cells, counts->square += held / cells * held / cells;
  counts->most += 2 * held > cells;
}

/* The number of independent cells with the same uncertainty as all cells of all sets, which a run's shift ties together
 * (Korn & Graubard 1998). */
static int64_t effective(const struct counts *c, int64_t sets, size_t cells) {
  double n = (double)sets, mean = c->share / n, variance = (c->square / n - mean * mean) / n;
  double all = n * (double)cells;
  return (int64_t)(variance > 0 ? fmin(mean * (1 - mean) / variance, all) : all);
}

static size_t runs_row(const struct claims *claims, const struct selftest *test, size_t row, FILE *out) {
  static struct drawn drawn;
  const struct between *b = &between[row / (SIZES * COUNTS)];
  size_t before = earlier[row % SIZES];
  struct counts counts = {0};
  int64_t sets = claim_sets(test);
  gsl_rng *rng = claim_rng(test, claims->title, row);
  drawn.runs = before + 2, drawn.cells = cells_of[row / SIZES % COUNTS];
  for (int64_t i = 0; i < sets; i++) {
    draw_runs(&drawn, b, rng);
    score(&counts, &drawn, test->plant);
  }
  gsl_rng_free(rng);
  int64_t of = effective(&counts, sets, drawn.cells);
  int64_t held = (int64_t)lround(counts.share / (double)sets * (double)of);
  fprintf(out, "%-20s %5zu %7zu  ", b->name, drawn.cells, before);
  claim_share(out, held, of);
  fputs(" ", out);
  claim_share(out, counts.most, sets);
  fprintf(out, "  %6.2f %6.2f", 100 * counts.width / (double)sets, 100 * counts.alone / (double)sets);
  size_t wrong = claim_is_below(claims, held, of, COVERS_LEAST) || claim_is_above(claims, held, of, COVERS_MOST);
  return claim_end(out, wrong + claim_is_below(claims, counts.most, sets, COVERS_LEAST));
}

static size_t print_runs(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                                     another run:                             mean width, %\n"
        "runs differ by       cells earlier   its cells held      over half of them    of it  of each\n"
        "                                                         held                        cell alone\n",
        out);
  for (size_t i = 0; i < ROWS; i++)
    failed += runs_row(claims, test, i, out);
  fprintf(
      out,
      "Noise of a cell: normal, 2 %% (of a shift alone 0.2 %%). Fails: outside of %.0f to %.0f %% of cells held; in "
      "less than %.0f %%\nof runs over half of the cells held.\n",
      100 * COVERS_LEAST, 100 * COVERS_MOST, 100 * COVERS_LEAST);
  return failed;
}

const struct claims claims_of_runs = {
    "Another run, all cells at once", {PLANT_SHIFTLESS, PLANT_NONE}, JUDGED, print_runs};
