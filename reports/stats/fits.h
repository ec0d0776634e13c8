/* The fits of a whole table, or of a run: one a group of rows. */
#ifndef NWAY_REPORT_FITS_H
#define NWAY_REPORT_FITS_H

#include "data/scaling_table.h"
#include "fit.h"
#include "scaling.h"

struct fit_group {
  char **texts; /* one a column of `fits`; raw foreign text */
  struct fit_point *rows, *points;
  size_t row_count;
  size_t left_out; /* points on more workers than CPUs, of CPU-bound work: they show waiting */
  bool weak;
  struct fit fit;
};

struct fits {
  char **columns; /* that tell the groups apart; raw foreign text */
  size_t column_count;
  char *workers, *value; /* what was counted and measured, as in "threads" and "seconds" */
  bool time;             /* the value is a time; rates are 1 / time */
  bool torn;             /* the last line of the table had no end and was left out */
  struct fit_group *groups;
  size_t count;
};

/* Each group of a reader's table. Free with fits_free. */
struct fits fits_of_table(const struct scaling_table *);
/* One way, figures from..to of a problem: speedups over its own serial cell. Without texts. */
struct fit_group fit_of_way(const struct analysis *, size_t from, size_t to);
/* Each way of each problem with more than one count. Rates are speedups. Free with fits_free. */
struct fits fits_of_run(const struct run *, const struct analysis *analyses);
void fit_group_free(struct fit_group *, size_t columns);
void fits_free(struct fits *);

#endif
