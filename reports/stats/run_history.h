/* The figures of earlier runs beside those of a run: what another run would show of each cell. */
#ifndef NWAY_REPORT_RUN_HISTORY_H
#define NWAY_REPORT_RUN_HISTORY_H

#include "history.h"
#include "scaling.h"

struct cell_history {
  struct run_prediction speedup; /* over best-serial, where that is the same cell in both runs */
  struct run_prediction time;    /* ns an iteration */
};

struct run_history {
  size_t runs;                 /* earlier ones of the same machine, configuration and programs */
  struct cell_history **cells; /* problem by problem, cell by cell as in the analyses */
  size_t problems;
};

/* Reads the earlier runs (earlier.h) and predicts from them and from this one. Runs that cannot be read are left out.
 * Free with run_history_free. */
struct run_history run_history(const struct run *, const struct analysis *);
void run_history_free(struct run_history *);

#endif
