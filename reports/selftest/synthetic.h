/* Synthetic runs of known truth, nested as real ones are: drift, rounds, processes, samples. For the self-test. */
#ifndef NWAY_REPORT_SYNTHETIC_H
#define NWAY_REPORT_SYNTHETIC_H

#include "data/results.h"

#include <gsl/gsl_rng.h>

/* Cells of one block; the baseline runs twice per round. */
enum synthetic_cell { BASELINE, TWIN, SLOWER_BY_2, SPEEDUP, SYNTHETIC_CELLS };
enum { SYNTHETIC_ROUNDS_MAX = 48, SYNTHETIC_SAMPLES = 5 };
/* True time of the baseline over that of each cell. */
extern const double synthetic_truth[SYNTHETIC_CELLS];

/* Draws a disturbance of a log time with the given scale. */
typedef double draw(gsl_rng *, double scale);

/* Noise model of a run. Scales are shares of the time: 0.01 is 1 %. */
struct noise {
  const char *name, *what;
  draw *process; /* common to all samples of a process */
  double process_scale;
  draw *sample; /* independent for each sample */
  double sample_scale;
  double round_scale;             /* normal, common to all processes of a round */
  double drift_scale, drift_keep; /* AR(1) from process to process: standard deviation, correlation */
  double neighbour;               /* slowdown while an intermittent neighbour is busy */
  double stolen;                  /* share of processes slowed by the host by up to 20 % and marked as distrusted */
  double uneven;                  /* extra effect of drift and neighbour on cells relative to the baseline */
};

struct synthetic {
  struct cell cells[SYNTHETIC_CELLS]; /* only the processes are filled */
  bool flat;                          /* planted fault: each sample counts as a round */
};

/* Allocates a run; free with synthetic_free. */
struct synthetic synthetic_new(bool flat);
void synthetic_free(struct synthetic *);
/* Overwrites the run with a new draw of at most SYNTHETIC_ROUNDS_MAX rounds; `level` multiplies all noise. */
void synthetic_draw(struct synthetic *, const struct noise *, double level, int rounds, gsl_rng *);
/* Returns the cell truncated to `rounds` rounds; it borrows the processes. */
struct cell synthetic_after(const struct synthetic *, enum synthetic_cell, int rounds);

draw draw_normal, draw_student, draw_spiky, draw_slower;

#endif
