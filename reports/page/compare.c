/* Shows several runs side by side by throughput; never the speedup of one machine over another's baseline. */
#include "compare.h"

#include "base/words.h"
#include "charts/charts.h"
#include "html.h"
#include "page_parts.h"
#include "words/show.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char caution[] =
    "Runs are not paired: each was measured at its own time on its own machine. Brackets after a time give the range "
    "of that run's rounds and hold for that run only. Throughput (work divided by the median time) compares machines; "
    "efficiency compares each machine with itself. No speedup over another machine's baseline is shown, because a slow "
    "baseline would inflate it.";

/* One run's analysis of a problem, or NULL. */
static const struct analysis *find_problem(const struct result *in, const struct problem *p) {
  for (size_t i = 0; i < in->run.problem_count; i++) {
    const struct problem *other = &in->run.problems[i];
    if (strcmp(other->kernel, p->kernel) == 0 && strcmp(other->problem, p->problem) == 0 &&
        strcmp(other->scale, p->scale) == 0 && strcmp(other->build, p->build) == 0)
      return &in->analyses[i];
  }
  return NULL;
}

/* The fastest valid cell at a worker count, any method and variant; NULL if there is none. */
static const struct figures *fastest_at(const struct analysis *a, int64_t workers) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->valid && f->cell->workers == workers && (!best || f->time.median < best->time.median))
      best = f;
  }
  return best;
}

/* Units of work per second; executions per second if the rows do not record their work. */
static double rate_of(const struct figures *f) {
  return isfinite(f->throughput) ? f->throughput : 1e9 / f->time.median;
}

static struct run_line line_of(const struct analysis *a, const char *name) {
  struct run_line line = {.name = name, .points = must_alloc(a ? a->worker_count : 0, sizeof(struct run_point))};
  for (size_t i = 0; a && i < a->worker_count; i++) {
    const struct figures *f = fastest_at(a, a->workers[i]);
    if (!f)
      continue;
    double rate = rate_of(f);
    line.points[line.count++] = (struct run_point){.workers = a->workers[i],
                                                   .throughput = rate,
                                                   .low = rate * f->time.median / f->time.high,
                                                   .high = rate * f->time.median / f->time.low,
                                                   .efficiency = f->efficiency,
                                                   .efficiency_low = f->efficiency_low,
                                                   .efficiency_high = f->efficiency_high};
  }
  return line;
}

/* ---- names of runs: the machine, and the time if two share a name ---- */

static char **name_runs(const struct result *runs, size_t count) {
  char **names = must_alloc(count, sizeof *names);
  for (size_t i = 0; i < count; i++) {
    struct text name = {0};
    bool alike = false;
    for (size_t j = 0; j < count; j++)
      alike |= j != i && strcmp(run_machine(&runs[i].run), run_machine(&runs[j].run)) == 0;
    text_format(&name, "%c: %s", 'A' + (int)(i % 26), run_machine(&runs[i].run));
    if (alike) {
      text_add(&name, ", ");
      time_words(&name, runs[i].run.started);
    }
    names[i] = must_copy(text_of(&name));
    text_free(&name);
  }
  return names;
}

/* ---- one problem over all runs ---- */

struct problem_view {
  const struct problem *problem;
  const struct analysis **analyses; /* one per run, NULL if the run did not measure it */
  size_t runs;                      /* runs that measured it */
};

/* Every problem that at least two runs have measured. */
static size_t shared_problems(const struct result *runs, size_t count, struct problem_view **views) {
  size_t found = 0, capacity = 0;
  *views = NULL;
  for (size_t i = 0; i < runs[0].run.problem_count; i++) {
    struct problem_view view = {&runs[0].run.problems[i], must_alloc(count, sizeof(struct analysis *)), 0};
    for (size_t j = 0; j < count; j++)
      view.runs += (view.analyses[j] = find_problem(&runs[j], view.problem)) != NULL;
    GROW(*views, found, capacity);
    if (view.runs >= 2)
      (*views)[found++] = view;
    else
      free(view.analyses);
  }
  return found;
}

static const char *unit_of(const struct problem_view *view, size_t count) {
  for (size_t j = 0; j < count; j++)
    for (size_t k = 0; view->analyses[j] && k < view->analyses[j]->count; k++)
      if (view->analyses[j]->figures[k].valid && !isfinite(view->analyses[j]->figures[k].throughput))
        return "executions";
  return *view->problem->unit ? view->problem->unit : "units";
}

/* ---- terminal ---- */

enum {
  RUN = 20,
  WORKERS = 5,
  RATE = 14,
  TIME = 10,
  EFFICIENCY = 7,
  BY = 16,
  FIXED = 2 + WORKERS + RATE + TIME + EFFICIENCY
};

/* The width of a run's name. Column "by" appears only if it fits. */
static size_t run_width(struct screen s) { return s.columns >= FIXED + RUN ? RUN : s.columns - FIXED; }
static bool has_by(struct screen s) { return s.columns >= FIXED + RUN + 2 + BY; }

static void terminal_line(struct text *out, const struct analysis *a, const struct figures *f, bool first,
                          const char *name, double most, struct screen s) {
  char number[HUMAN_MAX];
  struct text by = {0};
  size_t used = FIXED + RUN + 2 + BY + 1, room = s.columns > used ? s.columns - used : 0;
  text_add(out, "  ");
  text_cell(out, first ? name : "", run_width(s), false);
  snprintf(number, sizeof number, "%lld", (long long)f->cell->workers);
  text_cell(out, number, WORKERS, true);
  text_cell(out, human_si(number, rate_of(f)), RATE, true);
  text_cell(out, human_ns(number, f->time.median), TIME, true);
  text_cell(out, human_percent(number, f->efficiency), EFFICIENCY, true);
  if (has_by(s)) {
    text_add(out, "  ");
    cell_name(&by, a->problem, f->cell, false);
    text_cell(out, text_of(&by), BY, false);
    text_add(out, room ? " " : "");
  }
  for (size_t i = 0; i < (size_t)lround(rate_of(f) / most * (double)room); i++)
    text_add(out, "█");
  text_add(out, "\n");
  text_free(&by);
}

static double largest_rate(const struct problem_view *view, size_t count) {
  double most = 0;
  for (size_t j = 0; j < count; j++)
    for (size_t k = 0; view->analyses[j] && k < view->analyses[j]->count; k++)
      if (view->analyses[j]->figures[k].valid)
        most = fmax(most, rate_of(&view->analyses[j]->figures[k]));
  return most;
}

static void terminal_problem(struct text *out, const struct problem_view *view, char **names, size_t count,
                             struct screen s) {
  struct text title = {0}, safe = {0}, unit = {0};
  problem_title(&title, view->problem);
  text_plain(&safe, text_of(&title));
  text_format(&unit, "%s/s", unit_of(view, count));
  text_format(out, "\n%s%s%s\n", s.colour ? "\033[1m" : "", text_of(&safe), s.colour ? "\033[0m" : "");
  text_add(out, "  ");
  text_cell(out, "run", run_width(s), false), text_cell(out, "w", WORKERS, true);
  text_cell(out, text_of(&unit), RATE, true), text_cell(out, "time", TIME, true);
  text_cell(out, "eff", EFFICIENCY, true), text_add(out, has_by(s) ? "  by\n" : "\n");
  for (size_t j = 0; j < count; j++) {
    const struct analysis *a = view->analyses[j];
    bool first = true;
    for (size_t k = 0; a && k < a->worker_count; k++) {
      const struct figures *f = fastest_at(a, a->workers[k]);
      if (f)
        terminal_line(out, a, f, first, names[j], largest_rate(view, count), s), first = false;
    }
  }
  text_free(&title), text_free(&safe), text_free(&unit);
}

/* ---- what differs between the machines ---- */

static const char *fact_or_unknown(const struct run *run, const char *name) {
  const char *value = run_fact(run, name);
  return value ? value : "unknown";
}

static bool differs(const struct result *runs, size_t count, const char *name) {
  for (size_t i = 1; i < count; i++)
    if (strcmp(fact_or_unknown(&runs[0].run, name), fact_or_unknown(&runs[i].run, name)) != 0)
      return true;
  return false;
}

/* Whether an earlier run has this fact. */
static bool seen_before(const struct result *runs, size_t run, const char *name) {
  for (size_t i = 0; i < run; i++)
    for (size_t j = 0; j < runs[i].run.fact_count; j++)
      if (strcmp(runs[i].run.facts[j].name, name) == 0)
        return true;
  return false;
}

static void fact_row(struct text *out, const struct result *runs, size_t count, const char *name) {
  text_add(out, "<tr>");
  text_td(out, name);
  for (size_t i = 0; i < count; i++) {
    text_add(out, "<td class=\"wrap\">");
    text_html(out, fact_or_unknown(&runs[i].run, name));
    text_add(out, "</td>");
  }
  text_add(out, "</tr>\n");
}

static void run_heads(struct text *heads, char **names, size_t count) {
  for (size_t i = 0; i < count; i++) {
    text_add(heads, "|");
    text_html(heads, names[i]);
  }
}

static void differences(struct text *out, const struct result *runs, char **names, size_t count) {
  struct text heads = {0};
  text_add(&heads, "fact");
  run_heads(&heads, names, count);
  text_add(out, "<h2 id=\"environment\">What differs between the machines</h2>\n");
  table_start(out, "Differences", "", text_of(&heads));
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < runs[i].run.fact_count; j++) {
      const char *name = runs[i].run.facts[j].name;
      if (!seen_before(runs, i, name) && differs(runs, count, name))
        fact_row(out, runs, count, name);
    }
  text_add(out, "<tr><td>rounds</td>");
  for (size_t i = 0; i < count; i++)
    text_format(out, "<td>%lld of %lld</td>", (long long)runs[i].run.rounds_done,
                (long long)runs[i].run.rounds_planned);
  text_add(out, "</tr>\n");
  table_end(out);
  text_add(out, "<p class=\"soft\">Facts that are the same on all machines are left out.</p>\n");
  text_free(&heads);
}

/* ---- the page ---- */

static void page_row(struct text *out, const struct analysis *a, const struct figures *f, const char *name) {
  char number[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX];
  struct text by = {0};
  text_add(out, "<tr>");
  text_td(out, name);
  text_format(out, "<td class=\"n\">%lld</td>", (long long)f->cell->workers);
  number_td(out, human_si(number, rate_of(f)));
  number_td(out, human_ns(number, f->time.median));
  text_add(out, "<td class=\"soft\">");
  if (f->time.coverage > 0)
    text_format(out, "[%s, %s]", human_ns(low, f->time.low), human_ns(high, f->time.high));
  else
    text_add(out, "–");
  text_add(out, "</td>");
  number_td(out, human_percent(number, f->efficiency));
  cell_name(&by, a->problem, f->cell, false);
  text_td(out, text_of(&by));
  text_add(out, "</tr>\n");
  text_free(&by);
}

static void page_problem(struct text *out, const struct charts *charts, const struct problem_view *view, char **names,
                         size_t count, size_t number) {
  struct text title = {0}, heads = {0};
  char id[CHART_ID];
  problem_title(&title, view->problem);
  text_add(out, "<section><h2>");
  text_html(out, text_of(&title));
  text_add(out, "</h2>\n<div class=\"two\">\n");
  snprintf(id, sizeof id, "c%02zu-throughput", number);
  figure_html(out, charts, id, "Throughput", true);
  snprintf(id, sizeof id, "c%02zu-efficiency", number);
  figure_html(out, charts, id, "Efficiency, each by itself", true);
  text_add(out, "</div>\n");
  text_add(&heads, "run|#workers|#");
  text_html(&heads, unit_of(view, count));
  text_add(&heads, "/s|#time|[this run]|#efficiency|fastest");
  char label[48];
  snprintf(label, sizeof label, "Throughput of problem %zu", number);
  table_start(out, label, "", text_of(&heads));
  for (size_t j = 0; j < count; j++)
    for (size_t k = 0; view->analyses[j] && k < view->analyses[j]->worker_count; k++) {
      const struct figures *f = fastest_at(view->analyses[j], view->analyses[j]->workers[k]);
      if (f)
        page_row(out, view->analyses[j], f, names[j]);
    }
  table_end(out);
  text_add(out, "</section>\n");
  text_free(&title), text_free(&heads);
}

static void draw_problem(struct charts *charts, const struct problem_view *view, char **names, size_t count,
                         size_t number) {
  struct run_line *lines = must_alloc(count, sizeof *lines);
  struct text title = {0};
  for (size_t j = 0; j < count; j++)
    lines[j] = line_of(view->analyses[j], names[j]);
  problem_title(&title, view->problem);
  charts_lines(
      charts, number, text_of(&title), unit_of(view, count),
      "The fastest right answer of each run at each worker count, over all methods and variants. Bars: the range of "
      "that run's rounds around their median, from 6 rounds on; for that run only. Runs are not paired.",
      lines, count);
  for (size_t j = 0; j < count; j++)
    free(lines[j].points);
  free(lines);
  text_free(&title);
}

static void page_top(struct text *out, const struct result *runs, char **names, size_t count) {
  page_start(out, "nway compare");
  text_add(out, "<header><h1>Machines side by side</h1>\n");
  for (size_t i = 0; i < count; i++) {
    struct text line = {0};
    text_format(&line, "%s: %lld usable CPU%s, config %s", names[i], (long long)runs[i].run.usable_cpus,
                plural(runs[i].run.usable_cpus), runs[i].run.config_name);
    text_add(out, "<p><b>");
    text_html(out, text_of(&line));
    text_add(out, "</b></p>\n");
    text_free(&line);
    badge_list(out, &runs[i]);
  }
  text_format(out, "<p>%s</p></header>\n<main>\n", caution);
}

/* Slides name the badges of each run: "A: BUSY · B: VIRTUALISED". */
static void stamp_runs(struct charts *charts, const struct result *runs, size_t count) {
  struct text stamp = {0};
  for (size_t i = 0; i < count; i++) {
    struct text names = {0};
    badge_names(&names, &runs[i]);
    if (names.length)
      text_format(&stamp, "%s%c: %s", stamp.length ? "   " : "", 'A' + (int)(i % 26), text_of(&names));
    text_free(&names);
  }
  charts_stamp(charts, text_of(&stamp));
  text_free(&stamp);
}

static void write_page(const struct result *runs, size_t count, char **names, const struct problem_view *views,
                       size_t view_count, struct page_outcome *outcome, struct fault *why) {
  struct charts charts = {0};
  struct text out = {0};
  outcome->failed = charts_open(&charts, &runs[0].run, "compare.gp", why) != 0;
  if (!outcome->failed) {
    stamp_runs(&charts, runs, count);
    for (size_t i = 0; i < view_count; i++)
      draw_problem(&charts, &views[i], names, count, i + 1);
    charts_draw(&charts);
    page_top(&out, runs, names, count);
    for (size_t i = 0; i < view_count; i++)
      page_problem(&out, &charts, &views[i], names, count, i + 1);
    differences(&out, runs, names, count);
    text_add(&out, "</main>\n");
    page_end(&out);
    outcome->failed = write_file(&charts.at, "compare.html", &out, why) != 0;
  }
  outcome->charts_missing = charts.why.text[0] != '\0';
  outcome->why = charts.why;
  charts_free(&charts);
  text_free(&out);
}

static void say_caution(struct text *terminal) {
  text_add(terminal,
           "Runs are not paired: throughput compares machines, efficiency each machine with itself.\n"
           "Times and throughput hold for that run only; another run on the same machine may differ.\n"
           "No speedup over another machine's baseline is shown, because a slow baseline would inflate it.\n");
}

struct page_outcome compare_write(const struct result *runs, size_t count, struct text *terminal, struct screen s,
                                  struct fault *why) {
  struct page_outcome outcome = {0};
  struct problem_view *views;
  char **names = name_runs(runs, count);
  size_t view_count = shared_problems(runs, count, &views);
  for (size_t i = 0; i < count; i++) {
    struct text safe = {0};
    text_plain(&safe, names[i]);
    text_format(terminal, "%s · %lld usable CPU%s\n", text_of(&safe), (long long)runs[i].run.usable_cpus,
                plural(runs[i].run.usable_cpus));
    text_free(&safe);
    show_badges(terminal, &runs[i], s);
  }
  say_caution(terminal);
  for (size_t i = 0; i < view_count; i++)
    terminal_problem(terminal, &views[i], names, count, s);
  outcome.nothing = view_count == 0;
  if (outcome.nothing)
    text_add(terminal, "\nThe runs have no problem in common.\n");
  else
    write_page(runs, count, names, views, view_count, &outcome, why);
  if (!outcome.nothing && !outcome.failed) {
    struct text safe = {0};
    text_plain(&safe, runs[0].run.folder);
    text_format(terminal, "\n%s/report/compare.html\n", text_of(&safe));
    text_free(&safe);
  }
  for (size_t i = 0; i < view_count; i++)
    free(views[i].analyses);
  free(views);
  for (size_t i = 0; i < count; i++)
    free(names[i]);
  free(names);
  if (!s.unicode)
    text_ascii(terminal);
  return outcome;
}
