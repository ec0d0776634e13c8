/* Writes the notebook's page: every experiment beside what this run measured, and why its headline does not hold. */
#include "notebook_page.h"

#include "course.h"
#include "notebook.h"
#include "page/page_metg.h"
#include "page/page_parts.h"

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

/* Words of a peer's command that do not describe its input: how it runs and how it prints its answer. */
static bool is_beside(const char *word, size_t length) {
  static const char *const words[] = {"--print",   "exit", "stdout",  "--how",     "--workers",
                                      "{workers}", "seq",  "threads", "processes", "coroutines"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i]) == length && strncmp(word, words[i], length) == 0)
      return true;
  return false;
}

/* Prints the peer's input, which may differ from nway's. */
static void peer_input(struct text *out, const struct problem *p) {
  const char *at = strstr(p->problem, ".py ");
  struct text options = {0};
  if (!at)
    return;
  for (at += strlen(".py "); *at; at += strspn(at, " ")) {
    size_t length = strcspn(at, " ");
    if (!is_beside(at, length))
      text_format(&options, "%s%.*s", options.length ? " " : "", (int)length, at);
    at += length;
  }
  text_add(out, "<br><span class=\"soft\">");
  text_html(out, text_of(&options));
  text_add(out, "</span>");
  text_free(&options);
}

/* Prints the gain of more workers over one, even if there is none. */
static void peer_gain(struct text *out, const struct analysis *a, const struct experiment *any) {
  const struct figures *more = best_of(a, any, true);
  if (!more || !more->speedup.n)
    return;
  text_format(out, "<br><span class=\"whole\">×1 → ×%lld: ", (long long)more->cell->workers);
  ratio_html(out, &more->speedup);
  text_add(out, "</span>");
}

/* One way of running the Python peer, at its fastest worker count. */
static void peer_line(struct text *out, const struct analysis *a, const struct experiment *e) {
  static const struct experiment any = {0};
  const struct figures *f = best_of(a, &any, false);
  struct text how = {0};
  peer_how(&how, a->problem);
  text_add(out, "<div>");
  text_html(out, text_of(&how));
  text_free(&how);
  if (!e->option && strstr(a->problem->problem, "--memo"))
    text_add(out, " with a memo");
  if (f)
    text_format(out, " ×%lld ", (long long)f->cell->workers);
  else
    text_add(out, ": ");
  if (f)
    time_html(out, f);
  else
    reason_html(out, a, &any);
  peer_gain(out, a, &any);
  peer_input(out, a->problem);
  text_add(out, "</div>");
}

static void peer_lines(struct text *out, const struct result *result, const struct experiment *e) {
  size_t count = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (is_peer(&result->run.problems[i], e)) {
      peer_line(out, &result->analyses[i], e);
      count++;
    }
  if (!count)
    text_add(out, "<span class=\"soft\">not in this run</span>");
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
      text_add(&why, "more workers were left out to keep the time budget");
    else if (is_of(e, c) && c->workers > 1)
      trouble_words(&why, &a->figures[i]);
  }
  text_html(out, why.length ? text_of(&why) : "not run with more workers");
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
    text_add(out, "no way of running it with more workers is proven faster");
  else if (f == own_serial(a, f))
    no_more_workers(out, a, e);
  else {
    ratio_html(out, &f->own);
    text_add(out, " over its own seq");
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
  text_format(out, "<tr id=\"%s\"><th scope=\"row\" class=\"wrap\">%s <small>%s</small></th>", e->id, e->title, e->did);
  story_start(out, "notebook");
  text_format(out, "%s</td>", e->figure);
  story_start(out, "CPython");
  peer_lines(out, result, e);
  text_add(out, "</td>");
  story_start(out, "sequential");
  if (a)
    serial_lines(out, a, e);
  else
    text_format(out, "<span class=\"soft\">%s</span>", e->kernel ? "not in this run" : "no C version");
  text_add(out, "</td>");
  story_start(out, "best");
  if (a)
    best_lines(out, a, e);
  else
    text_add(out, "–");
  text_format(out, "</td><td class=\"wrap\">%s</td></tr>\n", e->shows);
}

static void experiments_section(struct text *out, const struct result *result, const struct experiments *all) {
  text_add(out, "<section><h2 id=\"experiments\">Experiment by experiment</h2>\n");
  table_start(out, "Experiments", "story",
              "experiment|the notebook’s figure|CPython here [95 %]|nway, sequential [95 %]|nway, best [95 %]|what "
              "it shows");
  for (size_t i = 0; i < all->count; i++)
    experiment_row(out, result, &all->list[i]);
  table_end(out);
  text_format(out, "%s</section>\n", all->words.table_note);
}

/* ---- the headline ---- */

static void same_ranges(struct text *out, const struct analysis *a, const struct experiment *e) {
  const struct figures *fast = best_of(a, e, true), *seq = fast ? own_serial(a, fast) : NULL;
  text_add(out, "<p>The right comparison, on the same ranges, from this run (");
  title_html(out, a->problem);
  text_add(out, "): ");
  if (!seq) {
    text_add(out, "missing: ");
    reason_html(out, a, e);
    text_add(out, ".</p>\n");
    return;
  }
  name_html(out, a->problem, seq->cell, true);
  text_add(out, " ");
  time_html(out, seq);
  text_add(out, ", best parallel ");
  time_html(out, fast);
  text_add(out, " by ");
  name_html(out, a->problem, fast->cell, true);
  text_add(out, ": <b>");
  ratio_html(out, &fast->own);
  text_format(out, "</b>. No way of running it on %lld workers can reach 391.</p>\n", (long long)fast->cell->workers);
}

static void headline_section(struct text *out, const struct result *result, const struct experiments *all) {
  const struct experiment *e = experiment_by(all, HEADLINE_EXPERIMENT);
  const struct analysis *a = experiment_problem(result, e);
  text_format(out, "<section>%s\n", all->words.headline);
  if (a)
    same_ranges(out, a, e);
  else
    text_add(out,
             "<p class=\"soft\">This run lacks the right comparison: it has no power_sum with a vector result.</p>\n");
  text_add(out, "</section>\n");
}

/* ---- the whole ---- */

static void top(struct text *out, const struct result *result) {
  text_add(out,
           "<a class=\"skip\" href=\"#experiments\">Skip to the experiments</a>\n<header>\n<h1>The course notebook "
           "on ");
  text_html(out, run_machine(&result->run));
  text_add(out, "</h1>\n");
  machine_line(out, &result->run);
  badge_list(out, result);
  text_add(out,
           "<nav aria-label=\"Sections\"><a href=\"report.html\">← The whole report</a>"
           "<a href=\"#experiments\">Experiments</a><a href=\"#wrappers\">Decorators</a><a href=\"#gil\">Threads and "
           "processes</a>"
           "<a href=\"#headline\">The headline</a><a href=\"#per-worker\">Memory of a worker</a>"
           "<a href=\"#switch\">Cost of a switch</a><a href=\"#metg\">Smallest item</a></nav>\n</header>\n<main>\n");
}

static int notebook_write(const struct result *result, const struct charts *charts, struct fault *why) {
  struct text out = {0}, title = {0};
  struct experiments all;
  if (experiments_built_in(&all, why) != 0) {
    experiments_free(&all);
    return -1;
  }
  text_format(&title, "%s · the notebook · nway report", run_machine(&result->run));
  page_start(&out, text_of(&title));
  top(&out, result);
  experiments_section(&out, result, &all);
  wrapper_section(&out, result, &all.words);
  threads_section(&out, result, charts, &all);
  headline_section(&out, result, &all);
  memory_section(&out, result, charts, &all.words);
  switch_section(&out, result, &all.words);
  if (has_metg(result))
    metg_section(&out, result, charts);
  else
    text_add(&out,
             "<section><h2 id=\"metg\">The smallest item worth distributing (METG)</h2>\n<p class=\"soft\">Not in "
             "this run: it has no kernel grain.</p></section>\n");
  text_add(&out, "</main>\n");
  page_end(&out);
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
  if (experiments_built_in(&all, &why) == 0)
    notebook_charts(charts, result, &all);
  experiments_free(&all);
}

const struct companion course_pages[] = {
    {"notebook.html", "The notebook, experiment by experiment", applies, draw, notebook_write}, {.file = NULL}};
