/* What the machine alone allows: the ratios of a countdown to itself, on one worker and on two, in one process that
 * never stops and without anything of nway between the samples.
 *   bare RUNS ROUNDS   prints how wide the 95 % intervals of RUNS runs of so many rounds are */
#include "base/clock.h"
#include "base/paired.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

enum { SAMPLES = 5, VISITS = 5, RUNS_MOST = 100, ROUNDS_MOST = 1000 };
static const int64_t sample_ns = 20000000;

/* A round: the baseline, three times, around the two cells that it is compared with. */
enum cell { BASELINE, ONE, TWO, CELLS };
static const enum cell visits[VISITS] = {BASELINE, ONE, BASELINE, TWO, BASELINE};

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

/* Adds a round's ratio of each cell over the baseline. */
static void run_round(double logs[CELLS][ROUNDS_MOST], int round) {
  double of[VISITS], base[CELLS];
  int count = 0;
  for (int i = 0; i < VISITS; i++) {
    of[i] = visit(visits[i]);
    if (visits[i] == BASELINE)
      base[count++] = of[i];
  }
  double median = partners_median(base, (size_t)count);
  for (int i = 0; i < VISITS; i++)
    logs[visits[i]][round] = median - of[i];
}

/* Measures a run; widths in percent go to `out`. */
static void run_all(int rounds, double out[CELLS]) {
  static double logs[CELLS][ROUNDS_MOST];
  for (int round = 0; round < rounds; round++)
    run_round(logs, round);
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
  printf("%-12s %6.1f %%  [%.1f, %.1f]   %d of %d above 2 %%\n", name, median_sorted(widths, (size_t)runs),
         widths[runs / 4], widths[runs - 1 - runs / 4], wide, runs);
}

/* Keeps the first worker on its CPU, as nway keeps a cell of one worker; the second one is free. */
static int stay(void) {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET((size_t)sched_getcpu(), &here);
  return sched_setaffinity(0, sizeof here, &here);
}

/* How many iterations take half a sample. */
static int64_t calibrate(void) {
  int64_t iterations = 1000000, started = clock_ns();
  count_down(iterations);
  return iterations * (sample_ns / 2) / (clock_ns() - started);
}

int main(int argc, char **argv) {
  static double widths[CELLS][RUNS_MOST];
  int runs = argc == 3 ? atoi(argv[1]) : 0, rounds = argc == 3 ? atoi(argv[2]) : 0;
  pthread_t thread;
  if (runs < 1 || runs > RUNS_MOST || rounds < 6 || rounds > ROUNDS_MOST) {
    fprintf(stderr, "usage: bare RUNS ROUNDS (1 to %d; 6 to %d)\n", RUNS_MOST, ROUNDS_MOST);
    return 2;
  }
  pthread_barrier_init(&begin, NULL, 2), pthread_barrier_init(&end, NULL, 2);
  half = calibrate();
  if (pthread_create(&thread, NULL, second_worker, NULL) != 0 || stay() != 0)
    return 2;
  for (int run = 0; run < runs; run++) {
    double of[CELLS];
    run_all(rounds, of);
    for (enum cell cell = ONE; cell < CELLS; cell++)
      widths[cell][run] = of[cell];
  }
  printf("A countdown against itself in one process, nothing of nway between its samples: %d runs of %d rounds.\n"
         "             width of the 95 %% interval of the ratio: median [quartiles]\n",
         runs, rounds);
  print("one worker", widths[ONE], runs);
  print("two workers", widths[TWO], runs);
  return 0;
}
