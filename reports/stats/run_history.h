/* Predicts each cell's figures in another run from the earlier runs beside a run. */
#ifndef NWAY_REPORT_RUN_HISTORY_H
#define NWAY_REPORT_RUN_HISTORY_H

#include "history.h"
#include "scaling.h"

struct cell_history {
  struct run_prediction speedup; /* over best-serial, if it is the same cell in both runs */
  struct run_prediction time;    /* ns per iteration */
  struct run_prediction before;  /* the same from the earlier runs alone, without the reference: its yardstick */
};

struct run_history {
  size_t runs;                 /* earlier runs of the same machine, configuration and programs that are a yardstick */
  size_t synthetic;            /* of these, made by a generator */
  bool unfit;                  /* this run is none: it is not among those that predict */
  size_t busy, few;            /* others, left out: on a busy machine (fitness.h), and of too few rounds */
  struct cell_history **cells; /* [problem][cell], as in the analyses */
  size_t problems;
};

/* Whether an earlier run shows what runs differ by: its machine was not busy, and it has the rounds of an interval. */
bool run_is_yardstick(const struct run *);
/* Predicts from those of the earlier runs (data/earlier.h) and this one that are a yardstick; HISTORY_LEAST + 1 of them
 * are needed. `reference`: a run that this one is compared with, or NULL. Free with run_history_free. */
struct run_history run_history(const struct run *, const struct analysis *, const struct run *earlier, size_t count,
                               const struct run *reference);
void run_history_free(struct run_history *);

#endif
