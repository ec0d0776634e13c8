/* Says whether another program that timed one cell from outside agrees with nway. */
#include "second_words.h"

#include "language.h"

static const char *const agreements[] = {
    [SECOND_UNDECIDED] = N_("undecided"), [SECOND_AGREES] = N_("agrees"), [SECOND_DIFFERS] = N_("differs")};

static void say_ratio(struct text *out, const struct second_opinion *o, const char *by) {
  char other[HUMAN_MAX], own[HUMAN_MAX], start[HUMAN_MAX];
  text_format(out, "%s: %+.1f %%", text_in(agreements[o->agreement]), no_minus_zero(100 * (o->ratio.median - 1), 1));
  if (o->ratio.coverage > 0)
    text_format(out, " [%+.1f %%, %+.1f %%]", no_minus_zero(100 * (o->ratio.low - 1), 1),
                no_minus_zero(100 * (o->ratio.high - 1), 1));
  text_format(
      out,
      dngettext("nway",
                " over %zu round. An execution takes %s by %s, from outside and without the start-up and first "
                "execution of %s, and %s by nway.",
                " over %zu rounds. An execution takes %s by %s, from outside and without the start-up and first "
                "execution of %s, and %s by nway.",
                o->ratio.n),
      o->ratio.n, human_ns(other, o->other_ns), by, human_ns(start, o->start_ns), human_ns(own, o->own_ns));
  if (o->agreement == SECOND_UNDECIDED)
    text_format(out, _(" To agree, the interval must lie within %.0f %%: more rounds, or a quieter machine."),
                100 * WORTH);
}

void second_sentence(struct text *out, const struct result *result) {
  const struct second_facts *second = &result->run.second;
  struct second_opinion opinion = second_opinion_of(result);
  if (opinion.agreement == SECOND_NOT_ASKED)
    return;
  text_format(out, _("Second opinion by %s"), second->by);
  if (opinion.agreement == SECOND_SKIPPED) {
    text_format(out, _(": skipped: %s."), second->skipped ? second->skipped : _("no round was timed by both"));
    return;
  }
  text_add(out, _(" on ")), problem_title(out, opinion.of->problem), text_add(out, ", ");
  cell_name(out, opinion.of->problem, opinion.cell, true);
  text_add(out, ": ");
  say_ratio(out, &opinion, second->by);
  if (second->skipped)
    text_format(out, _(" It ended early: %s."), second->skipped);
}
