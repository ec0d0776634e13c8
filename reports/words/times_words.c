/* Says where the quotient of two printed times differs from the printed speedup, and why. */
#include "times_words.h"
#include "language.h"

#include "base/words.h"

#include <math.h>

/* How far the quotient of the times is from the speedup, on the log scale; 0 if a reader can take both for one. */
static double distance(const struct analysis *a, const struct figures *f) {
  const struct estimate *e = &f->speedup;
  if (!a->base || f == a->base || !f->valid || f->no_speedup || !(e->coverage > 0))
    return 0;
  double quotient = a->base->time.median / f->time.median, apart = fabs(log(quotient / e->median));
  return (quotient < e->low || quotient > e->high) && apart > log1p(TIMES_APART) ? apart : 0;
}

void times_sentence(struct text *out, const struct analysis *a) {
  const struct figures *told = NULL;
  size_t count = 0;
  for (size_t i = 0; i < a->count && !is_weak(a->problem); i++) {
    const struct figures *f = &a->figures[i];
    count += distance(a, f) > 0;
    if (distance(a, f) > 0 && (!told || f == a->best || (told != a->best && distance(a, f) > distance(a, told))))
      told = f;
  }
  if (!told)
    return;
  char base[HUMAN_MAX], time[HUMAN_MAX], quotient[HUMAN_MAX], speedup[HUMAN_MAX];
  cell_name(out, a->problem, told->cell, true);
  text_format(out,
              _(": %s over %s is %s, yet its speedup is %s: the speed of the machine changed between rounds. A time is "
                "the median of a cell's own rounds; a speedup compares processes that ran side by side, so it holds."),
              human_ns(base, a->base->time.median), human_ns(time, told->time.median),
              human_number(quotient, a->base->time.median / told->time.median),
              human_number(speedup, told->speedup.median));
  if (count > 1)
    text_format(out, _(" The same holds for %zu cells of this problem."), count);
}
