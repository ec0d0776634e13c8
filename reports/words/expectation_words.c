/* Says in words, and in the terminal, whether a run meets its expectations. */
#include "expectation_words.h"

#include "base/words.h"
#include "language.h"
#include "stats/fitness.h"
#include "verdict.h"

#include <math.h>
#include <string.h>

/* ---- words ---- */

static void full_name(struct text *out, const struct analysis *a, const struct figures *f) {
  problem_title(out, a->problem);
  text_add(out, ": ");
  cell_name(out, a->problem, f->cell, true);
}

void judgement_name(struct text *out, const struct judgement *j) { full_name(out, j->analysis, j->figures); }

static const char *subject_of(const struct problem *p, bool label) {
  return !label ? p->kernel : p->count ? p->cells[0].section : "";
}

static void known_subjects(struct text *out, const struct result *r, bool labels) {
  const char *last = "";
  for (size_t i = 0; i < r->run.problem_count; i++) {
    const char *name = subject_of(&r->run.problems[i], labels);
    if (*name && strcmp(name, last) != 0)
      text_format(out, "%s%s", *last ? ", " : _("; this run has "), name), last = name;
  }
}

void no_cell_found_words(struct text *out, const struct result *r, const struct expectation *x) {
  if (x->unreadable.text[0]) {
    text_format(out, _("cannot be read: %s"), x->unreadable.text);
    return;
  }
  text_add(out, _("no such cell"));
  if (x->nearest)
    text_add(out, _("; the nearest is ")), full_name(out, x->nearest_in, x->nearest);
  else
    known_subjects(out, r, x->expect.labelled);
}

const char *const outcome_signs[] = {
    [EXPECT_MET] = "✓", [EXPECT_NOT_JUDGED] = "?", [EXPECT_NOT_SHOWN] = "?", [EXPECT_FAILED] = "✗"};

/* Six rounds give an interval, unless they depend on each other so much that none is given. */
static bool is_withheld(const struct judgement *j) { return j->why == TOO_WIDE && isnan(j->low); }

void outcome_words(struct text *out, const struct judgement *j) {
  static const char *const words[] = {[EXPECT_MET] = N_("met"),
                                      [EXPECT_NOT_JUDGED] = N_("not judged: "),
                                      [EXPECT_NOT_SHOWN] = N_("not shown"),
                                      [EXPECT_FAILED] = N_("failed")};
  text_add(out, text_in(words[j->outcome]));
  if (j->outcome == EXPECT_NOT_JUDGED)
    text_add(out, j->why == MACHINE_BUSY ? _("machine busy")
                  : is_withheld(j)       ? _("rounds depend on each other")
                  : j->why == TOO_WIDE   ? _("interval too wide")
                  : j->why == RUN_ENDED  ? _("the run ended before it was measured")
                                         : _("too few rounds"));
}

/* The worst outcome of a line's cells, which its sign shows. */
static enum expect_outcome worst_of(const struct expectation *x) {
  enum expect_outcome worst = x->count ? EXPECT_MET : EXPECT_FAILED;
  for (size_t i = 0; i < x->count; i++)
    worst = x->cells[i].outcome > worst ? x->cells[i].outcome : worst;
  return worst;
}

static const char *number_words(char out[HUMAN_MAX], enum expect_quantity quantity, double value) {
  return quantity == EXPECT_TIME         ? human_ns(out, value)
         : quantity == EXPECT_THROUGHPUT ? human_si(out, value)
                                         : human_number(out, value);
}

void judgement_reason(struct text *out, const struct judgement *j) {
  static const char *const reasons[] = {[NAIVE_HAS_NO_TIME] = N_("the naive baseline has no valid time"),
                                        [NO_ROUND_WITH_NAIVE] = N_("no round measured both it and the naive baseline"),
                                        [NO_SERIAL_CELL] = N_("its method has no sequential cell to compare with"),
                                        [WORK_UNKNOWN] = N_("its amount of work is unknown")};
  size_t before = out->length;
  switch (j->why) {
  case EXAMINER_OBJECTS:
    text_add(out, text_of(&j->objection));
    break;
  case TOO_FEW_ROUNDS:
    text_format(out,
                dngettext("nway", "%zu round; an interval needs at least 6", "%zu rounds; an interval needs at least 6",
                          j->rounds),
                j->rounds);
    break;
  case MACHINE_BUSY: /* the outcome says it */
    break;
  case TOO_WIDE:
    if (is_withheld(j))
      text_add(out, _("no interval is given where rounds depend on each other; measure again on a quieter machine"));
    else
      text_format(out, _("an interval of more than %.0f %% to either side carries no verdict"), 100 * HALF_WIDTH_MAX);
    break;
  case RUN_ENDED:
  case CELL_HAS_TROUBLE:
  case CELL_HAS_NO_SPEEDUP:
    trouble_words(out, j->figures);
    if (out->length == before)
      text_add(out, text_in(j->figures->no_speedup));
    break;
  default:
    text_add(out, text_in(reasons[j->why]));
  }
}

void judgement_words(struct text *out, const struct judgement *j, enum expect_quantity quantity) {
  char value[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX];
  if (j->why == EXAMINER_OBJECTS) {
    judgement_reason(out, j);
    return;
  }
  if (!isfinite(j->value)) {
    text_format(out, _("no %s: "), expect_quantity_name(quantity));
    judgement_reason(out, j);
    return;
  }
  bool unpaired = quantity == EXPECT_TIME || quantity == EXPECT_THROUGHPUT;
  text_format(out, "%s %s", expect_quantity_name(quantity), number_words(value, quantity, j->value));
  if (isnan(j->low))
    text_add(out, " [–]");
  else if (j->low < j->high)
    text_format(out, " [%s, %s]%s", number_words(low, quantity, j->low), number_words(high, quantity, j->high),
                unpaired ? _(", this run only") : "");
  if (j->why != HAS_FIGURE && j->why != MACHINE_BUSY)
    text_add(out, " ("), judgement_reason(out, j), text_add(out, ")");
}

void expectation_where(struct text *out, const struct result *r, const struct expectation *x) {
  const struct run *run = &r->run;
  text_format(out, "%s%s:%d", *run->config_file ? run->config_file : run->config_name, *run->config_file ? "" : ".conf",
              x->line);
}

void expectation_counts(struct text *out, const struct expectations *all) {
  if (all->unmet)
    text_format(out, _("%zu of %zu expectations not met"), all->unmet, all->count);
  if (all->unmet && all->unjudged)
    text_format(out, _(", %zu not judged"), all->unjudged);
  else if (all->unjudged)
    text_format(out, _("%zu of %zu expectations not judged"), all->unjudged, all->count);
  if (!all->unmet && !all->unjudged)
    text_format(out, dngettext("nway", "%zu expectation met", "%zu expectations met", all->count), all->count);
}

/* ---- in the terminal ---- */

static const char *const *const colours[] = {
    [EXPECT_MET] = &GREEN, [EXPECT_NOT_JUDGED] = &YELLOW, [EXPECT_NOT_SHOWN] = &YELLOW, [EXPECT_FAILED] = &RED};

static void print_cells(struct text *out, const struct result *r, const struct expectation *x, struct screen s) {
  for (size_t i = 0; i < x->count; i++) {
    const struct judgement *j = &x->cells[i];
    struct text line = {0};
    if (j->outcome == EXPECT_MET)
      continue;
    outcome_words(&line, j);
    text_add(&line, ": ");
    judgement_name(&line, j);
    text_add(&line, ": ");
    judgement_words(&line, j, x->expect.quantity);
    if (j->why != EXAMINER_OBJECTS)
      text_format(&line, _(", expected %s"), x->expect.asked);
    text_wrapped(out, text_of(&line), 6, s.columns);
    text_free(&line);
  }
  struct text why = {0};
  no_cell_found_words(&why, r, x);
  if (x->count == 0)
    text_wrapped(out, text_of(&why), 6, s.columns);
  text_free(&why);
}

static void print_line(struct text *out, const struct result *r, const struct expectation *x, struct screen s) {
  struct text line = {0};
  enum expect_outcome worst = worst_of(x);
  expectation_where(&line, r, x);
  text_format(&line, ": %s", x->text);
  if (x->met && x->count == 1)
    text_add(&line, ": "), judgement_words(&line, &x->cells[0], x->expect.quantity);
  else if (x->met)
    text_format(&line, _(": %zu cells"), x->count);
  if (x->count && x->left_out)
    text_format(&line, _(" (%zu more left out to keep the time budget)"), x->left_out);
  struct text wrapped = {0};
  text_wrapped(&wrapped, text_of(&line), 4, s.columns);
  text_add(out, "  ");
  text_coloured(out, s, *colours[worst], outcome_signs[worst]);
  text_format(out, " %s", text_of(&wrapped) + 4);
  print_cells(out, r, x, s);
  text_free(&line), text_free(&wrapped);
}

size_t expectations_print(struct text *out, const struct result *r, struct screen s, bool every) {
  struct expectations all = expectations_of(r);
  size_t count = all.count;
  for (size_t i = 0; i < count; i++)
    if (every || !all.list[i].met)
      print_line(out, r, &all.list[i], s);
  struct text words = {0};
  expectation_counts(&words, &all);
  if (count)
    text_coloured(out, s, all.unmet ? RED : all.unjudged ? YELLOW : GREEN, text_of(&words)), text_add(out, "\n");
  text_free(&words);
  expectations_free(&all);
  return count;
}

void expectations_show(struct text *out, const struct result *r, struct screen s) {
  struct text body = {0};
  if (expectations_print(&body, r, s, true)) {
    text_rule(out, _("Expectations"), s);
    text_add(out, text_of(&body));
  }
  text_free(&body);
}
