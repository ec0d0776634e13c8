/* Whether the processes of a cell begin with a slow sample, so that its figures may include warm-up. */
#ifndef NWAY_SLOW_START_H
#define NWAY_SLOW_START_H

#include "data/results.h"

#include <stdbool.h>

struct slow_start {
  double excess; /* median over processes of the first sample's time over that of the later ones, less 1; NAN: unknown */
  bool proven;   /* over SLOW_START: sign test at 0.1 %, so that 50 steady cells give one false one in 20 runs */
};
#define SLOW_START 0.02

/* Looks at the rounds after the sixth where there are six of them: a run may discard first samples from then on. */
struct slow_start slow_start_of(const struct cell *);

#endif
