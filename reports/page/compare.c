/* Writes the page that compares several runs by throughput; never the speedup over another's baseline. */
#include "compare.h"

#include "base/words.h"
#include "charts/charts.h"
#include "compare_parts.h"
#include "page_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  LINES_MAX = 6,      /* runs that a chart over workers can show apart */
  RATIOS_MAX = 6,     /* and the chart of ratios */
  CONTESTS_OPEN = 4,  /* problems whose charts are unfolded */
  VARIANTS_OPEN = 1,  /* problems whose variants are unfolded */
  HEADING_FITS = 110, /* characters of a heading in large letters */
  VARIANT_CHARTS = 8  /* variants of a problem with charts of their own */
};

static const char caution[] =
    "Runs are not paired: each was measured at its own time on its own machine. An interval of two machines comes from "
    "the rounds of both and holds for these runs; another run on the same machine may differ. Throughput (work divided "
    "by the median time) compares machines; efficiency compares each machine with itself. No speedup over another "
    "machine's baseline is shown, because a slow baseline would inflate it.";

/* ---- lines over workers ---- */

/* The cells of one way, at one worker count. */
struct picked {
  const struct cell *way;
  int64_t workers;
};

static bool is_picked(const struct cell *c, const void *with) {
  const struct picked *p = with;
  return c->workers == p->workers && (!p->way || same_way(c, p->way));
}

/* A run's line: the way at each worker count or, if it is NULL, the fastest of all. */
static struct run_line line_of(const struct contest *c, size_t run, const char *name, const struct cell *way) {
  const struct analysis *a = c->analyses[run];
  struct run_line line = {.name = name, .run = run};
  line.points = must_alloc(a ? a->worker_count : 0, sizeof *line.points);
  for (size_t i = 0; a && i < a->worker_count; i++) {
    struct picked picked = {way, a->workers[i]};
    struct rate rate = fastest_rate(c, a, is_picked, &picked);
    if (rate.of)
      line.points[line.count++] = (struct run_point){.workers = a->workers[i],
                                                     .throughput = rate.median,
                                                     .low = rate.low,
                                                     .high = rate.high,
                                                     .efficiency = rate.of->efficiency,
                                                     .efficiency_low = rate.of->efficiency_low,
                                                     .efficiency_high = rate.of->efficiency_high};
  }
  return line;
}

static void keep_run(size_t kept[LINES_MAX], size_t *count, size_t run) {
  for (size_t i = 0; i < *count; i++)
    if (kept[i] == run)
      return;
  if (*count < LINES_MAX)
    kept[(*count)++] = run;
}

/* The runs that a chart shows: all of a few; of many the fastest, the slowest, the median one and outliers. */
static size_t shown_runs(const struct contest *c, size_t count, size_t kept[LINES_MAX]) {
  size_t n = 0, slowest = c->first, middle = c->first;
  if (count <= LINES_MAX) {
    for (size_t i = 0; i < count; i++)
      keep_run(kept, &n, i);
    return n;
  }
  for (size_t i = 0; i < count; i++) {
    if (!c->best[i].of)
      continue;
    slowest = c->best[i].median < c->best[slowest].median ? i : slowest;
    middle = fabs(log(over_median(c, count, i))) < fabs(log(over_median(c, count, middle))) ? i : middle;
  }
  keep_run(kept, &n, c->first), keep_run(kept, &n, middle), keep_run(kept, &n, slowest);
  for (size_t i = 0; i < count; i++)
    if (is_outlier(c, count, i))
      keep_run(kept, &n, i);
  return n;
}

static void add_mark(struct lines_chart *chart, int64_t workers, const char *code, const char *what) {
  if (workers < 2)
    return;
  for (size_t i = 0; i < chart->mark_count; i++)
    if (chart->marks[i].workers == workers) {
      size_t length = strlen(chart->marks[i].label);
      snprintf(chart->marks[i].label + length, sizeof chart->marks[i].label - length, "; %s: %s", code, what);
      return;
    }
  if (chart->mark_count == RUN_MARKS_MAX)
    return;
  struct run_mark *mark = &chart->marks[chart->mark_count++];
  mark->workers = workers;
  snprintf(mark->label, sizeof mark->label, "%s: %s", code, what);
}

/* Marks the cores of a socket, the physical cores and the usable CPUs of up to three machines. */
static void mark_machines(struct lines_chart *chart, const struct machines *m) {
  enum { MARKED_MAX = 3 };
  char code[RUN_CODE_MAX];
  for (size_t i = 0; i < m->count && m->count <= MARKED_MAX; i++) {
    const struct run *run = &m->runs[i].run;
    const char *cores = run_fact(run, "physical_cores"), *sockets = run_fact(run, "sockets");
    int64_t physical = cores ? strtoll(cores, NULL, 10) : 0, packages = sockets ? strtoll(sockets, NULL, 10) : 1;
    run_code(code, i);
    if (packages > 1)
      add_mark(chart, physical / packages, code, "one socket");
    if (physical <= run->usable_cpus)
      add_mark(chart, physical, code, "all cores");
    if (physical != run->usable_cpus)
      add_mark(chart, run->usable_cpus, code,
               physical > 0 && physical < run->usable_cpus ? "all threads" : "usable CPUs");
  }
}

static void lines_id(char id[CHART_ID], size_t number, size_t variant, bool efficiency) {
  if (variant)
    snprintf(id, CHART_ID, "c%02zu-v%zu-%s", number, variant, efficiency ? "efficiency" : "throughput");
  else
    snprintf(id, CHART_ID, "c%02zu-%s", number, efficiency ? "efficiency" : "throughput");
}

/* Adds throughput and efficiency of one way (NULL: the fastest of all) over workers. */
static void draw_lines(struct charts *charts, const struct machines *m, const struct contest *c, char *const *names,
                       size_t number, size_t variant, const struct cell *way) {
  size_t kept[LINES_MAX], n = shown_runs(c, m->count, kept);
  struct run_line lines[LINES_MAX];
  struct text title = {0}, caption = {0};
  for (size_t i = 0; i < n; i++)
    lines[i] = line_of(c, kept[i], names[kept[i]], way);
  problem_title(&title, c->problem);
  if (way)
    text_add(&title, ", "), cell_name(&title, c->problem, way, false);
  text_format(&caption,
              "%s on each machine%s. Bars: 95 percent intervals over the rounds of that run. Runs are not paired.",
              way ? "The same way" : "The fastest right answer at each worker count, over all methods and variants,",
              m->count > LINES_MAX ? "; of many machines the fastest, the median one, the slowest and outliers" : "");
  for (int efficiency = 0; efficiency < 2; efficiency++) {
    struct lines_chart chart = {.title = text_of(&title), .caption = text_of(&caption), .unit = c->unit};
    lines_id(chart.id, number, variant, efficiency);
    chart.lines = lines, chart.count = n, chart.efficiency = efficiency, chart.small = variant > 0;
    mark_machines(&chart, m);
    if (chart.small)
      chart.mark_count = 0;
    charts_lines(charts, &chart);
  }
  for (size_t i = 0; i < n; i++)
    free(lines[i].points);
  text_free(&title), text_free(&caption);
}

/* ---- variants ---- */

/* The variants that some run answered right on several workers. */
static size_t variants_of(const struct contest *c, size_t runs, const char *names[VARIANT_CHARTS]) {
  size_t count = 0;
  for (size_t i = 0; i < runs; i++)
    for (size_t j = 0; c->analyses[i] && j < c->analyses[i]->count; j++) {
      const struct figures *f = &c->analyses[i]->figures[j];
      size_t k = 0;
      while (k < count && strcmp(names[k], f->cell->variant) != 0)
        k++;
      if (k == count && count < VARIANT_CHARTS && f->valid && f->cell->workers > 1)
        names[count++] = f->cell->variant;
    }
  return count;
}

static void draw_contest(struct charts *charts, const struct machines *m, const struct contest *c, char *const *names,
                         size_t number) {
  const char *variants[VARIANT_CHARTS];
  size_t count = variants_of(c, m->count, variants);
  draw_lines(charts, m, c, names, number, 0, NULL);
  for (size_t i = 0; i < count; i++)
    draw_lines(charts, m, c, names, number, i + 1, way_of_variant(c, m->count, variants[i]));
}

/* ---- ratios by problem ---- */

static void draw_ratios(struct charts *charts, const struct machines *m, char *const *names) {
  char **rows = must_alloc(m->shared, sizeof *rows);
  struct ratio_point *points = must_alloc(m->shared * m->count, sizeof *points);
  size_t n = 0;
  for (size_t i = 0; i < m->shared; i++) {
    struct text title = {0};
    problem_title(&title, m->contests[i].problem);
    rows[i] = must_copy(text_of(&title));
    text_free(&title);
    for (size_t j = 1; j < m->count; j++) {
      struct lead lead = lead_of(m->contests[i].best[j], m->contests[i].best[0]);
      if (isfinite(lead.ratio))
        points[n++] = (struct ratio_point){i, j, lead.ratio, lead.low, lead.high};
    }
  }
  struct text title = {0};
  text_format(&title, "Throughput over that of %s, each machine at its best", names[0]);
  struct ratios_chart chart = {.id = "c00-machines",
                               .title = text_of(&title),
                               .caption = "Each machine's fastest right answer of all methods, variants and worker "
                                          "counts, over A's. Bars: 95 percent intervals from the rounds of both runs.",
                               .axis = "throughput over A",
                               .rows = rows,
                               .names = names,
                               .row_count = m->shared,
                               .run_count = m->count,
                               .points = points,
                               .count = n};
  if (m->count <= RATIOS_MAX)
    charts_ratios(charts, &chart);
  for (size_t i = 0; i < m->shared; i++)
    free(rows[i]);
  free(rows), free(points);
  text_free(&title);
}

/* ---- the page ---- */

static void contest_section(struct text *out, const struct charts *charts, const struct machines *m,
                            const struct contest *c, char *const *names, size_t number) {
  const char *variants[VARIANT_CHARTS];
  size_t count = variants_of(c, m->count, variants);
  struct text title = {0}, lead = {0};
  char id[CHART_ID];
  problem_title(&title, c->problem);
  text_format(out, "<section><h2 id=\"c%02zu\">", number);
  text_html(out, text_of(&title));
  text_add(out, "</h2>\n<p>");
  contest_words(&lead, m, c);
  text_html(out, text_of(&lead));
  text_add(out, ".</p>\n");
  text_add(out, number > CONTESTS_OPEN ? "<details><summary>Charts and figures</summary>\n" : "");
  text_add(out, "<div class=\"two\">\n");
  lines_id(id, number, 0, false);
  figure_html(out, charts, id, "Throughput, the fastest at each count", true);
  lines_id(id, number, 0, true);
  figure_html(out, charts, id, "Efficiency, each machine by itself", true);
  text_format(out,
              "</div>\n<details%s><summary>Every variant, in the same way on each machine: throughput, and efficiency "
              "below</summary>\n",
              number <= VARIANTS_OPEN ? " open" : "");
  for (int efficiency = 0; efficiency < 2; efficiency++) {
    text_add(out, "<div class=\"small\">\n");
    for (size_t i = 0; i < count; i++) {
      const struct cell *way = way_of_variant(c, m->count, variants[i]);
      struct text heading = {0}, raw = {0};
      cell_name(&raw, c->problem, way, false);
      text_html(&heading, text_of(&raw));
      lines_id(id, number, i + 1, efficiency);
      figure_html(out, charts, id, text_of(&heading), false);
      text_free(&heading), text_free(&raw);
    }
    text_add(out, "</div>\n");
  }
  text_add(out, "</details>\n");
  contest_table(out, m, c, names, number);
  text_add(out, number > CONTESTS_OPEN ? "</details>\n" : "");
  text_add(out, "</section>\n");
  text_free(&title), text_free(&lead);
}

static void warnings_list(struct text *out, const struct machines *m) {
  struct text *list;
  size_t count = machine_warnings(m, &list);
  text_add(out, count ? "<ul class=\"warnings\">\n" : "");
  for (size_t i = 0; i < count; i++) {
    text_add(out, "<li>");
    text_html(out, text_of(&list[i]));
    text_add(out, "</li>\n");
    text_free(&list[i]);
  }
  text_add(out, count ? "</ul>\n" : "");
  free(list);
}

static void links(struct text *out, const struct machines *m) {
  text_add(out, "<nav aria-label=\"Sections\"><a href=\"#machines\">Machines</a>");
  if (m->count > 2)
    text_add(out, "<a href=\"#heat\">Machine by problem</a>");
  for (size_t i = 0; i < m->shared; i++) {
    text_format(out, "<a href=\"#c%02zu\">", i + 1);
    title_html(out, m->contests[i].problem);
    text_add(out, "</a>");
  }
  text_add(out, "<a href=\"#cores\">Per core</a><a href=\"#environment\">What differs</a></nav>\n");
}

/* How many of many runs have each badge. */
static void badge_counts(struct text *out, const struct machines *m) {
  struct badge badges[BADGES_MAX];
  const char *seen[BADGES_MAX];
  size_t counts[BADGES_MAX] = {0}, names = 0;
  for (size_t i = 0; i < m->count; i++) {
    size_t count = run_badges(&m->runs[i], badges), k;
    for (size_t j = 0; j < count; j++) {
      for (k = 0; k < names && strcmp(seen[k], badges[j].name) != 0;)
        k++;
      if (k == names && names < BADGES_MAX)
        seen[names++] = badges[j].name;
      if (k < names)
        counts[k]++;
    }
  }
  text_add(out, names ? "<ul class=\"badges\"><li>" : "");
  for (size_t k = 0; k < names; k++)
    text_format(out, "%s<b>%s</b> %zu of %zu runs", k ? " · " : "", seen[k], counts[k], m->count);
  text_add(out, names ? "</li></ul>\n" : "");
}

/* Each of a few machines in a line, with its badges. */
static void machine_lines(struct text *out, const struct machines *m, char *const *names) {
  enum { FEW_MACHINES = 4 };
  if (m->count > FEW_MACHINES)
    badge_counts(out, m);
  for (size_t i = 0; i < m->count && m->count <= FEW_MACHINES; i++) {
    struct badge badges[BADGES_MAX];
    size_t count = run_badges(&m->runs[i], badges);
    struct text shape = {0};
    shape_beside(&shape, names[i], &m->runs[i].run);
    text_add(out, i ? "<li>" : "<ul class=\"badges\"><li>");
    text_html(out, names[i]);
    text_add(out, shape.length ? " · " : " ");
    text_html(out, text_of(&shape));
    for (size_t j = 0; j < count; j++)
      text_format(out, " <b>%s</b>", badges[j].name);
    text_add(out, i + 1 < m->count ? "</li>\n" : "</li></ul>\n");
    text_free(&shape);
  }
}

static void first_screen(struct text *out, const struct charts *charts, const struct machines *m, char *const *names) {
  struct text sentence = {0};
  bool charted = m->count <= RATIOS_MAX;
  page_start(out, "nway compare");
  text_add(out, "<a class=\"skip\" href=\"#machines\">Skip to the machines</a>\n"
                "<header>\n");
  machines_sentence(&sentence, m, names);
  text_format(out, "<div%s>\n<div>\n<h1%s>", charted ? " class=\"first\"" : "",
              sentence.length > HEADING_FITS ? " class=\"long\"" : "");
  text_html(out, text_of(&sentence));
  text_free(&sentence);
  machines_qualified(&sentence, m);
  text_add(out, "</h1>\n<p>");
  text_html(out, text_of(&sentence));
  text_add(out, "</p>\n");
  text_free(&sentence);
  machine_lines(out, m, names);
  text_add(out, "</div>\n<div>\n");
  if (charted)
    figure_html(out, charts, "c00-machines", "Throughput over A, each machine at its best", true);
  text_add(out, "</div>\n</div>\n");
  warnings_list(out, m);
  links(out, m);
  text_add(out, "</header>\n<main>\n");
  if (!charted)
    machines_heat(out, m, names);
  text_add(out, "<section><h2 id=\"machines\">Machines</h2>\n");
  text_add(out, charted ? "" : "<details><summary>Cores, rounds, noise and badges of each</summary>\n");
  machines_table(out, m, names);
  text_format(out, "%s<p class=\"soft\">%s</p></section>\n", charted ? "" : "</details>\n", caution);
}

/* Slides name the badges of each run: "A: BUSY   B: VIRTUALISED". */
static void stamp_runs(struct charts *charts, const struct machines *m) {
  struct text stamp = {0};
  char code[RUN_CODE_MAX];
  for (size_t i = 0; i < m->count && m->count <= RATIOS_MAX; i++) {
    struct text names = {0};
    badge_names(&names, &m->runs[i]);
    if (names.length)
      text_format(&stamp, "%s%s: %s", stamp.length ? "   " : "", run_code(code, i), text_of(&names));
    text_free(&names);
  }
  charts_stamp(charts, text_of(&stamp));
  text_free(&stamp);
}

static void write_page(const struct machines *m, char *const *names, struct page_outcome *outcome, struct fault *why) {
  struct charts charts = {0};
  struct text out = {0};
  outcome->failed = charts_open(&charts, &m->runs[0].run, "compare.gp", why) != 0;
  if (!outcome->failed) {
    stamp_runs(&charts, m);
    draw_ratios(&charts, m, names);
    for (size_t i = 0; i < m->shared; i++)
      draw_contest(&charts, m, &m->contests[i], names, i + 1);
    charts_draw(&charts);
    first_screen(&out, &charts, m, names);
    if (m->count > 2 && m->count <= RATIOS_MAX)
      machines_heat(&out, m, names);
    for (size_t i = 0; i < m->shared; i++)
      contest_section(&out, &charts, m, &m->contests[i], names, i + 1);
    machines_cores(&out, m, names);
    machines_environment(&out, m, names);
    text_add(&out, "</main>\n");
    page_end(&out);
    outcome->failed = write_file(&charts.at, "compare.html", &out, why) != 0;
  }
  outcome->charts_missing = charts.why.text[0] != '\0';
  outcome->why = charts.why;
  charts_free(&charts);
  text_free(&out);
}

struct page_outcome compare_write(const struct result *runs, size_t count, struct text *terminal, struct screen s,
                                  struct fault *why) {
  struct page_outcome outcome = {0};
  struct machines m = machines_of(runs, count);
  char **names = run_names(runs, count);
  machines_show(terminal, &m, names, s);
  outcome.nothing = m.shared == 0;
  if (!outcome.nothing)
    write_page(&m, names, &outcome, why);
  if (!outcome.nothing && !outcome.failed) {
    struct text safe = {0};
    text_plain(&safe, runs[0].run.folder);
    text_format(terminal, "\n%s/report/compare.html\n", text_of(&safe));
    text_free(&safe);
  }
  run_names_free(names, count);
  machines_free(&m);
  if (!s.unicode)
    text_ascii(terminal);
  return outcome;
}
