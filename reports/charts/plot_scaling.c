/* The first chart of a report: a speedup curve per problem, with the ideal, in a wide and a narrow drawing. */
#include "plot.h"

#include "base/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 8 };

/* A curve: a problem, or one of its methods. */
struct curve {
  const struct analysis *a;
  const char *method; /* NULL: the fastest of all at each count */
  struct text name;
};

/* The fastest cell with a speedup at each worker count, or NULL; the caller frees the list. */
static const struct figures **fastest_cells(const struct analysis *a, const char *method) {
  const struct figures **best = must_alloc(a->worker_count, sizeof *best);
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    const int64_t *at = bsearch(&f->cell->workers, a->workers, a->worker_count, sizeof *at, by_int64);
    if (!at || f->no_speedup || (method && strcmp(method, f->cell->method) != 0))
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

static void add_curve(struct xy_chart *chart, const struct curve *curve, size_t number) {
  const struct analysis *a = curve->a;
  struct look look = look_numbered(number);
  struct xy_series *s = xy_add(chart, text_of(&curve->name), &look, false);
  const struct figures **fastest = fastest_cells(a, curve->method);
  for (size_t i = 0; i < a->worker_count; i++) {
    const struct figures *f = fastest[i];
    if (f)
      xy_point(s, (double)a->workers[i], f->speedup.median, f->speedup.coverage > 0 ? f->speedup.low : NAN,
               f->speedup.coverage > 0 ? f->speedup.high : NAN);
  }
  free(fastest);
}

static bool is_drawn(const struct analysis *a) { return a && has_curves(a) && a->base; }

/* The curves of a run, the first SHOWN_MAX; returns how many there are. Several programs of one problem, which is the
 * only one, have a curve each. */
static size_t curves_of(const struct result *result, bool narrow, struct curve curves[SHOWN_MAX]) {
  const struct analysis *only = result->run.problem_count == 1 ? &result->analyses[0] : NULL;
  const char *methods[METHODS_MAX];
  size_t count = 0, programs = only && only->problem->runs_programs && is_drawn(only) ? methods_of(only, methods) : 0;
  for (size_t m = 0; programs > 1 && m < programs; m++, count++)
    if (count < SHOWN_MAX) {
      curves[count] = (struct curve){.a = only, .method = methods[m]};
      text_add(&curves[count].name, methods[m]);
    }
  for (size_t i = 0; programs < 2 && i < result->run.problem_count; i++)
    if (is_drawn(&result->analyses[i]) && count++ < SHOWN_MAX) {
      curves[count - 1] = (struct curve){.a = &result->analyses[i]};
      short_title(&curves[count - 1].name, result, i, narrow);
    }
  return count;
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
  struct curve curves[SHOWN_MAX];
  size_t able = curves_of(result, narrow, curves), shown = able < SHOWN_MAX ? able : SHOWN_MAX;
  for (size_t i = 0; i < shown; i++) {
    chart.level = fmax(chart.level, ideal_end(curves[i].a));
    add_curve(&chart, &curves[i], i);
  }
  bool by_program = shown && curves[0].method, bounded = false;
  for (size_t i = 0; i < shown; i++)
    bounded |= !curves[i].a->problem->runs_programs;
  text_add(&title, charts->card ? charts->card : "Speedup over the best serial method, by workers");
  text_format(&caption, "%s. %s. Dashed: ideal%s. Bars: 95 percent intervals over rounds.", run_machine(&result->run),
              by_program ? "Each program at each worker count"
                         : "The fastest method and variant of each problem at each worker count",
              bounded ? ", up to the usable CPUs" : "");
  if (able > shown)
    text_format(&caption, " The first %zu of %zu curves.", shown, able);
  chart.title = text_of(&title), chart.caption = text_of(&caption);
  plot_xy(charts, &chart);
  xy_free(&chart);
  for (size_t i = 0; i < shown; i++)
    text_free(&curves[i].name);
  text_free(&title), text_free(&caption);
}

void plot_scaling(struct charts *charts, const struct result *result) {
  draw(charts, result, false);
  if (!charts->card)
    draw(charts, result, true);
}
