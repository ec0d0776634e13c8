/* Self-test of claims beyond single intervals: the set of the best, its headline, the baseline, the gates. */
#ifndef NWAY_REPORT_CLAIMS_H
#define NWAY_REPORT_CLAIMS_H

#include "selftest.h"

/* A table of judged rows: runs of known truth and how often the report's functions are right. */
struct claims {
  const char *title;
  enum plant plant[3]; /* planted faults that it must find; PLANT_NONE fills unused places */
  size_t judged;       /* number of judged figures */
  /* Prints the rows; returns how many of their judged figures are proven wrong. */
  size_t (*print)(const struct claims *, const struct selftest *, FILE *);
};
extern const struct claims claims_of_best, claims_of_power, claims_of_choice, claims_of_baseline, claims_of_gate;
extern const struct claims claims_of_dependence, claims_of_pairs, claims_of_history, claims_of_advice, claims_of_stop,
    claims_of_sides, claims_of_causes, claims_of_runs, claims_of_ways;

/* Largest number of data sets per row of a table of claims, to bound the run time. */
enum { CLAIM_SETS_MOST = 2000 };
int64_t claim_sets(const struct selftest *);
/* Returns whether a share is proven above, or below, a bound: its Clopper-Pearson interval at 1 - 5 % / judged excludes
 * the bound. */
bool claim_is_above(const struct claims *, int64_t count, int64_t of, double bound);
bool claim_is_below(const struct claims *, int64_t count, int64_t of, double bound);
/* Prints " 12.3 [11.0, 13.7]", in %. */
void claim_share(FILE *, int64_t count, int64_t of);
/* Prints "pass" or "FAIL" and ends the line; returns `failed`. */
size_t claim_end(FILE *, size_t failed);

/* Returns a separate random number stream for each row. Free with gsl_rng_free. */
gsl_rng *claim_rng(const struct selftest *, const char *table, size_t row);

#endif
