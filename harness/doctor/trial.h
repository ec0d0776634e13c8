/* A live A/A: pairs of identical processes, and how often a sign test calls them different. */
#ifndef NWAY_TRIAL_H
#define NWAY_TRIAL_H

#include "health.h"

#include <stdint.h>

enum { TRIAL_ROUNDS = 12 }; /* of a group: the first look of the adaptive stop */

/* Runs groups of pairs of `nway cell measure` of the kernel that calibrates, a sample of `iterations`, until `limit_ns`
 * is over; only whole groups count. The trial has no groups if nothing can run. */
void trial_run(int64_t iterations, int64_t limit_ns, uint64_t *random, struct trial *trial);

/* Counts a group of log ratios of A/A pairs, in the trial. */
void trial_count(struct trial *trial, const double *values, int n);

/* The exact two-sided interval of a share, k of n. Source: Clopper & Pearson 1934, Biometrika 26(4):404-413,
 * doi 10.1093/biomet/26.4.404. */
struct interval binomial_interval(int k, int n, double level);

#endif
