/* Describes in words how the rounds of a run depend on each other. */
#include "dependence_words.h"

#include "language.h"

#include <math.h>

static const char *const class_words[CELL_CLASSES] = {
    [CLASS_SERIAL] = N_("serial"), [CLASS_PARALLEL] = N_("parallel"), [CLASS_PER_ITERATION] = N_("team-per-iteration")};

void dependence_kind_words(struct text *out, enum dependence kind, const struct dependence_finding *f) {
  switch (kind) {
  case DEPEND_LAG:
    text_add(out, _("each round resembles the one before"));
    return;
  case DEPEND_TREND:
    text_add(out, _("a trend over the rounds"));
    return;
  case DEPEND_STEP:
    text_format(out, _("a step after round %zu"), f->step_round + 1);
    return;
  case DEPEND_TOGETHER:
    text_add(out, _("cells move together from round to round"));
    return;
  case DEPEND_CARRY:
    text_format(out, _("the previous process affects the time, most after %s cells"), text_in(class_words[f->after]));
    return;
  case DEPEND_MODES:
    text_add(out, _("two modes, so the median may lie between them"));
    return;
  case DEPEND_TICKS:
    text_add(out, _("few distinct values, so the clock is too coarse"));
    return;
  case DEPENDENCES:
    return;
  }
}

static void effect_words(struct text *out, const struct dependence_finding *f) {
  if (isinf(f->shift))
    text_add(out, _("; no intervals"));
  else if (f->factor > 1 || f->shift > 0)
    text_add(out, _("; intervals"));
  if (!isinf(f->shift) && f->factor >= 1.05)
    text_format(out, _(" %.2g times as long"), f->factor);
  else if (!isinf(f->shift) && f->factor > 1)
    text_format(out, _(" less than %d %% longer"), 5);
  if (!isinf(f->shift) && f->shift > 0)
    text_format(out, _("%s %.2g %% wider at each end"), f->factor > 1 ? _(" and") : "", 100 * expm1(f->shift));
}

static void class_sentence(struct text *out, size_t class, const struct dependence_finding *f) {
  bool first = true;
  text_format(out, _("%s cells: "), f->whole_run ? _("all") : text_in(class_words[class]));
  for (int kind = 0; kind < DEPENDENCES; kind++)
    if (f->kinds >> kind & 1) {
      text_add(out, first ? "" : ", ");
      dependence_kind_words(out, (enum dependence)kind, f);
      first = false;
    }
  effect_words(out, f);
}

void dependence_words(struct text *out, const struct dependence_findings *all) {
  bool first = true;
  for (size_t c = 0; c < CELL_CLASSES; c++) {
    const struct dependence_finding *f = &all->of[c];
    if (!f->kinds || (f->whole_run && !first))
      continue;
    text_add(out, first ? "" : ". ");
    class_sentence(out, c, f);
    first = false;
  }
}
