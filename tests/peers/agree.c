/* Do runs agree? Of runs of one configuration: how often a cell's interval covers another run's figure, the median of
 * the others, and how often the interval from the others covers the run that was held out. */
#include "stats/offers.h"

#include "base/find_run.h"
#include "base/text.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_MOST = 32, KINDS_MOST = 64 };

/* What was counted of the cells of one variant and number of workers, or of all. */
struct shares {
  char name[80];
  long pairs, another;                  /* this run's interval, that run's figure */
  long cells, others;                   /* this run's interval, the median of all others */
  long held, predicted;                 /* the interval from the others, this run's figure */
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

static void count(struct shares *s, const struct estimate *own, size_t i, const double *figures, size_t runs) {
  double others[RUNS_MOST], middle;
  size_t n = 0;
  for (size_t j = 0; j < runs; j++)
    if (j != i) {
      others[n++] = figures[j];
      s->pairs++, s->another += own->low <= figures[j] && figures[j] <= own->high;
      s->expect_another += expected(own->coverage, 1);
    }
  struct run_prediction p = predict_run(others, n);
  if (isfinite(p.low))
    s->held++, s->predicted += p.low <= figures[i] && figures[i] <= p.high;
  sort_doubles(others, n);
  middle = median_sorted(others, n);
  s->cells++, s->others += own->low <= middle && middle <= own->high;
  s->expect_others += expected(own->coverage, M_PI_2 / (double)n); /* the variance of a median of n */
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

/* Speedups of one cell in every run that has it over the same baseline, and its times; at least three runs. */
static void count_cell(const struct result *runs, size_t run_count, const struct analysis *a, const struct figures *f) {
  const struct estimate *speedups[RUNS_MOST], *own_times[RUNS_MOST];
  double figures[RUNS_MOST], ns[RUNS_MOST];
  size_t n = 0, timed = 0;
  for (size_t i = 0; i < run_count; i++) {
    const struct figures *base = NULL, *same = same_cell(&runs[i], f->cell, &base);
    if (same && same->time.coverage > 0)
      own_times[timed] = &same->time, ns[timed++] = same->time.median;
    if (same && base && same != base && cells_alike(base->cell, a->base->cell) && same->speedup.coverage > 0)
      speedups[n] = &same->speedup, figures[n++] = same->speedup.median;
  }
  for (size_t i = 0; timed >= 3 && i < timed; i++)
    count(&times, own_times[i], i, ns, timed);
  for (size_t i = 0; n >= 3 && i < n; i++) {
    count(&all, speedups[i], i, figures, n);
    count(kind_of(f->cell), speedups[i], i, figures, n);
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
  puts("");
}

int main(int argc, char **argv) {
  static struct result runs[RUNS_MOST];
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
  for (size_t i = 0; i < found && count < RUNS_MOST; i++) {
    snprintf(folder, sizeof folder, "%s/%s", argv[1], names[i]);
    if (result_load(&runs[count], folder, &why) == 0)
      count++;
    else
      fprintf(stderr, "%s\n", why.text), result_free(&runs[count]);
  }
  runs_free(names, found);
  for (size_t i = 0; count && i < runs[0].run.problem_count; i++)
    for (size_t j = 0; runs[0].analyses[i].base && j < runs[0].analyses[i].count; j++)
      count_cell(runs, count, &runs[0].analyses[i], &runs[0].analyses[i].figures[j]);
  printf("%zu runs; shares in %%, beside those expected if runs differed by their rounds alone.\n"
         "                          this run's interval covers             from the others:\n"
         "figures of                cells  another run     all others' median  this run\n",
         count);
  print_shares(&all);
  print_shares(&times);
  for (size_t i = 0; i < kind_count; i++)
    print_shares(&kinds[i]);
  for (size_t i = 0; i < count; i++)
    result_free(&runs[i]);
  return all.cells ? EXIT_FINE : EXIT_UNDECIDED;
}
