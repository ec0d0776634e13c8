/* Writes run folders with a known truth, so that tests can hold the report to it and people can look at it.
 *
 * cc -o synth_run tests/tools/synth_run.c -lm && ./synth_run FOLDER SCENARIO [SEED [FACTOR [CONFIG]]]; without
 * arguments: the scenarios. FACTOR is a planted slowdown, on every time; CONFIG a file, as the run's
 * configuration.
 * Tests include this file with SYNTH_NO_MAIN and call synth_run. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- what a scenario is made of ---- */

struct synth_way {
  const char *variant, *schedule;
  double serial;          /* fraction that does not scale */
  double start_ns;        /* to create and join a team, once an iteration */
  double start_each;      /* and for each worker */
  double contention;      /* quadratic loss, as in the universal scalability law */
  const double *speedups; /* instead of all that: the speedup at each worker count */
};

struct synth_method {
  const char *name;
  double t1_ns;
  const struct synth_way *ways; /* ends with a NULL variant */
};

struct synth_problem {
  const char *kernel, *problem, *unit, *summary;
  double units, attainable_limit;     /* units below 0: weak scaling, so many a worker; limit 0: equal items, plenty;
                                         below 0: so many equal items */
  const struct synth_method *methods; /* ends with a NULL name; the first is naive */
  const char *best_serial;            /* name of a method */
  const int *workers;                 /* NULL: those of the scenario */
  const char *skipped;                /* NULL, or why none of it was run */
};

enum synth_trouble { FINE, BAD_ROWS, HOSTILE, ALL_FAILED, CUT_SHORT, STOLEN, BUSY, UNPINNED };

struct synth_scenario {
  const char *name, *what;
  const char *machine;
  int usable, rounds, rounds_done;
  const int *workers;
  double noise, drift;
  const struct synth_problem *problems; /* ends with a NULL kernel */
  enum synth_trouble trouble;
};

#define SEQ                                                                                                            \
  { "seq", "static", 0, 0, 0, 0, NULL }

static const double exact_speedups[] = {1.0, 1.9, 3.6, 6.4};
static const struct synth_way exact_ways[] = {
    SEQ, {"pthread", "static", 0, 0, 0, 0, exact_speedups}, {NULL, NULL, 0, 0, 0, 0, NULL}};
static const struct synth_way seq_only[] = {SEQ, {NULL, NULL, 0, 0, 0, 0, NULL}};
static const struct synth_way many_ways[] = {SEQ,
                                             {"pthread", "static", 0.004, 25e3, 9e3, 0, NULL},
                                             {"omp", "static", 0.002, 2e3, 60, 0.000004, NULL},
                                             {"omp", "dynamic:1", 0.001, 2e3, 80, 0.00005, NULL},
                                             {"pool", "dynamic:1", 0.001, 1e3, 40, 0.000006, NULL},
                                             {"fork", "static", 0.004, 600e3, 250e3, 0, NULL},
                                             {NULL, NULL, 0, 0, 0, 0, NULL}};
static const struct synth_way bandwidth_ways[] = {SEQ,
                                                  {"pthread", "static", 0.02, 25e3, 9e3, 0.0006, NULL},
                                                  {"omp", "static", 0.02, 2e3, 60, 0.0005, NULL},
                                                  {"fork", "static", 0.02, 600e3, 250e3, 0.0007, NULL},
                                                  {NULL, NULL, 0, 0, 0, 0, NULL}};
static const struct synth_way two_ways[] = {SEQ,
                                            {"pthread", "static", 0.003, 25e3, 9e3, 0, NULL},
                                            {"omp", "static", 0.002, 2e3, 60, 0, NULL},
                                            {"fork", "static", 0.003, 500e3, 300e3, 0, NULL},
                                            {NULL, NULL, 0, 0, 0, 0, NULL}};
static const struct synth_way two_ways_poor[] = {SEQ,
                                                 {"pthread", "dynamic:1", 0.3, 25e3, 9e3, 0, NULL},
                                                 {"omp", "dynamic:1", 0.28, 2e3, 60, 0, NULL},
                                                 {"fork", "dynamic:1", 0.3, 500e3, 300e3, 0, NULL},
                                                 {NULL, NULL, 0, 0, 0, 0, NULL}};

static const struct synth_method exact_methods[] = {
    {"plain", 80e6, seq_only}, {"fast", 8e6, exact_ways}, {NULL, 0, NULL}};
static const struct synth_problem exact_problems[] = {
    {"sum", "n=1000", "terms", "adds terms", 1000, 0, exact_methods, "fast", NULL, NULL}, {0}};

#define LOT(copy)                                                                                                      \
  { "sum", "n=1000 copy=" copy, "terms", "adds terms", 1000, 0, exact_methods, "fast", NULL, NULL }
#define LOT_OF_EIGHT(ten)                                                                                              \
  LOT(ten "1"), LOT(ten "2"), LOT(ten "3"), LOT(ten "4"), LOT(ten "5"), LOT(ten "6"), LOT(ten "7"), LOT(ten "8")
static const struct synth_problem lot_problems[] = {LOT_OF_EIGHT("1"), LOT_OF_EIGHT("2"), LOT_OF_EIGHT("3"),
                                                    LOT("41"),         LOT("42"),         {0}};

static const struct synth_method factorial_list[] = {
    {"plain", 2.04e6, two_ways}, {"memo", 0.36e6, two_ways}, {NULL, 0, NULL}};
static const struct synth_method factorial_one[] = {
    {"plain", 910e6, seq_only}, {"gmp", 21e6, seq_only}, {"tree", 28e6, two_ways_poor}, {NULL, 0, NULL}};
static const struct synth_method digits[] = {{"string", 42e6, two_ways}, {"divide", 7.1e6, two_ways}, {NULL, 0, NULL}};
static const struct synth_method countdown[] = {{"", 5.2e6, two_ways}, {NULL, 0, NULL}};
static const struct synth_method power_sum[] = {{"scalar", 49e6, two_ways}, {"pow", 13.3e6, two_ways}, {NULL, 0, NULL}};
static const struct synth_problem two_problems[] = {
    {"factorial", "what=list n=499", "factorials", "factorials of 1 to n", 499, 0, factorial_list, "memo", NULL, NULL},
    {"factorial", "what=one n=100k", "factorials", "one large factorial", 1, 1.7, factorial_one, "gmp", NULL, NULL},
    {"power_digits", "bases=5+3 exponent=1M", "digits", "leading digits of a power", 2, 1.6, digits, "divide", NULL,
     NULL},
    {"countdown", "items=3M+5M+6M+10M", "counts", "counts down to 0", 24e6, 1.846, countdown, "", NULL, NULL},
    {"power_sum", "n=100k", "x", "sums of powers", 1e5, 0, power_sum, "pow", NULL, NULL},
    {0}};

static const struct synth_method many_sum[] = {
    {"scalar", 4900e6, many_ways}, {"pow", 1330e6, many_ways}, {NULL, 0, NULL}};
static const struct synth_method many_triad[] = {{"", 80e6, bandwidth_ways}, {NULL, 0, NULL}};
static const struct synth_method many_countdown[] = {{"", 240e6, many_ways}, {NULL, 0, NULL}};
static const struct synth_problem many_problems[] = {
    {"power_sum", "n=1M", "x", "sums of powers", 1e6, 0, many_sum, "pow", NULL, NULL},
    {"triad", "bytes=256M", "bytes", "memory bandwidth", 256e6, 0, many_triad, "", NULL, NULL},
    {"countdown", "items=32x10M", "counts", "counts down to 0", 320e6, -32, many_countdown, "", NULL, NULL},
    {0}};

static const struct synth_problem scale_problems[] = {
    {"countdown", "items=32x10M", "counts", "counts down to 0", 320e6, 0, many_countdown, "", NULL, NULL},
    {"countdown", "items=32x10M", "counts", "counts down to 0", -320e6, 0, many_countdown, "", NULL, NULL},
    {0}};

/* configs/default.conf with the sizes of a machine of up to 8 CPUs. */
static const struct synth_way
    few_omp[] = {SEQ, {"omp", "static", 0.002, 2e3, 60, 0.000004, NULL}, {NULL, NULL, 0, 0, 0, 0, NULL}},
    few_two[] = {SEQ,
                 {"pthread", "static", 0.003, 25e3, 9e3, 0, NULL},
                 {"omp", "static", 0.002, 2e3, 60, 0.000004, NULL},
                 {NULL, NULL, 0, 0, 0, 0, NULL}},
    few_memory[] = {SEQ, {"omp", "static", 0.01, 2e3, 60, 0.0015, NULL}, {NULL, NULL, 0, 0, 0, 0, NULL}},
    few_teams[] = {SEQ,
                   {"pthread", "static", 0.01, 25e3, 9e3, 0, NULL},
                   {"pool", "static", 0.01, 2e3, 60, 0, NULL},
                   {NULL, NULL, 0, 0, 0, 0, NULL}},
    few_fork[] = {SEQ,
                  {"omp", "static", 0.002, 2e3, 60, 0, NULL},
                  {"fork", "static", 0.004, 600e3, 250e3, 0, NULL},
                  {NULL, NULL, 0, 0, 0, 0, NULL}},
    few_threads[] = {SEQ, {"pthread", "static", 0.1, 25e3, 9e3, 0, NULL}, {NULL, NULL, 0, 0, 0, 0, NULL}};
static const struct synth_method default_sum[] = {{"scalar", 36e6, few_two}, {NULL, 0, NULL}},
                                 default_triad[] = {{"", 16e6, few_memory}, {NULL, 0, NULL}},
                                 default_list[] = {{"plain", 5.6e6, few_teams},
                                                   {"memo bound=128", 46e3, few_teams},
                                                   {NULL, 0, NULL}},
                                 default_count[] = {{"", 21e6, few_fork}, {NULL, 0, NULL}},
                                 default_digits[] = {
                                     {"string", 50e6, few_threads}, {"divide", 10e6, few_threads}, {NULL, 0, NULL}};
static const int w4[] = {1, 2, 3, 4, 0};
static const struct synth_problem default_problems[] = {
    {"power_sum", "first=0 n=80k", "x", "sums of powers", 8e4, 0, default_sum, "scalar", NULL, NULL},
    {"triad", "n=4M passes=4", "bytes", "memory bandwidth", 384e6, 0, default_triad, "", NULL, NULL},
    {"factorial", "list n=800", "factors", "factorials of 1 to n", 320400, 0, default_list, "memo bound=128", NULL,
     NULL},
    {"countdown", "items=16x5M", "iterations", "counts down to 0", 8e7, -16, default_count, "", w4, NULL},
    {"power_digits", "bases=8x5+8x3 exponent=200k digits=20", "powers", "leading digits of a power", 16, 0,
     default_digits, "divide", w4, NULL},
    {0}};

#include "synth_notebook.h"

#define EVIL "<script>alert(1)</script>`touch /tmp/canary`\"';\\033[31m\x1b[31m&\n\xff|cat"
static const struct synth_way hostile_ways[] = {
    SEQ, {EVIL, EVIL, 0.01, 0, 0, 0, NULL}, {"omp", "static", 0.01, 0, 0, 0, NULL}, {NULL, NULL, 0, 0, 0, 0, NULL}};
static const struct synth_method hostile_methods[] = {{EVIL, 9e6, hostile_ways}, {NULL, 0, NULL}};
static const struct synth_problem hostile_problems[] = {
    {EVIL, EVIL, EVIL, EVIL, 10, 0, hostile_methods, EVIL, NULL, NULL},
    {"../../etc/passwd", "-rf", "\" onload=\"alert(1)", "$(touch /tmp/canary)", 10, 0, hostile_methods, EVIL, NULL,
     NULL},
    {0}};

static const int w1[] = {1, 0}, w12[] = {1, 2, 0}, w1248[] = {1, 2, 4, 8, 0},
                 w64[] = {1, 2, 4, 8, 16, 24, 32, 48, 64, 0};

static const struct synth_scenario synth_scenarios[] = {
    {"exact", "speedups 1, 1.9, 3.6, 6.4 without noise", "synthetic 8 cores", 8, 12, 12, w1248, 0, 0, exact_problems,
     FINE},
    {"runs", "the same with noise, so that runs differ", "synthetic 8 cores", 8, 12, 12, w1248, 0.006, 0.03,
     exact_problems, FINE},
    {"lot", "26 problems", "synthetic 2 cores", 2, 6, 6, w12, 0.006, 0, lot_problems, FINE},
    {"two", "several kernels on two cores", "AMD EPYC, 2 cores", 2, 12, 12, w12, 0.006, 0.05, two_problems, FINE},
    {"few", "the same with 3 rounds", "AMD EPYC, 2 cores", 2, 3, 3, w12, 0.006, 0.05, two_problems, FINE},
    {"many", "1 to 64 workers", "AMD EPYC 9654, 64 cores", 64, 17, 17, w64, 0.008, 0.02, many_problems, FINE},
    {"sample", "what docs/sample.html shows", "a synthetic machine of 64 cores", 64, 12, 12, w64, 0.008, 0.02,
     many_problems, FINE},
    {"scales", "one problem with strong and with weak scaling", "AMD EPYC 9654, 64 cores", 64, 12, 12, w64, 0.008, 0,
     scale_problems, FINE},
    {"large", "the problems of two, on 64 cores", "AMD EPYC 9654, 64 cores", 64, 12, 12, w64, 0.008, 0.02, two_problems,
     FINE},
    {"default", "the default experiment, small sizes, on 64 cores", "a synthetic machine of 64 cores", 64, 12, 12, w64,
     0.008, 0.02, default_problems, UNPINNED},
    {"bad", "wrong, crashed, skipped and timed out cells", "AMD EPYC, 2 cores", 2, 12, 12, w12, 0.006, 0.05,
     two_problems, BAD_ROWS},
    {"hostile", "names that try to run", "<img src=x onerror=alert(1)>", 2, 6, 6, w12, 0.006, 0, hostile_problems,
     HOSTILE},
    {"single", "one core", "one core", 1, 12, 12, w1, 0.006, 0, two_problems, FINE},
    {"one", "one round", "AMD EPYC, 2 cores", 2, 12, 1, w12, 0.006, 0, two_problems, CUT_SHORT},
    {"failed", "every cell failed", "AMD EPYC, 2 cores", 2, 12, 12, w12, 0, 0, two_problems, ALL_FAILED},
    {"stolen", "a hypervisor that takes time away", "noisy VM", 2, 12, 12, w12, 0.02, 0.05, two_problems, STOLEN},
    {"busy", "other programs took an eighth of the CPU time", "synthetic 8 cores", 8, 12, 12, w1248, 0.006, 0.03,
     exact_problems, BUSY},
    {"wide", "intervals wider than a tenth of their figures", "synthetic 8 cores", 8, 12, 12, w1248, 0.6, 0,
     exact_problems, FINE},
    {"notebook", "every experiment of the course notebook, Python included", "synthetic 4 cores", 4, 12, 12, w1248,
     0.003, 0.02, notebook_problems, FINE},
    {0}};

/* ---- writing ---- */

struct synth {
  const struct synth_scenario *scenario;
  FILE *samples, *plan;
  uint64_t random;
  int cell, block;
  double factor, round_factor;
};

static double synth_uniform(struct synth *s) {
  s->random ^= s->random << 13, s->random ^= s->random >> 7, s->random ^= s->random << 17;
  return ((double)(s->random >> 11) + 0.5) / 9007199254740992.0;
}

static double synth_normal(struct synth *s) {
  double u = synth_uniform(s), v = synth_uniform(s);
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static void synth_quote(FILE *out, const char *text) {
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (; *text; text++) {
    if (*text == '"')
      fputc('"', out);
    fputc(*text, out);
  }
  fputc('"', out);
}

static void synth_json(FILE *out, const char *text) {
  fputc('"', out);
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\')
      fprintf(out, "\\%c", byte);
    else if (byte < 0x20 || byte >= 0x7f)
      fprintf(out, "\\u%04x", byte);
    else
      fputc(byte, out);
  }
  fputc('"', out);
}

struct synth_cell {
  const struct synth_problem *problem;
  const struct synth_method *method;
  const struct synth_way *way;
  int workers, index, block;
  double ns, attainable;
  const char *baseline, *status, *state, *note;
};

/* The time of a cell without noise: the truth that the report must find. */
static double synth_truth(const struct synth_method *m, const struct synth_way *w, const int *counts, int workers) {
  double p = workers;
  if (w->speedups)
    for (int i = 0; counts[i]; i++)
      if (counts[i] == workers)
        return m->t1_ns / w->speedups[i];
  return m->t1_ns * (w->serial + (1 - w->serial) / p + w->contention * (p - 1)) + w->start_ns + w->start_each * p;
}

#define COLUMN(name, type, unit, meaning) C_##name,
enum {
#include "../../harness/base/columns.def"
  C_COUNT
};
#undef COLUMN
#define PLAN_COLUMN(name, type, meaning) L_##name,
enum {
#include "../../harness/base/plan.def"
  L_COUNT
};
#undef PLAN_COLUMN

enum { SYNTH_TEXT = 160 };
typedef char synth_values[C_COUNT][SYNTH_TEXT];
#define PUT(column, ...) snprintf(values[column], SYNTH_TEXT, __VA_ARGS__)

static void synth_write(FILE *out, synth_values values, int count) {
  for (int i = 0; i < count; i++) {
    if (i)
      fputc(',', out);
    synth_quote(out, values[i]);
  }
  fputc('\n', out);
}

struct synth_row {
  const char *phase, *status, *trust, *note;
  int round, order, sample;
  double wall;
};

/* Memory of sleeping workers: 2 MiB, and for each but the first 16 KiB, 512 KiB or 4 KiB. */
static long synth_pss(const struct synth_cell *c) {
  long each = strcmp(c->way->variant, "fork") == 0 ? 524288 : strcmp(c->way->variant, "coro") == 0 ? 4096 : 16384;
  return strcmp(c->problem->kernel, "sleep") == 0 ? 2097152 + each * (c->workers - 1) : 0;
}

static const char *synth_counters(const struct synth_cell *c) {
  for (size_t i = 0; strcmp(c->problem->kernel, "call_chain") == 0 && i < sizeof nb_told / sizeof *nb_told; i++)
    if (strcmp(c->method->name, nb_told[i].method) == 0)
      return nb_told[i].counters;
  for (size_t i = 0; strcmp(c->problem->kernel, "command") == 0 && i < sizeof nb_inside / sizeof *nb_inside; i++)
    if (strstr(c->problem->problem, nb_inside[i].script))
      return nb_inside[i].counters;
  return strcmp(c->problem->kernel, "messages") == 0 ? "messages=1000;bytes=1000000" : "";
}

static void synth_sample(struct synth *s, const struct synth_cell *c, const struct synth_row *r) {
  static synth_values values;
  memset(values, 0, sizeof values);
  PUT(C_schema, "1");
  PUT(C_run_id, "%s", s->scenario->name);
  PUT(C_machine_id, "00000000deadbeef");
  PUT(C_started_utc, "2025-11-22T09:46:00Z");
  PUT(C_kernel, "%s", c->problem->kernel);
  PUT(C_problem, "%s", c->problem->problem);
  PUT(C_method, "%s", c->method->name);
  PUT(C_variant, "%s", c->way->variant);
  PUT(C_schedule, "%s", c->way->schedule);
  PUT(C_pin, "%s", s->scenario->trouble == UNPINNED ? "none" : "compact");
  PUT(C_memory, "%s", s->scenario->trouble == UNPINNED ? "local" : "");
  PUT(C_scale, c->problem->units < 0 ? "weak" : "strong");
  PUT(C_workers, "%d", c->workers);
  PUT(C_team_workers, "%d", c->workers);
  PUT(C_os_threads, "%d", strcmp(c->way->variant, "coro") == 0 ? 1 : c->workers);
  PUT(C_usable_cpus, "%d", s->scenario->usable);
  PUT(C_round, "%d", r->round);
  PUT(C_block, "%d", c->block);
  PUT(C_order, "%d", r->order);
  PUT(C_phase, "%s", r->phase);
  PUT(C_sample, "%d", r->sample);
  PUT(C_status, "%s", r->status);
  PUT(C_trust, "%s", r->trust);
  PUT(C_note, "%s", r->note);
  if (strcmp(r->status, "ok") == 0) {
    double start = c->way->start_ns + c->way->start_each * c->workers;
    double slower = r->wall / c->ns, t1 = c->method->t1_ns * slower, p = c->workers;
    long wall = lround(r->wall), spawn = lround(fmin(start * 0.7, r->wall / 2)),
         finish = c->workers > 1 ? lround(fmin(c->way->serial * t1, r->wall / 3)) : 0,
         join = lround(fmin(start * 0.3, r->wall / 3)) + finish;
    double busy = t1 * ((1 - c->way->serial) / p + c->way->contention * (p - 1)), work = (double)(wall - spawn - join);
    PUT(C_iterations, "1");
    PUT(C_wall_ns, "%ld", wall);
    PUT(C_spawn_ns, "%ld", spawn);
    PUT(C_work_ns, "%ld", wall - spawn - join);
    PUT(C_join_ns, "%ld", join);
    PUT(C_finish_ns, "%ld", finish);
    PUT(C_busy_mean_ns, "%ld", lround(c->workers > 1 ? fmin(busy, work) : work));
    PUT(C_work_units, "%.17g", c->problem->units < 0 ? -c->problem->units * p : c->problem->units);
    PUT(C_work_unit, "%s", c->problem->unit);
    PUT(C_attainable_ratio, "%.6g", c->attainable);
    PUT(C_digest, "0123456789abcdef");
    PUT(C_counters, "%s", synth_counters(c));
    if (synth_pss(c))
      PUT(C_pss_bytes, "%ld", synth_pss(c));
  }
  synth_write(s->samples, values, C_COUNT);
}

static void synth_planned(struct synth *s, const struct synth_cell *c) {
  static synth_values values;
  memset(values, 0, sizeof values);
  PUT(L_cell, "%d", c->index);
  PUT(L_block, "%d", c->block);
  PUT(L_kernel, "%s", c->problem->kernel);
  PUT(L_problem, "%s", c->problem->problem);
  PUT(L_method, "%s", c->method->name);
  PUT(L_variant, "%s", c->way->variant);
  PUT(L_schedule, "%s", c->way->schedule);
  PUT(L_pin, "%s", s->scenario->trouble == UNPINNED ? "none" : "compact");
  PUT(L_memory, "%s", s->scenario->trouble == UNPINNED ? "local" : "");
  PUT(L_scale, c->problem->units < 0 ? "weak" : "strong");
  PUT(L_workers, "%d", c->workers);
  PUT(L_baseline, "%s", c->baseline);
  PUT(L_iterations, "1");
  PUT(L_warmup, "0");
  PUT(L_samples, "3");
  PUT(L_pilot_ns, "%ld", lround(c->ns));
  PUT(L_process_ns, "%ld", lround(3 * c->ns));
  PUT(L_attainable_ratio, "%.6g", c->attainable);
  PUT(L_section, "%s %s", c->problem->kernel, c->problem->problem);
  PUT(L_state, "%s", c->state);
  PUT(L_note, "%s", c->note);
  synth_write(s->plan, values, L_COUNT);
}

static void synth_process(struct synth *s, const struct synth_cell *c, int round, int order) {
  double noise = exp(s->scenario->noise * synth_normal(s)) * s->round_factor * s->factor;
  struct synth_row row = {"cold", c->status, "", c->note, round, order, 0, 0};
  if (strcmp(c->status, "ok") != 0) {
    row.phase = "sample";
    synth_sample(s, c, &row);
    return;
  }
  row.wall = 1.4 * c->ns * noise + 60e3;
  synth_sample(s, c, &row);
  bool stolen = s->scenario->trouble == STOLEN && synth_uniform(s) < 0.4;
  for (int i = 0; i < 3; i++) {
    row.phase = "sample", row.sample = i;
    row.trust = stolen ? "steal 4 %" : "";
    row.wall = c->ns * noise * exp(s->scenario->noise / 3 * synth_normal(s)) * (stolen ? 1.15 : 1);
    synth_sample(s, c, &row);
  }
}

/* Which cells of the scenario go wrong, by their place. */
static void synth_spoil(const struct synth *s, struct synth_cell *c) {
  static const struct {
    int cell;
    const char *status, *state, *note;
  } spoiled[] = {{3, "wrong", "planned", "digest 00000000deadbeef, the oracle says 0123456789abcdef"},
                 {5, "crash", "planned", "signal 11 (Segmentation fault) in round 1"},
                 {10, "timeout", "planned", "no end after 60 s"},
                 {12, "skipped", "skipped", "fork does not offer SHARED, which factorial tree needs"},
                 {20, "nores", "failed", "pthread_create: Resource temporarily unavailable"}};
  if (c->problem->skipped)
    c->status = c->state = "skipped", c->note = c->problem->skipped;
  if (s->scenario->trouble == ALL_FAILED)
    c->status = "exit", c->note = "status 127: error while loading shared libraries";
  for (size_t i = 0; s->scenario->trouble == BAD_ROWS && i < sizeof spoiled / sizeof *spoiled; i++)
    if (spoiled[i].cell == c->index)
      c->status = spoiled[i].status, c->state = spoiled[i].state, c->note = spoiled[i].note;
}

static const char *synth_baseline(const struct synth_problem *p, const struct synth_method *m,
                                  const struct synth_way *w) {
  bool naive = m == p->methods, best = strcmp(m->name, p->best_serial) == 0;
  return strcmp(w->variant, "seq") != 0 ? ""
         : naive && best                ? "naive best-serial"
         : naive                        ? "naive"
         : best                         ? "best-serial"
                                        : "";
}

enum { SYNTH_CELLS = 400 };

/* The speedup that the items allow: so many turns as the fullest worker has. */
static double synth_attainable(const struct synth_problem *p, int workers) {
  double items = -p->attainable_limit;
  if (items > 0)
    return items / ceil(items / workers);
  return p->attainable_limit > 0 ? fmin(workers, p->attainable_limit) : workers;
}

static int synth_cells_of(struct synth *s, const struct synth_problem *p, struct synth_cell cells[SYNTH_CELLS]) {
  const int *workers = p->workers ? p->workers : s->scenario->workers;
  int count = 0;
  for (const struct synth_method *m = p->methods; m->name; m++)
    for (const struct synth_way *w = m->ways; w->variant; w++)
      for (const int *n = workers; *n; n++) {
        if (strcmp(w->variant, "seq") == 0 && *n > 1)
          continue;
        double limit = synth_attainable(p, *n);
        double ns = fmax(synth_truth(m, w, workers, *n), m->t1_ns / limit);
        if (p->units < 0) /* Gustafson: a serial part, and work that is the same for each worker */
          ns = m->t1_ns * (1 + w->serial * (*n - 1)) + (*n > 1 ? w->start_ns + w->start_each * *n : 0);
        struct synth_cell *c = &cells[count++];
        *c = (struct synth_cell){p,    m,         w, *n, s->cell++, s->block, ns, limit, synth_baseline(p, m, w),
                                 "ok", "planned", ""};
        synth_spoil(s, c);
      }
  return count;
}

static void synth_block(struct synth *s, const struct synth_problem *p, int round) {
  static struct synth_cell cells[SYNTH_CELLS];
  int count = synth_cells_of(s, p, cells), order = 0, base = 0, places[SYNTH_CELLS];
  for (int i = 0; i < count; i++) {
    places[i] = i;
    if (strstr(cells[i].baseline, "best-serial"))
      base = i;
  }
  if (round == 0) {
    for (int i = 0; i < count; i++)
      synth_planned(s, &cells[i]);
    return;
  }
  for (int i = count - 1; i > 0; i--) {
    int j = (int)(synth_uniform(s) * (i + 1)), swap = places[i];
    places[i] = places[j], places[j] = swap;
  }
  int every = (int)lround(sqrt(count));
  for (int i = 0; i < count; i++) {
    s->round_factor *= exp(s->scenario->drift / 10 * synth_normal(s));
    if (strcmp(cells[places[i]].state, "planned") != 0)
      continue;
    if (i % (every ? every : 1) == 0 && places[i] != base && places[i < count - 1 ? i + 1 : i] != base)
      synth_process(s, &cells[base], round, order++);
    synth_process(s, &cells[places[i]], round, order++);
  }
}

/* ---- the other files ---- */

static FILE *synth_file(const char *folder, const char *name) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return fopen(path, "w");
}

/* The whole text of a file, or NULL; free it. */
static char *synth_text(const char *path) {
  enum { MOST = 1 << 20 };
  FILE *file = fopen(path, "r");
  char *text = file ? calloc(1, MOST) : NULL;
  if (text)
    text[fread(text, 1, MOST - 1, file)] = '\0';
  if (file)
    fclose(file);
  return text;
}

/* `config`: the file that the run says it was made by, or NULL. */
static void synth_run_json(FILE *out, const struct synth_scenario *sc, uint64_t seed, const char *config) {
  char *text = config ? synth_text(config) : NULL;
  fprintf(out,
          "{\"schema\": 1, \"run_id\": \"20251122T094600Z-synthetic-%llu\", \"machine_id\": \"00000000deadbeef\", "
          "\"name\": null, \"synthetic\": true,\n",
          (unsigned long long)seed);
  fputs(" \"nway\": \"synthetic\", \"command\": [\"nway\", \"run\", \"-c\", \"configs/", out);
  fprintf(out, "%s.conf\"], \"config_name\": \"%s\", \"config_text\": ", sc->name, sc->name);
  synth_json(out, text ? text : "kernel = all\n");
  fputs(", \"config_file\": ", out);
  synth_json(out, config ? config : "");
  fputs(", \"seed\": 42,\n", out);
  free(text);
  fprintf(out,
          " \"started_utc\": \"2025-11-22T09:46:%02uZ\", \"ended_utc\": \"2025-11-22T09:49:00Z\", \"state\": \"%s\",\n",
          (unsigned)(seed % 10 * 6 + seed / 10 % 6), /* seeds 1, 11, 21, 2, 12 ... one after the other */
          sc->trouble == CUT_SHORT ? "interrupted" : "complete");
  fprintf(
      out,
      " \"rounds_planned\": %d, \"rounds_done\": %d, \"time_budget_ns\": 180000000000, \"elapsed_ns\": 171000000000,\n",
      sc->rounds, sc->rounds_done);
  fprintf(out, " \"foreign_ns\": %d, \"watched_ns\": 1000,\n", sc->trouble == BUSY ? 125 : 20);
  fputs(" \"phases_ns\": {\"oracle\": 1, \"pilot\": 1, \"rounds\": 1}, \"notes\": [\"worker counts 3, 5 left out to "
        "keep the budget\"]}\n",
        out);
}

static void synth_machine_json(FILE *out, const struct synth_scenario *sc) {
  fputs("{\"schema\": 1, \"machine_id\": \"00000000deadbeef\", \"label\": ", out);
  synth_json(out, sc->machine);
  fprintf(out, ", \"facts\": [{\"name\": \"cpu_model\", \"value\": ");
  synth_json(out, sc->machine);
  fprintf(out, ", \"unit\": \"\", \"source\": \"/proc/cpuinfo\"},\n");
  fprintf(out,
          "  {\"name\": \"usable_cpus\", \"value\": %d, \"unit\": \"\", \"source\": \"sched_getaffinity, cgroup\"},\n",
          sc->usable);
  fprintf(out,
          "  {\"name\": \"physical_cores\", \"value\": %d, \"unit\": \"\", \"source\": \"/sys/devices/system/cpu\"},\n",
          sc->usable);
  fputs("  {\"name\": \"memory_bytes\", \"value\": 8589934592, \"unit\": \"B\", \"source\": \"/proc/meminfo\"},\n",
        out);
  fputs("  {\"name\": \"virtualisation\", \"value\": \"kvm\", \"unit\": \"\", \"source\": \"cpuid\"},\n", out);
  fputs("  {\"name\": \"governor\", \"value\": null, \"unit\": \"\", \"source\": "
        "\"/sys/devices/system/cpu/cpu0/cpufreq\"},\n",
        out);
  fputs("  {\"name\": \"compiler\", \"value\": \"gcc 12.2.0\", \"unit\": \"\", \"source\": \"__VERSION__\"}]}\n", out);
}

/* The first parameter of a kernel, where its problem is "name=value ...": the size of a probe's item. */
static void synth_params(FILE *out, const struct synth_problem *p) {
  int named = (int)strcspn(p->problem, "= ");
  if (strcmp(p->kernel, "grain") != 0)
    return;
  fprintf(out, "{\"name\": \"%.*s\", \"role\": \"size\", \"type\": \"int\", \"initial\": \"1k\", ", named, p->problem);
  fputs("\"min\": 0, \"max\": 1000000, \"choices\": null, \"when\": null, \"unit\": \"\", \"meaning\": \"\"}", out);
}

static void synth_catalog_kernels(FILE *out, const struct synth_scenario *sc) {
  for (const struct synth_problem *p = sc->problems; p->kernel; p++) {
    fputs(p == sc->problems ? "{\"name\": " : ",\n {\"name\": ", out);
    synth_json(out, p->kernel);
    fputs(", \"summary\": ", out);
    synth_json(out, p->summary);
    fputs(", \"doc\": null, \"unit\": ", out);
    synth_json(out, p->unit);
    fprintf(out,
            ", \"bound\": \"cpu\", \"needs\": [], \"min_unit_ns\": 0, \"probes\": %s, \"file\": \"\", "
            "\"flags\": \"gcc -O2\", \"params\": [",
            strcmp(p->kernel, "grain") == 0   ? "\"granularity\""
            : strcmp(p->kernel, "triad") == 0 ? "\"bandwidth\""
                                              : "null");
    synth_params(out, p);
    fputs("]}", out);
  }
}

static void synth_catalog_json(FILE *out, const struct synth_scenario *sc) {
  static const struct {
    const char *name, *summary, *lifetime, *only, *colour, *marker, *dash;
    int usual, processes;
  } variants[] = {
      {"seq", "one worker, no team", "cell", "", "#000000", "circle", "solid", 1, 0},
      {"pthread", "a thread each, every time", "iteration", "", "#0072B2", "square", "12,4", 2, 0},
      {"omp", "OpenMP", "cell", "", "#E69F00", "triangle-up", "24,3", 3, 0},
      {"fork", "a process each, every time", "iteration", "", "#D55E00", "diamond", "4,4", 4, 1},
      {"pool", "threads that stay", "cell", "", "#009E73", "triangle-down", "16,4,3,4", 0, 0},
      {"prefork", "processes that stay", "cell", "", "#CC79A7", "pentagon", "8,3,2,3,2,3", 0, 1},
      {"coro", "coroutines on one thread", "cell", "", "#56B4E9", "square", "2,3", 0, 0},
      {"own", "a program's own way", "cell", "\"own\"", "#555555", "circle", "3,3", 1, 0},
  };
  fputs("{\"schema\": 1, \"kernels\": [", out);
  synth_catalog_kernels(out, sc);
  fputs("],\n \"variants\": [", out);
  for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
    fprintf(out,
            "%s{\"name\": \"%s\", \"summary\": \"%s\", \"lifetime\": \"%s\", \"offers\": [], \"only\": [%s], "
            "\"schedules\": [\"static\"], \"max_workers\": %d, \"serial\": %s, \"usual\": %d, \"look\": {\"colour\": "
            "\"%s\", \"marker\": \"%s\", \"dash\": \"%s\"}, \"processes\": %s, \"unavailable\": null, \"file\": \"\", "
            "\"flags\": \"gcc -O2\"}",
            i ? ",\n  " : "", variants[i].name, variants[i].summary, variants[i].lifetime, variants[i].only, i == 0,
            i == 0 ? "true" : "false", variants[i].usual, variants[i].colour, variants[i].marker, variants[i].dash,
            variants[i].processes ? "true" : "false");
  fputs("]}\n", out);
}

static void synth_headers(const struct synth *s) {
#define COLUMN(name, type, unit, meaning) "," #name
  fputs(&""
#include "../../harness/base/columns.def"
            [1],
        s -> samples);
#undef COLUMN
#define PLAN_COLUMN(name, type, meaning) "," #name
  fputs(&""
#include "../../harness/base/plan.def"
            [1],
        s -> plan);
#undef PLAN_COLUMN
  fputc('\n', s->samples);
  fputc('\n', s->plan);
}

/* Writes a whole run folder. Returns 0, or -1 if the scenario is not known or the folder cannot be written. */
static int synth_run_as(const char *folder, const char *scenario, uint64_t seed, double factor, const char *config) {
  const struct synth_scenario *sc = synth_scenarios;
  while (sc->name && strcmp(sc->name, scenario) != 0)
    sc++;
  if (!sc->name)
    return -1;
  mkdir(folder, 0777);
  FILE *run = synth_file(folder, "run.json"), *machine = synth_file(folder, "machine.json"),
       *catalog = synth_file(folder, "catalog.json");
  struct synth s = {.scenario = sc,
                    .samples = synth_file(folder, "samples.csv"),
                    .plan = synth_file(folder, "plan.csv"),
                    .random = seed * 2654435761u + 88172645463325252ULL,
                    .factor = factor,
                    .round_factor = 1};
  if (!run || !machine || !catalog || !s.samples || !s.plan)
    return -1;
  synth_run_json(run, sc, seed, config), synth_machine_json(machine, sc), synth_catalog_json(catalog, sc);
  synth_headers(&s);
  for (int round = 0; round <= sc->rounds_done; round++) {
    s.cell = s.block = 0;
    for (const struct synth_problem *p = sc->problems; p->kernel; p++, s.block++) {
      s.round_factor = exp(sc->drift * synth_normal(&s));
      synth_block(&s, p, round);
    }
  }
  return fclose(run) | fclose(machine) | fclose(catalog) | fclose(s.samples) | fclose(s.plan) ? -1 : 0;
}

#ifdef SYNTH_NO_MAIN
static int synth_run(const char *folder, const char *scenario, uint64_t seed) {
  return synth_run_as(folder, scenario, seed, 1, NULL);
}
#else
int main(int argc, char **argv) {
  if (argc >= 3) {
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    double factor = argc > 4 ? strtod(argv[4], NULL) : 1;
    return synth_run_as(argv[1], argv[2], seed, factor, argc > 5 ? argv[5] : NULL) ? 2 : 0;
  }
  for (const struct synth_scenario *sc = synth_scenarios; sc->name; sc++)
    printf("%-8s %s\n", sc->name, sc->what);
  return 2;
}
#endif
