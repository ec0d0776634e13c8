/* What an interval and a test say of a change of time: slower, faster, same or undecided. */
#include "change.h"

#include <math.h>

const char *const change_words[CHANGES] = {"undecided", "same", "faster", "slower"};

enum change change_judge(const struct estimate *ratio, double holm_p, double worth) {
  if (!(ratio->coverage > 0))
    return CHANGE_UNDECIDED;
  if (ratio->low > 1 / (1 + worth) && ratio->high < 1 + worth)
    return CHANGE_SAME;
  if (!(holm_p <= 1 - LEVEL))
    return CHANGE_UNDECIDED;
  return ratio->high < 1 ? CHANGE_SLOWER : ratio->low > 1 ? CHANGE_FASTER : CHANGE_UNDECIDED;
}

bool change_is_regression(enum change change, const struct estimate *ratio, double worth) {
  return change == CHANGE_SLOWER && 1 / ratio->median > 1 + worth;
}

double change_detectable(const struct estimate *ratio) {
  return ratio->coverage > 0 ? expm1(log(ratio->high / ratio->low) / 2) : NAN;
}

double change_percent(double ratio) { return 100 * (1 / ratio - 1); }

void change_say(struct text *out, const struct estimate *ratio, double holm_p) {
  text_format(out, ", %+.2f %%", change_percent(ratio->median));
  if (ratio->coverage > 0)
    text_format(out, " [%+.2f, %+.2f], p %.2g, can see %.2g %%", change_percent(ratio->high),
                change_percent(ratio->low), holm_p, 100 * change_detectable(ratio));
}
