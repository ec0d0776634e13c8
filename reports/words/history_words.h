/* How far a run's figures speak of another run, in words. */
#ifndef NWAY_REPORT_HISTORY_WORDS_H
#define NWAY_REPORT_HISTORY_WORDS_H

#include "base/text.h"
#include "stats/offers.h"

/* "Intervals are of this run only; ...", or how many earlier runs say what another one would show. One sentence. */
void history_sentence(struct text *, const struct run_history *);

/* "[1.70, 1.98]" for the speedup and "[3.0 ms, 3.6 ms]" for the time; a dash where too few runs have it. */
void prediction_speedup(struct text *, const struct run_prediction *);
void prediction_time(struct text *, const struct run_prediction *);

/* "omp x2: speedup 1.83 here, [1.70, 1.98] in another run; time ...", for the best cell of a problem; nothing without.
 */
void history_of_best(struct text *, const struct result *, size_t problem);

#endif
