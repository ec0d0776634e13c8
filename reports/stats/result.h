/* A run with the analysis of each of its problems: the input of every report. */
#ifndef NWAY_REPORT_RESULT_H
#define NWAY_REPORT_RESULT_H

#include "base/fault.h"
#include "dependence.h"
#include "run_history.h"
#include "scaling.h"

/* A run with the analysis of each of its problems. */
struct result {
  struct run run;
  struct analysis *analyses;             /* one per problem */
  struct dependence_findings dependence; /* dependence between its rounds, by which intervals were widened */
  struct run_history history;            /* empty until result_remember */
  double worth;                   /* smallest relevant change as a share of time: of two builds, of a reference */
  bool alone;                     /* its page is sent alone: without slides and links to files */
  const struct result *reference; /* a run to draw beside this one (reference.h); NULL: none; not owned */
};
#define WORTH 0.03 /* default of `worth` */

/* Fills the analyses of the run that it holds. */
void result_analyse(struct result *);

/* result_load.c: loads and analyses a run. Returns 0, or -1 with a reason. Free with result_free in both cases. */
int result_load(struct result *, const char *folder, struct fault *);
/* The same from a page that holds its run (embed.h); its folder is then that of the page. */
int result_load_page(struct result *, const char *page, struct fault *);
void result_free(struct result *);
/* Whether earlier runs may predict another run: not for two builds, for a page, which holds its run alone, or for what
 * another program measured. */
bool result_has_history(const struct result *);
/* Reads the earlier runs beside it, where it may have some, and fills `history`. */
void result_remember(struct result *);
/* Gives it a reference; judges by the earlier runs without that one. */
void result_refer(struct result *, const struct result *reference);
/* Returns the exit status: 0, 1 (a wrong answer) or 3 (no round was finished, or no cell has a valid time). */
int result_exit(const struct result *);
/* Its answers differ, or one is wrong. */
bool cell_is_wrong(const struct cell *);
/* Skipped on purpose, with a reason in the plan. */
bool cell_is_skipped(const struct cell *);
/* The run ended early and did not measure this cell, which neither failed nor was skipped. */
bool cell_is_unreached(const struct run *, const struct cell *);

#endif
