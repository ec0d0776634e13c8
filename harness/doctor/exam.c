/* Takes the readings for the doctor; each measured stage has a number of rounds and a time when it ends anyway. */
#include "exam.h"

#include "base/random.h"
#include "loops.h"
#include "machine/disturbance.h"
#include "trial.h"

#include <math.h>
#include <string.h>
#include <time.h>

enum { TWO_ROUNDS = 24, RATE_ROUNDS = 12, NOISE_PAIRS = 80, VALUES_MAX = 80 };
static const int64_t second = 1000000000;
static const int64_t two_ns = 50000000;    /* long enough that a scheduler's slices of some ms fall into every loop */
static const int64_t sample_ns = 20000000; /* the default sample of nway run */
static const int64_t two_limit = 7, rate_limit = 6, noise_limit = 6, trial_limit = 120; /* s */

static int64_t process_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * second + t.tv_nsec;
}

void exam_start(struct exam *exam, const char *root) {
  *exam = (struct exam){.root = root, .random = (uint64_t)clock_ns()};
  readings_unknown(&exam->readings);
  vitals_usable(&exam->usable);
  exam->ticks = vitals_ticks(root, &exam->usable);
  exam->throttled_ns = disturbance_read(root).throttled_ns;
  exam->cpu_ns = process_ns();
  exam->wall_ns = clock_ns();
}

/* Sorts the values. */
static struct estimate estimate_of(double *values, int n) {
  struct estimate e = {.n = n};
  if (n == 0)
    return e;
  sort_doubles(values, (size_t)n);
  e.median = median_sorted(values, (size_t)n);
  e.interval = median_interval(values, (size_t)n, 0.95);
  return e;
}

/* ---- stages ---- */

static void take_facts(struct exam *exam) {
  vitals_facts(exam->root, &exam->usable, &exam->readings.system);
  vitals_cores(exam->root, &exam->usable, &exam->cores, &exam->readings.system);
}

static void take_idle(struct exam *exam) {
  exam->readings.clock = clock_measure();
  struct ticks before = vitals_ticks(exam->root, &exam->usable);
  nanosleep(&(struct timespec){.tv_nsec = second / 2}, NULL);
  exam->readings.busy = ticks_busy(before, vitals_ticks(exam->root, &exam->usable));
}

/* Times a loop on each core alone, then on both side by side, in random order. */
static int two_round(struct exam *exam, const int64_t *iterations, double *wall, double *cpu) {
  const int *pair = exam->readings.pair;
  struct loop alone[2], both[2];
  int order[3] = {0, 1, 2};
  for (int i = 0; i < 2; i++)
    alone[i] = both[i] = (struct loop){.cpu = pair[i], .iterations = iterations[i]};
  random_shuffle(order, 3, &exam->random);
  for (int i = 0; i < 3; i++)
    if (order[i] == 2 ? loops_run(both, 2) : loops_run(&alone[order[i]], 1))
      return -1;
  *wall = (double)(alone[0].wall_ns + alone[1].wall_ns) / fmax((double)both[0].wall_ns, (double)both[1].wall_ns);
  *cpu = 2.0 * (double)(alone[0].cpu_ns + alone[1].cpu_ns) / (double)(both[0].cpu_ns + both[1].cpu_ns);
  return 0;
}

/* Both loops take the same time alone, so that on unlike cores 2.0 is the ideal, too. */
static void take_two(struct exam *exam) {
  struct readings *r = &exam->readings;
  double wall[TWO_ROUNDS], cpu[TWO_ROUNDS];
  int64_t end = clock_ns() + two_limit * second, iterations[2];
  int n = 0;
  if (exam->cores.count < 2)
    return;
  for (int i = 0; i < 2; i++) {
    r->pair[i] = exam->cores.cpus[i];
    iterations[i] = loops_calibrate(r->pair[i], two_ns);
    if (iterations[i] == 0)
      return;
  }
  while (n < TWO_ROUNDS && clock_ns() < end && two_round(exam, iterations, &wall[n], &cpu[n]) == 0)
    n++;
  r->two_wall = estimate_of(wall, n);
  r->two_cpu = estimate_of(cpu, n);
}

/* Measures all cores in each round, so that a short disturbance affects more than one core. */
static void take_rates(struct exam *exam) {
  struct readings *r = &exam->readings;
  static double rates[RATES_MAX][RATE_ROUNDS];
  int cores = exam->cores.count, count = cores < RATES_MAX ? cores : RATES_MAX, rounds = 0, order[RATES_MAX];
  int64_t end = clock_ns() + rate_limit * second;
  int64_t iterations = cores > 0 ? loops_calibrate(exam->cores.cpus[0], sample_ns) : 0;
  for (int i = 0; i < count; i++) {
    order[i] = i;
    r->rate_cpus[i] = exam->cores.cpus[(int64_t)i * cores / count];
  }
  for (; iterations > 0 && rounds < RATE_ROUNDS && (rounds == 0 || clock_ns() < end); rounds++) {
    random_shuffle(order, count, &exam->random);
    for (int i = 0; i < count; i++) {
      struct loop loop = {.cpu = r->rate_cpus[order[i]], .iterations = iterations};
      if (loops_run(&loop, 1) != 0)
        return;
      rates[order[i]][rounds] = (double)iterations * 1e9 / (double)loop.wall_ns;
    }
  }
  for (int i = 0; i < count && rounds > 0; i++)
    r->rates[i] = estimate_of(rates[i], rounds).median;
  r->rate_count = rounds > 0 ? count : 0;
}

static void keep_clock(struct readings *r, int64_t khz) {
  if (khz <= 0)
    return;
  r->mhz_low = fmin(r->mhz_low, (double)khz / 1e3); /* of a NaN and a number these give the number */
  r->mhz_high = fmax(r->mhz_high, (double)khz / 1e3);
}

/* The same loop twice in a row on one core, again and again. */
static void take_noise(struct exam *exam) {
  struct readings *r = &exam->readings;
  double values[NOISE_PAIRS];
  int n = 0;
  int64_t end = clock_ns() + noise_limit * second;
  int64_t iterations = exam->cores.count > 0 ? loops_calibrate(exam->cores.cpus[0], sample_ns) : 0;
  for (; iterations > 0 && n < NOISE_PAIRS && clock_ns() < end; n++) {
    struct loop a = {.cpu = exam->cores.cpus[0], .iterations = iterations, .root = exam->root}, b = a;
    if (loops_run(&a, 1) != 0 || loops_run(&b, 1) != 0)
      break;
    values[n] = fabs(log((double)b.wall_ns / (double)a.wall_ns));
    keep_clock(r, a.khz);
    keep_clock(r, b.khz);
  }
  r->noise = estimate_of(values, n);
}

static void take_end(struct exam *exam) {
  struct ticks now = vitals_ticks(exam->root, &exam->usable);
  int64_t throttled = disturbance_read(exam->root).throttled_ns, used = process_ns() - exam->cpu_ns;
  double own = (double)used / (double)(clock_ns() - exam->wall_ns);
  double busy = ticks_busy(exam->ticks, now);
  exam->readings.busy_during = isnan(busy) ? NAN : fmax(0, busy - own);
  exam->readings.steal = ticks_steal(exam->ticks, now);
  exam->readings.steal_ever = now.cpus > 0 ? now.steal : NAN;
  if (throttled >= 0 && exam->throttled_ns >= 0 && used > 0)
    exam->readings.throttled = (double)(throttled - exam->throttled_ns) / (double)used;
}

static void take_trial(struct exam *exam) {
  int64_t iterations = exam->cores.count > 0 ? loops_calibrate(exam->cores.cpus[0], sample_ns / 2) : 0;
  if (iterations > 0)
    trial_run(iterations, trial_limit * second, &exam->random, &exam->readings.trial);
}

void exam_stage(struct exam *exam, enum stage stage) {
  static void (*const take[STAGES])(struct exam *) = {
      [STAGE_FACTS] = take_facts, [STAGE_IDLE] = take_idle, [STAGE_TWO] = take_two,    [STAGE_RATES] = take_rates,
      [STAGE_NOISE] = take_noise, [STAGE_END] = take_end,   [STAGE_TRIAL] = take_trial};
  take[stage](exam);
}
