/* Splits lost speedup into parts and diagnoses why a way stopped scaling. Pure. */
#include "loss.h"

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

/* Work inflation: total time in the work on all workers over the serial time, without the clock's part. */
static double unclocked(const struct loss_point *p) { return 1 + p->parts[LOSS_REST] / p->speedup; }

static bool has_cpus(const struct loss_point *p, bool wait_bound) {
  return wait_bound || p->cpus <= 0 || p->workers <= p->cpus;
}

/* The share of the last point's inflation that memory bandwidth explains: (1 - m) + m p / B(p), where B is the speedup
 * of the probe and m the share of the time that memory takes. m by least squares; 0 if the curve does not match. */
static double by_bandwidth(const struct loss_point *points, size_t at) {
  enum { COUNTS_LEAST = 2 };
  double top = 0, bottom = 0, off = 0, last = unclocked(&points[at]) - 1;
  size_t used = 0;
  for (size_t i = 0; i <= at; i++) {
    const struct loss_point *p = &points[i];
    double crowd = p->workers / p->probe - 1;
    if (!p->known || p->workers < 2 || !isfinite(crowd))
      continue;
    top += crowd * (unclocked(p) - 1), bottom += crowd * crowd;
    used++;
  }
  if (used < COUNTS_LEAST || bottom <= 0 || last <= 0)
    return 0;
  double m = fmin(1, fmax(0, top / bottom));
  for (size_t i = 0; i <= at; i++) {
    const struct loss_point *p = &points[i];
    double crowd = p->workers / p->probe - 1;
    if (p->known && p->workers >= 2 && isfinite(crowd))
      off += pow(unclocked(p) - 1 - m * crowd, 2) / (double)used;
  }
  double explained = m * (points[at].workers / points[at].probe - 1) / last;
  return sqrt(off) < 0.3 * last ? fmin(explained, 1) : 0;
}

/* The share of the last point's inflation that appears once workers share cores; NAN without a suitable count. */
static double by_smt(const struct loss_point *points, size_t at) {
  const struct loss_point *last = &points[at], *apart = NULL;
  if (last->cores <= 0)
    return NAN;
  if (last->workers <= last->cores)
    return 0;
  for (size_t i = 0; i < at; i++)
    if (points[i].known && points[i].workers > 1 && points[i].workers <= points[i].cores)
      apart = &points[i];
  if (!apart && last->cores >= 2)
    return NAN;
  double before = apart ? unclocked(apart) : 1, after = unclocked(last);
  return after > 1 ? (after - fmax(1, before)) / (after - 1) : 0;
}

/* Chooses a cause of work inflation: memory bandwidth, shared cores or unknown. */
static void diagnose_rest(struct diagnosis *d, const struct loss_point *points, double share) {
  const struct loss_point *p = &points[d->at];
  double memory = isfinite(p->probe) ? by_bandwidth(points, d->at) : NAN, smt = by_smt(points, d->at);
  bool by_memory = memory >= LOSS_MAIN, by_cores = smt >= LOSS_MAIN;
  d->share = share;
  if (by_memory && !by_cores)
    d->cause = CAUSE_BANDWIDTH, d->share = share * memory;
  else if (by_cores && !by_memory)
    d->cause = CAUSE_SMT, d->share = share * smt;
  d->tells |= (d->cause == CAUSE_UNKNOWN && isnan(p->probe)) ? TELL_PROBE : 0;
  d->tells |= (d->cause == CAUSE_UNKNOWN && isnan(p->clock)) ? TELL_CLOCK : 0;
  d->tells |= d->cause == CAUSE_UNKNOWN && (isnan(smt) || (by_memory && by_cores)) ? TELL_CORES : 0;
  d->tells |= d->cause == CAUSE_UNKNOWN && isfinite(p->probe) && !by_memory ? TELL_COUNTS : 0;
}

static void two_largest(struct diagnosis *d, const struct loss_point *p) {
  d->first = LOSS_START;
  for (int i = 0; i < LOSS_PARTS; i++)
    if (p->parts[i] > p->parts[d->first])
      d->first = (enum loss_part)i;
  d->second = d->first == LOSS_START ? LOSS_TAIL : LOSS_START;
  for (int i = 0; i < LOSS_PARTS; i++)
    if (i != (int)d->first && p->parts[i] > p->parts[d->second])
      d->second = (enum loss_part)i;
}

static void diagnose_parts(struct diagnosis *d, const struct loss_point *points) {
  static const enum cause causes[LOSS_PARTS] = {[LOSS_START] = CAUSE_START,
                                                [LOSS_TAIL] = CAUSE_TAIL,
                                                [LOSS_IMBALANCE] = CAUSE_IMBALANCE,
                                                [LOSS_CLOCK] = CAUSE_CLOCK,
                                                [LOSS_REST] = CAUSE_UNKNOWN};
  const struct loss_point *p = &points[d->at];
  double lost = p->workers - p->speedup;
  two_largest(d, p);
  d->share = fmin(1, p->parts[d->first] / lost); /* above 1 where another part is negative: work that became faster */
  if (d->share < LOSS_MAIN) {
    d->mixed = true;
    return;
  }
  d->cause = causes[d->first];
  d->items =
      d->cause == CAUSE_IMBALANCE && p->attainable < p->workers && (p->workers - p->attainable) >= LOSS_MAIN * lost;
  if (d->first == LOSS_REST)
    diagnose_rest(d, points, d->share);
}

struct diagnosis diagnose(const struct loss_point *points, size_t n, bool wait_bound) {
  struct diagnosis d = {.cause = CAUSE_NONE, .share = NAN};
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
                                 .clock = times.clock / base.clock};
    loss_split(&out[n++], &times);
  }
  return n;
}
