/* Writes, in a problem's section, the law fitted to its fastest way, where the missing speedup went, and why it stopped
 * scaling. */
#include "charts/plot_fit.h"
#include "charts/plot_stack.h"
#include "page_parts.h"
#include "words/fit_words.h"
#include "words/loss_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fit of one way as a list of fits, as fit_words.h takes it. */
static struct fits fits_of_way(const struct analysis *a, size_t from, size_t to) {
  struct fits f = {.workers = must_copy("workers"),
                   .value = must_copy("speedup"),
                   .groups = must_alloc(1, sizeof *f.groups),
                   .count = 1};
  f.groups[0] = fit_of_way(a, from, to);
  return f;
}

void fit_chart_of(struct charts *charts, const struct result *result, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  char id[CHART_ID];
  size_t from, to;
  if (!fastest_way(a, &from, &to))
    return;
  struct fits f = fits_of_way(a, from, to);
  struct text title = {0};
  problem_title(&title, a->problem);
  text_add(&title, ": ");
  cell_name(&title, a->problem, a->figures[from].cell, false);
  snprintf(id, sizeof id, "p%02zu-fit", problem + 1);
  plot_fit(charts, id, text_of(&title), &f, &f.groups[0], true);
  text_free(&title);
  fits_free(&f);
}

static void paragraph(struct text *out, struct text *words) {
  if (words->length) {
    text_add(out, "<p>");
    text_html(out, text_of(words));
    text_add(out, "</p>\n");
  }
  text_free(words);
}

static void loss_row(struct text *out, const struct analysis *a, const struct cell *c, const struct loss_point *p) {
  char number[HUMAN_MAX];
  text_add(out, "<tr><th scope=\"row\">");
  name_html(out, a->problem, c, false);
  text_format(out, "</th><td class=\"n\">%.0f</td>", p->workers);
  number_td(out, human_number(number, p->speedup));
  number_td(out, human_number(number, p->workers - p->speedup));
  for (size_t k = 0; k < LOSS_PARTS; k++) {
    text_format(out, "<td class=\"n\">%.2f</td>", no_minus_zero(p->parts[k], 2));
  }
  text_add(out, "</tr>\n");
}

/* Lists all counts of the fastest way, and the largest count of each other way. */
static void loss_table(struct text *out, const struct result *result, size_t problem, size_t fastest) {
  const struct analysis *a = &result->analyses[problem];
  char label[64];
  snprintf(label, sizeof label, "Lost workers of problem %zu", problem + 1);
  table_start(out, label, "",
              "way|#workers|#speedup|#lost|#start and join|#serial tail|#imbalance|#slower clock|#slower work");
  for (size_t i = 0, end; i < a->count; i = end) {
    for (end = i + 1; end < a->count && same_way(a->figures[i].cell, a->figures[end].cell);)
      end++;
    struct loss_point *points = must_alloc(end - i, sizeof *points);
    size_t n = loss_points(&result->run, result->analyses, a, i, end, points);
    for (size_t k = i == fastest || n == 0 ? 0 : n - 1; k < n; k++)
      if (points[k].known && points[k].workers > 1)
        loss_row(out, a, a->figures[i].cell, &points[k]);
    free(points);
  }
  table_end(out);
}

static void fit_words_of(struct text *out, const struct analysis *a, size_t from, size_t to) {
  struct text words = {0};
  struct fits f = fits_of_way(a, from, to);
  if (!f.groups[0].fit.refused)
    fit_sentence(&words, &f, &f.groups[0]);
  fits_free(&f);
  paragraph(out, &words);
}

static void chart_if_any(struct text *out, const struct charts *charts, size_t problem, const char *kind) {
  char id[CHART_ID];
  snprintf(id, sizeof id, "p%02zu-%s", problem + 1, kind);
  if (chart_find(charts, id))
    figure_html(out, charts, id, NULL, true);
}

/* Of the most workers of a way; NAN where its figure carries no verdict (fitness.h). */
static double last_efficiency(const struct analysis *a, size_t from, size_t to) {
  double last = NAN;
  for (size_t i = from; i < to; i++)
    if (a->figures[i].valid && a->figures[i].own.n)
      last = a->figures[i].efficiency;
  return last;
}

/* The points of the fastest way; free them. Returns their number, 0 if it has none on several workers. */
static size_t points_of(const struct result *result, const struct analysis *a, size_t from, size_t to,
                        struct loss_point **points) {
  *points = must_alloc(to - from, sizeof **points);
  size_t n = loss_points(&result->run, result->analyses, a, from, to, *points);
  return n && (*points)[n - 1].workers > 1 ? n : 0;
}

void loss_words(struct text *out, const struct result *result, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  bool wait_bound = strcmp(a->problem->bound, "cpu") != 0;
  size_t from, to;
  struct text why = {0}, above = {0};
  struct loss_point *points;
  if (!fastest_way(a, &from, &to))
    return;
  size_t n = points_of(result, a, from, to, &points);
  if (n) {
    text_add(out, "<h3>Where the missing speedup went</h3>\n");
    struct diagnosis d = diagnose(points, n, wait_bound);
    cell_name(&why, a->problem, a->figures[from].cell, false);
    text_add(&why, ": ");
    if (a->busy)
      text_add(&why, "BUSY, so no cause is named.");
    else if (isfinite(last_efficiency(a, from, to)))
      diagnosis_words(&why, points, &d);
    else
      text_add(&why, "no cause is named: under 6 rounds, or an interval wider than 10 % to either side.");
    paragraph(out, &why);
    surplus_words(&above, points, n, wait_bound);
    paragraph(out, &above);
    fit_words_of(out, a, from, to);
  }
  free(points);
}

void losses_part(struct text *out, const struct result *result, const struct charts *charts, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  bool known = false;
  size_t from, to;
  struct loss_point *points;
  if (!fastest_way(a, &from, &to))
    return;
  size_t n = points_of(result, a, from, to, &points);
  for (size_t i = 0; i < n; i++)
    known |= points[i].known && points[i].workers > 1;
  free(points);
  if (!n)
    return;
  text_add(out, "<details><summary>Lost workers, phases and fit, as charts and in figures</summary>\n"
                "<div class=\"two\">\n");
  chart_if_any(out, charts, problem, "loss");
  chart_if_any(out, charts, problem, "phases");
  chart_if_any(out, charts, problem, "fit");
  text_add(out, "</div>\n");
  if (known)
    loss_table(out, result, problem, from);
  text_add(out, "</details>\n");
}
