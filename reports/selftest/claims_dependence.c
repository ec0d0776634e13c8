/* Self-test of the search for dependence: clean runs, and runs with dependence planted in the parallel cells. */
#include "claims.h"

#include "stats/dependence.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#define FLAGGED_LEAST 0.90 /* share of planted runs found; else COVERED_LEAST applies */
#define COVERED_LEAST 0.93 /* share covered by the printed intervals */
enum { CELLS_MOST = 30, ROUNDS_MOST = 48 };

/* ---- planted dependence ---- */

struct planted {
  const char *name, *what;
  double keep;        /* AR(1) over the rounds, replaces a cell's own noise */
  bool shared;        /* one series for all cells */
  double step, trend; /* from some round in the middle half on; from the first round to the last */
  double spell, slow; /* while a spell lasts; in rounds picked by chance, 3 of 10, up to twice that */
  double carry;       /* right after another parallel cell */
  double tick, modes; /* the clock's, as a share of the time; half of the processes */
  int on, off;        /* rounds of a spell and between two; 0: by chance */
};
static const struct planted nothing = {.name = "clean"};
static const struct planted plants[] = {
    {.name = "lag .3", .what = "each cell's rounds AR(1) with 0.3", .keep = .3},
    {.name = "lag .6", .what = "each cell's rounds AR(1) with 0.6", .keep = .6},
    {.name = "one .3", .what = "one series AR(1) with 0.3 in all of the class", .keep = .3, .shared = true},
    {.name = "one .6", .what = "one series AR(1) with 0.6 in all of the class", .keep = .6, .shared = true},
    {.name = "step", .what = "5 % slower from some round in the middle half on", .step = .05},
    {.name = "trend", .what = "from 0 to 5 % slower over the run", .trend = .05},
    {.name = "spells", .what = "5 % slower for 4 rounds on average, then not for 4", .spell = .05},
    {.name = "slow", .what = "5 to 10 % slower in rounds picked by chance, 3 of 10", .slow = .05},
    {.name = "carry", .what = "7 % slower right after another parallel cell", .carry = .07},
    {.name = "tick 5", .what = "a clock with ticks of 5 % of the time", .tick = .05},
    {.name = "tick 10", .what = "a clock with ticks of 10 % of the time", .tick = .1},
    {.name = "modes", .what = "each process fast or 8 % slower, by chance; the truth is in between", .modes = .08},
    {.name = "third", .what = "5 % slower in every third round", .spell = .05, .on = 1, .off = 2},
    {.name = "turn 1", .what = "5 % slower in every other round", .spell = .05, .on = 1, .off = 1},
    {.name = "turn 10", .what = "5 % slower for 10 rounds, then not for 10", .spell = .05, .on = 10, .off = 10},
};
enum {
  PLANTED = sizeof plants / sizeof *plants,
  FIXED = 3 /* with a fixed length of spells: a dozen rounds are judged */
};

/* ---- a run, as log ratios ---- */

static enum cell_class class_of(int cell, int cells) {
  return cell <= cells / 8 ? CLASS_SERIAL : cell % 4 == 3 && cells > 3 ? CLASS_PER_ITERATION : CLASS_PARALLEL;
}

struct drawn_run {
  int cells, rounds;
  double log[CELLS_MOST][ROUNDS_MOST];
  signed char before[CELLS_MOST][ROUNDS_MOST];
  int64_t partner[CELLS_MOST][ROUNDS_MOST];
  struct cell_rounds row[CELLS_MOST];
};

/* State that persists over rounds. */
struct lasting {
  double shared, own[CELLS_MOST];
  int step_at, left;
  bool spell;
};

static const double series_sd = .0144; /* that of the ratio of two processes of 1.02 % */

static double next_of(double last, double keep, gsl_rng *rng) {
  return keep * last + draw_normal(rng, series_sd * sqrt(1 - keep * keep));
}

/* Starts anywhere in a spell of fixed length, or between two. */
static void start_spell(struct lasting *l, const struct planted *p, gsl_rng *rng) {
  int at = (int)gsl_rng_uniform_int(rng, (unsigned long)(p->on + p->off));
  l->spell = at < p->on;
  l->left = (l->spell ? p->on : p->on + p->off) - at;
}

static struct lasting start(const struct drawn_run *run, const struct planted *p, gsl_rng *rng) {
  struct lasting l = {.shared = draw_normal(rng, series_sd)};
  for (int i = 0; i < run->cells; i++)
    l.own[i] = draw_normal(rng, series_sd);
  l.step_at = run->rounds / 4 + (int)gsl_rng_uniform_int(rng, (unsigned long)run->rounds / 2);
  if (p->on > 0)
    start_spell(&l, p, rng);
  return l;
}

static void next_round(struct lasting *l, const struct planted *p, gsl_rng *rng) {
  l->shared = next_of(l->shared, p->keep, rng);
  if (l->left-- > 0 || !(p->spell > 0))
    return;
  l->spell = !l->spell;
  l->left = (p->on > 0 ? l->spell ? p->on : p->off : (int)gsl_ran_geometric(rng, .25)) - 1;
}

/* The planted slowdown of a parallel cell in a round. */
static double slower_by(const struct planted *p, const struct drawn_run *run, const struct lasting *l, int round,
                        double slow, gsl_rng *rng) {
  double by = slow + (round >= l->step_at ? p->step : 0) + (l->spell ? p->spell : 0);
  by += p->trend * round / run->rounds;
  return p->modes > 0 ? by + p->modes * ((gsl_rng_uniform(rng) < .5) - .5) : by;
}

/* log(base / cell) as measured by a clock with ticks; each time starts at a random point of a tick. */
static double ticked(double base, double cell, double tick, gsl_rng *rng) {
  double base_ticks = floor(exp(base) / tick + gsl_rng_uniform(rng));
  double cell_ticks = floor(0.93 * exp(cell) / tick + gsl_rng_uniform(rng));
  return log(0.93 * base_ticks / cell_ticks);
}

/* One block: the cells in random order, parts of them around about root m baseline processes. */
static void draw_round(struct drawn_run *run, int round, struct lasting *l, const struct planted *p,
                       const struct noise *noise, gsl_rng *rng) {
  int order[CELLS_MOST], bases = (int)lround(sqrt(run->cells)), part = -1, before = -1;
  double base = 0, slow = p->slow > 0 && gsl_rng_uniform(rng) < .3 ? p->slow * (1 + gsl_rng_uniform(rng)) : 0;
  for (int i = 0; i < run->cells; i++)
    order[i] = i;
  gsl_ran_shuffle(rng, order, (size_t)run->cells, sizeof *order);
  next_round(l, p, rng);
  for (int at = 0; at < run->cells; at++) {
    int cell = order[at];
    bool planted = class_of(cell, run->cells) == CLASS_PARALLEL;
    if (at * bases / run->cells != part) {
      part = at * bases / run->cells;
      base = noise->process(rng, noise->process_scale);
      before = CLASS_SERIAL;
    }
    double time = noise->process(rng, noise->process_scale);
    l->own[cell] = next_of(l->own[cell], p->keep, rng);
    time += planted ? slower_by(p, run, l, round, slow, rng) + (before == CLASS_PARALLEL ? p->carry : 0) : 0;
    run->log[cell][round] = p->tick > 0              ? ticked(base, time, p->tick, rng)
                            : planted && p->keep > 0 ? (p->shared ? l->shared : l->own[cell])
                                                     : base - time;
    run->before[cell][round] = (signed char)before;
    run->partner[cell][round] = part;
    before = class_of(cell, run->cells);
  }
}

static void draw_run(struct drawn_run *run, const struct planted *p, const struct noise *noise, gsl_rng *rng) {
  struct lasting l = start(run, p, rng);
  for (int r = 0; r < run->rounds; r++)
    draw_round(run, r, &l, p, noise, rng);
  for (int i = 0; i < run->cells; i++)
    run->row[i] = (struct cell_rounds){class_of(i, run->cells), run->log[i], run->before[i], run->partner[i]};
}

/* ---- a row ---- */

struct counts {
  int64_t sets, flagged, any, before, covered, given, silent, of[DEPENDENCES];
};

/* Scores the first planted cell. */
static int subject_of(const struct drawn_run *run) {
  int cell = 0;
  while (class_of(cell, run->cells) != CLASS_PARALLEL)
    cell++;
  return cell;
}

static struct dependence_findings find(struct drawn_run *run, bool alone, enum plant fault) {
  struct dependence_findings none = {.of = {{.factor = 1}, {.factor = 1}, {.factor = 1}}};
  static int64_t each[CELLS_MOST][ROUNDS_MOST]; /* the run keeps pointers to it */
  if (fault == PLANT_BLIND)
    return none;
  for (int i = 0; i < run->cells && fault == PLANT_UNSHARED; i++) {
    for (int r = 0; r < run->rounds; r++)
      each[i][r] = i;
    run->row[i].partner = each[i];
  }
  return alone ? dependence_find(&run->row[subject_of(run)], 1, (size_t)run->rounds)
               : dependence_find(run->row, (size_t)run->cells, (size_t)run->rounds);
}

static void score(struct counts *c, struct drawn_run *run, bool alone, enum plant fault) {
  double logs[ROUNDS_MOST];
  struct dependence_findings found = find(run, alone, fault);
  const struct dependence_finding *f = &found.of[CLASS_PARALLEL];
  size_t n = (size_t)run->rounds;
  memcpy(logs, run->log[subject_of(run)], n * sizeof *logs);
  sort_doubles(logs, n);
  struct interval plain = median_interval(logs, n, LEVEL), wider = dependence_widen(plain, median_sorted(logs, n), f);
  bool before = plain.low <= 0 && 0 <= plain.high;
  if (fault == PLANT_APART)
    found.of[CLASS_PARALLEL].kinds &= ~(1U << DEPEND_TOGETHER);
  c->sets++;
  c->flagged += f->kinds != 0;
  unsigned any = found.of[CLASS_SERIAL].kinds | f->kinds | found.of[CLASS_PER_ITERATION].kinds;
  c->any += any != 0;
  for (int kind = 0; kind < DEPENDENCES; kind++)
    c->of[kind] += any >> kind & 1;
  c->before += before;
  c->given += wider.coverage > 0;
  c->covered += wider.low <= 0 && 0 <= wider.high;
  c->silent += !f->kinds && !before;
}

/* What the runs of a row are drawn from; `alone`: one cell has what is planted. */
struct row {
  const struct planted *planted;
  const struct noise *noise;
  int cells, rounds;
  bool alone;
};

static struct counts row_of(const struct selftest *test, const struct row *row, int64_t sets) {
  static struct drawn_run run;
  struct counts c = {0};
  size_t shape = (size_t)row->cells * ROUNDS_MOST + (size_t)row->rounds;
  size_t stream = row->planted == &nothing ? shape : (size_t)(row->planted - plants) * 1000 + shape * 2 + row->alone;
  gsl_rng *rng = claim_rng(test, row->noise->name, stream);
  run.cells = row->cells, run.rounds = row->rounds;
  for (int64_t i = 0; i < sets; i++) {
    draw_run(&run, row->planted, row->noise, rng);
    score(&c, &run, row->alone, test->plant);
  }
  gsl_rng_free(rng);
  return c;
}

/* ---- the table ---- */

static const struct noise noises[] = {{.name = "normal", .process = draw_normal, .process_scale = .0102},
                                      {.name = "heavy", .process = draw_student, .process_scale = .007},
                                      {.name = "skewed", .process = draw_slower, .process_scale = .010}};
static const struct {
  int noise, cells, rounds;
} clean_rows[] = {{0, 2, 12},  {0, 2, 24},  {0, 2, 48},  {0, 12, 12}, {0, 12, 24},
                  {0, 12, 48}, {0, 30, 12}, {0, 30, 24}, {0, 30, 48}, {1, 12, 12},
                  {1, 12, 24}, {1, 12, 48}, {2, 12, 12}, {2, 12, 24}, {2, 12, 48}};
enum { CLEAN = sizeof clean_rows / sizeof *clean_rows, JUDGED = CLEAN + 2 * PLANTED + FIXED, CLASS = 12 };

static size_t print_clean(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = 0;
  fputs("                       anything found           of these, %, each detector\n"
        "noise    cells rounds  where nothing is      lag trend step together carry modes ticks\n",
        out);
  for (size_t i = 0; i < CLEAN; i++) {
    const struct row row = {&nothing, &noises[clean_rows[i].noise], clean_rows[i].cells, clean_rows[i].rounds, false};
    struct counts c = row_of(test, &row, claim_sets(test));
    fprintf(out, "%-8s %5d %6d", row.noise->name, row.cells, row.rounds);
    claim_share(out, c.any, c.sets);
    static const int widths[DEPENDENCES] = {6, 5, 4, 8, 5, 5, 5};
    for (int kind = 0; kind < DEPENDENCES; kind++)
      fprintf(out, " %*.1f", widths[kind], 100 * (double)c.of[kind] / (double)c.sets);
    failed += claim_end(out, claim_is_above(claims, c.any, c.sets, DEPEND_LEVEL));
  }
  return failed;
}

static void print_planted(FILE *out, const char *name, const char *where, int rounds, const struct counts *c) {
  fprintf(out, "%-8s %-6s %5d", name, where, rounds);
  claim_share(out, c->flagged, c->sets);
  fprintf(out, "     %5.1f ", 100 * (double)c->before / (double)c->sets);
  claim_share(out, c->covered, c->given);
  fprintf(out, "    %5.1f", 100 * (double)c->silent / (double)c->sets);
}

static size_t planted_row(const struct claims *claims, const struct selftest *test, const struct planted *p, int rounds,
                          FILE *out) {
  struct counts c = row_of(test, &(struct row){p, noises, CLASS, rounds, false}, claim_sets(test));
  print_planted(out, p->name, "class", rounds, &c);
  return claim_end(out, claim_is_below(claims, c.flagged, c.sets, FLAGGED_LEAST) &&
                            claim_is_below(claims, c.covered, c.given, COVERED_LEAST));
}

static void printed_row(const struct selftest *test, const struct planted *p, bool alone, int rounds, FILE *out) {
  struct counts c = row_of(test, &(struct row){p, noises, CLASS, rounds, alone}, claim_sets(test) / 2 + 1);
  print_planted(out, p->name, alone ? "alone" : "class", rounds, &c);
  fputs("  printed\n", out);
}

static size_t print_dependence(const struct claims *claims, const struct selftest *test, FILE *out) {
  size_t failed = print_clean(claims, test, out);
  fputs("\nplanted         rounds  found in its class    covered  by the wider one  neither found\n"
        "                                              untouched                   nor covered\n",
        out);
  for (size_t i = 0; i < PLANTED; i++)
    for (int rounds = plants[i].on > 0 ? 12 : 24; rounds <= ROUNDS_MOST; rounds *= 2)
      failed += planted_row(claims, test, &plants[i], rounds, out);
  for (size_t i = 0; i < PLANTED && test->plant == PLANT_NONE; i++) {
    if (plants[i].on == 0)
      printed_row(test, &plants[i], false, 12, out);
    for (int rounds = 12; rounds <= ROUNDS_MOST; rounds *= 2)
      printed_row(test, &plants[i], true, rounds, out);
  }
  fprintf(out, "class: 7 parallel of %d cells, searched together; alone: one of them, printed without a claim.\n",
          CLASS);
  for (size_t i = 0; i < PLANTED; i++)
    fprintf(out, "  %-8s %s\n", plants[i].name, plants[i].what);
  fprintf(out,
          "A clean row fails above %.0f %%; a planted one where less than %.0f %% are found and less than %.0f %% "
          "covered.\n",
          100 * DEPEND_LEVEL, 100 * FLAGGED_LEAST, 100 * COVERED_LEAST);
  return failed;
}

const struct claims claims_of_dependence = {
    "Dependence between rounds", {PLANT_BLIND, PLANT_UNSHARED, PLANT_APART}, JUDGED, print_dependence};
