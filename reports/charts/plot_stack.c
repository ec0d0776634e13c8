/* Horizontal stacked bars of time or workers by part, one bar per way or worker count. */
#include "plot_stack.h"

#include "plot.h"
#include "words/loss_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* From dark to light, so that neighbours also differ in greyscale. */
static const char *const colours[STACK_PARTS_MAX] = {"#0072B2", "#D55E00", "#56B4E9", "#A89500", "#CC79A7", "#7F7F7F"};

/* ---- any stack ---- */

/* Draws each value as a box that starts at the end of the previous one; negative values on the other side. */
static struct range stack_data(struct text *csv, const struct stack_chart *s) {
  struct range r = {0, 0};
  text_add(csv, "row,label,part,value,from,to\n");
  for (size_t i = 0; i < s->count; i++) {
    double right = 0, left = 0;
    for (size_t k = 0; k < s->part_count; k++) {
      double value = s->rows[i].values[k], *end = value < 0 ? &left : &right;
      text_format(csv, "%zu,", i + 1);
      csv_word(csv, text_of(&s->rows[i].label));
      text_format(csv, ",%zu", k);
      csv_number(csv, value), csv_number(csv, *end), csv_number(csv, *end + value);
      text_add(csv, "\n");
      *end += isfinite(value) ? value : 0;
    }
    take_in(&r, right), take_in(&r, left);
  }
  return r;
}

static void stack_plot(struct text *script, const char *id, const struct stack_chart *s) {
  text_format(script, "data = '../data/%s.csv'\n", id);
  for (size_t k = 0; k < s->part_count; k++)
    text_format(script,
                "%sdata skip 1 using ($3==%zu ? ($5+$6)/2 : NaN):1:5:6:($1-0.36):($1+0.36) with boxxyerror fs solid "
                "0.85 noborder lc rgb '%s' title '%s'",
                k ? ", \\\n  " : "plot ", k, colours[k], s->parts[k]);
  text_add(script, "\n");
}

/* The colours of the parts, for the key below a narrow drawing. */
static void stack_keys(struct chart *chart, const struct stack_chart *s) {
  enum { SQUARE = 5 };
  for (size_t k = 0; k < s->part_count; k++) {
    struct look look = {.filled = SQUARE, .hollow = SQUARE, .dash = "1"};
    snprintf(look.rgb, sizeof look.rgb, "%s", colours[k]);
    key_add(chart, s->parts[k], &look, false, false);
  }
}

static void draw_stack(struct charts *charts, const struct stack_chart *s, bool narrow) {
  struct chart chart = {
      .width = narrow ? 380 : 640, .height = (narrow ? 80 : 110) + 24 * (int)s->count, .slide = s->slide && !narrow};
  struct sheet sheet = {0};
  struct text ticks = {0};
  struct range r = stack_data(&sheet.data, s);
  double span = fmax(r.most - r.least, 1e-9);
  for (size_t i = 0; i < s->count; i++)
    tick_cut(&ticks, text_of(&s->rows[i].label), (double)i + 1, narrow ? LABEL_NARROW : LABEL_MAX);
  snprintf(chart.id, sizeof chart.id, "%s%s", s->id, narrow ? "-narrow" : "");
  text_add(&sheet.title, s->title);
  text_add(&sheet.caption, s->caption);
  text_format(&sheet.script,
              "load 'common.gp'\nset grid noytics\nset key samplen 1.2\n%s"
              "set yrange [%zu.6:0.4]\nset ytics scale 0 (%s)\nset xrange [%.10g:%.10g]\nset xlabel '%s'\n"
              "set arrow 1 from 0,graph 0 to 0,graph 1 nohead lw 1.1 lc rgb '#000000' front\n",
              narrow ? "unset key\nset tmargin 1\n"
                     : "if (slide) { set tmargin 7; set key at screen 0.97,0.9 right top horizontal } else { set key "
                       "outside top horizontal }\n",
              s->count, text_of(&ticks), fmin(0, r.least - 0.02 * span), r.most + 0.03 * span, s->axis);
  if (narrow)
    text_format(&sheet.script, "set xtics %.6g\n", tick_step(span, 4));
  slide_words(&sheet.script, s->title, s->caption);
  stack_plot(&sheet.script, chart.id, s);
  stack_keys(&chart, s);
  sheet_done(charts, chart, &sheet);
  text_free(&ticks);
}

void plot_stack(struct charts *charts, struct stack_chart *s) {
  for (int narrow = 0; narrow < 2 && s->count; narrow++)
    draw_stack(charts, s, narrow);
  for (size_t i = 0; i < s->count; i++)
    text_free(&s->rows[i].label);
}

/* ---- the stacks of a problem ---- */

bool fastest_way(const struct analysis *a, size_t *from, size_t *to) {
  const struct figures *fastest = fastest_parallel(a);
  for (*from = 0; fastest && *from < a->count; *from = *to) {
    *to = way_end(a, *from);
    if (fastest < &a->figures[*to])
      return true;
  }
  return false;
}

static void loss_chart(struct charts *charts, const struct result *result, size_t problem, const char *title) {
  const struct analysis *a = &result->analyses[problem];
  struct stack_chart s = {.title = title, .axis = "lost workers: p - S", .parts = loss_names};
  struct text caption = {0};
  char id[CHART_ID];
  size_t from, to;
  if (!fastest_way(a, &from, &to))
    return;
  struct loss_point *points = must_alloc(to - from, sizeof *points);
  size_t n = loss_points(&result->run, result->analyses, a, from, to, points);
  s.part_count = LOSS_PARTS;
  for (size_t i = 0; i < n && s.count < STACK_ROWS_MAX; i++) {
    if (!points[i].known || points[i].workers < 2)
      continue;
    struct stack_row *row = &s.rows[s.count++];
    text_format(&row->label, "%.0f workers", points[i].workers);
    for (size_t k = 0; k < LOSS_PARTS; k++)
      row->values[k] = points[i].parts[k];
  }
  cell_name(&caption, a->problem, a->figures[from].cell, false);
  text_add(&caption, ". A bar is p workers less their speedup S over the serial cell of the same method.");
  snprintf(id, sizeof id, "p%02zu-loss", problem + 1);
  s.id = id, s.caption = text_of(&caption), s.slide = true;
  plot_stack(charts, &s);
  text_free(&caption);
  free(points);
}

static void phase_chart(struct charts *charts, const struct result *result, size_t problem, const char *title) {
  static const char *const phases[] = {"spawn", "work", "join"};
  const struct analysis *a = &result->analyses[problem];
  struct stack_chart s = {.title = title, .axis = "share of the time, percent", .parts = phases};
  char id[CHART_ID], caption[160];
  s.part_count = sizeof phases / sizeof *phases;
  for (size_t i = 0; i < a->count && s.count < STACK_ROWS_MAX; i++) {
    const struct figures *f = &a->figures[i];
    if (!f->valid || !(f->spawn_share >= 0) || f->cell->workers != most_workers(a) || f->cell->workers < 2)
      continue;
    struct stack_row *row = &s.rows[s.count++];
    cell_name(&row->label, a->problem, f->cell, false);
    row->values[0] = 100 * f->spawn_share, row->values[1] = 100 * f->work_share, row->values[2] = 100 * f->join_share;
  }
  snprintf(id, sizeof id, "p%02zu-phases", problem + 1);
  snprintf(caption, sizeof caption, "Each way on %lld workers. Join includes the serial tail of the kernel.",
           (long long)most_workers(a));
  s.id = id, s.caption = caption;
  plot_stack(charts, &s);
}

void charts_losses(struct charts *charts, const struct result *result, size_t problem) {
  struct text title = {0};
  problem_title(&title, result->analyses[problem].problem);
  size_t length = title.length;
  text_add(&title, ": where the missing speedup went");
  loss_chart(charts, result, problem, text_of(&title));
  title.length = length;
  text_add(&title, ": spawn, work and join");
  phase_chart(charts, result, problem, text_of(&title));
  text_free(&title);
}
