/* Says in words what another run would show, as far as earlier runs tell. */
#include "history_words.h"

#include "language.h"
#include "stats/best.h"
#include "stats/fitness.h"

#include <math.h>

static void history_badges(struct text *out, const struct run_history *h) {
  if (h->busy)
    text_format(out,
                _("BUSY: other programs took over %.0f %% of the CPU time in %zu earlier runs, which are left out. "),
                100 * BUSY_SHARE, h->busy);
  if (h->few)
    text_format(out, _("Earlier runs left out for having fewer than %d rounds: %zu. "), BEST_ROUNDS, h->few);
  if (h->synthetic)
    text_format(out, _("SYNTHETIC: a generator made %zu of %zu earlier runs. "), h->synthetic, h->runs);
}

void history_sentence(struct text *out, const struct run_history *h) {
  size_t least = HISTORY_LEAST + h->unfit; /* a run that is no yardstick needs one more before it */
  history_badges(out, h);
  if (h->runs >= least)
    text_format(
        out,
        _("Intervals of times hold for this run only. The range expected of the next run (95 %%) comes from %zu "
          "earlier runs with the same machine, configuration and programs; a much later run may lie outside."),
        h->runs);
  else
    text_format(
        out,
        _("All intervals hold for this run only. After %zu earlier runs with the same machine, configuration and "
          "programs (%zu so far) the report also predicts another run."),
        least, h->runs);
}

void history_of_run(struct text *out, const struct result *result) {
  if (result_has_history(result))
    history_sentence(out, &result->history);
  else
    text_add(
        out,
        result->run.unpacked
            ? _("All intervals hold for this run only; earlier runs, which predict another one, are not in a page.")
            : _("All intervals hold for this run only."));
}

static void bracket(struct text *out, const struct run_prediction *p,
                    const char *(*human)(char out[HUMAN_MAX], double value)) {
  char low[HUMAN_MAX], high[HUMAN_MAX];
  if (isfinite(p->low))
    text_format(out, "[%s, %s]", human(low, p->low), human(high, p->high));
  else
    text_add(out, "–");
}

void prediction_speedup(struct text *out, const struct run_prediction *p) { bracket(out, p, human_number); }

void prediction_time(struct text *out, const struct run_prediction *p) { bracket(out, p, human_ns); }

void history_of_best(struct text *out, const struct result *result, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  char number[HUMAN_MAX];
  if (!a->best || a->unfit || !result->history.cells)
    return;
  const struct cell_history *h = &result->history.cells[problem][a->best - a->figures];
  if (!isfinite(h->time.low) && !isfinite(h->speedup.low))
    return;
  cell_name(out, a->problem, a->best->cell, true);
  text_add(out, ": ");
  if (isfinite(h->speedup.low)) {
    text_format(out, _("speedup %s here, "), human_number(number, a->best->speedup.median));
    prediction_speedup(out, &h->speedup);
    text_add(out, _(" in another run; "));
  }
  text_format(out, _("time %s here, "), human_ns(number, a->best->time.median));
  prediction_time(out, &h->time);
  text_add(out, _(" in another run"));
}
