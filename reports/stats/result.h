/* A run with the analysis of each of its problems: what every sentence, chart and page is made from. */
#ifndef NWAY_REPORT_RESULT_H
#define NWAY_REPORT_RESULT_H

#include "base/fault.h"
#include "dependence.h"
#include "run_history.h"
#include "scaling.h"

/* A run with the analysis of each of its problems. */
struct result {
  struct run run;
  struct analysis *analyses;             /* one a problem */
  struct dependence_findings dependence; /* of its rounds: what the intervals of a class were widened for */
  struct run_history history;            /* empty until result_remember */
  double worth;                          /* of a run of two builds: the share of time that is worth attention */
};
#define WORTH 0.03 /* that share where nobody says another */

/* Returns 0, or -1 with a reason. Free with result_free in both cases. */
int result_load(struct result *, const char *folder, struct fault *);
void result_free(struct result *);
/* Reads the earlier runs beside it, for what another run would show. Not of a run of two builds. */
void result_remember(struct result *);
/* What the process should exit with: 0, 1 (a wrong answer) or 3 (nothing could be decided). */
int result_exit(const struct result *);
/* Its answers differ, or one was wrong. */
bool cell_is_wrong(const struct cell *);
/* Left out on purpose, with a reason in the plan. */
bool cell_is_skipped(const struct cell *);

#endif
