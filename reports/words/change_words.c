/* Words for the change between two builds or sides: verdict, doubt, size. */
#include "change_words.h"

#include <math.h>

const char *const change_words[CHANGES] = {"undecided", "same", "faster", "slower", "slower, size undecided"};

const char *const doubt_words[DOUBTS] = {
    [DOUBT_NONE] = "",
    [DOUBT_LAG] = "consecutive rounds are correlated",
    [DOUBT_TREND] = "a trend over the rounds",
    [DOUBT_STEP] = "a step in the rounds",
    [DOUBT_TICKS] = "the clock is too coarse",
    [DOUBT_PART] = "the difference is missing in part of the run",
    [DOUBT_POOLED] = "rounds of these pairs are correlated, which shifts single pairs by as much",
    [DOUBT_SIZE] = "single rounds differ by as much",
    [DOUBT_BASE_LAG] = "consecutive base runs are correlated",
    [DOUBT_BASE_TREND] = "a trend over the base runs",
    [DOUBT_BASE_STEP] = "a step in the base runs",
    [DOUBT_BASE_BUSY] = "the machine was busy in most base runs",
    [DOUBT_NEW_LAG] = "consecutive new runs are correlated",
    [DOUBT_NEW_TREND] = "a trend over the new runs",
    [DOUBT_NEW_STEP] = "a step in the new runs",
    [DOUBT_NEW_BUSY] = "the machine was busy in most new runs",
    [DOUBT_BOTH_BUSY] = "the machine was busy in most runs",
    [DOUBT_BASE_ORDER] = "the order of the base runs is unknown",
    [DOUBT_NEW_ORDER] = "the order of the new runs is unknown",
};

void change_say_interval(struct text *out, double ratio, double low, double high) {
  text_format(out, " %+.2f %%", change_percent(ratio));
  if (!isnan(low) && !isnan(high))
    text_format(out, " [%+.2f, %+.2f]", change_percent(high), change_percent(low));
}

void change_say(struct text *out, const struct estimate *ratio, double holm_p, struct detectable detectable) {
  text_add(out, ",");
  change_say_interval(out, ratio->median, ratio->low, ratio->high);
  if (!(ratio->coverage > 0))
    return;
  text_format(out, ", p %.2g, ", holm_p);
  if (isnan(detectable.half))
    text_add(out, "too few rounds or runs to detect a change");
  else
    text_format(out, "detects %.2g %% (50 %%), %.2g %% (80 %% of runs)", 100 * detectable.half,
                100 * detectable.mostly);
}
