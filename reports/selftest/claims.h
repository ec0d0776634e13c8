/* Self-test of what is claimed beyond one interval: the set of the best, its headline, the baseline, the gates. */
#ifndef NWAY_REPORT_CLAIMS_H
#define NWAY_REPORT_CLAIMS_H

#include "selftest.h"

/* A table of rows that are judged: runs of known truth, and how often the report's own functions are right. */
struct claims {
  const char *title;
  enum plant plant[2]; /* the planted faults that it must find; PLANT_NONE where there is one only */
  size_t judged;       /* figures that can fail */
  /* Prints the rows; returns how many of their judged figures are proven wrong. */
  size_t (*print)(const struct claims *, const struct selftest *, FILE *);
};
extern const struct claims claims_of_best, claims_of_power, claims_of_baseline, claims_of_gate;
extern const struct claims claims_of_dependence, claims_of_pairs, claims_of_history;

/* Data sets a row: of the tables of claims never more than that, since many cells are dear. */
enum { CLAIM_SETS_MOST = 2000 };
int64_t claim_sets(const struct selftest *);
/* Whether a share is proven above, or below, a bound: a Clopper-Pearson interval at 1 - 5 % / judged lies beyond it. */
bool claim_is_above(const struct claims *, int64_t count, int64_t of, double bound);
bool claim_is_below(const struct claims *, int64_t count, int64_t of, double bound);
/* " 12.3 [11.0, 13.7]", in %. */
void claim_share(FILE *, int64_t count, int64_t of);
/* "pass" or "FAIL", and the end of the line; returns `failed`. */
size_t claim_end(FILE *, size_t failed);

/* A stream of random numbers of its own for each row. Free with gsl_rng_free. */
gsl_rng *claim_rng(const struct selftest *, const char *table, size_t row);

#endif
