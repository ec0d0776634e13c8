/* Detects noise that makes the comparison of one pair unreliable. Pure. */
#ifndef NWAY_REPORT_DOUBT_H
#define NWAY_REPORT_DOUBT_H

#include "change.h"
#include "dependence.h"

/* A step or spells of noise in only one of two builds look like a difference to tests that assume independent rounds.
 * `logs`: old / new, in the order of the rounds. Returns a reason if the rounds show a lag, a trend, a step or clock
 * ticks (dependence_find), or if a significant difference (holm_p) is missing in part of the run: in one of its eighths
 * by their medians (dependence_lasts), and in any round where there are fewer than DOUBT_RUNS. DOUBT_NONE if there is
 * none of these, or if every round alone shows the same verdict: slower or faster by more than `worth` (relative,
 * 0.03), or within it. */
enum doubt doubt_of_pair(const double *logs, size_t n, const struct estimate *ratio, double holm_p, double worth);

/* Whether every part of the run lies on the same side of 0: under DOUBT_RUNS rounds each round, else the median of each
 * eighth. */
bool change_lasts(const double *logs, size_t n);

/* The same for separate runs: `base` and `new` are logarithms of times, one per run, in the order in which the runs
 * started. Returns a reason if the runs of a side depend on their order, so that the side does not sample one state of
 * the machine: under DOUBT_RUNS runs a step or a trend (side_order), else a lag, a trend or a step by dependence_find.
 * DOUBT_NONE if not, or if every new run is slower, or faster, than every base run by more than `worth`. */
#define DOUBT_RUNS 24 /* fewer give permutations of ranks less power */
enum doubt doubt_of_sides(const double *base, size_t m, const double *new, size_t n, double worth);

/* Whether `n` values, in their order, show a step (DEPEND_STEP) or a trend (DEPEND_TREND); DEPENDENCES if neither,
 * under 5 values and from DOUBT_RUNS on. Two tests, at 2.5 % together: the largest |t| of the two parts over all places
 * with two values or more on each side (Worsley 1979, doi 10.1080/01621459.1979.10482519), and |t| of the slope. Both
 * assume normal values. Critical values from 100,000 samples, such that each test fires as often. */
enum dependence side_order(const double *values, size_t n);

#endif
