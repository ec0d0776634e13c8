/* Synthetic runs of known truth, nested as real ones are: drift, rounds, processes, samples. For the self-test. */
#ifndef NWAY_REPORT_SYNTHETIC_H
#define NWAY_REPORT_SYNTHETIC_H

#include "data/results.h"

#include <gsl/gsl_rng.h>

/* One block: the baseline, twice a round, and three cells. */
enum synthetic_cell { BASELINE, TWIN, SLOWER_BY_2, SPEEDUP, SYNTHETIC_CELLS };
enum { SYNTHETIC_ROUNDS_MAX = 48, SYNTHETIC_SAMPLES = 5 };
/* True time of the baseline over that of each cell. */
extern const double synthetic_truth[SYNTHETIC_CELLS];

/* A disturbance of the logarithm of a time, of about the given size. */
typedef double draw(gsl_rng *, double scale);

/* What disturbs the times of a run. Scales are shares of the time: 0.01 is 1 %. */
struct noise {
  const char *name, *what;
  draw *process; /* the same for all samples of a process */
  double process_scale;
  draw *sample; /* each sample's own */
  double sample_scale;
  double round_scale;             /* normal, the same for all processes of a round */
  double drift_scale, drift_keep; /* AR(1) from process to process: standard deviation, correlation */
  double neighbour;               /* slows all while a neighbour is busy, which comes and goes */
  double stolen;                  /* share of processes that the host robs of up to 20 %, and marks as distrusted */
  double uneven;                  /* cells feel this much more of drift and neighbour than the baseline does */
};

struct synthetic {
  struct cell cells[SYNTHETIC_CELLS]; /* only the processes are filled */
  bool flat;                          /* the planted fault: each sample poses as a round of its own */
};

/* Makes room; free with synthetic_free. */
struct synthetic synthetic_new(bool flat);
void synthetic_free(struct synthetic *);
/* Draws a new run of at most SYNTHETIC_ROUNDS_MAX rounds in place of the old one; `level` scales all noise. */
void synthetic_draw(struct synthetic *, const struct noise *, double level, int rounds, gsl_rng *);
/* The cell as it was after so many rounds; it borrows the processes. */
struct cell synthetic_after(const struct synthetic *, enum synthetic_cell, int rounds);

draw draw_normal, draw_student, draw_spiky, draw_slower;

#endif
