/* Writes the notebook's page: every experiment beside what this run measured, and why its headline does not hold. */
#include "notebook_page.h"

#include "course.h"
#include "notebook.h"
#include "page/page_metg.h"
#include "page/page_parts.h"
#include "words/language.h"

#include <math.h>
#include <string.h>

/* ---- the table of experiments ---- */

static void time_html(struct text *out, const struct figures *f) {
  char number[HUMAN_MAX];
  text_format(out, "<span class=\"whole\">%s <span class=\"soft\">", human_ns(number, f->time.median));
  interval_html(out, &f->time, human_ns);
  text_add(out, "</span></span>");
}

static void reason_html(struct text *out, const struct analysis *a, const struct experiment *e) {
  struct text why = {0};
  no_cell_words(&why, a, e);
  text_add(out, "<span class=\"wrong\">");
  text_html(out, text_of(&why));
  text_add(out, "</span>");
  text_free(&why);
}

static void input_option(const char *option, const char *value, void *with) {
  struct text *out = with;
  text_format(out, "%s%.*s", out->length ? " " : "", (int)strcspn(option, " "), option);
  if (value)
    text_format(out, " %.*s", (int)strcspn(value, " "), value);
}

/* Prints the peer's input, which may differ from nway's. */
static void peer_input(struct text *out, const struct problem *p) {
  struct text options = {0};
  peer_options(p, input_option, &options);
  text_add(out, "<br><span class=\"soft\">");
  text_html(out, text_of(&options));
  text_add(out, "</span>");
  text_free(&options);
}

/* A time, then what more workers gain over one by it, even if that is nothing. */
static void time_and_gain(struct text *out, const struct analysis *a, const struct figures *f) {
  static const struct experiment any = {0};
  const struct figures *more = best_of(a, &any, true);
  time_html(out, f);
  if (!more || !more->speedup.n)
    return;
  text_format(out, "<br><span class=\"whole\">×1 → ×%lld: ", (long long)more->cell->workers);
  ratio_html(out, &more->speedup);
  text_add(out, "</span>");
}

/* The time that the script measured, then that of its whole process; each by its own fastest worker count. */
static void peer_times(struct text *out, const struct analysis *whole, const struct analysis *inner) {
  static const struct experiment any = {0};
  const struct figures *in = inner ? best_of(inner, &any, false) : NULL, *f = best_of(whole, &any, false);
  if (in) {
    text_format(out, " ×%lld %s ", (long long)in->cell->workers, _("inside"));
    time_and_gain(out, inner, in);
    text_format(out, "<br>%s", _("whole"));
  }
  if (f) {
    text_format(out, " ×%lld ", (long long)f->cell->workers);
    time_and_gain(out, whole, f);
  } else {
    text_add(out, ": ");
    reason_html(out, whole, &any);
  }
}

/* One way of running the Python peer. */
static void peer_line(struct text *out, const struct result *result, const struct analysis *a,
                      const struct experiment *e) {
  struct inner *inner = inner_of(a);
  struct text label = {0};
  peer_label(&label, result, e, a->problem);
  text_add(out, "<div>");
  text_html(out, text_of(&label));
  text_free(&label);
  peer_times(out, a, inner ? &inner->analysis : NULL);
  peer_input(out, a->problem);
  text_add(out, "</div>");
  inner_free(inner);
}

static void peer_lines(struct text *out, const struct result *result, const struct experiment *e) {
  size_t count = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (is_peer(&result->run.problems[i], e)) {
      peer_line(out, result, &result->analyses[i], e);
      count++;
    }
  if (!count)
    text_format(out, "<span class=\"soft\">%s</span>", _("not in this run"));
}

/* The first method's sequential cell and, if different, the fastest one. */
static void serial_lines(struct text *out, const struct analysis *a, const struct experiment *e) {
  const struct figures *lines[] = {naive_of(a, e), serial_of(a, e)};
  for (size_t i = 0; i < 2 && lines[i]; i++) {
    if (i == 1 && lines[1] == lines[0])
      break;
    text_add(out, "<div>");
    name_html(out, a->problem, lines[i]->cell, false);
    text_add(out, " ");
    time_html(out, lines[i]);
    text_add(out, "</div>");
  }
  if (!lines[0])
    reason_html(out, a, e);
}

static void cell_line(struct text *out, const struct analysis *a, const struct figures *f, const char *mark) {
  text_format(out, "<div><%s>", mark);
  name_html(out, a->problem, f->cell, true);
  text_format(out, "</%s> ", mark);
  time_html(out, f);
  text_add(out, "</div>");
}

/* The variant that runs as the notebook did, if another one is the best. */
static void means_line(struct text *out, const struct analysis *a, const struct experiment *e, const char *best) {
  const struct figures *fast = NULL;
  for (size_t i = 0; e->means && i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->valid && is_of(e, f->cell) && f->cell->workers > 1 && strcmp(f->cell->variant, e->means) == 0 &&
        (!fast || f->time.median < fast->time.median))
      fast = f;
  }
  if (fast && strcmp(best, e->means) != 0)
    cell_line(out, a, fast, "span");
}

/* Why an experiment has no valid cell with several workers. */
static void no_more_workers(struct text *out, const struct analysis *a, const struct experiment *e) {
  struct text why = {0};
  for (size_t i = 0; i < a->count && !why.length; i++) {
    const struct cell *c = a->figures[i].cell;
    if (is_of(e, c) && c->workers > 1 && is_thinned(c))
      text_add(&why, _("more workers were left out to keep the time budget"));
    else if (is_of(e, c) && c->workers > 1)
      trouble_words(&why, &a->figures[i]);
  }
  text_html(out, why.length ? text_of(&why) : _("not run with more workers"));
  text_free(&why);
}

static void best_lines(struct text *out, const struct analysis *a, const struct experiment *e) {
  const struct figures *f = best_of(a, e, false);
  if (!f) {
    reason_html(out, a, e);
    return;
  }
  cell_line(out, a, f, "b");
  text_add(out, "<div>");
  if (f == own_serial(a, f) && best_of(a, e, true))
    text_add(out, _("no way of running it with more workers is proven faster"));
  else if (f == own_serial(a, f))
    no_more_workers(out, a, e);
  else {
    ratio_html(out, &f->own);
    text_format(out, " %s", _("over its own seq"));
    unjudged_words(out, f);
  }
  text_add(out, "</div>");
  means_line(out, a, e, f->cell->variant);
}

/* Opens a table cell; the style shows `head` before it when a narrow window stacks the row's cells. */
static void story_start(struct text *out, const char *head) {
  text_format(out, "<td class=\"wrap\" data-head=\"%s\">", head);
}

static void experiment_row(struct text *out, const struct result *result, const struct experiment *e) {
  const struct analysis *a = experiment_problem(result, e);
  text_format(out, "<tr id=\"%s\"><th scope=\"row\" class=\"wrap\">%s <small>%s</small><small>%s</small></th>", e->id,
              text_in(e->title), text_in(e->did), e->cell ? e->cell : "");
  story_start(out, _("notebook"));
  text_format(out, "%s</td>", text_in(e->figure));
  story_start(out, "CPython");
  peer_lines(out, result, e);
  text_add(out, "</td>");
  story_start(out, _("sequential"));
  if (a)
    serial_lines(out, a, e);
  else
    text_format(out, "<span class=\"soft\">%s</span>", e->kernel ? _("not in this run") : _("no C version"));
  text_add(out, "</td>");
  story_start(out, _("best"));
  if (a)
    best_lines(out, a, e);
  else
    text_add(out, "–");
  text_format(out, "</td><td class=\"wrap\">%s</td></tr>\n", text_in(e->shows));
}

static void experiments_section(struct text *out, const struct result *result, const struct experiments *all) {
  text_format(out, "<section><h2 id=\"experiments\">%s</h2>\n", _("Experiment by experiment"));
  table_start(
      out, _("Experiments"), "story",
      _("experiment|the notebook’s figure|CPython here [95 %]|nway, sequential [95 %]|nway, best [95 %]|what it "
        "shows"));
  for (size_t i = 0; i < all->count; i++)
    experiment_row(out, result, &all->list[i]);
  table_end(out);
  text_format(out, "%s</section>\n", text_in(all->words.table_note));
}

/* ---- the headline ---- */

static void same_ranges(struct text *out, const struct analysis *a, const struct experiment *e) {
  const struct figures *fast = best_of(a, e, true), *seq = fast ? own_serial(a, fast) : NULL;
  text_format(out, "<p>%s (", _("The right comparison, on the same ranges, from this run"));
  title_html(out, a->problem);
  text_add(out, "): ");
  if (!seq) {
    text_format(out, "%s ", _("missing:"));
    reason_html(out, a, e);
    text_add(out, ".</p>\n");
    return;
  }
  name_html(out, a->problem, seq->cell, true);
  text_add(out, " ");
  time_html(out, seq);
  text_format(out, ", %s ", _("best parallel"));
  time_html(out, fast);
  text_format(out, " %s ", _("by"));
  name_html(out, a->problem, fast->cell, true);
  text_add(out, ": <b>");
  ratio_html(out, &fast->own);
  text_add(out, "</b>");
  unjudged_words(out, fast);
  text_add(out, ". ");
  text_format(out, _("No way of running it on %lld workers can reach 392."), (long long)fast->cell->workers);
  text_add(out, "</p>\n");
}

static void headline_section(struct text *out, const struct result *result, const struct experiments *all) {
  const struct experiment *e = experiment_by(all, HEADLINE_EXPERIMENT);
  const struct analysis *a = experiment_problem(result, e);
  text_format(out, "<section>%s\n", text_in(all->words.headline));
  if (a)
    same_ranges(out, a, e);
  else
    text_format(out, "<p class=\"soft\">%s</p>\n",
                _("This run lacks the right comparison: it has no power_sum with a vector result."));
  text_add(out, "</section>\n");
}

/* ---- the whole ---- */

static void nav_link(struct text *out, const char *to, const char *words) {
  text_format(out, "<a href=\"%s\">%s</a>", to, words);
}

static void top(struct text *out, const struct result *result, const struct experiments *all) {
  text_format(out, "<a class=\"skip\" href=\"#experiments\">%s</a>\n<header>\n<h1>", _("Skip to the experiments"));
  text_format(out, "%s ", _("The course notebook on"));
  text_html(out, run_machine(&result->run));
  text_add(out, "</h1>\n");
  story_section(out, result, all);
  machine_line(out, &result->run);
  badge_list(out, result);
  text_format(out, "<nav aria-label=\"%s\">", _("Sections"));
  nav_link(out, "report.html", _("← The whole report"));
  nav_link(out, "#experiments", _("Experiments"));
  nav_link(out, "#wrappers", _("Decorators"));
  nav_link(out, "#gil", _("Threads and processes"));
  nav_link(out, "#headline", _("The headline"));
  nav_link(out, "#range", _("Range or array"));
  nav_link(out, "#per-worker", _("Memory of a worker"));
  nav_link(out, "#creation", _("Making a worker"));
  nav_link(out, "#exchange", _("Messages"));
  nav_link(out, "#switch", _("Cost of a switch"));
  nav_link(out, "#metg", _("Smallest item"));
  text_add(out, "</nav>\n</header>\n<main>\n");
}

/* Section METG of the report, under the notebook's advice. */
static void smallest_item(struct text *out, const struct result *result, const struct charts *charts,
                          const struct page_words *words) {
  if (!has_metg(result)) {
    text_format(out, "<section><h2 id=\"metg\">%s</h2>\n<p class=\"soft\">%s</p></section>\n",
                _("The smallest item worth distributing (METG)"), _("Not in this run: it has no kernel grain."));
    return;
  }
  metg_section(out, result, charts);
  text_format(out, "<section>%s</section>\n", text_in(words->metg_note));
}

static int notebook_write(const struct result *result, const struct charts *charts, struct fault *why) {
  struct text out = {0}, title = {0};
  struct experiments all;
  if (experiments_built_in(&all, why) != 0) {
    experiments_free(&all);
    return -1;
  }
  language_begin();
  text_format(&title, "%s · %s · nway report", run_machine(&result->run), _("the notebook"));
  page_start(&out, text_of(&title));
  top(&out, result, &all);
  experiments_section(&out, result, &all);
  wrapper_section(&out, result, &all.words);
  threads_section(&out, result, charts, &all);
  headline_section(&out, result, &all);
  range_section(&out, result, charts, &all);
  memory_section(&out, result, charts, &all.words);
  creation_section(&out, result, &all.words);
  exchange_section(&out, result, &all.words);
  switch_section(&out, result, &all.words);
  smallest_item(&out, result, charts, &all.words);
  text_add(&out, "</main>\n");
  page_end(&out);
  language_end();
  int result_code = write_file(&charts->at, "notebook.html", &out, why);
  text_free(&title), text_free(&out);
  experiments_free(&all);
  return result_code;
}

static bool applies(const struct run *run) {
  struct experiments all;
  struct fault why;
  experiments_built_in(&all, &why); /* notebook_write reports a failure */
  bool is = is_notebook(&all, run);
  experiments_free(&all);
  return is;
}

static void draw(struct charts *charts, const struct result *result) {
  struct experiments all;
  struct fault why;
  language_begin();
  if (experiments_built_in(&all, &why) == 0)
    notebook_charts(charts, result, &all);
  if (!language_is_english()) /* else the report's own serves */
    metg_chart(charts, result);
  language_end();
  experiments_free(&all);
}

const struct companion course_pages[] = {
    {"notebook.html", "The notebook, experiment by experiment", applies, draw, notebook_write}, {.file = NULL}};
