/* From processes to figures: pairing, ratios with intervals, efficiency, sets of equals, the knee. Pure. */
#include "scaling.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct estimate NOTHING = {.median = NAN, .low = NAN, .high = NAN, .t_low = NAN, .t_high = NAN, .p = NAN};

/* ---- pairing ---- */

static bool counts(const struct process *p, bool trusted_only) { return p->ok && !(trusted_only && p->distrusted); }

/* Index of the cell's first process of a round or later; they are sorted. */
static size_t first_of_round(const struct cell *c, int64_t round) {
  size_t low = 0, high = c->process_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (c->processes[middle].round < round)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static const struct process *nearest(const struct cell *base, const struct process *to, bool trusted_only) {
  const struct process *found = NULL;
  int64_t least = INT64_MAX;
  /* by order, so the first of two equally near is the earlier */
  for (size_t i = first_of_round(base, to->round); i < base->process_count && base->processes[i].round == to->round;
       i++) {
    const struct process *p = &base->processes[i];
    if (p == to || p->block != to->block || !counts(p, false))
      continue;
    int64_t distance = p->order > to->order ? p->order - to->order : to->order - p->order;
    if (distance < least)
      least = distance, found = p;
  }
  return found && counts(found, trusted_only) ? found : NULL;
}

static double median_of(double *values, size_t n) {
  if (n == 0)
    return NAN;
  sort_doubles(values, n);
  return median_sorted(values, n);
}

size_t log_ratios(const struct cell *base, const struct cell *cell, bool trusted_only, double *out) {
  size_t rounds = 0;
  double *round = must_alloc(cell->process_count, sizeof *round);
  for (size_t i = 0; i < cell->process_count;) {
    int64_t number = cell->processes[i].round;
    size_t n = 0;
    for (; i < cell->process_count && cell->processes[i].round == number; i++) {
      const struct process *p = &cell->processes[i];
      const struct process *partner = counts(p, trusted_only) ? nearest(base, p, trusted_only) : NULL;
      if (partner)
        round[n++] = log(partner->ns / p->ns);
    }
    if (n)
      out[rounds++] = median_of(round, n);
  }
  free(round);
  return rounds;
}

/* ---- estimates ---- */

static void student(const double *logs, size_t n, struct estimate *e) {
  double mean = 0, squares = 0;
  for (size_t i = 0; i < n; i++)
    mean += logs[i] / (double)n;
  for (size_t i = 0; i < n; i++)
    squares += (logs[i] - mean) * (logs[i] - mean);
  if (n < 2)
    return;
  double half = gsl_cdf_tdist_Pinv(1 - (1 - LEVEL) / 2, (double)(n - 1)) * sqrt(squares / (double)(n - 1) / (double)n);
  e->t_low = exp(mean - half);
  e->t_high = exp(mean + half);
}

struct estimate ratio_of(double *logs, size_t n) {
  struct estimate e = NOTHING;
  e.n = n;
  if (n == 0)
    return e;
  sort_doubles(logs, n);
  struct interval ci = median_interval(logs, n, LEVEL);
  e.median = exp(median_sorted(logs, n));
  e.low = exp(ci.low);
  e.high = exp(ci.high);
  e.coverage = ci.coverage;
  e.p = sign_test(logs, n);
  student(logs, n, &e);
  return e;
}

static bool outside(const struct estimate *all, const struct estimate *trusted) {
  return all->coverage > 0 && fabs(log(all->median / trusted->median)) > log(all->high / all->low);
}

struct estimate compare_cells(const struct cell *base, const struct cell *cell) {
  double *logs = must_alloc(cell->process_count, sizeof *logs);
  struct estimate all = ratio_of(logs, log_ratios(base, cell, false, logs));
  struct estimate trusted = ratio_of(logs, log_ratios(base, cell, true, logs));
  free(logs);
  all.noisy = 3 * (all.n - trusted.n) > all.n || (trusted.n && outside(&all, &trusted));
  return all.noisy || trusted.n == all.n ? all : trusted;
}

/* Time over rounds: a round's value is the median of the cell's processes in it. */
static struct estimate time_of(const struct cell *c) {
  struct estimate e = NOTHING;
  double *rounds = must_alloc(c->process_count, sizeof *rounds), *round = must_alloc(c->process_count, sizeof *round);
  size_t count = 0;
  for (size_t i = 0; i < c->process_count;) {
    int64_t number = c->processes[i].round;
    size_t n = 0;
    for (; i < c->process_count && c->processes[i].round == number; i++)
      if (c->processes[i].ok)
        round[n++] = c->processes[i].ns;
    if (n)
      rounds[count++] = median_of(round, n);
  }
  e.n = count;
  e.median = median_of(rounds, count);
  if (count) {
    struct interval ci = median_interval(rounds, count, LEVEL);
    e.low = ci.low, e.high = ci.high, e.coverage = ci.coverage;
  }
  free(rounds);
  free(round);
  return e;
}

double karp_flatt(double speedup, double workers) {
  return workers > 1 ? (1 / speedup - 1 / workers) / (1 - 1 / workers) : NAN;
}

/* ---- a cell ---- */

static const char *why_no_speedup(const struct cell *c, const struct estimate *time) {
  if (c->digests_differ)
    return "wrong: its answers differ";
  if (c->trouble.status && strcmp(c->trouble.status, "wrong") == 0)
    return "wrong answer";
  if (c->trouble.trust && strstr(c->trouble.trust, "unchecked"))
    return "answer not checked";
  if (time->n)
    return NULL;
  if (c->trouble.status)
    return c->trouble.status;
  return *c->state && strcmp(c->state, "planned") != 0 ? c->state : "no valid time";
}

static double median_field(const struct cell *c, size_t offset) {
  double *values = must_alloc(c->process_count, sizeof *values);
  size_t n = 0;
  for (size_t i = 0; i < c->process_count; i++) {
    double value = *(const double *)((const char *)&c->processes[i] + offset);
    if (c->processes[i].ok && isfinite(value))
      values[n++] = value;
  }
  double median = median_of(values, n);
  free(values);
  return median;
}

static void shares_of(struct figures *f) {
  double wall = 0, spawn = 0, work = 0, join = 0;
  for (size_t i = 0; i < f->cell->process_count; i++) {
    const struct process *p = &f->cell->processes[i];
    if (p->ok)
      wall += p->wall, spawn += p->spawn, work += p->work, join += p->join;
  }
  bool known = spawn + work + join > 0;
  f->spawn_share = known ? spawn / wall : NAN;
  f->work_share = known ? work / wall : NAN;
  f->join_share = known ? join / wall : NAN;
}

static struct figures figures_of(const struct cell *c) {
  struct figures f = {.cell = c,
                      .time = time_of(c),
                      .speedup = NOTHING,
                      .naive = NOTHING,
                      .slowdown = NOTHING,
                      .holm_p = NAN,
                      .efficiency = NAN,
                      .efficiency_low = NAN,
                      .efficiency_high = NAN,
                      .karp_flatt = NAN,
                      .karp_flatt_low = NAN,
                      .karp_flatt_high = NAN};
  f.no_speedup = why_no_speedup(c, &f.time);
  f.valid = !f.no_speedup;
  f.cold_ns = median_field(c, offsetof(struct process, cold_ns));
  f.throughput = median_field(c, offsetof(struct process, throughput));
  shares_of(&f);
  return f;
}

/* The baseline over itself is 1 by definition, without uncertainty. */
static struct estimate itself(size_t n) {
  struct estimate e = NOTHING;
  e.n = n;
  e.median = 1;
  return e;
}

static void against_baselines(struct figures *f, const struct figures *base, const struct figures *naive) {
  double workers = (double)f->cell->workers;
  if (!f->valid)
    return;
  if (naive)
    f->naive = f == naive ? itself(f->time.n) : compare_cells(naive->cell, f->cell);
  if (!base) {
    f->no_speedup = "the baseline has no valid time";
    return;
  }
  f->speedup = f == base ? itself(f->time.n) : compare_cells(base->cell, f->cell);
  if (f->speedup.n == 0) {
    f->no_speedup = "no round has it and the baseline";
    return;
  }
  f->efficiency = f->speedup.median / workers;
  f->efficiency_low = f->speedup.low / workers;
  f->efficiency_high = f->speedup.high / workers;
  f->karp_flatt = karp_flatt(f->speedup.median, workers);
  f->karp_flatt_low = karp_flatt(f->speedup.high, workers);
  f->karp_flatt_high = karp_flatt(f->speedup.low, workers);
}

/* ---- the problem ---- */

static const struct figures *usable(const struct analysis *a, const struct cell *c) {
  const struct figures *f = c ? &a->figures[c - a->problem->cells] : NULL;
  return f && f->valid ? f : NULL;
}

/* A cell that ran in few rounds only can be best by luck. */
static bool can_be_best(const struct analysis *a, const struct figures *f) {
  return f->valid && 2 * f->time.n >= a->most_rounds && (!a->base || !f->no_speedup);
}

static bool faster(const struct figures *a, const struct figures *b, bool by_speedup) {
  return by_speedup ? a->speedup.median > b->speedup.median : a->time.median < b->time.median;
}

static void find_best(struct analysis *a) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].time.n > a->most_rounds)
      a->most_rounds = a->figures[i].time.n;
  for (size_t i = 0; i < a->count; i++)
    if (can_be_best(a, &a->figures[i]) && (!a->best || faster(&a->figures[i], a->best, a->base != NULL)))
      a->best = &a->figures[i];
}

static void invert(struct estimate *e) {
  double low = e->low, t_low = e->t_low;
  e->median = 1 / e->median;
  e->low = 1 / e->high, e->high = 1 / low;
  e->t_low = 1 / e->t_high, e->t_high = 1 / t_low;
}

static enum standing stand(const struct figures *f) {
  const struct estimate *s = &f->slowdown;
  if (s->coverage <= 0)
    return UNDECIDED;
  if (s->low <= 1 + WORTH_ATTENTION && (s->low <= 1 || f->holm_p >= 1 - LEVEL))
    return EQUAL;
  return f->holm_p < 1 - LEVEL ? SLOWER : SLOWER_UNPROVEN;
}

static void compare_with_best(struct analysis *a) {
  double *p = must_alloc(a->count, sizeof *p);
  size_t *at = must_alloc(a->count, sizeof *at), n = 0;
  for (size_t i = 0; i < a->count; i++) {
    struct figures *f = &a->figures[i];
    if (f == a->best || !can_be_best(a, f))
      continue;
    f->slowdown = compare_cells(a->best->cell, f->cell);
    invert(&f->slowdown);
    if (f->slowdown.n)
      p[n] = f->slowdown.p, at[n++] = i;
  }
  if (holm_adjust(p, n) == 0)
    for (size_t i = 0; i < n; i++) {
      a->figures[at[i]].holm_p = p[i];
      a->figures[at[i]].standing = stand(&a->figures[at[i]]);
    }
  free(p);
  free(at);
}

static void find_set_and_knee(struct analysis *a) {
  struct figures *best = &a->figures[a->best - a->figures];
  best->standing = BEST;
  best->slowdown = itself(best->time.n);
  a->knee = best;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    a->equals += f->standing == BEST || f->standing == EQUAL;
    a->unproven += f->standing == SLOWER_UNPROVEN;
    if (f->standing == NOT_COMPARED || !(f->slowdown.median <= 1 + WORTH_ATTENTION))
      continue;
    if (f->cell->workers < a->knee->cell->workers ||
        (f->cell->workers == a->knee->cell->workers && f->slowdown.median < a->knee->slowdown.median))
      a->knee = f;
  }
}

static void find_workers(struct analysis *a) {
  a->workers = must_alloc(a->count, sizeof *a->workers);
  for (size_t i = 0; i < a->count; i++) {
    int64_t w = a->problem->cells[i].workers;
    size_t at = 0;
    while (at < a->worker_count && a->workers[at] < w)
      at++;
    if (at < a->worker_count && a->workers[at] == w)
      continue;
    memmove(a->workers + at + 1, a->workers + at, (a->worker_count - at) * sizeof *a->workers);
    a->workers[at] = w;
    a->worker_count++;
  }
}

struct analysis analyse(const struct problem *problem) {
  struct analysis a = {.problem = problem, .count = problem->count, .algorithmic = NOTHING, .noise = NOTHING};
  a.figures = must_alloc(a.count, sizeof *a.figures);
  for (size_t i = 0; i < a.count; i++)
    a.figures[i] = figures_of(&problem->cells[i]);
  a.base = usable(&a, problem->best_serial);
  a.naive = usable(&a, problem->naive);
  for (size_t i = 0; i < a.count; i++)
    against_baselines(&a.figures[i], a.base, a.naive);
  if (a.base && a.naive && a.base != a.naive)
    a.algorithmic = compare_cells(a.naive->cell, a.base->cell);
  if (a.base)
    a.noise = compare_cells(a.base->cell, a.base->cell);
  find_workers(&a);
  find_best(&a);
  if (a.best) {
    compare_with_best(&a);
    find_set_and_knee(&a);
  }
  return a;
}

void analysis_free(struct analysis *a) {
  free(a->figures);
  free(a->workers);
  *a = (struct analysis){0};
}

const char *standing_word(enum standing standing) {
  static const char *const words[] = {[NOT_COMPARED] = "", [UNDECIDED] = "undecided", [BEST] = "best",
                                      [EQUAL] = "equal",   [SLOWER] = "slower",       [SLOWER_UNPROVEN] = "slower*"};
  return words[standing];
}
