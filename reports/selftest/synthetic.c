/* Synthetic runs of known truth, nested as real ones are: drift, rounds, processes, samples. For the self-test. */
#include "synthetic.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

enum { BASES = 3, SLOTS = SYNTHETIC_CELLS - 1 + BASES };

const double synthetic_truth[SYNTHETIC_CELLS] = {
    [BASELINE] = 1, [TWIN] = 1, [SLOWER_BY_2] = 1 / 1.02, [SPEEDUP] = 1.93};

/* ---- noise ---- */

double draw_normal(gsl_rng *rng, double scale) { return gsl_ran_gaussian_ziggurat(rng, scale); }

/* Student t with 2 degrees of freedom: no variance. */
double draw_student(gsl_rng *rng, double scale) { return scale * gsl_ran_tdist(rng, 2); }

/* Normal; one in twenty is the absolute value of a Cauchy variate: interrupts, other processes. */
double draw_spiky(gsl_rng *rng, double scale) {
  if (gsl_rng_uniform(rng) < 0.05)
    return fabs(gsl_ran_cauchy(rng, 5 * scale));
  return draw_normal(rng, scale);
}

/* Log-normal on top of the undisturbed time: never faster. */
double draw_slower(gsl_rng *rng, double scale) { return log1p(scale * gsl_ran_lognormal(rng, 0, 1)); }

/* State of the machine that persists between processes. */
struct state {
  double drift, round;
  bool neighbour;
};

static void pass_time(struct state *s, const struct noise *noise, gsl_rng *rng) {
  const double come_or_go = 0.02; /* once in 50 processes */
  s->drift = noise->drift_keep * s->drift +
             draw_normal(rng, noise->drift_scale * sqrt(1 - noise->drift_keep * noise->drift_keep));
  if (noise->neighbour > 0 && gsl_rng_uniform(rng) < come_or_go)
    s->neighbour = !s->neighbour;
}

static struct state first_state(const struct noise *noise, gsl_rng *rng) {
  return (struct state){.drift = draw_normal(rng, noise->drift_scale),
                        .neighbour = noise->neighbour > 0 && gsl_rng_uniform(rng) < 0.5};
}

/* ---- a process, a round, a run ---- */

struct drawn {
  enum synthetic_cell cell;
  double samples[SYNTHETIC_SAMPLES]; /* ns */
  bool distrusted;
};

static void draw_process(struct drawn *d, const struct state *s, const struct noise *noise, double level,
                         gsl_rng *rng) {
  const double undisturbed_ns = 20e6, most = 2; /* clamp: a larger spike keeps its rank but may overflow */
  double feels = d->cell == BASELINE ? 1 : 1 + noise->uneven;
  double common = feels * (level * s->drift + s->neighbour * noise->neighbour) + level * s->round;
  d->distrusted = noise->stolen > 0 && gsl_rng_uniform(rng) < noise->stolen;
  if (d->distrusted)
    common += 0.2 * gsl_rng_uniform(rng);
  common += noise->process(rng, level * noise->process_scale);
  for (int k = 0; k < SYNTHETIC_SAMPLES; k++) {
    double disturbed = common + noise->sample(rng, level * noise->sample_scale);
    d->samples[k] = undisturbed_ns / synthetic_truth[d->cell] * exp(fmin(fmax(disturbed, -most), most));
  }
}

/* Random order like the harness's: a baseline before or after each part of the other cells. */
static void deal(struct drawn slots[SLOTS], gsl_rng *rng) {
  int others[] = {TWIN, SLOWER_BY_2, SPEEDUP};
  gsl_ran_shuffle(rng, others, sizeof others / sizeof *others, sizeof *others);
  for (int part = 0; part < BASES; part++) {
    int first = gsl_rng_uniform(rng) < 0.5;
    slots[2 * part + !first].cell = BASELINE;
    slots[2 * part + first].cell = (enum synthetic_cell)others[part];
  }
}

static void add(struct synthetic *s, const struct drawn *d, int round, int order, double ns) {
  struct cell *c = &s->cells[d->cell];
  c->processes[c->process_count++] =
      (struct process){.round = round, .order = order, .ns = ns, .ok = true, .distrusted = d->distrusted};
}

static void add_round(struct synthetic *s, struct drawn slots[SLOTS], int round) {
  for (int k = 0; s->flat && k < SYNTHETIC_SAMPLES; k++)
    for (int i = 0; i < SLOTS; i++)
      add(s, &slots[i], round * SYNTHETIC_SAMPLES + k, i, slots[i].samples[k]);
  for (int i = 0; !s->flat && i < SLOTS; i++)
    add(s, &slots[i], round, i, process_ns(slots[i].samples, SYNTHETIC_SAMPLES));
}

void synthetic_draw(struct synthetic *s, const struct noise *noise, double level, int rounds, gsl_rng *rng) {
  struct state state = first_state(noise, rng);
  struct drawn slots[SLOTS];
  for (int i = 0; i < SYNTHETIC_CELLS; i++)
    s->cells[i].process_count = 0;
  for (int round = 1; round <= rounds; round++) {
    state.round = draw_normal(rng, noise->round_scale);
    deal(slots, rng);
    for (int i = 0; i < SLOTS; i++) {
      pass_time(&state, noise, rng);
      draw_process(&slots[i], &state, noise, level, rng);
    }
    add_round(s, slots, round);
  }
}

static size_t processes_of(const struct synthetic *s, enum synthetic_cell cell, int rounds) {
  return (size_t)rounds * (cell == BASELINE ? BASES : 1) * (s->flat ? SYNTHETIC_SAMPLES : 1);
}

struct cell synthetic_after(const struct synthetic *s, enum synthetic_cell cell, int rounds) {
  struct cell c = s->cells[cell];
  c.process_count = processes_of(s, cell, rounds);
  return c;
}

struct synthetic synthetic_new(bool flat) {
  struct synthetic s = {.flat = flat};
  for (int i = 0; i < SYNTHETIC_CELLS; i++)
    s.cells[i].processes =
        must_alloc(processes_of(&s, (enum synthetic_cell)i, SYNTHETIC_ROUNDS_MAX), sizeof *s.cells[i].processes);
  return s;
}

void synthetic_free(struct synthetic *s) {
  for (int i = 0; i < SYNTHETIC_CELLS; i++)
    free(s->cells[i].processes);
  *s = (struct synthetic){0};
}
