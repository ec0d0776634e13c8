/* Tests the loss stack by its sum, and the diagnosis by causes that are planted in synthetic runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "stats/loss.h"

#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- a machine of known faults ---- */

enum { POINTS = 5, CPUS = 16, WORKERS_MAX = 32 };
static const int counts[POINTS] = {1, 2, 4, 8, 16};

/* What is wrong, as shares of the serial time or of the work of a worker. */
struct fault_plan {
  double start;     /* to start and join one worker */
  double tail;      /* serial tail */
  double uneven;    /* spread of the workers' parts at the most workers */
  double memory;    /* share of the time that memory takes */
  double bandwidth; /* memory saturates at so many workers */
  double slower;    /* the clock on all cores */
  double contended; /* what each further worker adds to the work, by nothing that is measured */
  double shared;    /* what two workers on one core cost each */
  int cores, cpus;
  bool probe;
};

static const struct fault_plan sound = {.bandwidth = 64, .cores = CPUS, .cpus = CPUS, .probe = true};

static double noisy(gsl_rng *rng, double value, double share) { return value * exp(gsl_ran_gaussian(rng, share)); }

/* What `p` workers do with work that takes 1 in sequence, its tail included. */
static struct loss_point measure(const struct fault_plan *f, int p, gsl_rng *rng) {
  double tail = f->tail, clock = 1 - f->slower * (p - 1) / (CPUS - 1), saturated = fmax(1, p / f->bandwidth);
  double on_cpus = fmax(1, (double)p / f->cpus),
         on_cores = p > f->cores ? 1 + f->shared * fmin(1, (double)p / f->cores - 1) : 1;
  double inflated = (1 - f->memory + f->memory * saturated) / clock * (1 + f->contended * (p - 1)) * on_cpus * on_cores;
  struct loss_times t = {.clock = clock};
  double longest = 0;
  for (int i = 0; i < p; i++) {
    double part = p > 1 ? 1 + f->uneven * (2.0 * i / (p - 1) - 1) : 1;
    double busy = noisy(rng, (1 - tail) / p * part * inflated, 0.005);
    t.busy += busy;
    longest = fmax(longest, busy);
  }
  t.work = longest;
  t.spawn = noisy(rng, 0.6 * f->start * p, 0.05);
  t.finish = noisy(rng, tail, 0.01);
  t.join = noisy(rng, 0.4 * f->start * p, 0.05) + t.finish;
  t.wall = t.spawn + t.work + t.join;
  double speedup = noisy(rng, 1, 0.01) / t.wall;
  struct loss_point point = {.workers = p,
                             .speedup = speedup,
                             .low = speedup * 0.98,
                             .high = speedup * 1.02,
                             .attainable = p,
                             .cpus = f->cpus,
                             .cores = f->cores,
                             .probe = f->probe ? noisy(rng, fmin(p, f->bandwidth), 0.02) : NAN,
                             .clock = clock};
  loss_split(&point, &t);
  return point;
}

static struct diagnosis diagnosed(const struct fault_plan *f, gsl_rng *rng) {
  struct loss_point points[POINTS];
  for (int i = 0; i < POINTS; i++)
    points[i] = measure(f, counts[i], rng);
  return diagnose(points, POINTS, false);
}

static double between(gsl_rng *rng, double least, double most) { return gsl_ran_flat(rng, least, most); }

/* The plan of a cause strong enough to stop scaling, over up to half as much of everything else. */
static struct fault_plan planted(enum cause cause, gsl_rng *rng) {
  struct fault_plan f = sound;
  double level = cause == CAUSE_NONE ? 0.1 : 1;
  f.start = between(rng, 0, 0.0003 * level), f.tail = between(rng, 0, 0.004 * level);
  f.uneven = between(rng, 0, 0.12 * level), f.slower = between(rng, 0, 0.06 * level);
  f.contended = between(rng, 0, 0.004 * level);
  switch (cause) {
  case CAUSE_START:
    f.start = between(rng, 0.001, 0.02);
    break;
  case CAUSE_TAIL:
    f.tail = between(rng, 0.01, 0.2);
    break;
  case CAUSE_IMBALANCE:
    f.uneven = between(rng, 0.2, 0.9);
    break;
  case CAUSE_CLOCK:
    f.slower = between(rng, 0.15, 0.5);
    break;
  case CAUSE_BANDWIDTH:
    f.memory = between(rng, 0.4, 1), f.bandwidth = between(rng, 2, 6);
    break;
  case CAUSE_SMT:
    f.cores = CPUS / 2, f.shared = between(rng, 0.4, 1);
    break;
  case CAUSE_OVERSUBSCRIBED:
    f.cpus = f.cores = 1 << (int)between(rng, 0, 4);
    break;
  case CAUSE_UNKNOWN: /* a lock, say */
    f.contended = between(rng, 0.02, 0.2);
    break;
  default:
    break;
  }
  return f;
}

/* ---- the stack ---- */

static void the_parts_sum_to_what_is_missing(void **state) {
  (void)state;
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  for (int run = 0; run < 200; run++) {
    struct fault_plan f = planted((enum cause)(run % CAUSES), rng);
    int p = 1 + (int)gsl_rng_uniform_int(rng, WORKERS_MAX);
    struct loss_point point = measure(&f, p, rng);
    double sum = 0;
    for (int i = 0; i < LOSS_PARTS; i++)
      sum += point.parts[i];
    assert_true(point.known);
    assert_near(sum, p - point.speedup, 1e-9);
  }
  gsl_rng_free(rng);
}

/* Two workers; serial 10; spawn 1, work 6, join 2 of which 1 is the tail; busy 6 and 4. */
static void the_parts_are_those_of_the_definition(void **state) {
  (void)state;
  struct loss_times t = {.wall = 9, .spawn = 1, .work = 6, .join = 2, .finish = 1, .busy = 10, .clock = NAN};
  struct loss_point p = {.workers = 2, .speedup = 10.0 / 9, .clock = NAN};
  loss_split(&p, &t);
  assert_near(p.parts[LOSS_START], 2 * 2 / 9.0, 1e-12);
  assert_near(p.parts[LOSS_TAIL], 1 / 9.0, 1e-12);
  assert_near(p.parts[LOSS_IMBALANCE], 2 / 9.0, 1e-12);
  assert_near(p.parts[LOSS_CLOCK], 0, 0);
  assert_near(p.parts[LOSS_REST], 1 / 9.0, 1e-12);
  t.busy = NAN;
  loss_split(&p, &t);
  assert_false(p.known);
}

/* ---- causes ---- */

enum { RUNS = 200, NAMED_LEAST = 180 };

static void planted_causes_are_named(void **state) {
  (void)state;
  static const enum cause causes[] = {CAUSE_START,     CAUSE_TAIL, CAUSE_IMBALANCE,      CAUSE_CLOCK,
                                      CAUSE_BANDWIDTH, CAUSE_SMT,  CAUSE_OVERSUBSCRIBED, CAUSE_NONE};
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  for (size_t i = 0; i < LENGTH(causes); i++) {
    int named = 0;
    for (int run = 0; run < RUNS; run++) {
      struct fault_plan f = planted(causes[i], rng);
      named += diagnosed(&f, rng).cause == causes[i];
    }
    print_message("cause %d: named in %d of %d\n", (int)causes[i], named, RUNS);
    assert_true(named >= NAMED_LEAST);
  }
  gsl_rng_free(rng);
}

/* The same loss by something that no column shows must not be given to a cause that has a column. */
static void what_no_column_shows_cannot_be_told(void **state) {
  (void)state;
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  int unknown = 0;
  for (int run = 0; run < RUNS; run++) {
    struct fault_plan f = planted(CAUSE_UNKNOWN, rng);
    f.bandwidth = between(rng, 10, 64); /* the machine's memory has enough */
    unknown += diagnosed(&f, rng).cause == CAUSE_UNKNOWN;
  }
  print_message("unknown: %d of %d\n", unknown, RUNS);
  assert_true(unknown >= NAMED_LEAST);
  gsl_rng_free(rng);
}

static void without_a_probe_it_asks_for_one(void **state) {
  (void)state;
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  for (int run = 0; run < RUNS; run++) {
    struct fault_plan f = planted(CAUSE_BANDWIDTH, rng);
    f.probe = false;
    struct diagnosis d = diagnosed(&f, rng);
    assert_int_equal(d.cause, CAUSE_UNKNOWN);
    assert_true(d.tells & TELL_PROBE);
  }
  gsl_rng_free(rng);
}

static void two_causes_of_the_same_size_are_both_told(void **state) {
  (void)state;
  struct loss_point points[2] = {{.workers = 1, .speedup = 1, .attainable = 1, .known = true, .probe = NAN},
                                 {.workers = 8,
                                  .speedup = 4,
                                  .attainable = 8,
                                  .known = true,
                                  .probe = NAN,
                                  .clock = NAN,
                                  .parts = {[LOSS_START] = 1.8, [LOSS_IMBALANCE] = 1.7, [LOSS_REST] = 0.5}}};
  struct diagnosis d = diagnose(points, 2, false);
  assert_int_equal(d.cause, CAUSE_START);
  assert_true(d.mixed);
  assert_int_equal(d.second, CAUSE_IMBALANCE);
  points[1].parts[LOSS_START] = 2.8, points[1].parts[LOSS_IMBALANCE] = 0.7;
  d = diagnose(points, 2, false);
  assert_int_equal(d.cause, CAUSE_START);
  assert_false(d.mixed);
  assert_int_equal(d.second, CAUSE_NONE); /* an eighth of the loss is not worth a word */
}

/* Slower work of 8 cores with two threads each, as lost workers at 2, 4, 8 and 16. */
static struct diagnosis slower_work(const double excess[4], const double probe[4], bool is_probe) {
  struct loss_point points[5] = {{.workers = 1, .speedup = 1, .known = true}};
  for (int i = 0; i < 4; i++) {
    double p = 2 << i, speedup = p / (1 + excess[i]);
    points[i + 1] = (struct loss_point){.workers = p,
                                        .speedup = speedup,
                                        .low = speedup * 0.98,
                                        .high = speedup * 1.02,
                                        .attainable = p,
                                        .cpus = 16,
                                        .cores = 8,
                                        .probe = probe ? probe[i] : NAN,
                                        .is_probe = is_probe,
                                        .clock = NAN,
                                        .known = true,
                                        .parts = {[LOSS_REST] = p - speedup}};
  }
  return diagnose(points, 5, false);
}

static void the_shape_over_the_counts_tells_slower_work_apart(void **state) {
  (void)state;
  static const double threads[4] = {0, 0, 0, 0.7}, lock[4] = {0.07, 0.21, 0.5, 1.05}, crowd[4] = {0, 0.1, 0.6, 1.6};
  static const double wide[4] = {2, 4, 8, 16}, narrow[4] = {2, 3.6, 5, 6.1}, at_cores[4] = {2, 4, 8, 8};
  assert_int_equal(slower_work(threads, wide, false).cause, CAUSE_SMT);
  assert_int_equal(slower_work(threads, narrow, false).cause, CAUSE_SMT);
  assert_int_equal(slower_work(threads, NULL, false).cause, CAUSE_SMT);
  assert_int_equal(slower_work(lock, wide, false).cause, CAUSE_UNKNOWN); /* half of it appears above the cores */
  assert_int_equal(slower_work(lock, NULL, false).cause, CAUSE_UNKNOWN);
  assert_int_equal(slower_work(crowd, narrow, false).cause, CAUSE_BANDWIDTH);
  assert_int_equal(slower_work(lock, narrow, true).cause, CAUSE_BANDWIDTH); /* a probe of bandwidth itself */
  struct diagnosis both = slower_work(threads, at_cores, false);
  assert_int_equal(both.cause, CAUSE_UNKNOWN);
  assert_true(both.either); /* the memory is full just where the cores are */
  assert_true(both.tells & TELL_CORES);
}

/* 64 equal items on 48 workers: two turns, so 32 at most. */
static void sizes_of_items_explain_an_imbalance(void **state) {
  (void)state;
  struct loss_times t = {.wall = 2, .work = 2, .busy = 64, .clock = NAN};
  struct loss_point p = {.workers = 48, .speedup = 32, .attainable = 32, .clock = NAN, .probe = NAN};
  loss_split(&p, &t);
  struct diagnosis d = diagnose(&p, 1, false);
  assert_int_equal(d.cause, CAUSE_IMBALANCE);
  assert_true(d.items);
  p.attainable = 48;
  assert_false(diagnose(&p, 1, false).items);
}

static void waiting_needs_no_cpu(void **state) {
  (void)state;
  struct loss_point p = {.workers = 64, .speedup = 60, .cpus = 2};
  assert_int_equal(diagnose(&p, 1, true).cause, CAUSE_NONE);
  p.speedup = 2;
  assert_int_equal(diagnose(&p, 1, false).cause, CAUSE_OVERSUBSCRIBED);
}

/* ---- above a bound ---- */

static void what_is_proven_above_a_bound_is_flagged(void **state) {
  (void)state;
  struct loss_point p[2] = {{.workers = 1, .speedup = 1, .low = 0.99, .attainable = 1, .cpus = 8, .clock = 1},
                            {.workers = 4, .speedup = 4.6, .low = 4.4, .attainable = 4, .cpus = 8, .clock = 1}};
  assert_int_equal(surplus_of(p, 2, 1, false).above, ABOVE_IDEAL);
  assert_int_equal(surplus_of(p, 2, 1, false).cause, ABOVE_BY_CACHE);
  assert_int_equal(surplus_of(p, 2, 1, true).above, ABOVE_NOTHING); /* waits overlap */
  p[1].clock = 1.12;
  assert_int_equal(surplus_of(p, 2, 1, false).cause, ABOVE_BY_CLOCK);
  p[0].speedup = 1.2, p[0].low = 1.15;
  assert_int_equal(surplus_of(p, 2, 1, false).cause, ABOVE_BY_BASE);
  p[1].low = 3.9; /* not proven */
  assert_int_equal(surplus_of(p, 2, 1, false).above, ABOVE_NOTHING);
  p[1].attainable = 3.5;
  assert_int_equal(surplus_of(p, 2, 1, false).above, ABOVE_ATTAINABLE);
  p[1].cpus = 2; /* four workers on two CPUs: 3.9 is above what there is */
  assert_int_equal(surplus_of(p, 2, 1, false).above, ABOVE_IDEAL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_parts_sum_to_what_is_missing),
      cmocka_unit_test(the_parts_are_those_of_the_definition),
      cmocka_unit_test(planted_causes_are_named),
      cmocka_unit_test(what_no_column_shows_cannot_be_told),
      cmocka_unit_test(without_a_probe_it_asks_for_one),
      cmocka_unit_test(two_causes_of_the_same_size_are_both_told),
      cmocka_unit_test(the_shape_over_the_counts_tells_slower_work_apart),
      cmocka_unit_test(sizes_of_items_explain_an_imbalance),
      cmocka_unit_test(waiting_needs_no_cpu),
      cmocka_unit_test(what_is_proven_above_a_bound_is_flagged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
