/* How many workers to use, in one sentence. */
#include "advice_words.h"

#include "language.h"
#include "stats/advice.h"
#include "verdict.h"

static void workers_of(struct text *out, const struct analysis *a, const struct advice *advice) {
  long long workers = advice->use->cell->workers;
  text_add(out, _("Use "));
  if (advice->ways > 1 || workers == 1) {
    cell_name(out, a->problem, advice->use->cell, false);
    text_add(out, _(" with "));
  }
  text_format(out, dngettext("nway", "%lld worker", "%lld workers", (unsigned long)workers), workers);
}

/* What the largest count adds is under 2 %, because the advised one is within 2 % of every other. */
static void say_use(struct text *out, const struct analysis *a, const struct advice *advice) {
  char number[HUMAN_MAX];
  const struct figures *use = advice->use;
  long long largest = advice->largest->cell->workers;
  workers_of(out, a, advice);
  if (use != a->base) {
    text_format(out, ": %sx", human_number(number, use->speedup.median));
    bracket_words(out, &use->speedup);
  }
  if (use == advice->largest)
    text_add(out, _("; more were not measured."));
  else
    text_format(out, use == a->base ? _(": %lld gain under 2 %%.") : _("; %lld gain under 2 %%."), largest);
}

static void say_undecided(struct text *out, const struct advice *advice) {
  text_add(out, _("How many workers to use is undecided"));
  if (advice->fewest && advice->fewest != advice->most)
    text_format(out, _(": %lld to %lld may be within 2 %% of the fastest"), (long long)advice->fewest->cell->workers,
                (long long)advice->most->cell->workers);
  text_add(out, _("; more rounds decide (--rounds, --max-rounds, --time-budget), or a quieter machine."));
}

void advice_sentence(struct text *out, const struct analysis *a) {
  struct advice advice = advise(a);
  if (!advice.asked)
    return;
  if (advice.use)
    say_use(out, a, &advice);
  else
    say_undecided(out, &advice);
}
