/* Why the rounds of one pair decide nothing, whatever an interval and a test say of them. Pure. */
#include "doubt.h"

#include "dependence.h"

#include <math.h>

static const char *const words[DEPENDENCES] = {[DEPEND_LAG] = "a round is like the one before it",
                                               [DEPEND_TREND] = "a trend over the rounds",
                                               [DEPEND_STEP] = "a step in the rounds"};

const char *doubt_of_pair(const double *logs, size_t n, const struct estimate *ratio, double holm_p) {
  struct cell_rounds pair = {.class = CLASS_SERIAL, .log = logs};
  struct dependence_finding found = dependence_find(&pair, 1, n).of[CLASS_SERIAL];
  static const enum dependence told[] = {DEPEND_STEP, DEPEND_TREND, DEPEND_LAG}; /* the plainest first */
  for (size_t i = 0; i < sizeof told / sizeof *told; i++)
    if (found.kinds >> told[i] & 1)
      return words[told[i]];
  bool different = holm_p <= 1 - LEVEL && ratio->coverage > 0 && (ratio->low > 1 || ratio->high < 1);
  if (different && found.kinds >> DEPEND_TICKS & 1 && found.shift >= fabs(log(ratio->median)))
    return "the clock is too coarse";
  return different && !dependence_lasts(logs, n) ? "it does not show in every part of the run" : NULL;
}
