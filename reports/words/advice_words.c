/* How many workers to use, in one sentence. */
#include "advice_words.h"

#include "stats/advice.h"
#include "verdict.h"

static void workers_of(struct text *out, const struct analysis *a, const struct advice *advice) {
  long long workers = advice->use->cell->workers;
  text_add(out, "Use ");
  if (advice->ways > 1 || workers == 1) {
    cell_name(out, a->problem, advice->use->cell, false);
    text_add(out, " with ");
  }
  text_format(out, "%lld worker%s", workers, workers == 1 ? "" : "s");
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
    text_add(out, "; more were not measured.");
  else
    text_format(out, "%s %lld gain%s under 2 %%.", use == a->base ? ":" : ";", largest, largest == 1 ? "s" : "");
}

static void say_undecided(struct text *out, const struct advice *advice) {
  text_add(out, "How many workers to use is undecided");
  if (advice->fewest && advice->fewest != advice->most)
    text_format(out, ": %lld to %lld may be within 2 %% of the fastest", (long long)advice->fewest->cell->workers,
                (long long)advice->most->cell->workers);
  text_add(out, "; more rounds decide (--rounds, --max-rounds, --time-budget), or a quieter machine.");
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
