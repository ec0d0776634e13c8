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

double change_level(size_t family) { return 1 - (1 - LEVEL) / (double)(family ? family : 1); }

double change_detectable(const struct interval *at_family_level) {
  return at_family_level->coverage > 0 ? expm1((at_family_level->high - at_family_level->low) / 2) : NAN;
}

double change_percent(double ratio) { return 100 * (1 / ratio - 1); }

void change_say_interval(struct text *out, double ratio, double low, double high) {
  text_format(out, " %+.2f %%", change_percent(ratio));
  if (!isnan(low) && !isnan(high))
    text_format(out, " [%+.2f, %+.2f]", change_percent(high), change_percent(low));
}

void change_say(struct text *out, const struct estimate *ratio, double holm_p, double detectable) {
  text_add(out, ",");
  change_say_interval(out, ratio->median, ratio->low, ratio->high);
  if (!(ratio->coverage > 0))
    return;
  text_format(out, ", p %.2g, ", holm_p);
  if (isnan(detectable))
    text_add(out, "too few to see any change");
  else
    text_format(out, "can see %.2g %%", 100 * detectable);
}
