/* Self-test of the ratio that an advice names: its way was picked among equal ones. By the analysis of whole problems.
 */
#include "claims.h"

#include "stats/advice.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

enum { WAYS_MOST = 8, CELLS_MOST = 1 + 2 * WAYS_MOST, ROUNDS_MOST = 24, BASES = 3, WORKERS = 4 };
#define WRONG_MOST 0.05
#define GAIN 3.6

static const struct { int ways, rounds; } rows[] = {{1, 12}, {4, 12}, {8, 12}, {1, 24}, {4, 24}, {8, 24}};
enum { ROWS = sizeof rows / sizeof *rows };

/* One problem: a serial cell, and in each way a cell on two and one on four workers. */
struct drawn {
  struct process processes[CELLS_MOST][BASES * ROUNDS_MOST];
  struct cell cells[CELLS_MOST];
  struct problem problem;
};

static void name_cells(struct drawn *d, int ways) {
  static char names[WAYS_MOST][2] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  static char serial[] = "one";
  *d = (struct drawn){0};
  for (int i = 0; i < 1 + 2 * ways; i++) {
    struct cell *c = &d->cells[i];
    *c = (struct cell){.attainable = NAN, .serial = i == 0, .processes = d->processes[i], .workers = 1};
    c->build = c->kernel = c->problem = c->schedule = c->pin = c->memory = c->method = c->scale = c->plan_note = "";
    c->variant = i ? names[(i - 1) / 2] : serial;
    if (i)
      c->workers = i % 2 ? WORKERS / 2 : WORKERS;
  }
  d->problem = (struct problem){.build = "", .kernel = "k", .problem = "", .scale = "", .cells = d->cells};
  d->problem.count = (size_t)(1 + 2 * ways), d->problem.naive = d->problem.best_serial = d->cells;
}

static void add_process(struct cell *c, int round, int order, double log_ns) {
  /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): name_cells gave each cell its room */
  c->processes[c->process_count++] = (struct process){
      .round = round, .order = order, .ns = 1e8 * exp(log_ns), .cold_ns = NAN, .throughput = NAN, .ok = true};
}

/* The baseline runs before each third of the others, which are in random order. */
static void draw_problem(struct drawn *d, int ways, int rounds, gsl_rng *rng) {
  const int others = 2 * ways, part = (others + BASES - 1) / BASES;
  int order[CELLS_MOST];
  for (int i = 0; i <= others; i++)
    order[i] = i + 1, d->cells[i].process_count = 0;
  for (int r = 1; r <= rounds; r++) {
    double common = draw_normal(rng, .01);
    int place = 0;
    gsl_ran_shuffle(rng, order, (size_t)others, sizeof *order);
    for (int i = 0; i < others; i++) {
      struct cell *c = &d->cells[order[i]];
      if (i % part == 0)
        add_process(d->cells, r, place++, common + draw_normal(rng, .014));
      add_process(c, r, place++, common - log(GAIN * (double)c->workers / WORKERS) + draw_normal(rng, .014));
    }
  }
}

static void score(struct drawn *d, enum plant plant, int64_t *wrong, int64_t *advised) {
  struct analysis a = analyse(&d->problem);
  struct advice advice = advise(&a);
  if (advice.use && advice.use != a.base) {
    const struct estimate *e = plant == PLANT_OWN_WAY ? &advice.use->speedup : &advice.gain;
    double truth = GAIN * (double)advice.use->cell->workers / WORKERS;
    ++*advised;
    *wrong += !(e->low <= truth && truth <= e->high);
  }
  analysis_free(&a);
}

static size_t print_ways(const struct claims *claims, const struct selftest *test, FILE *out) {
  static struct drawn drawn;
  size_t failed = 0;
  fputs(" ways rounds    sets advised   its interval does not hold the truth, %\n", out);
  for (size_t i = 0; i < ROWS; i++) {
    int64_t wrong = 0, advised = 0, sets = claim_sets(test);
    gsl_rng *rng = claim_rng(test, claims->title, i);
    name_cells(&drawn, rows[i].ways);
    for (int64_t s = 0; s < sets; s++) {
      draw_problem(&drawn, rows[i].ways, rows[i].rounds, rng);
      score(&drawn, test->plant, &wrong, &advised);
    }
    gsl_rng_free(rng);
    fprintf(out, "%5d %6d  %6lld  %6lld", rows[i].ways, rows[i].rounds, (long long)sets, (long long)advised);
    claim_share(out, wrong, advised ? advised : 1);
    failed += claim_end(out, claim_is_above(claims, wrong, advised, WRONG_MOST));
  }
  fprintf(out,
          "All ways are equal, on 2 and 4 workers; two processes of a round differ by 2 %%. Fails: wrong in more than "
          "%.0f %%.\n",
          100 * WRONG_MOST);
  return failed;
}

const struct claims claims_of_ways = {"The ratio of the advised way", {PLANT_OWN_WAY, PLANT_NONE}, ROWS, print_ways};
