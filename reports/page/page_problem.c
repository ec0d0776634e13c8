/* Writes the section of one problem: verdict, charts, a table of every cell, warnings. */
#include "base/words.h"
#include "charts/plot.h"
#include "page_parts.h"
#include "prose.h"
#include "stats/inner.h"
#include "stats/loss.h"
#include "stats/percentile.h"
#include "words/counter_words.h"
#include "words/times_words.h"
#include "words/work_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes the common caption of three charts and the links to their data. `id`: of any of the three. */
static void trio_caption(struct text *out, const struct charts *charts, char *id) {
  const struct chart *c = chart_find(charts, id);
  text_add(out, "<p class=\"caption\">");
  text_html(out, c ? c->caption : "");
  for (size_t k = 0; k < 3 && !charts->alone; k++) {
    snprintf(strrchr(id, '-'), 16, "-%s", kind_names[k]);
    c = chart_find(charts, id);
    if (!c)
      continue;
    text_format(out, "%s %s: <a href=\"data/%s.csv\">data</a>, <a href=\"gnuplot/%s.gp\">script</a>", k ? ";" : "",
                kind_names[k], id, id);
    if (c->png)
      text_format(out, ", <a href=\"png/%s.png\">slide</a>", id);
  }
  text_add(out, charts->alone ? "</p>\n" : ".</p>\n");
}

/* The same chart on linear axes, or NULL. */
static const struct chart *linear_of(const struct charts *charts, const char *id) {
  char linear[CHART_ID + 8];
  snprintf(linear, sizeof linear, "%s-linear", id);
  const struct chart *c = chart_find(charts, linear);
  return c && c->svg ? c : NULL;
}

/* Opens the box of the charts. Its two buttons work without a script: the style shows the drawing of the one that is
 * chosen. `id`: of the chart of times. */
static void axes_choice(struct text *out, const struct charts *charts, const char *id) {
  text_add(out, "<div class=\"axes\">\n");
  if (!linear_of(charts, id))
    return;
  text_format(out,
              "<input type=\"radio\" class=\"log\" name=\"%s-axes\" id=\"%s-log\" checked><label for=\"%s-log\">"
              "logarithmic axes</label>\n"
              "<input type=\"radio\" class=\"linear\" name=\"%s-axes\" id=\"%s-lin\"><label for=\"%s-lin\">"
              "linear</label>\n",
              id, id, id, id, id, id);
}

/* A chart, or both of its drawings. */
static void either_figure(struct text *out, const struct charts *charts, const char *id, const char *heading) {
  const struct chart *linear = linear_of(charts, id);
  text_add(out, linear ? "<div><div class=\"on-log\">" : "");
  figure_html(out, charts, id, heading, false);
  if (!linear)
    return;
  text_add(out, "</div><div class=\"on-linear\">");
  figure_html(out, charts, linear->id, heading, false);
  text_add(out, "</div></div>\n");
}

/* Charts of the shown method, or of the others. */
static void charts_of(struct text *out, const struct charts *charts, const struct analysis *a, size_t problem,
                      bool others) {
  static const char *const headings[] = {"Absolute time", "Speedup", "Efficiency"};
  const char *methods[METHODS_MAX] = {NULL};
  size_t count = has_curves(a) ? panels_of(a, methods) : 1;
  size_t shown = has_curves(a) ? shown_panel(a, methods, count) : 0;
  for (size_t m = 0; m < count; m++) {
    char id[CHART_ID];
    if ((m != shown) != others)
      continue;
    if (has_curves(a))
      snprintf(id, sizeof id, "p%02zu-m%zu-time", problem + 1, m + 1);
    else
      snprintf(id, sizeof id, "p%02zu-time", problem + 1);
    if (!chart_find(charts, id))
      continue;
    if (has_curves(a) && methods[m] && *methods[m]) {
      text_add(out, "<h3>Method ");
      text_html(out, methods[m]);
      text_add(out, "</h3>\n");
    }
    axes_choice(out, charts, id);
    text_add(out, "<div class=\"three\">\n");
    for (size_t k = 0; k < 3; k++) {
      snprintf(strrchr(id, '-'), 16, "-%s", kind_names[k]);
      either_figure(out, charts, id, headings[k]);
    }
    text_add(out, "</div></div>\n");
    trio_caption(out, charts, id);
  }
}

static void how_to_read(struct text *out, const struct analysis *a) {
  const char *const *lines = has_curves(a) ? read_curves : read_dots;
  text_add(out, "<details><summary>How to read these charts</summary>");
  for (size_t i = 0; i < READ_LINES; i++)
    text_format(out, "<p>%s</p>", lines[i]);
  if (has_limits(a))
    text_add(out, "<p>Grey lines are the limit set by the item sizes, which no way of running can exceed.</p>");
  text_add(out, "</details>\n");
}

/* %s: heads of the time, of the serial share, of what varies. */
static const char problem_heads[] =
    "method|variant|schedule|#workers|#n|#%s|[this run]|#p10|#p90|speedup [95 %%]|own [95 "
    "%%]|#efficiency|over naive [95 %%]|%s|"
    "against best|#p|#spawn|#work|#join|#cold|t check|%strust";

/* Weak scaling compares throughput, because a cell with more work may take longer. */
static void against_best(struct text *out, const struct analysis *a, const struct figures *f) {
  char number[HUMAN_MAX];
  if (f->standing == BEST)
    text_add(out, "<td><span class=\"mark\">● best</span></td><td></td>");
  else if (f->slowdown.n == 0)
    text_add(out, "<td>–</td><td class=\"n\">–</td>");
  else {
    bool marked = f->standing == EQUAL && !f->unfit;
    text_format(out, "<td>%s%s%s %s%s</td>", marked ? "<span class=\"mark\">" : "", standing_word(f->standing),
                marked ? "</span>" : "", is_weak(a->problem) ? "throughput ÷" : "time ×",
                human_number(number, f->slowdown.median));
    text_format(out, isnan(f->p_best) ? "<td class=\"n\">–</td>" : "<td class=\"n\">%.2g</td>", f->p_best);
  }
}

static void serial_share_td(struct text *out, const struct figures *f) {
  if (!(f->serial_share <= 1)) { /* above 1 the cell is slower than serial, and no serial fraction explains that */
    text_add(out, isfinite(f->serial_share) ? "<td>&gt; 1</td>" : "<td>–</td>");
    return;
  }
  text_format(out, "<td>%.4f", no_minus_zero(f->serial_share, 4));
  if (isfinite(f->serial_share_low))
    text_format(out, " <span class=\"soft\">[%.4f, %.4f]</span>", no_minus_zero(f->serial_share_low, 4),
                no_minus_zero(f->serial_share_high, 4));
  text_add(out, "</td>");
}

static void good_cells(struct text *out, const struct analysis *a, const struct figures *f) {
  char number[HUMAN_MAX], high[HUMAN_MAX];
  text_format(out, "<td class=\"n\">%zu</td>", f->time.n);
  number_td(out, human_ns(number, f->time.median));
  text_add(out, "<td class=\"soft\">");
  interval_html(out, &f->time, human_ns);
  text_add(out, "</td>");
  number_td(out, human_ns(number, process_percentile(f->cell, 0.1)));
  number_td(out, human_ns(number, process_percentile(f->cell, 0.9)));
  text_add(out, "<td>");
  if (f == a->base)
    text_add(out, "1 (baseline)");
  else
    ratio_html(out, &f->speedup);
  text_add(out, "</td><td>");
  if (f->own.n && f->own.coverage <= 0 && f->cell->workers == 1 && f->cell->serial)
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
  serial_share_td(out, f);
  against_best(out, a, f);
  number_td(out, human_percent(number, f->spawn_share));
  number_td(out, human_percent(number, f->work_share));
  number_td(out, human_percent(number, f->join_share));
  number_td(out, human_ns(number, f->cold_ns));
  text_add(out, "<td class=\"soft\">");
  if (isfinite(f->speedup.t_low))
    text_format(out, "[%s, %s]", human_number(number, f->speedup.t_low), human_number(high, f->speedup.t_high));
  text_add(out, "</td>");
}

/* Two columns, the time that the program measured itself and its speedup; nothing where no program does. */
static void inner_cells(struct text *out, const struct analysis *a, const struct inner *inner,
                        const struct figures *f) {
  char number[HUMAN_MAX];
  const struct figures *own = inner_figures(inner, a, f);
  if (!inner)
    return;
  number_td(out, human_ns(number, own ? own->time.median : NAN));
  text_add(out, "<td>");
  if (own && own == inner->analysis.base)
    text_add(out, "1 (baseline)");
  else if (own && !own->no_speedup)
    ratio_html(out, &own->speedup);
  else
    text_add(out, "–");
  text_add(out, "</td>");
}

/* Whether the table has a column for the axis besides those of every problem: cells of the problem differ on it. */
static bool has_column(const struct problem *p, enum cell_axis axis) {
  bool always = axis == CELL_ID_method || axis == CELL_ID_variant || axis == CELL_ID_schedule;
  return cell_axes[axis].level == CELL_LEVEL_WAY && !always && axis_varies(p, axis);
}

static void cell_row(struct text *out, const struct analysis *a, const struct inner *inner, const struct figures *f) {
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
    text_add(out, "<td class=\"wrap wrong\" colspan=\"17\">");
    text_html(out, text_of(&why));
    text_add(out, "</td>");
    text_free(&why);
  }
  inner_cells(out, a, inner, f);
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (has_column(a->problem, axis))
      text_td(out, cell_text(c, axis));
  struct text trust = {0};
  if (f->valid && c->trouble.failed)
    trouble_words(&trust, f);
  if (starts_slowly(f))
    text_format(&trust, "%s~ slow first sample", trust.length ? "; " : "");
  enum above above = cell_surplus(a, f).above;
  if (above != ABOVE_NOTHING)
    text_format(&trust, "%sabove its %s", trust.length ? "; " : "",
                above == ABOVE_IDEAL ? "ideal" : "limit by item sizes");
  if (c->trouble.trust)
    text_format(&trust, "%s%s", trust.length ? "; " : "", c->trouble.trust);
  text_td(out, text_of(&trust));
  text_free(&trust);
  text_add(out, "</tr>\n");
}

static void noise_line(struct text *out, const struct analysis *a) {
  char typical[HUMAN_MAX], upper[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX];
  if (a->noise.pairs)
    text_format(out,
                "<p class=\"soft\">Noise: the ratio of one round differs from its cell's median by %s (median of %zu "
                "pair%s), and in one pair of ten by over %s [%s, %s].</p>\n",
                human_percent(typical, a->noise.typical), a->noise.pairs, plural(a->noise.pairs),
                human_percent(upper, a->noise.upper), human_percent(low, a->noise.upper_low),
                human_percent(high, a->noise.upper_high));
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

static void times_line(struct text *out, const struct analysis *a) {
  struct text words = {0};
  times_sentence(&words, a);
  if (words.length)
    text_add(out, "<p class=\"soft\">"), text_html(out, text_of(&words)), text_add(out, "</p>\n");
  text_free(&words);
}

static void table_notes(struct text *out, const struct analysis *a) {
  struct text slow = {0};
  text_add(
      out,
      "<p class=\"soft\">The table scrolls sideways if it is wider than the window. speedup: over the best "
      "serial cell; own: over the sequential cell of the same method; efficiency = own / workers; p10, p90: a tenth "
      "and nine tenths of the processes take at most that, from 10 processes on.");
  slow_start_sentence(&slow, a, 1);
  if (slow.length)
    text_format(out, " %s", text_of(&slow));
  text_free(&slow);
  text_add(out, "</p>\n");
  times_line(out, a);
  for (size_t i = 0; i < a->count; i++)
    whole_line(out, a, &a->figures[i]);
}

/* ---- the cells that matter ---- */

/* The fastest valid cells of each variant, by `variant_at`: at any count, and at the most workers. NULL: none. */
struct leaders {
  const struct figures **any, **at_most;
};

static bool is_faster(const struct figures *f, const struct figures *than) {
  return !than || f->time.median < than->time.median;
}

static struct leaders leaders_of(const struct analysis *a) {
  size_t variants = 1;
  for (size_t i = 0; i < a->count; i++)
    variants = a->figures[i].cell->variant_at >= variants ? a->figures[i].cell->variant_at + 1 : variants;
  struct leaders l = {must_alloc(variants, sizeof *l.any), must_alloc(variants, sizeof *l.at_most)};
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    size_t at = f->cell->variant_at;
    if (f->valid && is_faster(f, l.any[at]))
      l.any[at] = f;
    if (f->valid && f->cell->workers == most_workers(a) && is_faster(f, l.at_most[at]))
      l.at_most[at] = f;
  }
  return l;
}

/* Best and baselines; each variant at its best and at the most workers. */
static bool matters(const struct analysis *a, const struct leaders *l, const struct figures *f) {
  size_t at = f->cell->variant_at;
  return f == a->base || f == a->naive || f == a->best || f == a->knee || f == l->any[at] || f == l->at_most[at];
}

static void short_row(struct text *out, const struct analysis *a, const struct inner *inner, const struct figures *f) {
  char number[HUMAN_MAX];
  struct text speedup = {0};
  text_format(out, "<tr%s><td>", f->standing == BEST ? " class=\"best\"" : "");
  name_html(out, a->problem, f->cell, false);
  text_format(out, "</td><td class=\"n\">%lld</td>", (long long)f->cell->workers);
  number_td(out, human_ns(number, f->time.median));
  speedup_words(&speedup, a, f, true);
  text_td(out, text_of(&speedup));
  number_td(out, human_percent(number, f->efficiency));
  inner_cells(out, a, inner, f);
  against_best(out, a, f);
  text_add(out, "</tr>\n");
  text_free(&speedup);
}

/* Cells equal to the best are named up to this many. */
enum { EQUALS_SHOWN = 3 };

static void short_table(struct text *out, const struct analysis *a, const struct inner *inner, size_t problem) {
  char label[64];
  struct text heads = {0};
  size_t equals = 0;
  struct leaders leaders = leaders_of(a);
  snprintf(label, sizeof label, "Cells that matter of problem %zu", problem + 1);
  text_format(&heads, "way|#workers|#%s|speedup [95 %%]|#efficiency|%sagainst best|#p", time_head(a->problem),
              inner ? "#inner time|inner speedup [95 %]|" : "");
  table_start(out, label, "", text_of(&heads));
  text_free(&heads);
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    bool equal = f->valid && f->standing == EQUAL && equals < EQUALS_SHOWN;
    if (!matters(a, &leaders, f) && !equal)
      continue;
    equals += f->standing == EQUAL;
    short_row(out, a, inner, f);
  }
  free(leaders.any);
  free(leaders.at_most);
  table_end(out);
  text_add(out, "<p class=\"soft\">Best and equal cells, baselines, and each variant at its best and at the most "
                "workers.</p>\n");
}

static void other_methods(struct text *out, const struct charts *charts, const struct analysis *a, size_t problem) {
  struct text others = {0};
  if (has_curves(a))
    charts_of(&others, charts, a, problem, true);
  if (others.length)
    text_format(out, "<details><summary>Charts of the other methods</summary>\n%s</details>\n", text_of(&others));
  text_free(&others);
}

/* All cells of a problem with all columns, folded. */
static void whole_table(struct text *out, const struct analysis *a, const struct inner *inner, size_t i) {
  size_t cells = 0;
  for (size_t j = 0; j < a->count; j++)
    cells += !is_thinned(a->figures[j].cell);
  text_format(out, "<details><summary>All %zu cells, all columns</summary>\n", cells);
  char label[64];
  struct text heads = {0}, more = {0};
  snprintf(label, sizeof label, "Figures of problem %zu", i + 1);
  text_add(&more, inner ? "#inner time|inner speedup [95 %]|" : "");
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (has_column(a->problem, axis))
      text_format(&more, "%s|", cell_axes[axis].name);
  text_format(&heads, problem_heads, time_head(a->problem), is_weak(a->problem) ? "serial share" : "Karp–Flatt",
              text_of(&more));
  table_start(out, label, "", text_of(&heads));
  text_free(&heads), text_free(&more);
  for (size_t j = 0; j < a->count; j++)
    if (!is_thinned(a->figures[j].cell))
      cell_row(out, a, inner, &a->figures[j]);
  table_end(out);
  table_notes(out, a);
  text_add(out, "</details>\n");
}

/* What was counted in one execution of each cell, folded. */
static void counters_part(struct text *out, const struct analysis *a, size_t i) {
  char label[64], value[HUMAN_MAX], rate[HUMAN_MAX];
  struct text rows = {0};
  struct counted one;
  for (size_t j = 0; j < a->count; j++)
    for (const char *at = a->figures[j].cell->counters; counted_next(&a->figures[j], &at, &one);) {
      struct text name = {0};
      cell_name(&name, a->problem, a->figures[j].cell, true);
      text_add(&rows, "<tr>");
      text_td(&rows, text_of(&name));
      text_td(&rows, one.name);
      number_td(&rows, counted_words(value, one.value));
      number_td(&rows, counted_words(rate, one.per_second));
      text_add(&rows, "</tr>\n");
      text_free(&name);
    }
  if (rows.length) {
    text_add(out, "<details><summary>Counters</summary>\n");
    snprintf(label, sizeof label, "Counters of problem %zu", i + 1);
    table_start(out, label, "", "cell|counter|#in one execution|#a second");
    text_add(out, text_of(&rows));
    table_end(out);
    text_add(out, "</details>\n");
  }
  text_free(&rows);
}

/* Every process of the cells that matter, and their times over the rounds. */
static void samples_part(struct text *out, const struct charts *charts, size_t problem) {
  static const char *const kinds[] = {"samples", "drift"};
  struct text figures = {0};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    char id[CHART_ID];
    snprintf(id, sizeof id, "p%02zu-%s", problem + 1, kinds[k]);
    if (chart_find(charts, id))
      figure_html(&figures, charts, id, NULL, true);
  }
  if (figures.length)
    text_format(
        out, "<details><summary>Every process: spread and drift</summary>\n<div class=\"two\">\n%s</div></details>\n",
        text_of(&figures));
  text_free(&figures);
}

/* Charts and cells of a problem. */
static void problem_body(struct text *out, const struct result *result, const struct charts *charts, size_t i) {
  const struct analysis *a = &result->analyses[i];
  struct inner *inner = a->problem->runs_programs ? inner_of(a) : NULL;
  char id[CHART_ID];
  if (!of_two_builds(&result->run)) { /* its builds have no baseline, so no curves; their ratios stand at the top */
    charts_of(out, charts, a, i, false);
    how_to_read(out, a);
  }
  other_methods(out, charts, a, i);
  text_add(out, "<div class=\"beside\">\n<div>\n");
  short_table(out, a, inner, i);
  text_add(out, "</div>\n<div>\n");
  loss_words(out, result, i);
  history_html(out, result, i);
  noise_line(out, a);
  text_add(out, "</div>\n</div>\n");
  whole_table(out, a, inner, i);
  inner_free(inner);
  counters_part(out, a, i);
  losses_part(out, result, charts, i);
  samples_part(out, charts, i);
  snprintf(id, sizeof id, "p%02zu-waterfall", i + 1);
  if (chart_find(charts, id)) {
    text_add(out, "<details><summary>From serial to all cores, as a chart</summary>\n<div class=\"waterfall\">");
    figure_html(out, charts, id, NULL, true);
    text_add(out, "</div></details>\n");
  }
}

/* Problems after so many are folded; their sentences stand in the verdict. */
enum { PROBLEMS_OPEN = 2 };

void problem_section(struct text *out, const struct result *result, const struct charts *charts, size_t i) {
  const struct analysis *a = &result->analyses[i];
  struct text sentence = {0};
  text_format(out, "<section><h2 id=\"p%02zu\">", i + 1);
  title_html(out, a->problem);
  text_add(out, " <span class=\"quiet-words\">");
  text_html(out, a->problem->summary);
  bool folded = i >= PROBLEMS_OPEN;
  text_format(out, "</span></h2>\n%s<p>",
              folded ? "<details class=\"more\"><summary>Charts and cells</summary>\n" : "");
  verdict_sentence(&sentence, a);
  text_add(&sentence, " ");
  work_sentence(&sentence, a);
  text_add(&sentence, " ");
  oracle_sentence(&sentence, a->problem);
  text_html(out, text_of(&sentence));
  text_add(out, "</p>\n");
  text_free(&sentence);
  if (*a->problem->doc) {
    text_add(out, "<p class=\"soft\">");
    text_html(out, a->problem->doc);
    text_add(out, "</p>\n");
  }
  problem_body(out, result, charts, i);
  text_add(out, folded ? "</details>\n</section>\n" : "</section>\n");
}
