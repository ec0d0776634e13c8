/* nway selftest: synthetic runs of known truth through the report's own analysis, and how often it is right. */
#ifndef NWAY_REPORT_SELFTEST_H
#define NWAY_REPORT_SELFTEST_H

#include "base/fault.h"
#include "stats/scaling.h"
#include "synthetic.h"

#define SELFTEST_FALSE_ALARM 0.05 /* of the verdict of a table, spread over what is judged in it */

/* Faults that the self-test must find. Only the table that a fault meets is run. */
enum plant {
  PLANT_NONE,
  PLANT_FLAT,      /* "flat-pooling": every sample counts as a round */
  PLANT_OVERLAP,   /* "overlap-intervals": a cell leaves the set of the best by its own interval, uncorrected */
  PLANT_NAIVE,     /* "naive-headline": the best's own interval, as if it had not been chosen */
  PLANT_BASELINE,  /* "uncorrected-baseline": serial cells against the baseline one by one */
  PLANT_UNSHIFTED, /* "unshifted-gate": a slowdown counts whose median is larger than --worth */
  PLANT_BLIND,     /* "blind": dependence between rounds is not looked for */
  PLANT_UNSHARED,  /* "unshared-baselines": cells that share a baseline process count as if each had its own */
  PLANT_CREDULOUS, /* "credulous-pairs": what met only one of two builds is not looked for */
  PLANT_OWN_RUN,   /* "own-run": a run's own interval stands for another run's figure */
  PLANTS
};
/* The fault of that name; PLANT_NONE if there is none. */
enum plant selftest_plant(const char *name);

struct selftest {
  int64_t sets, seed;
  enum plant plant;
};

/* So many rounds, or looks until the interval is narrow enough. */
struct rounds_plan {
  const char *name;
  int rounds;   /* at most */
  double width; /* of the interval at which it stops; 0: never before */
  double level; /* of noise: a machine on which this stop has something to decide */
};

/* What came out of all data sets of one noise and one plan of rounds. */
struct scores {
  const struct noise *noise;
  const struct rounds_plan *plan;
  int64_t sets;
  int64_t covered;        /* the interval of the speedup holds the true one */
  int64_t called;         /* identical cells called different */
  int64_t found;          /* the 2 % slower cell called slower */
  double rounds;          /* sum of the rounds taken */
  double promised;        /* sum of the coverages that the intervals state */
  double bias, bias_half; /* mean of log(median / truth), half width of its 95 % interval */
};

struct share {
  double low, high;
};

extern const size_t selftest_rows, selftest_judged;
/* Runs one row of the table. */
struct scores selftest_row(const struct selftest *, size_t row);
/* Whether the row has part in the verdict, and whether it passes. */
bool selftest_is_judged(const struct scores *);
bool selftest_passes(const struct scores *);
/* Whether a row of so many sets fails at least where it covers none of them, or all. */
bool selftest_can_fail(int64_t sets);

/* A seed for a row's own stream, so that no two share data sets (splitmix64). */
unsigned long selftest_seed(int64_t seed, size_t row);
/* Binomial interval of a share, `count` of `of`. Source: Clopper & Pearson 1934, doi 10.1093/biomet/26.4.404. */
struct share clopper_pearson(int64_t count, int64_t of, double level);

enum { SELFTEST_PASSED = 0, SELFTEST_FAILED = 1, SELFTEST_UNDECIDED = 3 };
/* The table and its verdict. Undecided: so few sets that no row could fail, or that a planted fault was not found. */
int selftest_print(const struct selftest *, FILE *out);

#endif
