/* Self-test of the baseline among serial cells: how often another is called faster, and the gain over it. */
#include "claims.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

enum { MOST_SERIALS = 8, PARALLEL = 2, MOST_CELLS = MOST_SERIALS + PARALLEL, MOST_ROUNDS = 48 };
#define PARALLEL_GAIN 1.9

static const struct row {
  size_t serials, rounds;
  double faster; /* advantage of the second serial cell, as a share; the others equal the baseline */
} rows[] = {{2, 12, 0},   {2, 24, 0},   {2, 48, 0},   {8, 12, 0},   {8, 24, 0},  {8, 48, 0},
            {2, 12, .05}, {2, 24, .05}, {8, 12, .05}, {8, 24, .05}, {8, 24, .10}};
enum { ROWS = sizeof rows / sizeof *rows };

static struct process processes[MOST_CELLS][MOST_ROUNDS];
static char *const methods[MOST_SERIALS] = {"a", "b", "c", "d", "e", "f", "g", "h"};

/* Serial cells come first, the baseline foremost; the parallel ones at the end are equal. */
static void name_cells(const struct row *row, struct cell *cells) {
  for (size_t i = 0; i < row->serials + PARALLEL; i++) {
    bool serial = i < row->serials;
    cells[i] = (struct cell){.workers = serial ? 1 : 2,
                             .serial = serial,
                             .processes = processes[i],
                             .process_count = row->rounds,
                             .attainable = NAN};
#define CELL_ID(name, level, label, meaning) cells[i].name = "";
#include "base/cell_id.def"
    cells[i].plan_note = "";
    cells[i].method = serial ? methods[i] : methods[0];
    cells[i].variant = serial ? "serial" : i % 2 ? "one way" : "another";
  }
}

static double truth_of(const struct row *row, size_t cell) {
  return cell >= row->serials ? PARALLEL_GAIN : cell == 1 ? 1 + row->faster : 1;
}

/* Random order in a block: the baseline's neighbours vary. */
static void draw_run(const struct row *row, gsl_rng *rng) {
  size_t cells = row->serials + PARALLEL, order[MOST_CELLS];
  for (size_t i = 0; i < cells; i++)
    order[i] = i;
  for (size_t r = 0; r < row->rounds; r++) {
    double round = draw_normal(rng, .03);
    gsl_ran_shuffle(rng, order, cells, sizeof *order);
    for (size_t i = 0; i < cells; i++)
      processes[i][r] = (struct process){.round = (int64_t)r + 1,
                                         .order = (int64_t)order[i],
                                         .ns = 20e6 / truth_of(row, i) * exp(round + draw_normal(rng, .014)),
                                         .cold_ns = NAN,
                                         .throughput = NAN,
                                         .ok = true};
  }
}

struct counts {
  int64_t called, right, gain_misses, over_misses;
};

static bool misses(const struct estimate *e, double truth) {
  return e->n && e->coverage > 0 && !(e->low <= truth && truth <= e->high);
}

/* The planted fault: tests each serial cell by its own interval, without correction. */
static bool uncorrected(const struct analysis *a) {
  bool any = false;
  for (size_t i = 1; i < a->count; i++)
    any |= a->figures[i].cell->workers == 1 && a->figures[i].speedup.low > 1;
  return any;
}

static void count(struct counts *n, const struct row *row, const struct analysis *a, enum plant plant) {
  bool called = plant == PLANT_BASELINE ? uncorrected(a) : a->faster_serial != NULL;
  n->called += called;
  if (!a->faster_serial)
    return;
  size_t which = (size_t)(a->faster_serial - a->figures), best = (size_t)(a->best - a->figures);
  n->right += which == 1;
  n->gain_misses += misses(&a->serial_gain, truth_of(row, which));
  n->over_misses += misses(&a->over_serial, truth_of(row, best) / truth_of(row, which));
}

static size_t baseline_row(const struct claims *claims, const struct selftest *test, size_t i, FILE *out) {
  const struct row *row = &rows[i];
  struct cell cells[MOST_CELLS];
  struct problem problem = {.build = "",
                            .kernel = "k",
                            .problem = "",
                            .scale = "",
                            .cells = cells,
                            .count = row->serials + PARALLEL,
                            .best_serial = &cells[0]};
  struct counts n = {0};
  gsl_rng *rng = claim_rng(test, claims->title, i);
  name_cells(row, cells);
  int64_t sets = claim_sets(test);
  for (int64_t s = 0; s < sets; s++) {
    draw_run(row, rng);
    struct analysis a = analyse(&problem);
    count(&n, row, &a, test->plant);
    analysis_free(&a);
  }
  gsl_rng_free(rng);
  fprintf(out, "%7zu %6zu %6.0f", row->serials, row->rounds, 100 * row->faster);
  claim_share(out, n.called, sets);
  claim_share(out, n.gain_misses, sets);
  claim_share(out, n.over_misses, sets);
  return claim_end(out, (row->faster == 0 && claim_is_above(claims, n.called, sets, 1 - LEVEL)) +
                            claim_is_above(claims, n.gain_misses, sets, 1 - LEVEL) +
                            claim_is_above(claims, n.over_misses, sets, 1 - LEVEL));
}

static size_t print_baseline(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("serial         one is  a serial cell is  wrong interval printed for\n"
        "cells   rounds faster  called faster     it over the base  the best over it\n",
        out);
  for (size_t i = 0; i < ROWS; i++)
    failed += baseline_row(claims, test, i, out);
  fputs("The baseline stays as chosen. Fails: where none is faster, one is called so in more than 5 "
        "%;\n"
        "an interval that does not hold the truth is printed in more than 5 %.\n",
        out);
  return failed;
}

const struct claims claims_of_baseline = {
    "The baseline among serial cells", {PLANT_BASELINE, PLANT_NONE}, ROWS * 2 + 6, print_baseline};
