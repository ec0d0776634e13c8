/* How many workers to use, in one sentence. */
#include "advice_words.h"

#include "language.h"
#include "note_words.h"
#include "stats/advice.h"
#include "verdict.h"

static void workers_of(struct text *out, const struct analysis *a, const struct advice *advice) {
  long long workers = advice->use->cell->workers;
  text_add(out, _("Use "));
  if (advice->ways > 1 || (workers == 1 && !a->problem->runs_programs)) {
    cell_name(out, a->problem, advice->use->cell, false);
    text_add(out, _(" with "));
  }
  text_format(out, dngettext("nway", "%lld worker", "%lld workers", (unsigned long)workers), workers);
}

static void range_words(struct text *out, struct unmeasured range) {
  text_format(out, range.from == range.to ? "%lld" : _("%lld to %lld"), (long long)range.from, (long long)range.to);
}

/* The counts in gaps: "3, 5 to 7 and 9 to 15", "3, 5, 7, 9 and others"; without the "and" where more follows. */
static void gaps_words(struct text *out, const struct advice *advice, bool more) {
  size_t named = advice->gap_count < GAPS_MAX ? advice->gap_count : GAPS_MAX;
  bool others = advice->gap_count > named;
  for (size_t i = 0; i < named; i++) {
    text_add(out, i == 0 ? "" : i + 1 == named && !others && !more ? _(" and ") : ", ");
    range_words(out, advice->gaps[i]);
  }
  text_add(out, others ? _(" and others") : "");
}

/* "; 5 to 7 and 9 to 15 were not measured", "; 5 to 7, and more than 8, ...". */
static void say_unmeasured(struct text *out, const struct advice *advice) {
  bool more = advice->use == advice->largest && !advice->lost;
  if (advice->gap_count == 0) {
    text_add(out, more ? _("; more were not measured") : "");
    return;
  }
  text_add(out, "; ");
  gaps_words(out, advice, more);
  bool one = !more && advice->gap_count == 1 && advice->gaps[0].from == advice->gaps[0].to;
  if (more)
    text_format(out, _(", and more than %lld, were not measured"), (long long)advice->largest->cell->workers);
  else
    text_add(out, one ? _(" was not measured") : _(" were not measured"));
  text_add(out, advice->minima ? _(", and time has several minima over the workers") : "");
}

/* "; 16 and others failed: exit: 'tool 16' ended with exit code 3": why there are no times beyond. */
static void say_lost(struct text *out, const struct advice *advice) {
  const struct cell *c = advice->lost->cell;
  text_format(out, advice->more_lost ? _("; %lld and others") : "; %lld", (long long)c->workers);
  if (is_thinned(c)) {
    text_add(out, _(" left out to keep the time budget"));
    return;
  }
  text_add(out, c->state == CELL_SKIPPED ? _(" skipped") : _(" failed"));
  const char *note = c->trouble.note && *c->trouble.note ? c->trouble.note : c->plan_note;
  if (c->trouble.status != STATUS_NONE && c->state != CELL_SKIPPED)
    text_format(out, ": %s", text_in(status_word(c->trouble.status)));
  if (note && *note) {
    text_add(out, ": ");
    note_words(out, note);
  }
}

/* What the largest count adds is under 2 %, because the advised one is within 2 % of every other; where their intervals
 * lie apart, it is slower. */
static void say_largest(struct text *out, const struct analysis *a, const struct advice *advice) {
  char number[HUMAN_MAX];
  const struct figures *use = advice->use, *largest = advice->largest;
  bool serial = use == a->base, judged = largest->speedup.coverage > 0 && (serial || use->speedup.coverage > 0);
  text_add(out, serial ? _(": ") : _("; "));
  if (judged && largest->speedup.high < (serial ? 1 : use->speedup.low)) {
    text_format(out, _("%lld workers are slower, %sx"), (long long)largest->cell->workers,
                human_number(number, largest->speedup.median));
    bracket_words(out, &largest->speedup);
  } else {
    text_format(out, _("%lld workers gain less than 2 %% more"), (long long)largest->cell->workers);
  }
}

static void say_use(struct text *out, const struct analysis *a, const struct advice *advice) {
  char number[HUMAN_MAX];
  const struct figures *use = advice->use;
  workers_of(out, a, advice);
  if (use != a->base) {
    text_format(out, ": %sx", human_number(number, advice->gain.median));
    bracket_words(out, &advice->gain);
  }
  if (use != advice->largest)
    say_largest(out, a, advice);
  say_unmeasured(out, advice);
  if (advice->lost)
    say_lost(out, advice);
  text_add(out, ".");
}

static const char *what_decides(void) {
  return _("; more rounds decide (--rounds, --max-rounds, --time-budget), or a quieter machine.");
}

static void say_undecided(struct text *out, const struct advice *advice) {
  text_add(out, _("How many workers to use is undecided"));
  if (advice->fewest && advice->fewest != advice->most)
    text_format(out, _(": %lld to %lld may be within 2 %% of the fastest"), (long long)advice->fewest->cell->workers,
                (long long)advice->most->cell->workers);
  text_add(out, what_decides());
}

void advice_sentence(struct text *out, const struct analysis *a) {
  struct advice advice = advise(a);
  if (!advice.asked)
    return;
  if (a->busy && advice.use)
    text_add(out, _("BUSY, so not judged; this run alone says: "));
  if (advice.use)
    say_use(out, a, &advice);
  else
    say_undecided(out, &advice);
}

static bool is_undecided(const struct analysis *a) {
  struct advice advice = advise(a);
  return advice.asked && !advice.use;
}

static void say_open(struct text *out, const struct analysis *analyses, size_t count, size_t undecided) {
  enum { NAMED_MAX = 4 };
  size_t named = 0;
  text_format(out, _("Undecided for %zu problems: "), undecided);
  for (size_t i = 0; i < count && named < NAMED_MAX; i++)
    if (is_undecided(&analyses[i])) {
      text_add(out, named++ ? "; " : "");
      problem_title(out, analyses[i].problem);
    }
  if (undecided > named)
    text_format(out, _("; and %zu more"), undecided - named);
  text_add(out, what_decides());
}

void advice_sentences(const struct analysis *analyses, size_t count, void (*add)(const char *, void *), void *with) {
  size_t undecided = 0;
  for (size_t i = 0; i < count; i++)
    undecided += is_undecided(&analyses[i]);
  for (size_t i = 0; i < count; i++) {
    struct text line = {0}, sentence = {0};
    if (undecided < 2 || !is_undecided(&analyses[i]))
      advice_sentence(&sentence, &analyses[i]);
    if (sentence.length && count > 1)
      problem_title(&line, analyses[i].problem), text_add(&line, ": ");
    text_add(&line, text_of(&sentence));
    if (line.length)
      add(text_of(&line), with);
    text_free(&line), text_free(&sentence);
  }
  struct text open = {0};
  if (undecided >= 2)
    say_open(&open, analyses, count, undecided), add(text_of(&open), with);
  text_free(&open);
}
