/* Two builds that were measured in the same blocks: slower, faster, same or undecided, cell by cell. */
#ifndef NWAY_REPORT_AB_H
#define NWAY_REPORT_AB_H

#include "scaling.h"

enum ab_verdict { AB_UNDECIDED, AB_SAME, AB_FASTER, AB_SLOWER, AB_VERDICTS };
extern const char *const ab_words[AB_VERDICTS];

/* The verdict on old / new (an estimate of compare_cells) with its p adjusted over the family. `worth`: the share of
 * time that is worth attention (0.03). Same: the interval lies inside +- worth. Slower, faster: the interval excludes
 * 1 and the adjusted p is at most 0.05. Everything else, and fewer than 6 rounds, is undecided. */
enum ab_verdict ab_judge(const struct estimate *ratio, double holm_p, double worth);

/* Half the width of the interval, as a share of time: about the smallest change that so many rounds can show. */
double ab_detectable(const struct estimate *ratio);

/* Rounds after which such a pair would be decided: the interval narrows with the root of the rounds, and a sign test
 * among `family` pairs (Holm) cannot fire before 2^(1 - n) * family <= 0.05. 0 if that cannot be said. */
long ab_rounds_to_decide(const struct estimate *ratio, double worth, size_t family);

struct ab_counts {
  size_t of[AB_VERDICTS], pairs;
  size_t regressions; /* slower, and by the median more than worth */
  size_t broken;      /* pairs without a ratio: a build failed or answered wrongly */
};

/* Prints the table of a run of `nway ab`; a pair is an "old" and a "new" cell that are otherwise alike. */
struct ab_counts ab_print(const struct run *, double worth, struct text *);

#endif
