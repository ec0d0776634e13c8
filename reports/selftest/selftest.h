/* nway selftest: runs the report's analysis on synthetic runs of known truth and counts how often it is right. */
#ifndef NWAY_REPORT_SELFTEST_H
#define NWAY_REPORT_SELFTEST_H

#include "base/fault.h"
#include "stats/scaling.h"
#include "synthetic.h"

#define SELFTEST_FALSE_ALARM 0.05 /* false alarm rate of a table, divided among its judged rows */

/* Faults that the self-test must find. A fault runs only the table that must detect it. */
enum plant {
  PLANT_NONE,
  PLANT_FLAT,        /* "flat-pooling": every sample counts as a round */
  PLANT_OVERLAP,     /* "overlap-intervals": uncorrected intervals decide the set of the best */
  PLANT_NAIVE,       /* "naive-headline": the best's interval without correction for the choice */
  PLANT_ONE_PILOT,   /* "one-pilot": a single process of each serial cell decides which is the baseline */
  PLANT_BASELINE,    /* "uncorrected-baseline": serial cells compared with the baseline without correction */
  PLANT_UNSHIFTED,   /* "unshifted-gate": the median alone decides whether a slowdown exceeds --worth */
  PLANT_BLIND,       /* "blind": no search for dependence between rounds */
  PLANT_UNSHARED,    /* "unshared-baselines": shared baseline processes treated as separate */
  PLANT_APART,       /* "apart": cells that go together within a round are not looked for */
  PLANT_CREDULOUS,   /* "credulous-pairs": no search for noise in only one of two builds */
  PLANT_FILLED,      /* "filled-runs": a spell is taken not to fill all rounds of a pair */
  PLANT_OWN_RUN,     /* "own-run": a run's own interval predicts another run's figure */
  PLANT_SHIFTLESS,   /* "no-shift": what moves all cells of a run counts as no difference between runs */
  PLANT_HASTY,       /* "hasty-advice": one count below the smallest median, as if it were proven */
  PLANT_ONE_MINIMUM, /* "one-minimum": counts are looked for next to the fastest alone */
  PLANT_OWN_WAY,     /* "own-way": the advised way's interval without correction for the choice */
  PLANT_EAGER,       /* "eager-stop": a cell ends as soon as its interval excludes 1 */
  PLANT_SHAPELESS,   /* "shapeless": slower work above the cores is blamed on shared cores, whatever its shape */
  PLANTS
};
/* Returns the fault called `name`, or PLANT_NONE. */
enum plant selftest_plant(const char *name);

struct selftest {
  int64_t sets, seed;
  enum plant plant;
};

/* A fixed number of rounds, or an adaptive stop at an interval width. */
struct rounds_plan {
  const char *name;
  int rounds;   /* at most */
  double width; /* interval width at which it stops early; 0: no early stop */
  double level; /* noise multiplier that makes the stop matter */
};

/* Results over all data sets of one noise and one plan of rounds. */
struct scores {
  const struct noise *noise;
  const struct rounds_plan *plan;
  int64_t sets;
  int64_t covered;        /* intervals that contain the true speedup */
  int64_t called;         /* identical cells called different */
  int64_t found;          /* the 2 % slower cell called slower */
  double rounds;          /* sum of rounds measured */
  double promised;        /* sum of the intervals' nominal coverages */
  double bias, bias_half; /* mean of log(median / truth), half width of its 95 % interval */
};

struct share {
  double low, high;
};

extern const size_t selftest_rows, selftest_judged;
/* Runs one row of the table. */
struct scores selftest_row(const struct selftest *, size_t row);
/* Whether the row counts in the verdict, and whether it passes. */
bool selftest_is_judged(const struct scores *);
bool selftest_passes(const struct scores *);
/* Returns whether a row of `sets` sets can fail at all: with coverage 0 or 100 %. */
bool selftest_can_fail(int64_t sets);

/* Derives a distinct seed for each row (splitmix64). */
unsigned long selftest_seed(int64_t seed, size_t row);
/* Binomial interval of a share, `count` of `of`. Source: Clopper & Pearson 1934, doi 10.1093/biomet/26.4.404. */
struct share clopper_pearson(int64_t count, int64_t of, double level);

enum { SELFTEST_PASSED = 0, SELFTEST_FAILED = 1, SELFTEST_UNDECIDED = 3 };
/* Prints all tables and the verdict. Undecided: too few sets for any row to fail, or a planted fault was missed. */
int selftest_print(const struct selftest *, FILE *out);

#endif
