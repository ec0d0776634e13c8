/* Says in words what another run would show, as far as earlier runs tell. */
#ifndef NWAY_REPORT_HISTORY_WORDS_H
#define NWAY_REPORT_HISTORY_WORDS_H

#include "base/text.h"
#include "stats/result.h"

/* One sentence: whether intervals hold for this run only, or how many earlier runs predict another run. */
void history_sentence(struct text *, const struct run_history *);
/* The same of a run; one without earlier runs gets none promised. */
void history_of_run(struct text *, const struct result *);

/* The predicted speedup "[1.70, 1.98]" and time "[3.0 ms, 3.6 ms]"; a dash if too few runs have the cell. */
void prediction_speedup(struct text *, const struct run_prediction *);
void prediction_time(struct text *, const struct run_prediction *);

/* The prediction for a problem's best cell: "omp x2: speedup 1.83 here, [1.70, 1.98] in another run; time ...". Adds
 * nothing without one. */
void history_of_best(struct text *, const struct result *, size_t problem);

#endif
