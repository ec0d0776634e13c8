/* Compares the runs of several machines by throughput. Pure. */
#include "machines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a ratio of two rates ---- */

enum lead_kind lead_kind(struct lead lead) {
  if (!isfinite(lead.ratio) || !isfinite(lead.low))
    return LEAD_UNKNOWN;
  return lead.low > 1 || lead.high < 1 ? LEAD_PROVEN : LEAD_OPEN;
}

struct lead lead_of(struct rate first, struct rate second) {
  struct lead lead = {NAN, NAN, NAN};
  if (!first.of || !second.of)
    return lead;
  lead.ratio = first.median / second.median;
  if (!(first.low > 0) || !(second.low > 0))
    return lead;
  double below = hypot(log(first.median / first.low), log(second.high / second.median));
  double above = hypot(log(first.high / first.median), log(second.median / second.low));
  lead.low = lead.ratio * exp(-below), lead.high = lead.ratio * exp(above);
  return lead;
}

/* ---- the fastest cell of a run ---- */

static double rate_median(const struct contest *c, const struct figures *f) {
  return c->executions ? 1e9 / f->time.median : f->throughput;
}

/* The cells that may be as fast as the chosen one: their intervals of the time overlap; without intervals, all. */
static size_t rivals(const struct analysis *a, const struct figures *chosen,
                     bool (*keeps)(const struct cell *, const void *), const void *with) {
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    count += f->valid && (!keeps || keeps(f->cell, with)) && !(f->time.low > chosen->time.high);
  }
  return count;
}

/* Interval of the median time of a cell that was chosen among `among`. */
static struct interval chosen_times(const struct cell *c, size_t among) {
  double *times = must_alloc(c->process_count, sizeof *times);
  size_t n = 0;
  for (size_t i = 0; i < c->process_count; i++)
    if (c->processes[i].ok && isfinite(c->processes[i].ns))
      times[n++] = c->processes[i].ns;
  sort_doubles(times, n);
  struct interval found = {NAN, NAN, 0};
  if (n)
    found = median_interval(times, n, 1 - (1 - LEVEL) / (double)(among ? among : 1));
  free(times);
  return found;
}

struct rate fastest_rate(const struct contest *c, const struct analysis *a,
                         bool (*keeps)(const struct cell *, const void *), const void *with) {
  struct rate rate = {NULL, NAN, NAN, NAN};
  for (size_t i = 0; a && i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->valid && (!keeps || keeps(f->cell, with)) && (!rate.of || f->time.median < rate.of->time.median))
      rate.of = f;
  }
  if (!rate.of)
    return rate;
  rate.median = rate_median(c, rate.of);
  struct interval times = chosen_times(rate.of->cell, rivals(a, rate.of, keeps, with));
  if (times.coverage > 0 && times.low > 0) {
    rate.low = rate.median * rate.of->time.median / times.high;
    rate.high = rate.median * rate.of->time.median / times.low;
  }
  return rate;
}

static bool has_workers(const struct cell *c, const void *workers) { return c->workers == *(const int64_t *)workers; }

struct rate rate_at(const struct contest *c, const struct analysis *a, int64_t workers) {
  return fastest_rate(c, a, has_workers, &workers);
}

/* ---- problems over all runs ---- */

const struct analysis *problem_in(const struct result *in, const struct problem *p) {
  for (size_t i = 0; in && i < in->run.problem_count; i++)
    if (problems_alike(&in->run.problems[i], p))
      return &in->analyses[i];
  return NULL;
}

static bool lacks_work(const struct analysis *a) {
  for (size_t i = 0; a && i < a->count; i++)
    if (a->figures[i].valid && !isfinite(a->figures[i].throughput))
      return true;
  return false;
}

static void rank_runs(struct contest *c, size_t count) {
  const int64_t one = 1;
  for (size_t i = 0; i < count; i++) {
    c->best[i] = fastest_rate(c, c->analyses[i], NULL, NULL);
    c->single[i] = rate_at(c, c->analyses[i], one);
    c->runs += c->best[i].of != NULL;
  }
  c->first = c->second = count;
  for (size_t i = 0; i < count; i++)
    if (c->best[i].of && (c->first == count || c->best[i].median > c->best[c->first].median))
      c->first = i;
  for (size_t i = 0; i < count; i++)
    if (c->best[i].of && i != c->first && (c->second == count || c->best[i].median > c->best[c->second].median))
      c->second = i;
  c->lead = c->runs >= 2 ? lead_of(c->best[c->first], c->best[c->second]) : (struct lead){NAN, NAN, NAN};
}

static struct contest contest_of(const struct result *runs, size_t count, const struct problem *p) {
  struct contest c = {.problem = p, .unit = *p->unit ? p->unit : "units"};
  c.analyses = must_alloc(count, sizeof(struct analysis *));
  c.best = must_alloc(count, sizeof *c.best), c.single = must_alloc(count, sizeof *c.single);
  for (size_t i = 0; i < count; i++) {
    c.analyses[i] = problem_in(&runs[i], p);
    c.executions |= lacks_work(c.analyses[i]);
  }
  if (c.executions)
    c.unit = "executions";
  rank_runs(&c, count);
  return c;
}

static bool is_new(const struct machines *m, const struct problem *p) {
  for (size_t i = 0; i < m->contest_count; i++)
    if (problems_alike(m->contests[i].problem, p))
      return false;
  return true;
}

/* Moves the problems that at least two runs have to the front; keeps the order otherwise. */
static void shared_first(struct machines *m) {
  struct contest *sorted = must_alloc(m->contest_count, sizeof *sorted);
  size_t next = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < m->contest_count; i++)
      if ((m->contests[i].runs < 2) == pass)
        sorted[next++] = m->contests[i];
    if (!pass)
      m->shared = next;
  }
  free(m->contests);
  m->contests = sorted;
}

struct machines machines_of(const struct result *runs, size_t count) {
  struct machines m = {.runs = runs, .count = count};
  size_t capacity = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < runs[i].run.problem_count; j++)
      if (is_new(&m, &runs[i].run.problems[j])) {
        GROW(m.contests, m.contest_count, capacity);
        m.contests[m.contest_count++] = contest_of(runs, count, &runs[i].run.problems[j]);
      }
  shared_first(&m);
  return m;
}

void machines_free(struct machines *m) {
  for (size_t i = 0; i < m->contest_count; i++)
    free(m->contests[i].analyses), free(m->contests[i].best), free(m->contests[i].single);
  free(m->contests);
  *m = (struct machines){0};
}

/* ---- one way for each variant ---- */

/* The same way on another machine: everything but workers and build alike. */
static bool is_way(const struct cell *c, const void *way) { return same_way(c, way); }

const struct cell *way_of_variant(const struct contest *c, size_t runs, const char *variant) {
  const struct cell *best = NULL;
  size_t most = 0;
  double fastest = 0;
  for (size_t i = 0; i < runs; i++)
    for (size_t j = 0; c->analyses[i] && j < c->analyses[i]->count; j++) {
      const struct cell *way = c->analyses[i]->figures[j].cell;
      if (strcmp(way->variant, variant) != 0 || (j && same_way(way, c->analyses[i]->figures[j - 1].cell)))
        continue;
      size_t held = 0;
      double sum = 0;
      for (size_t k = 0; k < runs; k++) {
        struct rate rate = fastest_rate(c, c->analyses[k], is_way, way);
        if (rate.of)
          held++, sum += log(rate.median);
      }
      double mean = held ? sum / (double)held : -INFINITY;
      if (held > most || (held && held == most && mean > fastest))
        best = way, most = held, fastest = mean;
    }
  return best;
}

/* ---- many machines ---- */

static double median_log(const struct contest *c, size_t runs, double around, bool distances) {
  double *logs = must_alloc(runs, sizeof *logs);
  size_t n = 0;
  for (size_t i = 0; i < runs; i++)
    if (c->best[i].of) {
      double value = log(c->best[i].median) - around;
      logs[n++] = distances ? fabs(value) : value;
    }
  sort_doubles(logs, n);
  double median = n ? median_sorted(logs, n) : NAN;
  free(logs);
  return median;
}

double over_median(const struct contest *c, size_t runs, size_t run) {
  return c->best[run].of ? c->best[run].median / exp(median_log(c, runs, 0, false)) : NAN;
}

bool is_outlier(const struct contest *c, size_t runs, size_t run) {
  enum { LEAST_MACHINES = 5 };
  const double normal = 1.4826, beyond = 3, least = log(1.05); /* 1.4826: a MAD as a standard deviation */
  if (c->runs < LEAST_MACHINES || !c->best[run].of)
    return false;
  double centre = median_log(c, runs, 0, false), spread = normal * median_log(c, runs, centre, true);
  double distance = fabs(log(c->best[run].median) - centre);
  return distance > beyond * spread && distance > least;
}
