/* Shared by the tables of claims: judging and printing shares, random number streams. */
#include "claims.h"

#include "data/hash.h"

#include <string.h>

bool claim_is_above(const struct claims *c, int64_t count, int64_t of, double bound) {
  return of > 0 && clopper_pearson(count, of, 1 - SELFTEST_FALSE_ALARM / (double)c->judged).low > bound;
}

bool claim_is_below(const struct claims *c, int64_t count, int64_t of, double bound) {
  return of > 0 && clopper_pearson(count, of, 1 - SELFTEST_FALSE_ALARM / (double)c->judged).high < bound;
}

int64_t claim_sets(const struct selftest *test) { return test->sets < CLAIM_SETS_MOST ? test->sets : CLAIM_SETS_MOST; }

void claim_share(FILE *out, int64_t count, int64_t of) {
  struct share ci = clopper_pearson(count, of, LEVEL);
  fprintf(out, " %5.1f [%4.1f,%5.1f]", 100.0 * (double)count / (double)of, 100 * ci.low, 100 * ci.high);
}

size_t claim_end(FILE *out, size_t failed) {
  fprintf(out, "  %s\n", failed ? "FAIL" : "pass");
  fflush(out);
  return failed;
}

gsl_rng *claim_rng(const struct selftest *test, const char *table, size_t row) {
  uint64_t hash = hash_bytes(HASH_START, table, strlen(table));
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_rng_set(rng, selftest_seed(test->seed ^ (int64_t)(hash >> 1), row));
  return rng;
}
