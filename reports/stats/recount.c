/* Counts a cell's figures again from its processes, sharing no code with the analysis that it checks. */
#include "recount.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The middle of n values, or the mean of the middle two; moves them. */
static double middle_of(double *values, size_t n) { return n == 0 ? NAN : gsl_stats_median(values, 1, n); }

/* The value of a process, or NAN where it does not count. */
typedef double value_of(const struct process *, const void *with);

/* The middle of the values of each round; returns the number of rounds with any. `out` has room for every process. */
static size_t by_round(const struct cell *c, value_of *value, const void *with, double *out) {
  double *round = must_alloc(c->process_count, sizeof *round);
  size_t rounds = 0;
  for (size_t i = 0, next; i < c->process_count; i = next) {
    size_t n = 0;
    for (next = i; next < c->process_count && c->processes[next].round == c->processes[i].round; next++) {
      double known = value(&c->processes[next], with);
      if (isfinite(known))
        round[n++] = known;
    }
    if (n)
      out[rounds++] = middle_of(round, n);
  }
  free(round);
  return rounds;
}

static double time_if_ok(const struct process *p, const void *with) {
  (void)with;
  return p->ok ? p->ns : NAN;
}

double recount_throughput(const struct cell *c) {
  double *times = must_alloc(c->process_count, sizeof *times);
  double middle = middle_of(times, by_round(c, time_if_ok, NULL, times));
  free(times);
  return c->units > 0 ? c->units / (middle / 1e9) : NAN;
}

struct against {
  const struct cell *base;
  bool trusted_only;
  double grown; /* work over that of the baseline, under weak scaling */
};

static bool may(const struct process *p, bool trusted_only) { return p->ok && !(trusted_only && p->distrusted); }

/* Whether `p` was nearer to `to` than `q` was; of two as near the earlier. */
static bool is_nearer(const struct process *p, const struct process *q, const struct process *to) {
  long long a = llabs((long long)(p->order - to->order)), b = llabs((long long)(q->order - to->order));
  return a != b ? a < b : p->order < q->order;
}

/* The place of a cell's first process of a round; processes are sorted by it. */
static size_t round_start(const struct cell *c, int64_t round) {
  size_t first = 0, end = c->process_count;
  while (first < end) {
    size_t middle = (first + end) / 2;
    if (c->processes[middle].round < round)
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

/* Ratio of the middle time of the three nearest baseline processes in the block, of the nearest where fewer count, over
 * this one's. */
static double ratio_to(const struct process *to, const void *with) {
  const struct against *a = with;
  double times[3];
  size_t n = 0, places = 0;
  const struct process *last = NULL;
  size_t first = round_start(a->base, to->round);
  while (may(to, a->trusted_only) && places < 3) {
    const struct process *next = NULL;
    for (size_t i = first; i < a->base->process_count && a->base->processes[i].round == to->round; i++) {
      const struct process *p = &a->base->processes[i];
      bool here = p != to && p->ok && p->block == to->block;
      if (here && (!last || is_nearer(last, p, to)) && (!next || is_nearer(p, next, to)))
        next = p;
    }
    if (!next)
      break;
    if (may(next, a->trusted_only))
      times[n++] = next->ns;
    last = next, places++;
  }
  return n == 0 ? NAN : a->grown * middle_of(times, n == 3 ? 3 : 1) / to->ns;
}

static double share_outside(const double *ratios, size_t n, double low, double high) {
  unsigned below = 0, above = 0;
  for (size_t i = 0; i < n; i++)
    below += ratios[i]<low *(1 - 1e-9), above += ratios[i]> high * (1 + 1e-9);
  return gsl_cdf_binomial_P(below, 0.5, (unsigned)n) + gsl_cdf_binomial_P(above, 0.5, (unsigned)n);
}

struct recount recount_speedup(const struct cell *base, const struct cell *cell, bool trusted_only, double low,
                               double high) {
  bool weak = base->units > 0 && cell->units > 0 && strcmp(cell->scale, "weak") == 0;
  const struct against against = {base, trusted_only, weak ? cell->units / base->units : 1};
  double *ratios = must_alloc(cell->process_count, sizeof *ratios);
  struct recount r = {.rounds = by_round(cell, ratio_to, &against, ratios)};
  for (size_t i = 0; i < r.rounds; i++)
    ratios[i] = log(ratios[i]);
  r.median = exp(middle_of(ratios, r.rounds));
  for (size_t i = 0; i < r.rounds; i++)
    ratios[i] = exp(ratios[i]);
  r.coverage = r.rounds ? 1 - share_outside(ratios, r.rounds, low, high) : 0;
  free(ratios);
  return r;
}
