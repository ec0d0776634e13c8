/* What the machine alone allows: the ratios of a countdown to itself, on one worker and on two, in one process that
 * never stops and without anything of nway between the samples.
 *   bare RUNS ROUNDS   prints how wide the 95 % intervals of RUNS runs of so many rounds are, of one worker also where
 *                      it changes its CPU by chance, as a process does that the system puts anywhere */
#include "base/clock.h"
#include "base/paired.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { SAMPLES = 5, VISITS = 5, RUNS_MOST = 100, ROUNDS_MOST = 1000 };
static const int64_t sample_ns = 20000000;

/* A round: the baseline, three times, around the two cells that it is compared with. */
enum cell { BASELINE, ONE, TWO, CELLS };
static const enum cell visits[VISITS] = {BASELINE, ONE, BASELINE, TWO, BASELINE};

static cpu_set_t usable;
static pthread_barrier_t begin, end;
static int64_t half;

/* As in kernels/countdown.c. */
__attribute__((noinline)) static void count_down(int64_t i) {
  for (; i != 0; i--)
    __asm__ volatile("" : "+r"(i));
}

static void *second_worker(void *unused) {
  for (;;) {
    pthread_barrier_wait(&begin);
    count_down(half);
    pthread_barrier_wait(&end);
  }
  return unused;
}

static double sample(enum cell cell) {
  int64_t started = clock_ns();
  if (cell == TWO)
    pthread_barrier_wait(&begin);
  count_down(cell == TWO ? half : 2 * half);
  if (cell == TWO)
    pthread_barrier_wait(&end);
  return (double)(clock_ns() - started);
}

/* The log of the median of the samples that a process of nway would take. */
static double visit(enum cell cell) {
  double ns[SAMPLES];
  for (int i = 0; i < SAMPLES; i++)
    ns[i] = sample(cell);
  sort_doubles(ns, SAMPLES);
  return log(median_sorted(ns, SAMPLES));
}

/* Keeps the first worker on a CPU, as nway keeps a cell of one thread; the second one is free. */
static void stay_on(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET((size_t)cpu, &one);
  if (CPU_ISSET((size_t)cpu, &usable) && sched_setaffinity(0, sizeof one, &one) != 0)
    perror("bare");
}

static int any_cpu(void) {
  int chosen = rand() % CPU_COUNT(&usable), cpu = 0;
  for (; !CPU_ISSET((size_t)cpu, &usable) || chosen-- > 0; cpu++)
    ;
  return cpu;
}

/* Adds a round's ratio of each cell over the baseline. */
static void run_round(double logs[CELLS][ROUNDS_MOST], int round, bool roams) {
  double of[VISITS], base[CELLS];
  int count = 0;
  for (int i = 0; i < VISITS; i++) {
    if (roams)
      stay_on(any_cpu());
    of[i] = visit(visits[i]);
    if (visits[i] == BASELINE)
      base[count++] = of[i];
  }
  double median = partners_median(base, (size_t)count);
  for (int i = 0; i < VISITS; i++)
    logs[visits[i]][round] = median - of[i];
}

/* Measures a run; widths in percent go to `out`. */
static void run_all(int rounds, bool roams, double out[CELLS]) {
  static double logs[CELLS][ROUNDS_MOST];
  for (int round = 0; round < rounds; round++)
    run_round(logs, round, roams);
  for (enum cell cell = ONE; cell < CELLS; cell++) {
    sort_doubles(logs[cell], (size_t)rounds);
    struct interval interval = median_interval(logs[cell], (size_t)rounds, 0.95);
    out[cell] = 100 * expm1(interval.high - interval.low);
  }
}

static void print(const char *name, double *widths, int runs) {
  int wide = 0;
  sort_doubles(widths, (size_t)runs);
  for (int i = 0; i < runs; i++)
    wide += widths[i] > 2;
  printf("%-28s %6.1f %%  [%.1f, %.1f]   %d of %d above 2 %%\n", name, median_sorted(widths, (size_t)runs),
         widths[runs / 4], widths[runs - 1 - runs / 4], wide, runs);
}

/* How many iterations take half a sample. */
static int64_t calibrate(void) {
  int64_t iterations = 1000000, started = clock_ns();
  count_down(iterations);
  return iterations * (sample_ns / 2) / (clock_ns() - started);
}

/* Measures a run that stays on its CPU, and one that does not. */
static void run_both(int rounds, double *one, double *two, double *roaming) {
  double of[CELLS];
  stay_on(sched_getcpu());
  run_all(rounds, false, of);
  *one = of[ONE], *two = of[TWO];
  run_all(rounds, true, of);
  *roaming = of[ONE];
}

int main(int argc, char **argv) {
  static double one[RUNS_MOST], two[RUNS_MOST], roaming[RUNS_MOST];
  int runs = argc == 3 ? atoi(argv[1]) : 0, rounds = argc == 3 ? atoi(argv[2]) : 0;
  pthread_t thread;
  if (runs < 1 || runs > RUNS_MOST || rounds < 6 || rounds > ROUNDS_MOST) {
    fprintf(stderr, "usage: bare RUNS ROUNDS (1 to %d; 6 to %d)\n", RUNS_MOST, ROUNDS_MOST);
    return 2;
  }
  pthread_barrier_init(&begin, NULL, 2), pthread_barrier_init(&end, NULL, 2);
  half = calibrate();
  if (sched_getaffinity(0, sizeof usable, &usable) != 0 || pthread_create(&thread, NULL, second_worker, NULL) != 0)
    return 2;
  for (int run = 0; run < runs; run++)
    run_both(rounds, &one[run], &two[run], &roaming[run]);
  printf("A countdown against itself in one process, nothing of nway between its samples: %d runs of %d rounds.\n"
         "                             width of the 95 %% interval of the ratio: median [quartiles]\n",
         runs, rounds);
  print("one worker, on one CPU", one, runs);
  print("one worker, on any CPU", roaming, runs);
  print("two workers", two, runs);
  return 0;
}
