/* Looks for dependence between the rounds of a run, pooled over the cells of a class: trend, step, carry-over. Pure.
 *
 * Intervals from order statistics assume that a cell's rounds are independent draws of one distribution. One cell has
 * too few rounds to disprove that; all cells of a class together can. The null hypothesis is that rounds are
 * exchangeable. A permutation test permutes whole rounds, alike in all cells, so that effects shared within a round (a
 * baseline process, a moment of the machine) stay together and keep the level valid. */
#ifndef NWAY_REPORT_DEPENDENCE_H
#define NWAY_REPORT_DEPENDENCE_H

#include "base/paired.h"

#include <stdbool.h>
#include <stdint.h>

/* Kinds of load that a cell puts on the machine, and so on its neighbours. */
enum cell_class {
  CLASS_SERIAL,        /* one worker */
  CLASS_PARALLEL,      /* several workers that persist over iterations */
  CLASS_PER_ITERATION, /* a new team of workers for every iteration */
  CELL_CLASSES
};

enum dependence {
  DEPEND_LAG,      /* consecutive rounds are correlated: Bartels 1982, doi 10.1080/01621459.1982.10477764 */
  DEPEND_TREND,    /* Spearman's rank test, as strong as Kendall's: Stuart 1954, JASA 49, 147-157 */
  DEPEND_STEP,     /* Pettitt 1979, doi 10.2307/2346729 */
  DEPEND_TOGETHER, /* cells with different baseline processes are correlated over rounds */
  DEPEND_CARRY,    /* the class of the preceding process affects the time */
  DEPEND_MODES,    /* two modes: Hartigan & Hartigan 1985, doi 10.1214/aos/1176346577 */
  DEPEND_TICKS,    /* few distinct values: the clock is too coarse */
  DEPENDENCES
};

/* One cell's log ratios. Arrays have one element per round; `before` and `partner` may be NULL (unknown). */
struct cell_rounds {
  enum cell_class class;
  const double *log;         /* NAN if the round has none */
  const signed char *before; /* enum cell_class of the preceding process in the block; -1 none */
  const int64_t *partner;    /* identifies the paired baseline process: equal for cells that share one */
};

/* The dependence found in one class, and the widening of its intervals. */
struct dependence_finding {
  unsigned kinds;    /* OR of 1 << enum dependence */
  bool whole_run;    /* found only in the cells of all classes together */
  double p;          /* smallest familywise p of the permutation tests; NAN if none was possible */
  double factor;     /* for the intervals' length, from the correlation of consecutive rounds; 1 or more */
  double shift;      /* by which each end also moves out: the size of the effect; INFINITY: no interval */
  double spread;     /* DEPEND_LAG, DEPEND_TOGETHER: standard deviation of a cell's rounds, pooled over the cells */
  double lag;        /* of `pooled`: how much consecutive rounds resemble each other; a normal variate if they do not */
  size_t step_round; /* DEPEND_STEP: the last round before the step, from 0 */
  enum cell_class after; /* DEPEND_CARRY: the preceding class with the largest effect */
  size_t cells;
};

struct dependence_findings {
  struct dependence_finding of[CELL_CLASSES];
  /* DEPEND_LAG and DEPEND_TOGETHER in all cells, whatever their class. Widens nothing: for doubts about single pairs of
   * two builds (doubt_of_pooled). The lag is tested by itself, at about 1.5 %, so it is found with fewer cells;
   * `factor` is for the strongest one that these rounds leave open. */
  struct dependence_finding pooled;
};

/* Largest false alarm rate of a run without dependence, over all classes and tests. */
#define DEPEND_LEVEL 0.05
/* Runs with fewer rounds are not tested. */
#define DEPEND_LEAST 8

/* Tests all classes and the whole run. Deterministic. The cost is linear in rounds and in cells. */
struct dependence_findings dependence_find(const struct cell_rounds *cells, size_t count, size_t rounds);

/* Widens the interval of a cell's log ratios by its class's finding: its length around `median` times `factor`, then
 * both ends moved out by `shift`. An infinite shift gives coverage 0 and NAN ends. */
struct interval dependence_widen(struct interval, double median, const struct dependence_finding *);

/* Returns whether a difference of two cells persists: the median of every part of the run (eight parts, fewer under 24
 * rounds) lies on the same side of 0. A step or spell in one of the cells makes a difference in some parts only. */
bool dependence_lasts(const double *log, size_t rounds);

/* Hartigan's dip: distance of the empirical distribution to the nearest unimodal one. n >= 1 sorted values. */
double dip_statistic(const double *sorted, size_t n);

#endif
