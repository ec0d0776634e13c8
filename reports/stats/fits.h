/* The fits of a whole table or run: one per group of rows. */
#ifndef NWAY_REPORT_FITS_H
#define NWAY_REPORT_FITS_H

#include "data/scaling_table.h"
#include "fit.h"
#include "scaling.h"

struct fit_group {
  char **texts; /* one per column of `fits`; raw foreign text */
  struct fit_point *rows, *points;
  size_t row_count;
  size_t left_out; /* excluded points: CPU-bound work on more workers than CPUs, which includes waiting */
  bool weak;
  bool busy;    /* measured on a busy machine */
  size_t unfit; /* rows whose figure carries no verdict (fitness.h); with `busy` or any of these the fit carries none */
  struct fit fit;
};

struct fits {
  char **columns; /* grouping columns; raw foreign text */
  size_t column_count;
  char *workers, *value; /* column names, such as "threads" and "seconds" */
  bool time;             /* the value is a time; rates are 1 / time */
  bool torn;             /* the table's last line was incomplete and was ignored */
  struct fit_group *groups;
  size_t count;
};

/* Fits each group of a user's table. Free with fits_free. */
struct fits fits_of_table(const struct scaling_table *);
/* Fits one way, figures from..to of a problem: speedups over its own serial cell. Leaves `texts` empty. */
struct fit_group fit_of_way(const struct analysis *, size_t from, size_t to);
/* Fits each way of each problem with more than one count. Rates are speedups. Free with fits_free. */
struct fits fits_of_run(const struct run *, const struct analysis *analyses);
void fit_group_free(struct fit_group *, size_t columns);
void fits_free(struct fits *);

#endif
