/* Detects noise that makes the comparison of one pair unreliable. Pure. */
#ifndef NWAY_REPORT_DOUBT_H
#define NWAY_REPORT_DOUBT_H

#include "change.h"

/* A step or spells of noise in only one of two builds look like a difference to tests that assume independent rounds.
 * `logs`: old / new, in the order of the rounds. Returns a reason if the rounds show a lag, a trend, a step or clock
 * ticks (dependence_find), or if a significant difference (holm_p) is missing in part of the run (dependence_lasts).
 * DOUBT_NONE if there is none of these, or if every round alone shows the same verdict: slower or faster by more than
 * `worth` (relative, 0.03), or within it. */
enum doubt doubt_of_pair(const double *logs, size_t n, const struct estimate *ratio, double holm_p, double worth);

/* The same for separate runs: `base` and `new` are logarithms of times, one per run, in the order in which the runs
 * started. Returns a reason if the runs of a side depend on their order, so that the side does not sample one state of
 * the machine: under DOUBT_RUNS runs a step (side_has_step), else a lag, a trend or a step by dependence_find.
 * DOUBT_NONE if not, or if every new run is slower, or faster, than every base run by more than `worth`. */
#define DOUBT_RUNS 24 /* fewer give permutations of ranks less power */
enum doubt doubt_of_sides(const double *base, size_t m, const double *new, size_t n, double worth);

/* Whether `n` values, in their order, show a step: Worsley's test, the largest |t| of the two parts over all places
 * with two values or more on each side, at 2.5 %. It assumes normal values; log-normal ones and Student's t with 2
 * degrees of freedom fire it in at most 6 %. False under 5 values and from DOUBT_RUNS on. Source: Worsley 1979,
 * doi 10.1080/01621459.1979.10482519; critical values from 200,000 samples. */
bool side_has_step(const double *values, size_t n);

#endif
