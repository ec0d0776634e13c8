/* Looks for dependence between the rounds of a run, pooled over the cells of a class: trend, step, carry-over. Pure.
 *
 * An interval from order statistics holds if a cell's rounds are independent draws of one distribution. One cell has
 * too few rounds to show that they are not; all cells of a class together do. The null hypothesis is that the order of
 * the rounds means nothing, and it is tested as such: whole rounds change places, in all cells alike, so that what the
 * cells of a round share (a baseline process, a moment of the machine) stays together and costs no level. */
#ifndef NWAY_REPORT_DEPENDENCE_H
#define NWAY_REPORT_DEPENDENCE_H

#include "base/paired.h"

#include <stdbool.h>
#include <stdint.h>

/* What a cell does to the machine, and so to its neighbours. */
enum cell_class {
  CLASS_SERIAL,        /* one worker */
  CLASS_PARALLEL,      /* several workers that stay */
  CLASS_PER_ITERATION, /* a new team of workers for every iteration */
  CELL_CLASSES
};

enum dependence {
  DEPEND_LAG,      /* a round is like the one before it: Bartels 1982, doi 10.1080/01621459.1982.10477764 */
  DEPEND_TREND,    /* Spearman's rank test, as strong as Kendall's: Stuart 1954, JASA 49, 147-157 */
  DEPEND_STEP,     /* Pettitt 1979, doi 10.2307/2346729 */
  DEPEND_TOGETHER, /* cells paired with different baseline processes move together from round to round */
  DEPEND_CARRY,    /* the class that ran just before matters */
  DEPEND_MODES,    /* two modes: Hartigan & Hartigan 1985, doi 10.1214/aos/1176346577 */
  DEPEND_TICKS,    /* the same few values again and again: a clock too coarse for what it times */
  DEPENDENCES
};

/* One cell's log ratios. Arrays have an element a round; `before` and `partner` may be NULL (unknown). */
struct cell_rounds {
  enum cell_class class;
  const double *log;         /* NAN where the round has none */
  const signed char *before; /* enum cell_class of the process that ran just before the cell's; -1 none */
  const int64_t *partner;    /* which baseline process it is paired with: equal for cells that share one */
};

/* What was found in the cells of one class, and what it does to their intervals. */
struct dependence_finding {
  unsigned kinds;        /* bit 1 << enum dependence each */
  bool whole_run;        /* seen in the cells of all classes together, not in this class by itself */
  double p;              /* the least familywise p of the tests by change of places; NAN where none could be made */
  double factor;         /* of the intervals' length, from the correlation of neighbouring rounds; 1 or more */
  double shift;          /* by which each end moves out as well: the size of what was found; INFINITY: no interval */
  size_t step_round;     /* DEPEND_STEP: the last round, from 0, before it */
  enum cell_class after; /* DEPEND_CARRY: the class that matters most */
  size_t cells;
};

struct dependence_findings {
  struct dependence_finding of[CELL_CLASSES];
};

/* Share of runs without dependence in which anything is found: at most this, over all classes and tests. */
#define DEPEND_LEVEL 0.05
/* Fewer rounds than this show nothing; nothing is tested. */
#define DEPEND_LEAST 8

/* Tests all classes and the whole run. Always the same answer for the same data. About rounds^2 x cells operations. */
struct dependence_findings dependence_find(const struct cell_rounds *cells, size_t count, size_t rounds);

/* The interval of a cell's log ratios as the finding of its class leaves it: around `median`, its length times
 * `factor`, both ends moved out by `shift`. Coverage becomes 0 and both ends NAN where there is none. */
struct interval dependence_widen(struct interval, double median, const struct dependence_finding *);

/* Whether a difference of two cells shows all along: the median of every part of the run (eight parts, fewer under 24
 * rounds) lies on the same side of 0. A step or a spell that met one of the two makes a difference in some parts only.
 */
bool dependence_lasts(const double *log, size_t rounds);

/* Distance of an empirical distribution to the nearest one with a single mode. n >= 1 sorted values. */
double dip_statistic(const double *sorted, size_t n);

#endif
