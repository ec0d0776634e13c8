/* Compares the runs of several machines by throughput. Pure. */
#include "machines.h"

#include "best.h"
#include "fitness.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a ratio of two rates ---- */

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

double rate_median(const struct contest *c, const struct figures *f) {
  return c->executions ? 1e9 / f->time.median : f->throughput;
}

/* How a rate was picked, and how many figures its interval must hold for at once. */
struct pick {
  size_t cells, machines, problems;
};

/* mean +- (t s / sqrt(n) + s): the median lies within one standard deviation of the mean (best.h). */
static struct interval distant_interval(const double *logs, size_t n, double level) {
  double mean = 0, squares = 0, count = (double)n;
  for (size_t i = 0; i < n; i++)
    mean += logs[i] / count;
  for (size_t i = 0; i < n; i++)
    squares += (logs[i] - mean) * (logs[i] - mean);
  double spread = sqrt(squares / (count - 1));
  double half = spread * (1 + gsl_cdf_tdist_Pinv((1 + level) / 2, count - 1) / sqrt(count));
  return (struct interval){mean - half, mean + half, level};
}

/* Interval of log time of a picked cell. Being picked as the fastest makes the low end of the rate, so the high end of
 * the time, too good. */
static struct interval picked_interval(const struct cell *c, struct pick pick) {
  double *logs = must_alloc(c->process_count, sizeof *logs);
  size_t n = round_times(c, logs), picks = pick.cells * pick.machines * pick.problems;
  for (size_t i = 0; i < n; i++)
    logs[i] = log(logs[i]);
  struct interval found = {NAN, NAN, 0};
  if (n)
    found = chosen_interval(logs, n, pick.problems, picks, LEVEL);
  if (!(found.coverage > 0) && n >= BEST_ROUNDS)
    found = distant_interval(logs, n, 1 - (1 - LEVEL) / (double)picks);
  free(logs);
  return found;
}

static struct rate picked_rate(const struct contest *c, const struct analysis *a,
                               bool (*keeps)(const struct cell *, const void *), const void *with, struct pick pick) {
  struct rate rate = {.median = NAN, .low = NAN, .high = NAN};
  for (size_t i = 0; a && i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (!f->valid || (keeps && !keeps(f->cell, with)))
      continue;
    pick.cells++;
    if (!rate.of || rate_median(c, f) > rate_median(c, rate.of))
      rate.of = f;
  }
  if (!rate.of)
    return rate;
  rate.median = rate_median(c, rate.of);
  struct interval times = picked_interval(rate.of->cell, pick);
  if (times.coverage > 0) {
    rate.low = rate.median * rate.of->time.median / exp(times.high);
    rate.high = rate.median * rate.of->time.median / exp(times.low);
  }
  return rate;
}

struct rate fastest_rate(const struct contest *c, const struct analysis *a,
                         bool (*keeps)(const struct cell *, const void *), const void *with) {
  return picked_rate(c, a, keeps, with, (struct pick){0, 1, 1});
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

static bool one_machine(const struct run *a, const struct run *b) {
  return *a->machine_id && strcmp(a->machine_id, b->machine_id) == 0;
}

/* The fastest run besides `but` (`count`: none left out), of other machines than that only if `elsewhere`. */
static size_t fastest_run(const struct contest *c, const struct result *runs, size_t count, size_t but,
                          bool elsewhere) {
  size_t found = count;
  for (size_t i = 0; i < count; i++) {
    bool may = c->best[i].of && i != but && !(elsewhere && one_machine(&runs[i].run, &runs[but].run));
    if (may && (found == count || c->best[i].median > c->best[found].median))
      found = i;
  }
  return found;
}

/* The second is the fastest run of another machine or, if there is none, of the same one. */
static void rank_runs(struct contest *c, const struct result *runs, size_t count) {
  c->first = c->second = fastest_run(c, runs, count, count, false);
  if (c->runs < 2)
    return;
  c->second = fastest_run(c, runs, count, c->first, true);
  c->one_machine = c->second == count;
  if (c->one_machine)
    c->second = fastest_run(c, runs, count, c->first, false);
}

/* What the best of a run differed by in the earlier runs beside it. */
static void remember(struct rate *rate, const struct result *in, const struct analysis *a) {
  size_t problem = a ? (size_t)(a - in->analyses) : SIZE_MAX;
  if (!rate->of || problem >= in->history.problems)
    return;
  const struct run_prediction *time = &in->history.cells[problem][rate->of - a->figures].time;
  rate->spread = isfinite(time->spread) ? time->spread : 0, rate->freedom = time->freedom;
}

static size_t valid_cells(const struct analysis *a) {
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++)
    count += a->figures[i].valid;
  return count;
}

/* The lead by Student's t of what runs of both machines differ by, where both are known. Its low end is corrected for
 * the choice of the first's cell and machine, its high end for that of the second's. */
static void judge_by_earlier(struct contest *c, size_t count, size_t problems) {
  const struct rate *first = &c->best[c->first], *second = &c->best[c->second];
  c->remembered = first->spread > 0 && second->spread > 0 && !c->one_machine;
  if (!c->remembered)
    return;
  double tail = (1 - LEVEL) / 2 / (double)problems, spread = hypot(first->spread, second->spread);
  double df = fmin(first->freedom, second->freedom);
  double below = tail / (double)(valid_cells(c->analyses[c->first]) * count);
  double above = tail / (double)(valid_cells(c->analyses[c->second]) * count);
  c->lead.low = c->lead.ratio * exp(-spread * gsl_cdf_tdist_Qinv(below, df));
  c->lead.high = c->lead.ratio * exp(spread * gsl_cdf_tdist_Qinv(above, df));
}

/* Whether a run's best may not carry a verdict. */
static bool is_withheld(const struct result *in, const struct rate *best) {
  return is_busy(&in->run) || best->of->unfit != FIT;
}

/* The intervals hold for all shared problems at once, and pay for the choice of the cell and of the machine. */
static void rate_runs(struct contest *c, const struct result *runs, size_t count, size_t problems) {
  const struct pick best = {0, count, problems}, single = {0, 1, problems};
  const int64_t one = 1;
  c->runs = 0;
  for (size_t i = 0; i < count; i++) {
    c->best[i] = picked_rate(c, c->analyses[i], NULL, NULL, best);
    c->single[i] = picked_rate(c, c->analyses[i], has_workers, &one, single);
    remember(&c->best[i], &runs[i], c->analyses[i]);
    c->runs += c->best[i].of != NULL;
  }
  rank_runs(c, runs, count);
  c->lead = c->runs >= 2 ? lead_of(c->best[c->first], c->best[c->second]) : (struct lead){NAN, NAN, NAN};
  if (c->runs < 2)
    return;
  judge_by_earlier(c, count, problems);
  c->withheld = is_withheld(&runs[c->first], &c->best[c->first]) || is_withheld(&runs[c->second], &c->best[c->second]);
}

enum lead_kind lead_kind(const struct contest *c) {
  const struct lead *lead = &c->lead;
  if (!isfinite(lead->ratio) || !isfinite(lead->low))
    return LEAD_UNKNOWN;
  if (!(lead->low > 1))
    return LEAD_OPEN;
  if (c->one_machine || c->withheld)
    return LEAD_UNJUDGED;
  return c->remembered || lead->ratio > RUNS_DIFFER ? LEAD_PROVEN : LEAD_UNJUDGED;
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
  rate_runs(&c, runs, count, 1);
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
  for (size_t i = 0; i < m.shared; i++)
    rate_runs(&m.contests[i], runs, count, m.shared);
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
