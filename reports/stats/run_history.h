/* Predicts each cell's figures in another run from the earlier runs beside a run. */
#ifndef NWAY_REPORT_RUN_HISTORY_H
#define NWAY_REPORT_RUN_HISTORY_H

#include "history.h"
#include "scaling.h"

struct cell_history {
  struct run_prediction speedup; /* over best-serial, if it is the same cell in both runs */
  struct run_prediction time;    /* ns per iteration */
};

struct run_history {
  size_t runs;                 /* earlier runs of the same machine, configuration and programs */
  size_t busy, synthetic;      /* of these, on a busy machine (fitness.h), and made by a generator */
  struct cell_history **cells; /* [problem][cell], as in the analyses */
  size_t problems;
};

/* Predicts from the earlier runs (data/earlier.h) and this one. Free with run_history_free. */
struct run_history run_history(const struct run *, const struct analysis *, const struct run *earlier, size_t count);
void run_history_free(struct run_history *);

#endif
