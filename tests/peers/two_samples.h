/* The tests by which Google Benchmark and hyperfine call two samples different, as their own scripts make them. */
#ifndef NWAY_PEERS_TWO_SAMPLES_H
#define NWAY_PEERS_TWO_SAMPLES_H

#include <stddef.h>

/* What both hold to be a difference: p below it, not at it. */
#define PEERS_ALPHA 0.05

/* Two-sided p of the Mann-Whitney U test as scipy's mannwhitneyu makes it, which tools/gbench/report.py of Google
 * Benchmark calls: exact if a sample has at most 8 values and none is tied, else the normal approximation with
 * corrections for ties and continuity. NAN without values in both. Neither array is changed.
 * Sources: Mann & Whitney 1947, doi 10.1214/aoms/1177730491; scipy/stats/_mannwhitneyu.py. */
double u_test(const double *a, size_t a_count, const double *b, size_t b_count);

/* Two-sided p of Welch's t test, as hyperfine's scripts/welch_ttest.py has it from scipy's ttest_ind with
 * equal_var=False. NAN with fewer than 2 values in one, and where neither varies and the means are the same.
 * Source: Welch 1947, doi 10.1093/biomet/34.1-2.28. */
double welch_test(const double *a, size_t a_count, const double *b, size_t b_count);

double mean_of(const double *values, size_t count);

#endif
