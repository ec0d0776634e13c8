/* The first chart of a report: a speedup curve per problem, with the ideal, in a wide and a narrow drawing. */
#include "plot.h"

#include "base/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 8 };

/* The fastest cell with a speedup at each worker count, or NULL; the caller frees the list. */
static const struct figures **fastest_cells(const struct analysis *a) {
  const struct figures **best = must_alloc(a->worker_count, sizeof *best);
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    const int64_t *at = bsearch(&f->cell->workers, a->workers, a->worker_count, sizeof *at, by_int64);
    if (!at || f->no_speedup)
      continue;
    const struct figures **there = &best[at - a->workers];
    if (!*there || f->speedup.median > (*there)->speedup.median)
      *there = f;
  }
  return best;
}

bool has_scaling(const struct result *result) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (has_curves(&result->analyses[i]) && result->analyses[i].base)
      return true;
  return false;
}

/* "power_sum", or with its parameters if another problem has the same kernel or there is room. */
static void short_title(struct text *out, const struct result *result, size_t problem, bool narrow) {
  const struct problem *p = &result->run.problems[problem];
  size_t alike = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    alike += strcmp(result->run.problems[i].kernel, p->kernel) == 0;
  if (narrow && alike == 1)
    text_add(out, p->kernel);
  else
    problem_title(out, p);
}

static void curve_of_problem(struct xy_chart *chart, const struct result *result, size_t problem, size_t number,
                             bool narrow) {
  const struct analysis *a = &result->analyses[problem];
  struct text name = {0};
  struct look look = look_numbered(number);
  short_title(&name, result, problem, narrow);
  struct xy_series *s = xy_add(chart, text_of(&name), &look, false);
  const struct figures **fastest = fastest_cells(a);
  for (size_t i = 0; i < a->worker_count; i++) {
    const struct figures *f = fastest[i];
    if (f)
      xy_point(s, (double)a->workers[i], f->speedup.median, f->speedup.coverage > 0 ? f->speedup.low : NAN,
               f->speedup.coverage > 0 ? f->speedup.high : NAN);
  }
  free(fastest);
  text_free(&name);
}

static void draw(struct charts *charts, const struct result *result, bool narrow) {
  struct text title = {0}, caption = {0};
  struct xy_chart chart = {.id = charts->card ? "card"
                                 : narrow     ? "overview-narrow"
                                              : "overview",
                           .x_label = "workers",
                           .y_label = "speedup over the best serial method",
                           .workers = true,
                           .log_y = true,
                           .joined = true,
                           .line = LINE_IDEAL,
                           .narrow = narrow};
  size_t shown = 0, able = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (has_curves(&result->analyses[i]) && result->analyses[i].base && ++able && shown < SHOWN_MAX) {
      chart.level = fmax(chart.level, ideal_end(&result->analyses[i]));
      curve_of_problem(&chart, result, i, shown++, narrow);
    }
  text_add(&title, charts->card ? charts->card : "Speedup over the best serial method, by workers");
  text_format(&caption,
              "%s. The fastest method and variant of each problem at each worker count. Dashed: ideal, up to the "
              "usable CPUs. Bars: 95 percent intervals over rounds.",
              run_machine(&result->run));
  if (able > shown)
    text_format(&caption, " The first %zu of %zu problems.", shown, able);
  chart.title = text_of(&title), chart.caption = text_of(&caption);
  plot_xy(charts, &chart);
  xy_free(&chart);
  text_free(&title), text_free(&caption);
}

void plot_scaling(struct charts *charts, const struct result *result) {
  draw(charts, result, false);
  if (!charts->card)
    draw(charts, result, true);
}
