/* Writes the notebook's table of experiments as Markdown, for a document: what the page shows, in six columns. */
#include "base/words.h"
#include "course.h"
#include "notebook.h"
#include "notebook_page.h"
#include "words/language.h"
#include "words/markdown.h"

#include <math.h>
#include <string.h>

static const struct experiment any = {0};

/* ---- figures ---- */

static void add_interval(struct text *out, const struct estimate *e, const char *(*human)(char[HUMAN_MAX], double)) {
  char low[HUMAN_MAX], high[HUMAN_MAX];
  if (e->coverage > 0)
    text_format(out, " [%s, %s]", human(low, e->low), human(high, e->high));
}

static void add_time(struct text *out, const struct estimate *e) {
  char number[HUMAN_MAX];
  text_add(out, human_ns(number, e->median));
  add_interval(out, e, human_ns);
}

static void add_ratio(struct text *out, const struct estimate *e) {
  char number[HUMAN_MAX];
  if (e->n)
    text_format(out, "%s×", human_number(number, e->median));
  else
    text_add(out, "–");
  add_interval(out, e, human_number);
}

static void add_name(struct text *out, const struct analysis *a, const struct cell *c, bool workers) {
  struct text name = {0};
  cell_name(&name, a->problem, c, workers);
  markdown_text(out, text_of(&name));
  text_free(&name);
}

static void add_reason(struct text *out, const struct analysis *a, const struct experiment *e) {
  struct text why = {0};
  no_cell_words(&why, a, e);
  markdown_text(out, text_of(&why));
  text_free(&why);
}

/* ---- columns ---- */

static void peer_time(struct text *out, const struct analysis *a) {
  const struct figures *f = best_of(a, &any, false);
  if (!f) {
    add_reason(out, a, &any);
    return;
  }
  text_format(out, "×%lld ", (long long)f->cell->workers);
  add_time(out, &f->time);
}

/* The time inside of each peer under its label, or that of its whole process; each by its own best worker count. */
static void peers_column(struct text *out, const struct result *result, const struct experiment *e, bool inside) {
  const char *between = "";
  for (size_t i = 0; i < result->run.problem_count; i++) {
    struct text label = {0};
    if (!is_peer(&result->run.problems[i], e))
      continue;
    struct inner *inner = inner_of(&result->analyses[i]);
    peer_label(&label, result, e, &result->run.problems[i]);
    text_add(out, between), between = "<br>";
    markdown_text(out, text_of(&label)), text_add(out, " ");
    if (!inside)
      peer_time(out, &result->analyses[i]);
    else if (inner)
      peer_time(out, &inner->analysis);
    else
      text_add(out, "–");
    text_free(&label), inner_free(inner);
  }
  if (!*between)
    text_add(out, _("not in this run"));
}

/* The first method's sequential cell and, if different, the fastest one. */
static void serial_column(struct text *out, const struct analysis *a, const struct experiment *e) {
  const struct figures *lines[] = {naive_of(a, e), serial_of(a, e)};
  for (size_t i = 0; i < 2 && lines[i] && !(i == 1 && lines[1] == lines[0]); i++) {
    text_add(out, i ? "<br>" : "");
    add_name(out, a, lines[i]->cell, false), text_add(out, " ");
    add_time(out, &lines[i]->time);
  }
  if (!lines[0])
    add_reason(out, a, e);
}

static void best_column(struct text *out, const struct analysis *a, const struct experiment *e) {
  const struct figures *f = best_of(a, e, false);
  if (!f) {
    add_reason(out, a, e);
    return;
  }
  add_name(out, a, f->cell, true), text_add(out, " ");
  add_time(out, &f->time);
  text_add(out, "<br>");
  if (f != own_serial(a, f)) {
    add_ratio(out, &f->own);
    text_format(out, " %s", _("over its own seq"));
    unjudged_words(out, f);
  } else
    text_add(out, best_of(a, e, true) ? _("no way of running it with more workers is proven faster")
                                      : _("not run with more workers"));
}

static void row(struct text *out, const struct result *result, const struct experiment *e) {
  const struct analysis *a = experiment_problem(result, e);
  text_add(out, "| ");
  markdown_html(out, text_in(e->title));
  if (e->cell)
    text_add(out, "<br>"), markdown_html(out, e->cell);
  text_add(out, " | "), markdown_html(out, text_in(e->figure));
  text_add(out, " | "), peers_column(out, result, e, true);
  text_add(out, " | "), peers_column(out, result, e, false);
  text_add(out, " | ");
  if (a)
    serial_column(out, a, e);
  else
    text_add(out, e->kernel ? _("not in this run") : _("no C version"));
  text_add(out, " | ");
  if (a)
    best_column(out, a, e);
  else
    text_add(out, "–");
  text_add(out, " |\n");
}

/* The heavy sums over one range: nothing without such peers. */
static void range_rows(struct text *out, const struct result *result) {
  if (!(next_range(result, 0) > 0))
    return;
  text_format(out, "\n%s\n\n%s\n|--:|---|---|--:|\n", _("Heavy sums over one range, one process:"),
              _("| x | range, each x | array, each x | range over array |"));
  for (double x = 0; (x = next_range(result, x)) > 0;) {
    struct estimate range = form_time(result, "range", x), array = form_time(result, "array", x);
    text_format(out, "| %.0f | ", x);
    add_time(out, &range), text_add(out, " | ");
    add_time(out, &array);
    if (range.median / array.median > 0)
      text_format(out, " | %.3g× |\n", range.median / array.median);
    else
      text_add(out, " | – |\n");
  }
}

/* ---- the whole ---- */

static void head(struct text *out, const struct result *result, const struct experiments *all) {
  struct text story = {0};
  markdown_head(out, result);
  story_sentence(&story, result, all);
  if (story.length)
    markdown_html(out, text_of(&story)), text_add(out, "\n\n");
  text_free(&story);
}

int course_table(struct text *out, const struct result *result, struct fault *why) {
  struct experiments all;
  int code = experiments_built_in(&all, why);
  if (code == 0 && !is_notebook(&all, &result->run))
    code =
        fault_set(why, EXIT_USAGE, "--format notebook: '%.300s' is no run of configs/notebook.conf; name one that is",
                  result->run.folder);
  else if (code == 0) {
    head(out, result, &all);
    text_format(out, "%s\n|---|---|---|---|---|---|\n",
                _("| experiment | the notebook | CPython, inside | CPython, whole | nway, sequential | nway, best |"));
    for (size_t i = 0; i < all.count; i++)
      row(out, result, &all.list[i]);
    range_rows(out, result);
  }
  experiments_free(&all);
  return code;
}
