/* Splits lost speedup into parts and diagnoses why a way stopped scaling. Pure. */
#include "loss.h"

#include "inflation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the stack ---- */

void loss_split(struct loss_point *p, const struct loss_times *t) {
  double n = p->workers, parts = t->spawn + t->work + t->join, slower = isfinite(p->clock) ? 1 - p->clock : 0;
  p->known = isfinite(t->busy) && isfinite(t->finish) && t->wall > 0 && t->busy > 0 && parts > 0;
  memset(p->parts, 0, sizeof p->parts);
  if (!p->known)
    return;
  p->parts[LOSS_START] = n * (t->spawn + t->join - t->finish) / t->wall;
  p->parts[LOSS_TAIL] = (n - 1) * t->finish / t->wall;
  p->parts[LOSS_IMBALANCE] = (n * t->work - t->busy) / t->wall;
  p->parts[LOSS_CLOCK] = slower * t->busy / t->wall;
  p->parts[LOSS_REST] = (t->busy + t->finish) / t->wall - p->speedup - p->parts[LOSS_CLOCK];
}

/* ---- diagnosis ---- */

static bool has_cpus(const struct loss_point *p, bool wait_bound) {
  return wait_bound || p->cpus <= 0 || p->workers <= p->cpus;
}

/* The share of the loss at `points[at]` that each cause explains. Slower work is split by its shape. */
static struct inflation cause_shares(const struct loss_point *points, size_t at, double shares[CAUSES]) {
  const struct loss_point *p = &points[at];
  struct inflation inflation = inflation_of(points, at);
  double lost = p->workers - p->speedup, rest = p->parts[LOSS_REST] / lost;
  shares[CAUSE_START] = p->parts[LOSS_START] / lost;
  shares[CAUSE_TAIL] = p->parts[LOSS_TAIL] / lost;
  shares[CAUSE_IMBALANCE] = p->parts[LOSS_IMBALANCE] / lost;
  shares[CAUSE_CLOCK] = p->parts[LOSS_CLOCK] / lost;
  shares[CAUSE_BANDWIDTH] = rest * inflation.memory;
  shares[CAUSE_SMT] = rest * inflation.smt;
  shares[CAUSE_UNKNOWN] = rest * (1 - inflation.memory - inflation.smt);
  return inflation;
}

/* The cause of the largest share besides `but`. */
static enum cause largest(const double shares[CAUSES], enum cause but) {
  enum cause most = CAUSE_NONE;
  for (int k = CAUSE_NONE + 1; k < CAUSES; k++)
    if (k != (int)but && (most == CAUSE_NONE || shares[k] > shares[most]))
      most = (enum cause)k;
  return most;
}

/* What would identify the unknown part of the inflation. */
static unsigned tells_of(const struct loss_point *points, size_t at, const struct inflation *inflation) {
  const struct loss_point *p = &points[at];
  unsigned tells = isnan(p->probe) ? TELL_PROBE : TELL_MISSES;
  tells |= isnan(p->clock) ? TELL_CLOCK : 0;
  tells |= inflation->either || inflation->cores_hidden ? TELL_CORES : 0;
  return tells | (at > 0 && p->workers - points[at - 1].workers > 1 ? TELL_COUNTS : 0);
}

static void diagnose_parts(struct diagnosis *d, const struct loss_point *points) {
  const struct loss_point *p = &points[d->at];
  double shares[CAUSES] = {0}, lost = p->workers - p->speedup;
  struct inflation inflation = cause_shares(points, d->at, shares);
  d->cause = largest(shares, CAUSE_NONE);
  d->share = fmin(1, shares[d->cause]); /* above 1 where another part is negative: work that became faster */
  d->mixed = d->share < LOSS_MAIN;
  enum cause second = largest(shares, d->cause);
  if (shares[second] >= LOSS_SECOND)
    d->second = second, d->second_share = fmin(1, shares[second]);
  bool unknown = d->cause == CAUSE_UNKNOWN || d->second == CAUSE_UNKNOWN;
  d->either = unknown && inflation.either;
  d->tells = unknown ? tells_of(points, d->at, &inflation) : 0;
  bool uneven = d->cause == CAUSE_IMBALANCE || d->second == CAUSE_IMBALANCE;
  d->items = uneven && p->workers - p->attainable >= LOSS_MAIN * shares[CAUSE_IMBALANCE] * lost;
}

struct diagnosis diagnose(const struct loss_point *points, size_t n, bool wait_bound) {
  struct diagnosis d = {.cause = CAUSE_NONE, .second = CAUSE_NONE, .share = NAN, .second_share = NAN};
  if (!n)
    return d;
  d.at = n - 1;
  const struct loss_point *last = &points[n - 1];
  double lost = last->workers - last->speedup;
  if (last->speedup >= LOSS_STOPPED * last->workers)
    return d;
  if (!has_cpus(last, wait_bound) && last->workers - last->cpus >= LOSS_MAIN * lost) {
    d.cause = CAUSE_OVERSUBSCRIBED;
    d.share = fmin(1, (last->workers - last->cpus) / lost);
    return d;
  }
  while (d.at > 0 && !has_cpus(&points[d.at], wait_bound))
    d.at--;
  d.cause = CAUSE_UNKNOWN;
  if (!has_cpus(&points[d.at], wait_bound) || points[d.at].workers < 2)
    d.tells = TELL_COUNTS;
  else if (points[d.at].speedup >= LOSS_STOPPED * points[d.at].workers)
    d.cause = CAUSE_OVERSUBSCRIBED;
  else if (!points[d.at].known)
    d.tells = TELL_BUSY;
  else
    diagnose_parts(&d, points);
  return d;
}

/* ---- above a bound ---- */

struct surplus surplus_of(const struct loss_point *points, size_t n, size_t at, bool wait_bound) {
  const struct loss_point *p = &points[at];
  struct surplus s = {ABOVE_NOTHING, ABOVE_BY_CACHE};
  double ideal = has_cpus(p, wait_bound) ? p->workers : p->cpus;
  if (wait_bound || !isfinite(p->low))
    return s;
  const double matters = 1 + WORTH_ATTENTION;
  if (p->low > ideal && p->speedup > ideal * matters) {
    s.above = ABOVE_IDEAL;
    bool slow_base = n && points[0].workers == 1 && points[0].low > 1 &&
                     points[0].speedup > matters; /* one worker is already faster than the base */
    double gain = p->speedup / ideal;
    s.cause = slow_base ? ABOVE_BY_BASE : p->clock - 1 >= (gain - 1) / 2 ? ABOVE_BY_CLOCK : ABOVE_BY_CACHE;
  } else if (p->low > p->attainable && p->speedup > p->attainable * matters) {
    s.above = ABOVE_ATTAINABLE;
    s.cause = ABOVE_BY_COSTS;
  }
  return s;
}

struct surplus cell_surplus(const struct analysis *a, const struct figures *f) {
  const struct loss_point point = {.workers = (double)f->cell->workers,
                                   .speedup = f->own.median,
                                   .low = f->own.coverage > 0 ? f->own.low : NAN,
                                   .attainable = f->cell->attainable,
                                   .cpus = (double)cell_cpus(f->cell),
                                   .clock = NAN};
  if (!f->valid || f->no_speedup || f->own.n == 0 || f->cell->workers < 2)
    return (struct surplus){ABOVE_NOTHING, ABOVE_BY_CACHE};
  return surplus_of(&point, 1, 0, strcmp(a->problem->bound, "cpu") != 0);
}

/* ---- from a run ---- */

static struct loss_times times_of(const struct cell *c) {
  struct loss_times t = {.clock = NAN};
  double clocks = 0;
  size_t clocked = 0;
  for (size_t i = 0; i < c->process_count; i++) {
    const struct process *p = &c->processes[i];
    if (!p->ok)
      continue;
    t.wall += p->wall, t.spawn += p->spawn, t.work += p->work, t.join += p->join;
    t.finish += p->finish, t.busy += p->busy;
    if (p->clock > 0)
      clocks += p->clock, clocked++;
  }
  if (clocked)
    t.clock = clocks / (double)clocked;
  return t;
}

/* The best speedup of the run's bandwidth probes at a count; NAN if none. */
static double probe_at(const struct run *run, const struct analysis *analyses, int64_t workers) {
  double best = NAN;
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; run->problems[i].probes_bandwidth && j < analyses[i].count; j++) {
      const struct figures *f = &analyses[i].figures[j];
      if (f->valid && f->cell->workers == workers && f->own.median > 0)
        best = fmax(best, f->own.median); /* fmax ignores NAN */
    }
  return best;
}

/* Physical cores of a cell's CPUs; 0 unless it had the whole machine, since sharing is otherwise unknown. */
static double cores_of(const struct run *run, const struct cell *c) {
  const char *cores = run_fact(run, "physical_cores"), *logical = run_fact(run, "logical_cpus");
  double whole = logical ? strtod(logical, NULL) : 0, count = cores ? strtod(cores, NULL) : 0;
  return count > 0 && (double)c->usable_cpus >= fmax(whole, count) ? count : 0;
}

size_t loss_points(const struct run *run, const struct analysis *analyses, const struct analysis *a, size_t from,
                   size_t to, struct loss_point *out) {
  size_t n = 0;
  for (size_t i = from; i < to; i++) {
    const struct figures *f = &a->figures[i], *serial = f->no_speedup ? NULL : own_serial(a, f);
    if (!serial || !(f->own.median > 0))
      continue;
    struct loss_times times = times_of(f->cell), base = times_of(serial->cell);
    out[n] = (struct loss_point){.workers = (double)f->cell->workers,
                                 .speedup = f->own.median,
                                 .low = f->own.coverage > 0 ? f->own.low : NAN,
                                 .high = f->own.coverage > 0 ? f->own.high : NAN,
                                 .attainable = f->cell->attainable,
                                 .cpus = (double)cell_cpus(f->cell),
                                 .cores = cores_of(run, f->cell),
                                 .probe = probe_at(run, analyses, f->cell->workers),
                                 .is_probe = a->problem->probes_bandwidth,
                                 .clock = times.clock / base.clock};
    loss_split(&out[n++], &times);
  }
  return n;
}
