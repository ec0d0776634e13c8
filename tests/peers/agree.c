/* Do runs agree? Of all runs in a folder, of one configuration: how often a cell's interval covers another run's
 * figure, the median of the others; how often the interval from the others covers the run that was held out, and that
 * from the runs before it a run in its turn, as a report predicts, by cell and by run; and by how much the best
 * throughputs of two runs differ. */
#include "stats/offers.h"

#include "base/find_run.h"
#include "base/text.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS_MOST = 64 };

/* What was counted of the cells of one variant and number of workers, or of all. */
struct shares {
  char name[80];
  long pairs, another;                  /* this run's interval, that run's figure */
  long cells, others;                   /* this run's interval, the median of all others */
  long held, predicted;                 /* the interval from the others, this run's figure */
  long rolled, foreseen;                /* the interval from the runs before, six at least, the next run's figure */
  double expect_another, expect_others; /* sums of what would be if runs differed by their rounds alone */
};

static struct shares all = {.name = "all cells"}, times = {.name = "times of all cells"}, kinds[KINDS_MOST];
static size_t kind_count;

static struct shares *kind_of(const struct cell *c) {
  char name[sizeof kinds->name];
  snprintf(name, sizeof name, "%.60s x%lld", c->variant, (long long)c->workers);
  for (size_t i = 0; i < kind_count; i++)
    if (strcmp(kinds[i].name, name) == 0)
      return &kinds[i];
  struct shares *kind = &kinds[kind_count < KINDS_MOST ? kind_count++ : KINDS_MOST - 1];
  snprintf(kind->name, sizeof kind->name, "%s", name);
  return kind;
}

/* The share of an interval of such coverage that holds an independent figure with `variance` times its own variance,
 * both normal about one truth: 95 % become 83 % for one other run. */
static double expected(double coverage, double variance) {
  double z = gsl_cdf_ugaussian_Pinv((1 + coverage) / 2) / sqrt(1 + variance);
  return 2 * gsl_cdf_ugaussian_P(z) - 1;
}

/* One kind of figure, speedups or times, of all cells in all runs; NULL and NAN where a run lacks it. */
struct figures_of_runs {
  struct shares *all;
  size_t runs, cells;
  const struct estimate **own;                       /* [run * cells + cell] */
  double *figures;                                   /* the same */
  struct run_prediction *from_others, *from_earlier; /* the same */
  struct shares **kind;                              /* [cell]; NULL: not counted by kind */
};

static struct figures_of_runs figures_new(struct shares *shares, size_t runs, size_t cells) {
  size_t n = runs * cells;
  struct figures_of_runs f = {.all = shares, .runs = runs, .cells = cells};
  f.own = must_alloc(n, sizeof(struct estimate *)), f.figures = must_alloc(n, sizeof *f.figures);
  f.from_others = must_alloc(n, sizeof *f.from_others), f.from_earlier = must_alloc(n, sizeof *f.from_earlier);
  f.kind = must_alloc(cells, sizeof(struct shares *));
  for (size_t i = 0; i < n; i++)
    f.figures[i] = NAN;
  return f;
}

static void figures_free(struct figures_of_runs *f) {
  free(f->own), free(f->figures), free(f->from_others), free(f->from_earlier), free(f->kind);
}

static void put(struct figures_of_runs *f, size_t run, size_t cell, const struct estimate *e) {
  if (e->coverage > 0)
    f->own[run * f->cells + cell] = e, f->figures[run * f->cells + cell] = e->median;
}

/* Each run from all others, and from those before it. */
static void predict(struct figures_of_runs *f) {
  double *others = must_alloc(f->runs * f->cells, sizeof *others);
  size_t row = f->cells * sizeof *others;
  for (size_t i = 0; i < f->runs; i++) {
    memcpy(others, f->figures, i * row);
    memcpy(others + i * f->cells, f->figures + (i + 1) * f->cells, (f->runs - 1 - i) * row);
    predict_runs(others, f->runs - 1, f->cells, f->from_others + i * f->cells);
    predict_runs(f->figures, i, f->cells, f->from_earlier + i * f->cells);
  }
  free(others);
}

static bool holds(const struct run_prediction *p, double figure) { return p->low <= figure && figure <= p->high; }

/* What run i shows of one cell. */
static void count(struct shares *s, const struct figures_of_runs *f, size_t i, size_t cell) {
  size_t at = i * f->cells + cell, n = 0;
  const struct estimate *own = f->own[at];
  double *others = must_alloc(f->runs, sizeof *others);
  for (size_t j = 0; j < f->runs; j++)
    if (j != i && f->own[j * f->cells + cell])
      others[n++] = f->figures[j * f->cells + cell];
  for (size_t j = 0; j < n; j++) {
    s->pairs++, s->another += own->low <= others[j] && others[j] <= own->high;
    s->expect_another += expected(own->coverage, 1);
  }
  if (isfinite(f->from_others[at].low))
    s->held++, s->predicted += holds(&f->from_others[at], f->figures[at]);
  if (isfinite(f->from_earlier[at].low))
    s->rolled++, s->foreseen += holds(&f->from_earlier[at], f->figures[at]);
  sort_doubles(others, n);
  double middle = median_sorted(others, n);
  s->cells++, s->others += own->low <= middle && middle <= own->high;
  s->expect_others += expected(own->coverage, M_PI_2 / (double)n); /* the variance of a median of n */
  free(others);
}

/* Cells that at least three runs have. */
static void count_cells(const struct figures_of_runs *f) {
  for (size_t cell = 0; cell < f->cells; cell++) {
    size_t n = 0;
    for (size_t i = 0; i < f->runs; i++)
      n += f->own[i * f->cells + cell] != NULL;
    for (size_t i = 0; n >= 3 && i < f->runs; i++)
      if (f->own[i * f->cells + cell]) {
        count(f->all, f, i, cell);
        if (f->kind[cell])
          count(f->kind[cell], f, i, cell);
      }
  }
}

static const struct figures *same_cell(const struct result *r, const struct cell *c, const struct figures **base) {
  for (size_t i = 0; i < r->run.problem_count; i++)
    for (size_t j = 0; j < r->analyses[i].count; j++)
      if (r->analyses[i].figures[j].valid && cells_alike(r->analyses[i].figures[j].cell, c)) {
        *base = r->analyses[i].base;
        return &r->analyses[i].figures[j];
      }
  return NULL;
}

/* Speedups of one cell of the first run in every run that has it over the same baseline, and its times. */
static void put_cell(struct figures_of_runs *speedups, struct figures_of_runs *ns, size_t cell,
                     const struct result *runs, const struct analysis *a, const struct figures *f) {
  speedups->kind[cell] = kind_of(f->cell);
  for (size_t i = 0; i < speedups->runs; i++) {
    const struct figures *base = NULL, *same = same_cell(&runs[i], f->cell, &base);
    if (same)
      put(ns, i, cell, &same->time);
    if (same && base && same != base && cells_alike(base->cell, a->base->cell))
      put(speedups, i, cell, &same->speedup);
  }
}

static void print_shares(const struct shares *s) {
  if (s->cells == 0)
    return;
  printf("%-24.24s %6ld  %5.1f %5.1f     %5.1f %5.1f", s->name, s->cells, 100. * (double)s->another / (double)s->pairs,
         100 * s->expect_another / (double)s->pairs, 100. * (double)s->others / (double)s->cells,
         100 * s->expect_others / (double)s->cells);
  if (s->held)
    printf("     %5.1f", 100. * (double)s->predicted / (double)s->held);
  if (s->rolled)
    printf("     %5.1f of %ld", 100. * (double)s->foreseen / (double)s->rolled, s->rolled);
  puts("");
}

/* The share of a run's cells that the intervals hold; adds the run where it has any. */
static void print_run(const struct figures_of_runs *f, const struct run_prediction *by, size_t run, long *runs,
                      long *most) {
  size_t held = 0, of = 0;
  for (size_t at = run * f->cells; at < (run + 1) * f->cells; at++)
    if (f->own[at] && isfinite(by[at].low))
      of++, held += holds(&by[at], f->figures[at]);
  if (of)
    printf("  %5.1f of %-5zu", 100. * (double)held / (double)of, of);
  else
    printf("  %14s", "-");
  *runs += of > 0, *most += 2 * held > of;
}

/* By run: its cells share its machine and its minute, so that runs are the events. */
static void print_runs(const struct result *results, const struct figures_of_runs *speedups,
                       const struct figures_of_runs *ns) {
  const struct {
    const struct figures_of_runs *of;
    const struct run_prediction *by;
  } columns[] = {{speedups, speedups->from_others},
                 {ns, ns->from_others},
                 {speedups, speedups->from_earlier},
                 {ns, ns->from_earlier}};
  enum { COLUMNS = sizeof columns / sizeof *columns };
  long runs[COLUMNS] = {0}, most[COLUMNS] = {0};
  printf("\ncells of a run held, in %%    from the others                  from those before\n"
         "run                         speedups       times            speedups       times\n");
  for (size_t i = 0; i < speedups->runs; i++) {
    printf("%3zu %-20.20s", i + 1,
           run_is_yardstick(&results[i].run) ? ""
           : is_busy(&results[i].run)        ? "BUSY"
                                             : "short");
    for (size_t c = 0; c < COLUMNS; c++)
      print_run(columns[c].of, columns[c].by, i, &runs[c], &most[c]);
    puts("");
  }
  printf("%-24s", "over half of the cells");
  for (size_t c = 0; c < COLUMNS; c++)
    printf("  %5ld of %-5ld", most[c], runs[c]);
  printf(" runs\n\n");
  if (runs[0] == 0)
    printf("Fewer than %d runs: none can be held out.\n", HISTORY_LEAST + 2);
}

/* By how much the best throughput of a problem differs between two runs: all pairs of runs, all problems. */
static void print_bests(const struct result *runs, size_t count) {
  struct machines m = machines_of(runs, count);
  double *ratios = must_alloc(m.contest_count * count * count, sizeof *ratios);
  size_t n = 0;
  for (size_t c = 0; c < m.contest_count; c++)
    for (size_t i = 0; i < count; i++)
      for (size_t j = 0; j < i; j++)
        if (m.contests[c].best[i].of && m.contests[c].best[j].of)
          ratios[n++] = exp(fabs(log(m.contests[c].best[i].median / m.contests[c].best[j].median)));
  sort_doubles(ratios, n);
  if (n)
    printf("best throughput of %zu problems in two runs: %zu ratios, median %.3f, 95 %% under %.3f, largest %.3f\n",
           m.contest_count, n, median_sorted(ratios, n), ratios[(size_t)(0.95 * (double)(n - 1))], ratios[n - 1]);
  free(ratios);
  machines_free(&m);
}

static void agree(const struct result *runs, size_t count) {
  size_t cells = 0, cell = 0;
  for (size_t i = 0; i < runs[0].run.problem_count; i++)
    cells += runs[0].analyses[i].base ? runs[0].analyses[i].count : 0;
  struct figures_of_runs speedups = figures_new(&all, count, cells), ns = figures_new(&times, count, cells);
  for (size_t i = 0; i < runs[0].run.problem_count; i++)
    for (size_t j = 0; runs[0].analyses[i].base && j < runs[0].analyses[i].count; j++)
      put_cell(&speedups, &ns, cell++, runs, &runs[0].analyses[i], &runs[0].analyses[i].figures[j]);
  predict(&speedups), predict(&ns);
  count_cells(&speedups), count_cells(&ns);
  printf("%zu runs; shares in %%, beside those expected if runs differed by their rounds alone.\n"
         "                          this run's interval covers             from the others:  from those before:\n"
         "figures of                cells  another run     all others' median  this run  this run\n",
         count);
  print_shares(&all);
  print_shares(&times);
  for (size_t i = 0; i < kind_count; i++)
    print_shares(&kinds[i]);
  print_runs(runs, &speedups, &ns);
  print_bests(runs, count);
  figures_free(&speedups), figures_free(&ns);
}

int main(int argc, char **argv) {
  char **names = NULL, folder[4096];
  struct fault why;
  size_t found = 0, count = 0;
  if (argc != 2) {
    fputs("usage: agree RESULTS\n", stderr);
    return EXIT_USAGE;
  }
  if (runs_list(argv[1], &names, &found, &why) != 0) {
    fprintf(stderr, "%s\n", why.text);
    return why.code;
  }
  struct result *runs = must_alloc(found + 1, sizeof *runs);
  for (size_t i = found; i-- > 0;) { /* oldest first */
    snprintf(folder, sizeof folder, "%s/%s", argv[1], names[i]);
    if (result_load(&runs[count], folder, &why) == 0)
      count++;
    else
      fprintf(stderr, "%s\n", why.text), result_free(&runs[count]), runs[count] = (struct result){0};
  }
  runs_free(names, found);
  if (count)
    agree(runs, count);
  for (size_t i = 0; i < count; i++)
    result_free(&runs[i]);
  free(runs);
  return all.cells ? EXIT_FINE : EXIT_UNDECIDED;
}
