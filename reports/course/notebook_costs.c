/* Writes the costs of workers on the notebook's page: the GIL, memory per worker, a switch between two. */
#include "base/words.h"
#include "charts/charts.h"
#include "charts/plot.h"
#include "notebook.h"
#include "notebook_page.h"
#include "page/page_parts.h"
#include "words/language.h"

#include <math.h>
#include <string.h>

/* ---- Python threads stay flat ---- */

/* A Python line has the colour of its C equivalent, and hollow marks. */
struct line {
  const char *name, *how, *variant; /* how: of a Python peer, NULL for C */
};
static const struct line lines[] = {{"CPython threads", "threads", "pthread"},
                                    {"CPython Pool", "pool", "prefork"},
                                    {"CPython Process", "process", "fork"},
                                    {"C pthread", NULL, "pthread"},
                                    {"C fork", NULL, "fork"},
                                    {"C pool", NULL, "pool"}};
enum { LINES = sizeof lines / sizeof *lines };

static const struct analysis *problem_of(const struct result *result, const struct experiment *e,
                                         const struct line *line) {
  if (!line->how)
    return experiment_problem(result, e);
  const struct analysis *found = NULL;
  for (size_t i = 0; i < result->run.problem_count && !found; i++) {
    struct text how = {0};
    if (is_peer(&result->run.problems[i], e)) {
      peer_how(&how, &result->run.problems[i]);
      found = strcmp(text_of(&how), line->how) == 0 ? &result->analyses[i] : NULL;
    }
    text_free(&how);
  }
  return found;
}

/* The cell of a line with the most workers below `under`; of several schedules the fastest. */
static const struct figures *next_below(const struct analysis *a, const struct line *line, int64_t under) {
  const struct figures *found = NULL;
  for (size_t i = 0; a && i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    const struct cell *c = f->cell;
    bool ours = line->how ? strcmp(c->variant, "own") == 0 || c->serial : strcmp(c->variant, line->variant) == 0;
    if (!ours || !f->valid || c->workers >= under || !isfinite(f->own.median))
      continue;
    if (!found || c->workers > found->cell->workers ||
        (c->workers == found->cell->workers && f->own.median > found->own.median))
      found = f;
  }
  return found;
}

/* The figures of a line; a peer's by its own clock if it reports one. Free `inner` with inner_free. */
static const struct analysis *figures_of(const struct result *result, const struct experiment *e,
                                         const struct line *line, struct inner **inner) {
  const struct analysis *a = problem_of(result, e, line);
  *inner = a && line->how ? inner_of(a) : NULL;
  return *inner ? &(*inner)->analysis : a;
}

static size_t add_line(struct xy_chart *chart, const struct charts *charts, const struct result *result,
                       const struct experiment *e, const struct line *line) {
  struct inner *inner;
  const struct analysis *a = figures_of(result, e, line, &inner);
  const struct figures *points[64], *f;
  size_t count = 0;
  for (int64_t under = INT64_MAX; count < 64 && (f = next_below(a, line, under)); under = f->cell->workers)
    points[count++] = f;
  struct look look = look_named(charts, line->variant);
  struct xy_series *s = count ? xy_add(chart, line->name, &look, line->how != NULL) : NULL;
  for (size_t i = count; i-- > 0;)
    xy_point(s, (double)points[i]->cell->workers, points[i]->own.median, points[i]->own.low, points[i]->own.high);
  inner_free(inner);
  return count;
}

/* What the sizes of the items allow at each worker count, on the usable CPUs. */
static void add_attainable(struct xy_chart *chart, const struct result *result, const struct experiment *e) {
  const struct analysis *a = experiment_problem(result, e);
  struct look look = look_numbered(4);
  struct xy_series *s = NULL;
  for (size_t w = 0; a && w < a->worker_count; w++)
    for (size_t i = 0; i < a->count; i++) {
      const struct cell *c = a->figures[i].cell;
      double bound = fmin(c->attainable, result->run.usable_cpus > 0 ? (double)result->run.usable_cpus : INFINITY);
      if (c->workers != a->workers[w] || is_serial(c) || !isfinite(bound))
        continue;
      s = s ? s : xy_add(chart, _("attainable"), &look, true);
      xy_point(s, (double)c->workers, bound, NAN, NAN);
      break;
    }
}

static void threads_chart(struct charts *charts, const struct result *result, const struct experiment *e) {
  struct text caption = {0};
  struct xy_chart chart = {.id = "notebook-countdown",
                           .title = _("Countdown: Python threads, Python processes, C"),
                           .x_label = _("workers"),
                           .y_label = _("speedup over one worker (log)"),
                           .workers = true,
                           .log_y = true,
                           .line = LINE_IDEAL,
                           .level = (double)result->run.usable_cpus};
  for (size_t i = 0; i < LINES; i++)
    chart.joined |= add_line(&chart, charts, result, e, &lines[i]) >= CURVES_FROM;
  add_attainable(&chart, result, e);
  text_format(
      &caption,
      _("%s, %lld usable CPUs. Hollow: CPython, filled: C. Bars: 95 percent interval over rounds. Dashed: ideal "
        "up to the CPUs; attainable: what the sizes of the items allow. Baseline: Python against Python with "
        "one worker, C against its sequential cell."),
      run_machine(&result->run), (long long)result->run.usable_cpus);
  chart.caption = text_of(&caption);
  plot_xy(charts, &chart);
  xy_free(&chart);
  text_free(&caption);
}

static void line_item(struct text *out, const struct result *result, const struct experiment *e,
                      const struct line *line) {
  struct inner *inner;
  const struct analysis *a = figures_of(result, e, line, &inner);
  const struct figures *f = next_below(a, line, result->run.usable_cpus > 0 ? result->run.usable_cpus + 1 : INT64_MAX);
  struct text why = {0};
  text_format(out, "<li>%s", line->name);
  if (f) {
    text_format(out, " ×%lld: ", (long long)f->cell->workers);
    ratio_html(out, &f->own);
  } else {
    for (size_t i = 0; a && i < a->count && !why.length; i++)
      if (line->how || strcmp(a->figures[i].cell->variant, line->variant) == 0)
        trouble_words(&why, &a->figures[i]);
    text_format(out, ": <span class=\"%s\">", why.length ? "wrong" : "soft");
    text_html(out, why.length ? text_of(&why) : _("not in this run"));
    text_add(out, "</span>");
  }
  text_add(out, "</li>\n");
  text_free(&why);
  inner_free(inner);
}

void threads_section(struct text *out, const struct result *result, const struct charts *charts,
                     const struct experiments *all) {
  text_format(out, "<section>%s\n", text_in(all->words.threads));
  text_add(out, "<div class=\"waterfall\">");
  figure_html(out, charts, "notebook-countdown", NULL, true);
  text_format(out, "</div>\n<p>%s</p>\n<ul>\n", _("With the most workers that have a CPU each:"));
  for (size_t i = 0; i < LINES; i++)
    line_item(out, result, experiment_by(all, THREADS_EXPERIMENT), &lines[i]);
  text_add(out, "</ul></section>\n");
}

/* ---- memory ---- */

static int64_t most_with_memory(const struct problem *p) {
  int64_t most = 0;
  for (size_t i = 0; i < p->count; i++)
    if (p->cells[i].pss_bytes > 0 && p->cells[i].workers > most)
      most = p->cells[i].workers;
  return most;
}

/* The problem of kernel sleep with memory figures for the most workers, at least two; or NULL. */
static const struct analysis *sleepers(const struct result *result) {
  const struct analysis *found = NULL;
  int64_t most = 1;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    int64_t own = most_with_memory(&result->run.problems[i]);
    if (strcmp(result->run.problems[i].kernel, "sleep") == 0 && own > most)
      most = own, found = &result->analyses[i];
  }
  return found;
}

/* The cell with `workers` among the cells from..to of one way, or NULL. */
static const struct cell *cell_at(const struct analysis *a, size_t from, size_t to, int64_t workers) {
  for (size_t i = from; i < to; i++)
    if (a->figures[i].cell->workers == workers)
      return a->figures[i].cell;
  return NULL;
}

static double memory_at(const struct analysis *a, size_t from, size_t to, int64_t workers) {
  const struct cell *c = cell_at(a, from, to, workers);
  return c && c->pss_bytes > 0 ? (double)c->pss_bytes : NAN;
}

static void memory_chart(struct charts *charts, const struct result *result) {
  const struct analysis *a = sleepers(result);
  struct text caption = {0};
  struct xy_chart chart = {.id = "notebook-memory",
                           .title = _("Memory of all workers together"),
                           .x_label = _("workers"),
                           .y_label = _("memory, MiB (log)"),
                           .workers = true,
                           .log_y = true,
                           .joined = true};
  const char *before = "";
  for (size_t from = 0, to; a && from < a->count; from = to) {
    const struct cell *c = a->figures[from].cell;
    struct text name = {0};
    to = way_end(a, from);
    if (c->serial)
      continue;
    way_name(&name, a, c, false);
    struct xy_series *s =
        xy_add(&chart, text_of(&name), &charts->looks[c->variant_at], strcmp(before, c->variant) == 0);
    for (size_t i = from; i < to; i++)
      if (a->figures[i].cell->pss_bytes > 0)
        xy_point(s, (double)a->figures[i].cell->workers, (double)a->figures[i].cell->pss_bytes / 1048576, NAN, NAN);
    before = c->variant;
    text_free(&name);
  }
  text_format(&caption,
              _("%s, kernel sleep. Proportional set size (shared pages count once), read once per cell in its pilot, "
                "so without an interval. Lines join the readings at the marks."),
              run_machine(&result->run));
  chart.caption = text_of(&caption);
  plot_xy(charts, &chart);
  xy_free(&chart);
  text_free(&caption);
}

void notebook_charts(struct charts *charts, const struct result *result, const struct experiments *all) {
  threads_chart(charts, result, experiment_by(all, THREADS_EXPERIMENT));
  range_chart(charts, result, all);
  memory_chart(charts, result);
}

/* Worker counts with a memory figure, ascending. (a->workers holds only counts with valid times.) */
static size_t memory_counts(const struct analysis *a, int64_t *counts, size_t most) {
  size_t count = 0;
  for (int64_t after = 0, next; count < most; after = next) {
    next = INT64_MAX;
    for (size_t i = 0; i < a->count; i++) {
      const struct cell *c = a->figures[i].cell;
      if (c->pss_bytes > 0 && c->workers > after && c->workers < next)
        next = c->workers;
    }
    if (next == INT64_MAX)
      break;
    counts[count++] = next;
  }
  return count;
}

enum { COUNTS_MAX = 12 };

/* The difference of two single readings; at or below 0 it is smaller than the readings can resolve. */
static void more_td(struct text *out, double bytes) {
  char number[HUMAN_MAX];
  number_td(out, bytes <= 0 ? _("below resolution") : human_bytes(number, bytes));
}

static void memory_row(struct text *out, const struct analysis *a, size_t from, size_t to, const int64_t *counts,
                       size_t count) {
  char number[HUMAN_MAX];
  double one = memory_at(a, from, to, 1);
  text_add(out, "<tr><th scope=\"row\">");
  name_html(out, a->problem, a->figures[from].cell, false);
  text_add(out, "</th>");
  for (size_t i = 0; i < count; i++) {
    const struct cell *c = cell_at(a, from, to, counts[i]);
    number_td(out, human_bytes(number, c && c->pss_bytes > 0 ? (double)c->pss_bytes : NAN));
  }
  for (size_t i = 0; i < count; i++)
    if (counts[i] > 1)
      more_td(out, (memory_at(a, from, to, counts[i]) - one) / (double)(counts[i] - 1));
  text_add(out, "<td class=\"wrap\">");
  struct text why = {0};
  for (size_t i = from; i < to && !why.length; i++)
    if (!a->figures[i].valid && !is_thinned(a->figures[i].cell)) {
      trouble_words(&why, &a->figures[i]);
      text_format(out, "×%lld ", (long long)a->figures[i].cell->workers);
    } else if (a->figures[i].valid && a->figures[i].cell->pss_bytes <= 0) {
      text_format(out, "×%lld ", (long long)a->figures[i].cell->workers);
      text_add(&why, _("not read: one execution took too long in the pilot, or the system does not tell"));
    }
  text_html(out, text_of(&why));
  text_add(out, "</td></tr>\n");
  text_free(&why);
}

static void memory_table(struct text *out, const struct analysis *a) {
  int64_t counts[COUNTS_MAX];
  size_t count = memory_counts(a, counts, COUNTS_MAX);
  struct text heads = {0};
  text_add(&heads, _("way"));
  for (size_t i = 0; i < count; i++)
    text_format(&heads, dngettext("nway", "|#%lld worker", "|#%lld workers", (unsigned long)counts[i]),
                (long long)counts[i]);
  for (size_t i = 0; i < count; i++)
    if (counts[i] > 1)
      text_format(&heads, _("|#each, 1 to %lld"), (long long)counts[i]);
  text_format(&heads, "|%s", _("missing"));
  table_start(out, _("Memory of workers"), "", text_of(&heads));
  for (size_t from = 0, to; from < a->count; from = to) {
    to = way_end(a, from);
    memory_row(out, a, from, to, counts, count);
  }
  table_end(out);
  text_free(&heads);
}

void memory_section(struct text *out, const struct result *result, const struct charts *charts,
                    const struct page_words *words) {
  const struct analysis *a = sleepers(result);
  text_format(out, "<section><h2 id=\"per-worker\">%s</h2>\n", _("Memory of a worker"));
  if (a) {
    text_format(out, "%s\n", text_in(words->memory));
    memory_table(out, a);
    text_add(out, "<div class=\"waterfall\">");
    figure_html(out, charts, "notebook-memory", NULL, true);
    text_add(out, "</div>\n");
  } else
    text_format(
        out, "<p class=\"soft\">%s</p>\n",
        _("Not in this run: this needs kernel sleep with one worker and with more, on a system that reports the "
          "memory of a process."));
  text_add(out, "</section>\n");
}

/* ---- a switch ---- */

static void switch_row(struct text *out, const struct figures *f) {
  const struct cell *c = f->cell;
  struct estimate each = per_unit(f);
  char number[HUMAN_MAX];
  text_add(out, "<tr>");
  text_td(out, c->variant);
  text_td(out, c->method);
  text_format(out, "<td class=\"n\">%lld</td>", (long long)c->workers);
  if (f->valid && c->units > 0 && !c->alone) {
    number_td(out, human_ns(number, each.median));
    text_add(out, "<td class=\"soft\">");
    interval_html(out, &each, human_ns);
    text_add(out, "</td>");
  } else {
    struct text why = {0};
    trouble_words(&why, f);
    text_add(out, "<td class=\"wrap wrong\" colspan=\"2\">");
    if (!why.length)
      text_add(&why, c->alone ? _("one worker took both sides, because the other started too late")
                              : _("the number of its turns is unknown"));
    text_html(out, text_of(&why));
    text_add(out, "</td>");
    text_free(&why);
  }
  text_add(out, "</tr>\n");
}

/* Two workers pass the turn to each other; the sequential cell passes it to itself. More workers would stay idle. */
static bool is_switch(const struct cell *c) {
  return strcmp(c->kernel, "handoff") == 0 && !is_thinned(c) && (c->workers == 2 || (c->workers == 1 && c->serial));
}

void switch_section(struct text *out, const struct result *result, const struct page_words *words) {
  size_t count = 0;
  text_format(out, "<section><h2 id=\"switch\">%s</h2>\n", _("The cost of a switch"));
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      if (is_switch(result->analyses[i].figures[j].cell)) {
        if (count++ == 0)
          table_start(out, _("Cost of a switch"), "", _("variant|method|#workers|#one switch|[95 %]"));
        switch_row(out, &result->analyses[i].figures[j]);
      }
  if (count) {
    table_end(out);
    text_format(out, "%s\n", text_in(words->switch_note));
  } else
    text_format(out, "<p class=\"soft\">%s</p>\n", _("Not in this run: it has no kernel handoff."));
  text_add(out, "</section>\n");
}
