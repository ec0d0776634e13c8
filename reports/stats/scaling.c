/* From processes to figures: pairing, ratios with intervals, efficiency, sets of equals, the knee. Pure. */
#include "scaling.h"

#include "base/translate.h"
#include "standing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct estimate NOTHING = {.median = NAN, .low = NAN, .high = NAN, .t_low = NAN, .t_high = NAN, .p = NAN};

/* ---- pairing ---- */

static bool counts(const struct process *p, bool trusted_only) { return p->ok && !(trusted_only && p->distrusted); }

/* Index of the cell's first process in `round` or later; processes are sorted. */
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

/* The processes of `base` nearest to `to`, those disturbed by the machine too: indices into base->processes. */
static struct partners nearest(const struct cell *base, const struct process *to) {
  struct partners found = {0};
  for (size_t i = first_of_round(base, to->round); i < base->process_count && base->processes[i].round == to->round;
       i++) {
    const struct process *p = &base->processes[i];
    if (p != to && p->block == to->block && counts(p, false))
      partners_offer(&found, to->order, p->order, i);
  }
  return found;
}

/* The log time that a process is compared with: of the nearest baseline processes, those that count; NAN without.
 * Sets `disturbed` if the machine disturbed one of them. */
static double partners_of(const struct cell *base, const struct process *to, bool trusted_only, bool *disturbed) {
  struct partners found = nearest(base, to);
  double logs[PARTNERS_MOST];
  size_t n = 0;
  for (size_t i = 0; i < found.count; i++) {
    const struct process *p = &base->processes[found.which[i]];
    *disturbed |= p->distrusted;
    if (counts(p, trusted_only))
      logs[n++] = log(p->ns);
  }
  return n ? partners_median(logs, n) : NAN;
}

static double median_of(double *values, size_t n) {
  if (n == 0)
    return NAN;
  sort_doubles(values, n);
  return median_sorted(values, n);
}

/* The cell's work relative to `base`: differs from 1 only under weak scaling, where it multiplies the ratio of times
 * (scaled speedup: Gustafson 1988, doi 10.1145/42411.42415). */
static double growth(const struct cell *base, const struct cell *cell) {
  bool known = base->units > 0 && cell->units > 0;
  return known && scale_of(cell->scale) == SCALE_WEAK ? cell->units / base->units : 1;
}

const struct process *paired_process(const struct cell *base, const struct process *to) {
  struct partners found = nearest(base, to);
  return found.count ? &base->processes[found.which[0]] : NULL;
}

/* What log_ratios finds besides the ratios. */
struct found_rounds {
  int64_t *numbers; /* of each round, room as for the ratios; NULL: not wanted */
  bool disturbed;   /* the machine disturbed some process that was looked at */
};

static size_t ratios_of_rounds(const struct cell *base, const struct cell *cell, bool trusted_only, double *out,
                               struct found_rounds *found) {
  double *round = must_alloc(cell->process_count, sizeof *round), grown = growth(base, cell);
  size_t rounds = 0;
  for (size_t i = 0; i < cell->process_count;) {
    int64_t number = cell->processes[i].round;
    size_t n = 0;
    for (; i < cell->process_count && cell->processes[i].round == number; i++) {
      const struct process *p = &cell->processes[i];
      found->disturbed |= p->distrusted;
      double partners = counts(p, trusted_only) ? partners_of(base, p, trusted_only, &found->disturbed) : NAN;
      if (isfinite(partners))
        round[n++] = partners - log(p->ns / grown);
    }
    if (n && found->numbers)
      found->numbers[rounds] = number;
    if (n)
      out[rounds++] = median_of(round, n);
  }
  free(round);
  return rounds;
}

size_t log_ratios(const struct cell *base, const struct cell *cell, bool trusted_only, double *out) {
  struct found_rounds found = {0};
  return ratios_of_rounds(base, cell, trusted_only, out, &found);
}

/* ---- noise of a pair ---- */

struct deviation {
  double size; /* |log ratio of the round - median of the cell| */
  int64_t round;
};

static int by_size(const void *a, const void *b) {
  double x = ((const struct deviation *)a)->size, y = ((const struct deviation *)b)->size;
  return (x > y) - (x < y);
}

static int by_round(const void *a, const void *b) {
  int64_t x = ((const struct deviation *)a)->round, y = ((const struct deviation *)b)->round;
  return (x > y) - (x < y);
}

static size_t add_deviations(const struct cell *base, const struct cell *cell, struct deviation *out) {
  double *logs = must_alloc(2 * cell->process_count, sizeof *logs), *sorted = logs + cell->process_count;
  struct found_rounds found = {.numbers = must_alloc(cell->process_count, sizeof *found.numbers)};
  size_t n = ratios_of_rounds(base, cell, false, logs, &found);
  memcpy(sorted, logs, n * sizeof *logs);
  double median = median_of(sorted, n);
  for (size_t i = 0; i < n && n > 1; i++)
    out[i] = (struct deviation){fabs(logs[i] - median), found.numbers[i]};
  free(logs);
  free(found.numbers);
  return n > 1 ? n : 0;
}

/* Pairs of a round share its baseline, so they count as fewer: n times the variance of the share of them below `limit`
 * if they were independent, over its variance by whole rounds (Kish 1965, Survey Sampling, on the design effect; Korn &
 * Graubard 1998, Survey Methodology 24, 193-201, on intervals by it). `list` is sorted by round. */
static size_t independent_pairs(const struct deviation *list, size_t n, double limit) {
  double below = 0, squares = 0, rounds = 0, pairs = (double)n;
  for (size_t i = 0; i < n; i++)
    below += list[i].size <= limit;
  double share = below / pairs;
  for (size_t i = 0, end; i < n; i = end, rounds++) {
    double beyond = 0;
    for (end = i; end < n && list[end].round == list[i].round; end++)
      beyond += (list[end].size <= limit) - share;
    squares += beyond * beyond;
  }
  double by_rounds = rounds / (rounds - 1) * squares, alone = pairs * share * (1 - share);
  return rounds < 2 ? 1 : by_rounds > alone ? (size_t)(pairs * alone / by_rounds) : n;
}

/* The interval of a quantile by order statistics, for any distribution (David & Nagaraja 2003, section 7.1): each end
 * is wrong in at most half of 1 - LEVEL. An end for which the pairs are too few stays NAN. `sorted` ascending, worth
 * `worth` independent ones. */
static void quantile_interval(const struct deviation *sorted, size_t n, size_t worth, double quantile, double *low,
                              double *high) {
  const double tail = (1 - LEVEL) / 2, each = (double)n / (double)worth;
  size_t from = 0, to = worth;
  while (from < worth && gsl_cdf_binomial_P((unsigned)from, quantile, (unsigned)worth) <= tail)
    from++; /* so many values are surely not above the quantile: the last of them is the low end */
  while (to > 0 && gsl_cdf_binomial_Q((unsigned)to - 1, quantile, (unsigned)worth) <= tail)
    to--;
  *low = from > 0 ? sorted[(size_t)floor((double)from * each) - 1].size : NAN;
  *high = to < worth ? sorted[(size_t)ceil((double)(to + 1) * each) - 1].size : NAN;
}

struct noise_floor noise_floor(const struct cell *base, const struct cell *const *cells, size_t count) {
  struct noise_floor floor = {.typical = NAN, .upper = NAN, .upper_low = NAN, .upper_high = NAN};
  size_t room = 1;
  for (size_t i = 0; i < count; i++)
    room += cells[i]->process_count;
  struct deviation *list = must_alloc(room, sizeof *list);
  for (size_t i = 0; i < count; i++)
    floor.pairs += add_deviations(base, cells[i], list + floor.pairs);
  size_t n = floor.pairs;
  if (n) {
    qsort(list, n, sizeof *list, by_size);
    floor.typical = expm1(n % 2 ? list[n / 2].size : (list[n / 2 - 1].size + list[n / 2].size) / 2);
    double upper = list[(size_t)ceil(NOISE_QUANTILE * (double)n) - 1].size;
    floor.upper = expm1(upper);
    struct deviation *rounds = must_alloc(n, sizeof *rounds);
    memcpy(rounds, list, n * sizeof *list);
    qsort(rounds, n, sizeof *rounds, by_round);
    size_t worth = independent_pairs(rounds, n, upper);
    free(rounds);
    quantile_interval(list, n, worth > 0 ? worth : 1, NOISE_QUANTILE, &floor.upper_low, &floor.upper_high);
    floor.upper_low = expm1(floor.upper_low), floor.upper_high = expm1(floor.upper_high);
  }
  free(list);
  return floor;
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

static struct estimate trusted_or_all(struct estimate all, struct estimate trusted) {
  all.noisy = 3 * (all.n - trusted.n) > all.n || (trusted.n && outside(&all, &trusted));
  if (all.noisy || trusted.n == all.n)
    return all;
  trusted.taken_out = all.n - trusted.n;
  trusted.whole = all.median, trusted.whole_low = all.low, trusted.whole_high = all.high;
  return trusted;
}

struct estimate compare_cells(const struct cell *base, const struct cell *cell) {
  double *logs = must_alloc(cell->process_count, sizeof *logs);
  struct found_rounds found = {0};
  struct estimate all = ratio_of(logs, ratios_of_rounds(base, cell, false, logs, &found));
  struct estimate trusted = found.disturbed ? ratio_of(logs, log_ratios(base, cell, true, logs)) : all;
  free(logs);
  return trusted_or_all(all, trusted);
}

size_t compared_logs(const struct cell *base, const struct cell *cell, const struct estimate *e, double *out) {
  return log_ratios(base, cell, e->taken_out > 0, out);
}

struct interval compared_interval(const struct cell *base, const struct cell *cell, const struct estimate *e,
                                  double level) {
  double *logs = must_alloc(cell->process_count, sizeof *logs);
  size_t n = compared_logs(base, cell, e, logs);
  sort_doubles(logs, n);
  struct interval interval = median_interval(logs, n, level);
  free(logs);
  return interval;
}

struct estimate inverse(struct estimate e) {
  struct estimate i = e;
  i.median = 1 / e.median;
  i.low = 1 / e.high, i.high = 1 / e.low;
  i.t_low = 1 / e.t_high, i.t_high = 1 / e.t_low;
  i.whole = 1 / e.whole, i.whole_low = 1 / e.whole_high, i.whole_high = 1 / e.whole_low;
  return i;
}

/* Median time over rounds; a round's value is the median of the cell's processes in it. */
size_t round_times(const struct cell *c, double *out) {
  double *round = must_alloc(c->process_count, sizeof *round);
  size_t count = 0;
  for (size_t i = 0; i < c->process_count;) {
    int64_t number = c->processes[i].round;
    size_t n = 0;
    for (; i < c->process_count && c->processes[i].round == number; i++)
      if (c->processes[i].ok)
        round[n++] = c->processes[i].ns;
    if (n)
      out[count++] = median_of(round, n);
  }
  free(round);
  sort_doubles(out, count);
  return count;
}

static struct estimate time_of(const struct cell *c) {
  struct estimate e = NOTHING;
  double *rounds = must_alloc(c->process_count, sizeof *rounds);
  e.n = round_times(c, rounds);
  if (e.n) {
    struct interval ci = median_interval(rounds, e.n, LEVEL);
    e.median = median_sorted(rounds, e.n);
    e.low = ci.low, e.high = ci.high, e.coverage = ci.coverage;
  }
  free(rounds);
  return e;
}

double time_by_work(const struct cell *c, double ns) {
  return c->units > 0 && scale_of(c->scale) == SCALE_WEAK ? ns / c->units : ns;
}

double karp_flatt(double speedup, double workers) {
  return workers > 1 ? (1 / speedup - 1 / workers) / (1 - 1 / workers) : NAN;
}

double gustafson_share(double scaled, double workers) { return workers > 1 ? (workers - scaled) / (workers - 1) : NAN; }

/* ---- a cell ---- */

static const char *why_no_speedup(const struct cell *c, const struct estimate *time) {
  if (c->digests_differ)
    return N_("wrong: its answers differ");
  if (c->trouble.status == STATUS_WRONG)
    return N_("wrong answer");
  if (c->trouble.trust_bits & TRUST_BIT(TRUST_UNCHECKED))
    return N_("answer not checked");
  if (time->n)
    return NULL;
  if (c->trouble.status != STATUS_NONE)
    return status_word(c->trouble.status);
  if (c->state != CELL_NONE && c->state != CELL_PLANNED)
    return cell_state_word(c->state);
  return c->process_count == 0 ? N_("not measured") : N_("no valid time");
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
                      .own = NOTHING,
                      .naive = NOTHING,
                      .slowdown = NOTHING,
                      .p_best = NAN,
                      .efficiency = NAN,
                      .efficiency_low = NAN,
                      .efficiency_high = NAN,
                      .serial_share = NAN,
                      .serial_share_low = NAN,
                      .serial_share_high = NAN};
  f.no_speedup = why_no_speedup(c, &f.time);
  f.valid = !f.no_speedup;
  f.cold_ns = median_field(c, offsetof(struct process, cold_ns));
  f.throughput = c->units > 0 ? c->units * 1e9 / f.time.median : NAN;
  shares_of(&f);
  return f;
}

struct estimate itself(size_t n) {
  struct estimate e = NOTHING;
  e.n = n;
  e.median = 1;
  return e;
}

/* A cell over a reference cell, both with a ratio to the baseline. The baseline over a reference is the inverse of the
 * reference's own ratio, so that one ratio has one interval. */
static struct estimate over(const struct figures *base, const struct figures *reference, const struct figures *f) {
  if (f == reference)
    return itself(f->time.n);
  if (reference == base)
    return f->speedup;
  return f == base ? inverse(reference->speedup) : compare_cells(reference->cell, f->cell);
}

/* Distinguishes a failed baseline from a missing one. */
static const char *why_no_base(const struct problem *p) {
  return *p->build         ? N_("a run of two builds has no baseline")
         : !p->best_serial ? N_("the plan names no baseline")
                           : N_("the baseline has no valid time");
}

static void against_base(struct figures *f, const struct problem *problem, const struct figures *base) {
  if (!f->valid)
    return;
  if (!base) {
    f->no_speedup = why_no_base(problem);
    return;
  }
  f->speedup = f == base ? itself(f->time.n) : compare_cells(base->cell, f->cell);
  if (f->speedup.n == 0)
    f->no_speedup = N_("no round has both this cell and the baseline");
}

void efficiency_of(struct figures *f) {
  double workers = (double)f->cell->workers;
  bool weak = scale_of(f->cell->scale) == SCALE_WEAK;
  double (*share)(double, double) = weak ? gustafson_share : karp_flatt;
  f->efficiency = f->own.median / workers;
  f->efficiency_low = f->own.low / workers;
  f->efficiency_high = f->own.high / workers;
  f->serial_share = share(f->own.median, workers);
  f->serial_share_low = share(f->own.high, workers);
  f->serial_share_high = share(f->own.low, workers);
}

/* ---- the problem ---- */

static const struct figures *usable(const struct analysis *a, const struct cell *c) {
  const struct figures *f = c ? &a->figures[c - a->problem->cells] : NULL;
  return f && f->valid ? f : NULL;
}

bool is_serial(const struct cell *c) { return c->workers == 1 && c->serial; }

double cell_ideal(const struct problem *p, const struct cell *c) {
  bool counts_cpus = strcmp(p->bound, "cpu") == 0 && cell_cpus(c) > 0;
  return (double)(counts_cpus && cell_cpus(c) < c->workers ? cell_cpus(c) : c->workers);
}

double ideal_end(const struct analysis *a) {
  double most = 1;
  for (size_t i = 0; i < a->count; i++)
    most = fmax(most, cell_ideal(a->problem, a->figures[i].cell));
  return most;
}

/* The candidates for a serial cell, one after the other: the serial cells where they are listed, else every cell; NULL
 * behind the last one. */
static const struct figures *serial_candidate(const struct analysis *a, size_t i) {
  if (a->serials_at)
    return i < a->serials_count ? &a->figures[a->serials_at[i]] : NULL;
  return i < a->count ? &a->figures[i] : NULL;
}

double speedup_limit(const struct analysis *a, const struct figures *f) {
  const struct cell *c = f->cell;
  double limit = fmin(c->attainable, cell_ideal(a->problem, c)); /* fmin ignores NAN */
  if (!(limit < 0.995 * (double)c->workers))
    return NAN;
  const struct figures *own;
  for (size_t i = 0; (own = serial_candidate(a, i)); i++)
    if (is_serial(own->cell) && strcmp(own->cell->method, c->method) == 0)
      return limit * own->speedup.median;
  return NAN;
}

const struct figures *own_serial(const struct analysis *a, const struct figures *f) {
  const struct figures *found = NULL, *serial;
  for (size_t i = 0; (serial = serial_candidate(a, i)); i++) {
    if (serial->no_speedup || !is_serial(serial->cell) || strcmp(serial->cell->method, f->cell->method) != 0)
      continue;
    if (serial == a->base)
      return serial;
    if (!found || (strcmp(serial->cell->pin, f->cell->pin) == 0 && strcmp(found->cell->pin, f->cell->pin) != 0))
      found = serial;
  }
  return found;
}

static void against_others(struct analysis *a, struct figures *f) {
  const struct figures *serial = f->no_speedup ? NULL : own_serial(a, f);
  if (serial) {
    f->own = over(a->base, serial, f);
    efficiency_of(f);
  }
  if (a->naive && f->valid && !a->base)
    f->naive = f == a->naive ? itself(f->time.n) : compare_cells(a->naive->cell, f->cell);
  else if (a->naive && !a->naive->no_speedup && !f->no_speedup)
    f->naive = over(a->base, a->naive, f);
}

int by_int64(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void find_workers(struct analysis *a) {
  size_t all = 0;
  a->workers = must_alloc(a->count, sizeof *a->workers);
  for (size_t i = 0; i < a->count; i++)
    if (!is_thinned(&a->problem->cells[i]))
      a->workers[all++] = a->problem->cells[i].workers;
  qsort(a->workers, all, sizeof *a->workers, by_int64);
  for (size_t i = 0; i < all; i++)
    if (i == 0 || a->workers[i] != a->workers[i - 1])
      a->workers[a->worker_count++] = a->workers[i];
}

static void find_serials(struct analysis *a) {
  a->serials_at = must_alloc(a->count, sizeof *a->serials_at);
  for (size_t i = 0; i < a->count; i++)
    if (is_serial(a->figures[i].cell))
      a->serials_at[a->serials_count++] = i;
}

static void find_noise(struct analysis *a) {
  const struct cell **cells = must_alloc(a->count, sizeof *cells);
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++)
    if (&a->figures[i] != a->base && !a->figures[i].no_speedup)
      cells[count++] = a->figures[i].cell;
  a->noise = noise_floor(a->base->cell, cells, count);
  free(cells);
}

struct analysis analyse(const struct problem *problem) {
  struct analysis a = {.problem = problem,
                       .count = problem->count,
                       .algorithmic = NOTHING,
                       .noise = {.typical = NAN, .upper = NAN, .upper_low = NAN, .upper_high = NAN}};
  a.figures = must_alloc(a.count, sizeof *a.figures);
  for (size_t i = 0; i < a.count; i++)
    a.figures[i] = figures_of(&problem->cells[i]);
  a.base = usable(&a, problem->best_serial);
  a.naive = usable(&a, problem->naive);
  find_serials(&a);
  for (size_t i = 0; i < a.count; i++)
    against_base(&a.figures[i], problem, a.base);
  for (size_t i = 0; i < a.count; i++)
    against_others(&a, &a.figures[i]);
  if (a.base && a.base != a.naive)
    a.algorithmic = a.base->naive;
  if (a.base)
    find_noise(&a);
  find_workers(&a);
  find_standings(&a);
  return a;
}

void analysis_free(struct analysis *a) {
  free(a->figures);
  free(a->workers);
  free(a->serials_at);
  *a = (struct analysis){0};
}

/* Fastest first; cells without a speedup last, by time. */
static bool is_faster(const struct figures *f, const struct figures *g) {
  if (f->no_speedup || g->no_speedup)
    return g->no_speedup &&
           (!f->no_speedup || time_by_work(f->cell, f->time.median) < time_by_work(g->cell, g->time.median));
  return f->speedup.median > g->speedup.median;
}

const struct figures *fastest_parallel(const struct analysis *a) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->valid && f->cell->workers > 1 && (!best || is_faster(f, best)))
      best = f;
  }
  return best;
}
