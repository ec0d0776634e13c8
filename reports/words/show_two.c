/* Holds two runs against each other, cell by cell and unpaired. */
#include "show_two.h"

#include "language.h"
#include "markdown.h"
#include "show.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>

static const char warning[] =
    N_("unpaired: two runs at two times. The ratio is the first median over the second: above 1 the second run "
       "was faster. A machine often drifts more than the code changes, so a ratio alone proves nothing; to "
       "compare code, measure both in one run (nway ab).");

/* ---- the common cells ---- */

/* A cell that both runs measured. */
struct common {
  struct text name;
  double first, second; /* median times in ns */
};

/* Those of a problem of the first run. */
struct commons {
  struct text title;
  struct common *list;
  size_t count;
};

static const struct figures *same_cell(const struct result *in, const struct problem *p, const struct cell *c) {
  for (size_t i = 0; i < in->run.problem_count; i++) {
    const struct problem *other = &in->run.problems[i];
    if (strcmp(other->build, p->build) != 0)
      continue;
    for (size_t j = 0; j < other->count; j++)
      if (cells_alike(&other->cells[j], c))
        return &in->analyses[i].figures[j];
  }
  return NULL;
}

/* Collects the valid cells of the problem that the other run has too; they end with commons_free. */
static void commons_of(struct commons *commons, const struct analysis *a, const struct result *other) {
  *commons = (struct commons){.list = must_alloc(a->count, sizeof *commons->list)};
  problem_title(&commons->title, a->problem);
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *one = &a->figures[i], *two = same_cell(other, a->problem, one->cell);
    if (!two || !two->valid || !one->valid)
      continue;
    struct common *common = &commons->list[commons->count++];
    *common = (struct common){.first = one->time.median, .second = two->time.median};
    cell_name(&common->name, a->problem, one->cell, true);
  }
}

static void commons_free(struct commons *commons) {
  for (size_t i = 0; i < commons->count; i++)
    text_free(&commons->list[i].name);
  text_free(&commons->title);
  free(commons->list);
}

/* ---- in the terminal ---- */

enum { TIME_WIDTH = 11, RATIO_WIDTH = 9, NAME_WIDTH = 36 };

static void put_lines(struct text *out, const struct commons *commons, size_t names) {
  char number[HUMAN_MAX];
  for (size_t i = 0; i < commons->count; i++) {
    const struct common *c = &commons->list[i];
    text_add(out, "  ");
    text_cell(out, text_of(&c->name), names, false);
    text_cell(out, human_ns(number, c->first), TIME_WIDTH, true);
    text_cell(out, human_ns(number, c->second), TIME_WIDTH, true);
    text_cell(out, human_number(number, c->first / c->second), RATIO_WIDTH, true);
    text_add(out, "\n");
  }
}

static void put_table(struct text *out, const struct commons *commons, struct screen s) {
  struct text head = {0}, safe = {0};
  size_t room = s.columns - 2 - 2 * TIME_WIDTH - RATIO_WIDTH, names = room < NAME_WIDTH ? room : NAME_WIDTH;
  text_plain(&safe, text_of(&commons->title));
  text_rule(out, text_of(&safe), s);
  text_add(&head, "  ");
  text_cell(&head, _("cell"), names, false);
  text_cell(&head, _("first"), TIME_WIDTH, true), text_cell(&head, _("second"), TIME_WIDTH, true);
  text_cell(&head, _("ratio"), RATIO_WIDTH, true);
  text_coloured(out, s, DIM, text_of(&head));
  text_add(out, "\n");
  put_lines(out, commons, names);
  text_free(&head), text_free(&safe);
}

size_t show_two(struct text *out, const struct result *one, const struct result *two, struct screen s) {
  size_t count = 0;
  text_add(out, _("first:  "));
  show_headline(out, &one->run, s);
  show_badges(out, one, s);
  text_add(out, _("second: "));
  show_headline(out, &two->run, s);
  show_badges(out, two, s);
  text_wrapped(out, _(warning), 0, s.columns);
  for (size_t i = 0; i < one->run.problem_count; i++) {
    struct commons commons;
    commons_of(&commons, &one->analyses[i], two);
    if (commons.count)
      put_table(out, &commons, s);
    count += commons.count;
    commons_free(&commons);
  }
  if (!count)
    text_format(out, "\n%s\n", _("No cell was measured in both runs."));
  if (!s.unicode)
    text_ascii(out);
  return count;
}

/* ---- as Markdown ---- */

static void put_markdown(struct text *out, const struct commons *commons) {
  char first[HUMAN_MAX], second[HUMAN_MAX], ratio[HUMAN_MAX];
  text_add(out, "\n### ");
  markdown_text(out, text_of(&commons->title));
  text_format(out, "\n\n| %s | %s | %s | %s |\n|---|--:|--:|--:|\n", _("cell"), _("first"), _("second"), _("ratio"));
  for (size_t i = 0; i < commons->count; i++) {
    const struct common *c = &commons->list[i];
    text_add(out, "| ");
    markdown_text(out, text_of(&c->name));
    text_format(out, " | %s | %s | %s |\n", human_ns(first, c->first), human_ns(second, c->second),
                human_number(ratio, c->first / c->second));
  }
}

size_t show_two_markdown(struct text *out, const struct result *one, const struct result *two) {
  size_t count = 0;
  text_add(out, _("first:  "));
  markdown_head(out, one);
  text_add(out, _("second: "));
  markdown_head(out, two);
  markdown_text(out, _(warning));
  text_add(out, "\n");
  for (size_t i = 0; i < one->run.problem_count; i++) {
    struct commons commons;
    commons_of(&commons, &one->analyses[i], two);
    if (commons.count)
      put_markdown(out, &commons);
    count += commons.count;
    commons_free(&commons);
  }
  if (!count)
    text_format(out, "\n%s\n", _("No cell was measured in both runs."));
  return count;
}
