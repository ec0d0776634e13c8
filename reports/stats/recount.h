/* Counts a cell's figures again from its processes, in the plainest way and sharing no code with the analysis, so that
 * the page can check it. Pure. */
#ifndef NWAY_REPORT_RECOUNT_H
#define NWAY_REPORT_RECOUNT_H

#include "scaling.h"

/* Work units a second: those of one execution over the median of the rounds' median times; NAN if unknown. */
double recount_throughput(const struct cell *);

/* The speedup of a cell over `base`, counted again. */
struct recount {
  size_t rounds;
  double median;   /* of the rounds' ratios */
  double coverage; /* exact, of the interval low to high as order statistics of the ratios (David & Nagaraja 2003,
                      section 7.1); a wider one has more */
};
/* `trusted_only`: without the processes that the machine disturbed. */
struct recount recount_speedup(const struct cell *base, const struct cell *cell, bool trusted_only, double low,
                               double high);

#endif
