/* Writes strong and weak scaling of one kernel side by side: the fixed problem, and the one that grows with the
 * workers. */
#include "base/words.h"
#include "charts/charts.h"
#include "charts/plot.h"
#include "page_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PAIRS_OPEN = 2 }; /* pairs that are shown at once */

/* The same problem with weak scaling, or NULL. */
static const struct analysis *weak_twin(const struct result *result, const struct analysis *strong) {
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct problem *p = result->analyses[i].problem;
    if (!is_weak(strong->problem) && is_weak(p) && strcmp(p->kernel, strong->problem->kernel) == 0 &&
        strcmp(p->problem, strong->problem->problem) == 0)
      return &result->analyses[i];
  }
  return NULL;
}

/* The fastest valid cell of a variant (NULL: of any) at a worker count that has a speedup, or NULL. */
static const struct figures *fastest_at(const struct analysis *a, const char *variant, int64_t workers) {
  const struct figures *fastest = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->cell->workers == workers && !f->no_speedup && f->speedup.n > 0 &&
        (!variant || strcmp(f->cell->variant, variant) == 0) &&
        (!fastest || f->speedup.median > fastest->speedup.median))
      fastest = f;
  }
  return fastest;
}

/* One side of a pair: a line a variant. */
static void draw_side(struct charts *charts, const struct result *result, const struct analysis *a, size_t number,
                      bool narrow) {
  char id[CHART_ID];
  struct text title = {0};
  snprintf(id, sizeof id, "p%02zu-%s%s", number, is_weak(a->problem) ? "weak" : "strong", narrow ? "-narrow" : "");
  problem_title(&title, a->problem);
  struct xy_chart chart = {
      .id = id, .title = text_of(&title), .x_label = "workers", .workers = true, .joined = true, .log_y = true};
  chart.caption = is_weak(a->problem)
                      ? "The work grows with the workers: throughput over that of the best serial method. Bars: 95 "
                        "percent intervals; dashed: ideal."
                      : "The work is fixed: speedup over the best serial method. Bars: 95 percent intervals; dashed: "
                        "ideal.";
  chart.y_label = is_weak(a->problem) ? "scaled speedup" : "speedup";
  chart.line = LINE_IDEAL, chart.level = ideal_end(a), chart.narrow = narrow;
  for (size_t v = 0; v < result->run.variant_count; v++) {
    const char *variant = result->run.variants[v].name;
    struct xy_series *series = NULL;
    size_t several = 0; /* a variant of one worker has no line */
    for (size_t i = 0; i < a->worker_count; i++)
      several += a->workers[i] > 1 && fastest_at(a, variant, a->workers[i]);
    for (size_t i = 0; several && i < a->worker_count; i++) {
      const struct figures *f = fastest_at(a, variant, a->workers[i]);
      if (!f)
        continue;
      const struct look look = look_named(charts, variant);
      series = series ? series : xy_add(&chart, variant, &look, false);
      bool known = f->speedup.coverage > 0;
      xy_point(series, (double)f->cell->workers, f->speedup.median, known ? f->speedup.low : NAN,
               known ? f->speedup.high : NAN);
    }
  }
  plot_xy(charts, &chart);
  xy_free(&chart);
  text_free(&title);
}

void pairs_charts(struct charts *charts, const struct result *result) {
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *strong = &result->analyses[i], *weak = weak_twin(result, strong);
    for (int narrow = 0; weak && narrow < 2; narrow++)
      draw_side(charts, result, strong, i + 1, narrow), draw_side(charts, result, weak, i + 1, narrow);
  }
}

bool has_pairs(const struct result *result) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (weak_twin(result, &result->analyses[i]))
      return true;
  return false;
}

static void side_words(struct text *out, const struct figures *f) {
  char number[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX], percent[HUMAN_MAX];
  text_format(out, "%sx", human_number(number, f->speedup.median));
  if (f->speedup.coverage > 0)
    text_format(out, " [%s, %s]", human_number(low, f->speedup.low), human_number(high, f->speedup.high));
  if (isfinite(f->efficiency))
    text_format(out, ", efficiency %s", human_percent(percent, f->efficiency));
}

/* "At 8 workers the fixed problem is done 5.1x [5.0, 5.2] as fast, efficiency 64 %; with 8 times the work ..." */
static void pair_sentence(struct text *out, const struct analysis *strong, const struct analysis *weak) {
  const struct figures *fixed = NULL, *grown = NULL;
  for (size_t i = strong->worker_count; i > 0 && !(fixed && grown); i--) {
    fixed = fastest_at(strong, NULL, strong->workers[i - 1]);
    grown = fastest_at(weak, NULL, strong->workers[i - 1]);
  }
  if (!fixed || !grown) {
    text_add(out, "No worker count was measured right in both.");
    return;
  }
  long long workers = (long long)fixed->cell->workers;
  text_format(out, "At %lld worker%s the fixed problem is done at best ", workers, plural((size_t)workers));
  side_words(out, fixed);
  text_format(out, "; %lld times the work goes through at ", workers);
  side_words(out, grown);
  text_add(out, ".");
}

static void one_pair(struct text *out, const struct result *result, const struct charts *charts, size_t i) {
  struct text words = {0};
  char id[CHART_ID];
  text_format(out, "<h3><a href=\"#p%02zu\">", i + 1);
  title_html(out, result->analyses[i].problem);
  text_add(out, "</a></h3>\n<p>");
  pair_sentence(&words, &result->analyses[i], weak_twin(result, &result->analyses[i]));
  text_html(out, text_of(&words));
  text_add(out, "</p>\n<div class=\"two\">\n");
  snprintf(id, sizeof id, "p%02zu-strong", i + 1);
  figure_html(out, charts, id, "Strong: the same work for all workers", true);
  snprintf(id, sizeof id, "p%02zu-weak", i + 1);
  figure_html(out, charts, id, "Weak: the same work for each worker", true);
  text_add(out, "</div>\n");
  text_free(&words);
}

void pairs_section(struct text *out, const struct result *result, const struct charts *charts) {
  size_t count = 0;
  if (!has_pairs(result))
    return;
  text_add(out, "<section><h2 id=\"pairs\">Strong and weak scaling</h2>\n");
  for (size_t i = 0; i < result->run.problem_count; i++) {
    if (!weak_twin(result, &result->analyses[i]))
      continue;
    if (count++ == PAIRS_OPEN)
      text_add(out, "<details><summary>The other problems that were measured in both ways</summary>\n");
    one_pair(out, result, charts, i);
  }
  text_add(out, count > PAIRS_OPEN ? "</details>\n" : "");
  text_add(out, "</section>\n");
}
