/* The report as a page: verdict first, then every problem with its charts and figures, then how they came about. */
#include "page.h"

#include "charts.h"
#include "expectations.h"
#include "html.h"
#include "style.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- small pieces ---- */

static void html_of(struct text *out, void (*words)(struct text *, const struct problem *), const struct problem *p) {
  struct text raw = {0};
  words(&raw, p);
  text_html(out, text_of(&raw));
  text_free(&raw);
}

static void title_html(struct text *out, const struct problem *p) { html_of(out, problem_title, p); }

static void name_html(struct text *out, const struct problem *p, const struct cell *c, bool with_workers) {
  struct text raw = {0};
  cell_name(&raw, p, c, with_workers);
  text_html(out, text_of(&raw));
  text_free(&raw);
}

static void interval_html(struct text *out, const struct estimate *e, const char *(*human)(char[HUMAN_MAX], double)) {
  char low[HUMAN_MAX], high[HUMAN_MAX];
  if (e->coverage > 0)
    text_format(out, "[%s, %s]", human(low, e->low), human(high, e->high));
  else
    text_add(out, "–");
}

static void ratio_html(struct text *out, const struct estimate *e) {
  char number[HUMAN_MAX];
  if (e->n == 0) {
    text_add(out, "–");
    return;
  }
  text_format(out, "%s× <span class=\"soft\">", human_number(number, e->median));
  interval_html(out, e, human_number);
  text_add(out, "</span>");
}

/* ---- the first screen ---- */

static void machine_line(struct text *out, const struct run *run) {
  struct text line = {0};
  text_format(&line, "%s · %lld usable CPU%s · config %s · %lld of %lld round%s · ", run_machine(run),
              (long long)run->usable_cpus, run->usable_cpus == 1 ? "" : "s", *run->config_name ? run->config_name : "?",
              (long long)run->rounds_done, (long long)run->rounds_planned, run->rounds_planned == 1 ? "" : "s");
  time_words(&line, run->started);
  text_add(out, "<p class=\"soft\">");
  text_html(out, text_of(&line));
  text_add(out, "</p>\n");
  text_free(&line);
}

static void badge_list(struct text *out, const struct result *result) {
  struct badge badges[BADGES_MAX];
  size_t count = run_badges(result, badges);
  if (!count)
    return;
  text_add(out, "<ul class=\"badges\">\n");
  for (size_t i = 0; i < count; i++) {
    text_format(out, "<li><b>%s</b>", badges[i].name);
    text_html(out, badges[i].text);
    text_add(out, ".</li>\n");
  }
  text_add(out, "</ul>\n");
}

static void verdict_item(struct text *out, const struct result *result, size_t i) {
  struct text sentence = {0};
  text_format(out, "<li><a href=\"#p%02zu\">", i + 1);
  title_html(out, result->analyses[i].problem);
  text_add(out, "</a>: ");
  verdict_sentence(&sentence, &result->analyses[i]);
  text_html(out, text_of(&sentence));
  text_add(out, "</li>\n");
  text_free(&sentence);
}

static void first_screen(struct text *out, const struct result *result, const struct charts *charts) {
  enum { AT_ONCE = 6 };
  size_t count = result->run.problem_count;
  text_add(out, "<header>\n<div class=\"first\">\n<div>\n<h1>How it scales on ");
  text_html(out, run_machine(&result->run));
  text_add(out, "</h1>\n");
  machine_line(out, &result->run);
  badge_list(out, result);
  text_add(out, "<h2 id=\"verdict\">Verdict</h2>\n<ul class=\"verdict\">\n");
  for (size_t i = 0; i < count && i < AT_ONCE; i++)
    verdict_item(out, result, i);
  text_add(out, "</ul>\n");
  if (count > AT_ONCE) {
    text_format(out, "<details><summary>%zu more problem%s</summary><ul class=\"verdict\">\n", count - AT_ONCE,
                count - AT_ONCE == 1 ? "" : "s");
    for (size_t i = AT_ONCE; i < count; i++)
      verdict_item(out, result, i);
    text_add(out, "</ul></details>\n");
  }
  if (!count)
    text_add(out, "<p>The plan of this run names no cell.</p>\n");
  text_add(out, "</div>\n<div>\n");
  figure_html(out, charts, "overview", NULL, true);
  text_add(out, "</div>\n</div>\n<nav aria-label=\"Sections\"><a href=\"#overview\">Overview</a>");
  for (size_t i = 0; i < count; i++) {
    text_format(out, "<a href=\"#p%02zu\">", i + 1);
    title_html(out, result->analyses[i].problem);
    text_add(out, "</a>");
  }
  text_add(out,
           "<a href=\"#machine\">Machine</a><a href=\"#failures\">Left out</a><a href=\"#data\">Data and method</a>"
           "<a href=\"#rules\">Twelve rules</a></nav>\n</header>\n");
}

/* ---- the overview ---- */

enum { VARIANTS_MAX = 16 };

static size_t variants_of(const struct run *run, const char *variants[VARIANTS_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++) {
      size_t k = 0;
      while (k < count && strcmp(variants[k], run->problems[i].cells[j].variant) != 0)
        k++;
      if (k == count && count < VARIANTS_MAX)
        variants[count++] = run->problems[i].cells[j].variant;
    }
  return count;
}

static const char *heat_class(double speedup) {
  static const struct {
    double from;
    const char *name;
  } classes[] = {{4, "b5"},   {1.7, "b4"}, {1.25, "b3"}, {1.05, "b2"}, {1 / 1.05, "b1"},
                 {0.8, "o2"}, {0.5, "o3"}, {0.25, "o4"}, {0, "o5"}};
  size_t i = 0;
  while (speedup < classes[i].from)
    i++;
  return classes[i].name;
}

/* The fastest valid cell of a variant, else one that tells what went wrong, else NULL. */
static const struct figures *best_under(const struct analysis *a, const char *variant) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (strcmp(f->cell->variant, variant) != 0)
      continue;
    if (!best || (best->no_speedup && !f->no_speedup) || (!f->no_speedup && f->speedup.median > best->speedup.median))
      best = f;
  }
  return best;
}

static void heat_cell(struct text *out, const struct analysis *a, const char *variant) {
  const struct figures *f = best_under(a, variant);
  char number[HUMAN_MAX];
  if (!f || f->no_speedup) {
    text_add(out, "<td class=\"none\">");
    text_html(out, f ? f->no_speedup : "–");
    text_add(out, "</td>");
    return;
  }
  text_format(out, "<td class=\"%s\">%s×<small>", heat_class(f->speedup.median),
              human_number(number, f->speedup.median));
  text_html(out, f->cell->method);
  text_format(out, "%s×%lld</small></td>", *f->cell->method ? " " : "", (long long)f->cell->workers);
}

static void heat_map(struct text *out, const struct result *result) {
  const char *variants[VARIANTS_MAX];
  size_t count = variants_of(&result->run, variants);
  struct text heads = {0};
  text_add(&heads, "problem");
  for (size_t i = 0; i < count; i++) {
    text_add(&heads, "|");
    text_html(&heads, variants[i]);
  }
  text_add(out, "<h3>Best speedup of each variant over best-serial</h3>\n");
  table_start(out, "Speedup by problem and variant", "heat", text_of(&heads));
  text_free(&heads);
  for (size_t i = 0; i < result->run.problem_count; i++) {
    text_format(out, "<tr><th scope=\"row\"><a href=\"#p%02zu\">", i + 1);
    title_html(out, &result->run.problems[i]);
    text_add(out, "</a></th>");
    for (size_t j = 0; j < count; j++)
      heat_cell(out, &result->analyses[i], variants[j]);
    text_add(out, "</tr>\n");
  }
  table_end(out);
  text_add(out,
           "<p class=\"soft\">Blue: faster than the best serial cell, orange: slower. Each variant with its fastest "
           "method and worker count, which the small line names.</p>\n");
}

static void gain_row(struct text *out, const struct analysis *a, size_t i) {
  char number[HUMAN_MAX];
  const struct figures *fast = fastest_parallel(a);
  if (fast && fast->no_speedup)
    fast = NULL;
  text_format(out, "<tr><th scope=\"row\"><a href=\"#p%02zu\">", i + 1);
  title_html(out, a->problem);
  text_format(out, "</a></th><td class=\"n\">%s</td><td>", human_ns(number, a->naive ? a->naive->time.median : NAN));
  if (a->naive && a->naive == a->base)
    text_add(out, "naive is best-serial");
  else
    ratio_html(out, &a->algorithmic);
  text_format(out, "</td><td>%s <span class=\"soft\">", human_ns(number, a->base ? a->base->time.median : NAN));
  if (a->base)
    name_html(out, a->problem, a->base->cell, false);
  text_add(out, "</span></td><td>");
  if (fast)
    ratio_html(out, &fast->speedup);
  else
    text_add(out, "–");
  text_add(out, "</td><td>");
  if (fast)
    name_html(out, a->problem, fast->cell, true);
  text_format(out, "</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
              human_ns(number, fast ? fast->time.median : NAN),
              human_percent((char[HUMAN_MAX]){0}, fast ? fast->efficiency : NAN));
}

static void overview(struct text *out, const struct result *result, const struct charts *charts) {
  size_t count = result->run.problem_count;
  text_add(out, "<section><h2 id=\"overview\">Overview</h2>\n");
  heat_map(out, result);
  text_add(out, "<h3>What the method gains, and what the workers gain</h3>\n");
  table_start(out, "Gains", "",
              "problem|#naive|algorithmic gain [95 %]|best serial|parallel gain [95 %]|by|#time|#efficiency");
  for (size_t i = 0; i < count; i++)
    gain_row(out, &result->analyses[i], i);
  table_end(out);
  if (chart_find(charts, "waterfall")) {
    text_add(out, "<h3>");
    title_html(out, &result->run.problems[most_telling(result)]);
    text_add(out, ": from serial to all cores</h3>\n<div class=\"waterfall\">");
    figure_html(out, charts, "waterfall", NULL, true);
    text_add(out, "</div>\n");
  }
  text_add(out, "</section>\n");
}

/* ---- a problem ---- */

/* What the marks of three neighbours are, and where their numbers are; `id` is that of any of them. */
static void trio_caption(struct text *out, const struct charts *charts, char *id) {
  static const char *const kinds[] = {"time", "speedup", "efficiency"};
  const struct chart *c = chart_find(charts, id);
  text_add(out, "<p class=\"caption\">");
  text_html(out, c ? c->caption : "");
  for (size_t k = 0; k < 3; k++) {
    snprintf(strrchr(id, '-'), 16, "-%s", kinds[k]);
    c = chart_find(charts, id);
    if (!c)
      continue;
    text_format(out, "%s %s: <a href=\"data/%s.csv\">data</a>, <a href=\"gnuplot/%s.gp\">script</a>", k ? ";" : "",
                kinds[k], id, id);
    if (c->png)
      text_format(out, ", <a href=\"png/%s.png\">slide</a>", id);
  }
  text_add(out, ".</p>\n");
}

static void charts_of(struct text *out, const struct charts *charts, const struct analysis *a, size_t problem) {
  static const char *const kinds[] = {"time", "speedup", "efficiency"};
  static const char *const headings[] = {"Absolute time", "Speedup", "Efficiency"};
  const char *methods[METHODS_MAX];
  size_t count = has_curves(a) ? methods_of(a, methods) : 1;
  for (size_t m = 0; m < count; m++) {
    char id[CHART_ID];
    if (has_curves(a))
      snprintf(id, sizeof id, "p%02zu-m%zu-time", problem + 1, m + 1);
    else
      snprintf(id, sizeof id, "p%02zu-time", problem + 1);
    if (!chart_find(charts, id))
      continue;
    if (has_curves(a) && *methods[m]) {
      text_add(out, "<h3>Method ");
      text_html(out, methods[m]);
      text_add(out, "</h3>\n");
    }
    text_add(out, "<div class=\"three\">\n");
    for (size_t k = 0; k < 3; k++) {
      snprintf(strrchr(id, '-'), 16, "-%s", kinds[k]);
      figure_html(out, charts, id, headings[k], false);
    }
    text_add(out, "</div>\n");
    trio_caption(out, charts, id);
  }
}

static void how_to_read(struct text *out, const struct analysis *a) {
  const char *const *lines = has_curves(a) ? read_curves : read_dots;
  text_add(out, "<details><summary>How to read these charts</summary>");
  for (size_t i = 0; i < READ_LINES; i++)
    text_format(out, "<p>%s</p>", lines[i]);
  text_add(out, "</details>\n");
}

static const char problem_heads[] = "method|variant|schedule|#workers|#n|#time|[95 %]|speedup [95 %]|own [95 "
                                    "%]|#efficiency|over naive [95 %]|Karp–Flatt|"
                                    "against best|#p (Holm)|#spawn|#work|#join|#cold|t check|trust";

static void against_best(struct text *out, const struct figures *f) {
  char number[HUMAN_MAX];
  if (f->standing == BEST)
    text_add(out, "<td><span class=\"mark\">● best</span></td><td></td>");
  else if (f->slowdown.n == 0)
    text_add(out, "<td>–</td><td class=\"n\">–</td>");
  else {
    text_format(out, "<td>%s%s%s time ×%s</td>", f->standing == EQUAL ? "<span class=\"mark\">" : "",
                standing_word(f->standing), f->standing == EQUAL ? "</span>" : "",
                human_number(number, f->slowdown.median));
    text_format(out, "<td class=\"n\">%.2g</td>", f->holm_p);
  }
}

static void karp_flatt_td(struct text *out, const struct figures *f) {
  if (!(f->karp_flatt <= 1)) { /* above 1: slower than serial, which no serial fraction explains */
    text_add(out, isfinite(f->karp_flatt) ? "<td>&gt; 1</td>" : "<td>–</td>");
    return;
  }
  text_format(out, "<td>%.4f", f->karp_flatt);
  if (isfinite(f->karp_flatt_low))
    text_format(out, " <span class=\"soft\">[%.4f, %.4f]</span>", f->karp_flatt_low, f->karp_flatt_high);
  text_add(out, "</td>");
}

static void good_cells(struct text *out, const struct analysis *a, const struct figures *f) {
  char number[HUMAN_MAX], high[HUMAN_MAX];
  text_format(out, "<td class=\"n\">%zu</td>", f->time.n);
  number_td(out, human_ns(number, f->time.median));
  text_add(out, "<td class=\"soft\">");
  interval_html(out, &f->time, human_ns);
  text_add(out, "</td><td>");
  if (f == a->base)
    text_add(out, "1 (baseline)");
  else
    ratio_html(out, &f->speedup);
  text_add(out, "</td><td>");
  if (f->own.n && f->own.coverage <= 0 && f->cell->workers == 1 && strcmp(f->cell->variant, "seq") == 0)
    text_add(out, "1 (its own)");
  else
    ratio_html(out, &f->own);
  text_add(out, "</td>");
  number_td(out, human_percent(number, f->efficiency));
  text_add(out, "<td>");
  if (f == a->naive)
    text_add(out, "1 (naive)");
  else
    ratio_html(out, &f->naive);
  text_add(out, "</td>");
  karp_flatt_td(out, f);
  against_best(out, f);
  number_td(out, human_percent(number, f->spawn_share));
  number_td(out, human_percent(number, f->work_share));
  number_td(out, human_percent(number, f->join_share));
  number_td(out, human_ns(number, f->cold_ns));
  text_add(out, "<td class=\"soft\">");
  if (isfinite(f->speedup.t_low))
    text_format(out, "[%s, %s]", human_number(number, f->speedup.t_low), human_number(high, f->speedup.t_high));
  text_add(out, "</td>");
}

static void cell_row(struct text *out, const struct analysis *a, const struct figures *f) {
  const struct cell *c = f->cell;
  text_format(out, "<tr%s>", f->standing == BEST ? " class=\"best\"" : "");
  text_td(out, c->method);
  text_td(out, c->variant);
  text_td(out, c->schedule);
  text_format(out, "<td class=\"n\">%lld</td>", (long long)c->workers);
  if (f->valid)
    good_cells(out, a, f);
  else {
    struct text why = {0};
    trouble_words(&why, f);
    text_add(out, "<td class=\"wrap wrong\" colspan=\"15\">");
    text_html(out, text_of(&why));
    text_add(out, "</td>");
    text_free(&why);
  }
  struct text trust = {0};
  if (f->valid && c->trouble.failed)
    trouble_words(&trust, f);
  if (is_unsteady(f))
    text_format(&trust, "%s~ never steady", trust.length ? "; " : "");
  if (c->trouble.trust)
    text_format(&trust, "%s%s", trust.length ? "; " : "", c->trouble.trust);
  text_td(out, text_of(&trust));
  text_free(&trust);
  text_add(out, "</tr>\n");
}

static void noise_line(struct text *out, const struct analysis *a) {
  char typical[HUMAN_MAX], upper[HUMAN_MAX];
  if (a->noise.pairs)
    text_format(
        out,
        "<p class=\"soft\">Noise floor: neighbouring processes of the baseline in a round differ by %s (median of "
        "%zu pair%s), one pair in ten by over %s.</p>\n",
        human_percent(typical, a->noise.typical), a->noise.pairs, a->noise.pairs == 1 ? "" : "s",
        human_percent(upper, a->noise.upper));
}

static void whole_line(struct text *out, const struct analysis *a, const struct figures *f) {
  struct text words = {0};
  if (f->no_speedup || f->speedup.taken_out == 0)
    return;
  cell_name(&words, a->problem, f->cell, true);
  text_add(&words, ": ");
  whole_words(&words, &f->speedup);
  text_add(out, "<p class=\"soft\">");
  text_html(out, text_of(&words));
  text_add(out, ".</p>\n");
  text_free(&words);
}

static void table_notes(struct text *out, const struct analysis *a) {
  size_t unsteady = 0;
  for (size_t i = 0; i < a->count; i++)
    unsteady += is_unsteady(&a->figures[i]);
  text_add(out,
           "<p class=\"soft\">The table scrolls sideways where it is wider than the window. speedup: over the best "
           "serial cell; own: over the sequential cell of the same method; efficiency = own / workers.");
  if (unsteady)
    text_format(out, " ~ %zu cell%s never became steady in the pilot: %s samples may hold some warming up.", unsteady,
                unsteady == 1 ? "" : "s", unsteady == 1 ? "its" : "their");
  text_add(out, "</p>\n");
  for (size_t i = 0; i < a->count; i++)
    whole_line(out, a, &a->figures[i]);
}

static void problem_section(struct text *out, const struct result *result, const struct charts *charts, size_t i) {
  const struct analysis *a = &result->analyses[i];
  struct text sentence = {0};
  char id[CHART_ID];
  text_format(out, "<section><h2 id=\"p%02zu\">", i + 1);
  title_html(out, a->problem);
  text_add(out, " <span class=\"quiet-words\">");
  text_html(out, a->problem->summary);
  text_add(out, "</span></h2>\n<p>");
  verdict_sentence(&sentence, a);
  text_html(out, text_of(&sentence));
  text_add(out, "</p>\n");
  text_free(&sentence);
  if (*a->problem->doc) {
    text_add(out, "<p class=\"soft\">");
    text_html(out, a->problem->doc);
    text_add(out, "</p>\n");
  }
  charts_of(out, charts, a, i);
  how_to_read(out, a);
  char label[64];
  snprintf(label, sizeof label, "Figures of problem %zu", i + 1);
  table_start(out, label, "", problem_heads);
  for (size_t j = 0; j < a->count; j++)
    if (!is_thinned(a->figures[j].cell))
      cell_row(out, a, &a->figures[j]);
  table_end(out);
  table_notes(out, a);
  noise_line(out, a);
  snprintf(id, sizeof id, "p%02zu-waterfall", i + 1);
  if (chart_find(charts, id)) {
    text_add(out, "<h3>From serial to all cores</h3>\n<div class=\"waterfall\">");
    figure_html(out, charts, id, NULL, true);
    text_add(out, "</div>\n");
  }
  text_add(out, "</section>\n");
}

/* ---- machine, failures ---- */

static void machine_section(struct text *out, const struct run *run) {
  text_add(out, "<section><h2 id=\"machine\">Machine</h2>\n");
  table_start(out, "Machine facts", "", "fact|value|source");
  for (size_t i = 0; i < run->fact_count; i++) {
    const struct fact *f = &run->facts[i];
    text_add(out, "<tr>");
    text_td(out, f->name);
    text_add(out, "<td class=\"wrap\">");
    text_html(out, f->value ? f->value : "unknown");
    text_add(out, f->value && *f->unit ? " " : "");
    text_html(out, f->value ? f->unit : "");
    text_add(out, "</td>");
    text_td(out, f->source);
    text_add(out, "</tr>\n");
  }
  table_end(out);
  text_add(out, "<p class=\"soft\">Identity ");
  text_html(out, *run->machine_id ? run->machine_id : "unknown");
  text_add(out, ". What could not be found out is unknown, never guessed.</p></section>\n");
}

static void failure_rows(struct text *out, const struct trouble *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    text_format(out, "<tr><td class=\"n\">%zu</td><td class=\"wrap\">", list[i].cells);
    text_html(out, text_of(&list[i].why));
    text_add(out, "</td><td class=\"wrap\">");
    text_html(out, text_of(&list[i].where));
    text_add(out, "</td></tr>\n");
  }
}

static void lines(struct text *out, char *const *texts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    text_add(out, "<li>");
    text_html(out, texts[i]);
    text_add(out, "</li>\n");
  }
}

static void failure_section(struct text *out, const struct result *result) {
  struct trouble *list;
  size_t count = troubles_of(result, &list);
  text_add(out, "<section><h2 id=\"failures\">Left out, and why</h2>\n");
  if (count) {
    table_start(out, "Left out", "", "#cells|why|which");
    failure_rows(out, list, count);
    table_end(out);
  } else
    text_add(out, "<p>Nothing: every planned cell ran, and every answer was right.</p>\n");
  if (result->run.note_count + result->run.notice_count) {
    text_add(out, "<h3>Notes of the run and its files</h3><ul>\n");
    lines(out, result->run.notes, result->run.note_count);
    lines(out, result->run.notices, result->run.notice_count);
    text_add(out, "</ul>\n");
  }
  text_add(out, "</section>\n");
  troubles_free(list, count);
}

/* ---- data and method ---- */

static void dictionary(struct text *out) {
  static const char *const columns[][4] = {
#define COLUMN(name, type, unit, meaning) {#name, #type, unit, meaning},
#include "../harness/columns.def"
#undef COLUMN
  };
  text_add(out, "<details><summary>Columns of samples.csv</summary>");
  table_start(out, "Columns", "", "column|type|unit|meaning");
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    text_add(out, "<tr>");
    for (size_t j = 0; j < 4; j++)
      text_td(out, columns[i][j]);
    text_add(out, "</tr>\n");
  }
  table_end(out);
  text_add(out, "</details>\n");
}

static void commands(struct text *out, const struct run *run) {
  text_add(out, "<h3>To run it again</h3>");
  verbatim(out, "Command line", *run->command ? run->command : "(the command line was not recorded)");
  text_format(out, "\n<p>Seed %lld; nway ", (long long)run->seed);
  text_html(out, *run->nway ? run->nway : "unknown");
  text_add(out, "; run ");
  text_html(out, *run->id ? run->id : "unknown");
  text_add(out, ". To draw the charts again: <code>cd gnuplot &amp;&amp; gnuplot all.gp</code>.</p>\n");
  if (*run->config_text) {
    text_add(out, "<details><summary>The configuration</summary>");
    verbatim(out, "Configuration", run->config_text);
    text_add(out, "</details>\n");
  }
}

static void data_section(struct text *out, const struct run *run) {
  text_add(out, "<section><h2 id=\"data\">Data and method</h2>\n");
  for (size_t i = 0; i < method_word_count; i++)
    text_format(out, "<h3>%s</h3><p>%s</p>\n", method_words[i].heading, method_words[i].html);
  commands(out, run);
  text_format(
      out,
      "<h3>Files</h3><p>%ld rows were read from samples.csv beside this folder; data/ holds the numbers of each chart, "
      "gnuplot/ its script, png/ slides.</p>\n",
      run->rows);
  dictionary(out);
  text_add(out, "</section>\n");
}

/* ---- the twelve rules, held against this very run ---- */

struct tally {
  size_t cells, with_interval, problems, with_base, parallel, with_bound, unknown_facts;
};

static struct tally count_up(const struct result *result) {
  struct tally t = {.problems = result->run.problem_count};
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    t.with_base += a->base != NULL;
    for (size_t j = 0; j < a->count; j++) {
      if (!a->figures[j].valid)
        continue;
      t.cells++;
      t.with_interval += a->figures[j].time.coverage > 0;
      t.parallel += a->figures[j].cell->workers > 1;
      t.with_bound += a->figures[j].cell->workers > 1 && isfinite(a->figures[j].cell->attainable);
    }
  }
  for (size_t i = 0; i < result->run.fact_count; i++)
    t.unknown_facts += result->run.facts[i].value == NULL;
  return t;
}

enum { FAIL, PARTLY, PASS };

__attribute__((format(printf, 3, 4))) static void rule(struct text *out, int verdict, const char *format, ...) {
  static const char *const words[] = {"<b class=\"wrong\">✗ fail</b>", "<b class=\"soft\">◐ partly</b>",
                                      "<b class=\"mark\">✓ pass</b>"};
  char text[700];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  text_format(out, "<li>%s<span>%s</span></li>\n", words[verdict], text);
}

static int all_of(size_t some, size_t all) { return all && some == all ? PASS : some ? PARTLY : FAIL; }

static void rules_section(struct text *out, const struct result *result) {
  struct tally t = count_up(result);
  const struct run *run = &result->run;
  bool whole = run->usable_cpus && run->most_workers >= run->usable_cpus;
  text_add(
      out,
      "<section><h2 id=\"rules\">Twelve rules, held against this run</h2>\n<p class=\"soft\">After Hoefler and Belli, "
      "Scientific "
      "Benchmarking of Parallel Computing Systems, SC15, doi 10.1145/2807591.2807644.</p>\n<ol class=\"rules\">\n");
  rule(out, all_of(t.with_base, t.problems),
       "1 &middot; The base of a speedup is named, with its absolute time: %zu of %zu problems have a best-serial "
       "baseline; efficiency is over the sequential cell of its own method.",
       t.with_base, t.problems);
  rule(out, whole ? PASS : FAIL, "2 &middot; The whole machine is used: up to %lld workers on %lld usable CPUs.",
       (long long)run->most_workers, (long long)run->usable_cpus);
  rule(out, PASS,
       "3 &middot; Means only of costs: no mean of rates is taken; a throughput is work over time of a whole process.");
  rule(out, PASS,
       "4 &middot; Ratios are not averaged: medians over rounds; a mean of logarithms appears only in the t check.");
  rule(out, all_of(t.with_interval, t.cells),
       "5 &middot; Values that vary carry intervals: %zu of %zu cells have the 6 rounds that it takes.",
       t.with_interval, t.cells);
  rule(out, PASS,
       "6 &middot; Nothing assumes normality: order statistics and sign tests; Student&rsquo;s t stands beside them as "
       "a check.");
  rule(out, all_of(t.with_interval, t.cells),
       "7 &middot; Differences are tested: paired sign tests, adjusted by Holm%s.",
       t.with_interval < t.cells ? ", where there are rounds enough" : "");
  rule(out, PARTLY,
       "8 &middot; Medians, not just means: medians and their intervals here; other percentiles only in samples.csv.");
  rule(out, t.unknown_facts || !run->fact_count ? PARTLY : PASS,
       "9 &middot; Every factor and the set-up are recorded: %zu facts of the machine, %zu of them unknown; "
       "configuration, seed, flags.",
       run->fact_count, t.unknown_facts);
  rule(out, PASS,
       "10 &middot; How parallel time is taken: from the first release to the end of the last worker; start and join "
       "inside or shown apart.");
  rule(out, all_of(t.with_bound, t.parallel),
       "11 &middot; Upper bounds are drawn: ideal everywhere; the limit by item sizes is known for %zu of %zu parallel "
       "cells.",
       t.with_bound, t.parallel);
  rule(out, PASS,
       "12 &middot; Points are joined only where values lie between them: under 4 worker counts marks stand alone; "
       "intervals show the spread.");
  text_add(out, "</ol></section>\n");
}

/* ---- the whole ---- */

struct page_outcome page_write(const struct result *result, struct reason *why) {
  struct page_outcome outcome = {0};
  struct charts charts = {0};
  struct text out = {0};
  outcome.failed = charts_open(&charts, result->run.folder, "all.gp", why) != 0;
  if (!outcome.failed) {
    charts_overview(&charts, result);
    for (size_t i = 0; i < result->run.problem_count; i++)
      charts_problem(&charts, result, i);
    charts_draw(&charts);
    struct text title = {0};
    text_format(&title, "%s · nway report", run_machine(&result->run));
    page_start(&out, text_of(&title));
    text_free(&title);
    text_add(&out, "<a class=\"skip\" href=\"#overview\">Skip to the overview</a>\n");
    first_screen(&out, result, &charts);
    text_add(&out, "<main>\n");
    expectations_html(&out, result);
    overview(&out, result, &charts);
    for (size_t i = 0; i < result->run.problem_count; i++)
      problem_section(&out, result, &charts, i);
    machine_section(&out, &result->run);
    failure_section(&out, result);
    data_section(&out, &result->run);
    rules_section(&out, result);
    text_add(&out, "</main>\n");
    page_end(&out);
    outcome.failed = write_file(charts.folder, "report.html", &out, why) != 0;
  }
  outcome.charts_missing = charts.why.text[0] != '\0';
  outcome.why = charts.why;
  charts_free(&charts);
  text_free(&out);
  return outcome;
}
