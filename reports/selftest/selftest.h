/* nway selftest: synthetic runs of known truth through the report's own analysis, and how often it is right. */
#ifndef NWAY_REPORT_SELFTEST_H
#define NWAY_REPORT_SELFTEST_H

#include "base/fault.h"
#include "stats/scaling.h"
#include "synthetic.h"

struct selftest {
  int64_t sets, seed;
  bool flat_pooling; /* a planted fault, to prove that the self-test finds one: every sample counts as a round */
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

/* Binomial interval of a share, `count` of `of`. Source: Clopper & Pearson 1934, doi 10.1093/biomet/26.4.404. */
struct share clopper_pearson(int64_t count, int64_t of, double level);

enum { SELFTEST_PASSED = 0, SELFTEST_FAILED = 1, SELFTEST_UNDECIDED = 3 };
/* The table and its verdict. Undecided: so few sets that no row could fail, or that a planted fault was not found. */
int selftest_print(const struct selftest *, FILE *out);

#endif
