/* Charts of points: series over worker counts or sizes, labelled at their ends. */
#include "plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct xy_series *xy_add(struct xy_chart *chart, const char *name, const struct look *look, bool hollow) {
  GROW(chart->series, chart->count, chart->capacity);
  struct xy_series *s = &chart->series[chart->count++];
  *s = (struct xy_series){.look = *look, .hollow = hollow};
  text_add(&s->name, name);
  return s;
}

void xy_point(struct xy_series *s, double x, double y, double low, double high) {
  if (!isfinite(x) || !isfinite(y))
    return;
  GROW(s->points, s->count, s->capacity);
  s->points[s->count++] = (struct xy_point){x, y, low, high};
}

void xy_free(struct xy_chart *chart) {
  for (size_t i = 0; i < chart->count; i++) {
    text_free(&chart->series[i].name);
    free(chart->series[i].points);
  }
  free(chart->series);
  chart->series = NULL;
  chart->count = chart->capacity = 0;
}

static void xy_data(struct text *csv, const struct xy_chart *chart) {
  text_add(csv, "series,name,x,value,low,high\n");
  for (size_t i = 0; i < chart->count; i++)
    for (size_t j = 0; j < chart->series[i].count; j++) {
      const struct xy_point *p = &chart->series[i].points[j];
      text_format(csv, "%zu,", i);
      csv_word(csv, text_of(&chart->series[i].name));
      csv_number(csv, p->x), csv_number(csv, p->y), csv_number(csv, p->low), csv_number(csv, p->high);
      text_add(csv, "\n");
    }
}

struct xy_frame {
  struct range x, y; /* ranges of the axes */
};

/* The height at which the ideal line ends. */
static double ideal_most(const struct xy_chart *chart, const struct xy_frame *f) {
  return chart->level > 0 && chart->level < f->x.most ? chart->level : f->x.most;
}

static struct xy_frame frame_of(const struct xy_chart *chart) {
  struct xy_frame f = {NO_RANGE, NO_RANGE};
  for (size_t i = 0; i < chart->count; i++)
    for (size_t j = 0; j < chart->series[i].count; j++) {
      const struct xy_point *p = &chart->series[i].points[j];
      take_in(&f.x, p->x);
      take_in(&f.y, p->y), take_in(&f.y, p->low), take_in(&f.y, p->high);
    }
  if (chart->line == LINE_IDEAL)
    take_in(&f.y, ideal_most(chart, &f));
  if (chart->line == LINE_LEVEL)
    take_in(&f.y, chart->level);
  return f;
}

/* A tick at each measured count. */
static void measured_ticks(struct text *script, const struct xy_chart *chart) {
  size_t room = 0, all = 0, n = 0;
  for (size_t i = 0; i < chart->count; i++)
    room += chart->series[i].count;
  double *counts = must_alloc(room, sizeof *counts);
  for (size_t i = 0; i < chart->count; i++)
    for (size_t j = 0; j < chart->series[i].count; j++)
      counts[all++] = chart->series[i].points[j].x;
  sort_doubles(counts, all);
  for (size_t i = 0; i < all; i++)
    if (n == 0 || counts[n - 1] < counts[i])
      counts[n++] = counts[i];
  text_add(script, "set logscale x 2\n");
  count_ticks(script, counts, n, chart->narrow ? 0.1 : 0.06);
  free(counts);
}

static void xy_axes(struct text *script, const struct xy_chart *chart, struct xy_frame *f) {
  double side = chart->workers ? 1.15 : 1.3;
  if (chart->workers)
    measured_ticks(script, chart);
  else {
    text_add(script, "set logscale x 10\n");
    log_ticks(script, "x", f->x.least / side, f->x.most * side);
  }
  text_format(script, "set xrange [%.6g:%.6g]\nset xlabel '%s'\nset ylabel '%s'\n", f->x.least / side, f->x.most * side,
              chart->x_label, chart->y_label);
  f->y = chart->log_y ? (struct range){f->y.least / side, f->y.most * side} : (struct range){0, f->y.most * 1.08};
  text_format(script, "set yrange [%.6g:%.6g]\n", f->y.least, f->y.most);
  if (chart->y_format)
    text_format(script, "set format y '%s'\n", chart->y_format);
  if (chart->line == LINE_IDEAL) {
    text_add(script, "set logscale y 2\n");
    log2_ticks(script, "y", f->y.least, f->y.most);
  } else if (chart->log_y) {
    text_add(script, "set logscale y 10\n");
    log_ticks(script, "y", f->y.least, f->y.most);
  }
}

static void xy_line(struct text *script, const struct xy_chart *chart, const struct xy_frame *f) {
  static const char look[] = "nohead lw 1.2 dt (6,4) lc rgb '#000000' back";
  double most = ideal_most(chart, f);
  if (chart->line == LINE_IDEAL)
    text_format(script, "set arrow 1 from %.10g,%.10g to %.10g,%.10g %s\n", f->x.least, f->x.least, most, most, look);
  if (chart->line == LINE_IDEAL && most < f->x.most)
    text_format(script, "set arrow 2 from %.10g,%.10g to %.10g,%.10g %s\n", most, most, f->x.most, most, look);
  if (chart->line == LINE_LEVEL)
    text_format(script, "set arrow 1 from graph 0,first %.10g to graph 1,first %.10g %s\n", chart->level, chart->level,
                look);
}

static bool is_line(const struct xy_chart *chart, const struct xy_series *s) { return chart->joined && s->count > 1; }

static void xy_keys(struct chart *out, const struct xy_chart *chart) {
  for (size_t i = 0; i < chart->count; i++) {
    const struct xy_series *s = &chart->series[i];
    if (s->count)
      key_add(out, text_of(&s->name), &s->look, s->hollow, is_line(chart, s));
  }
}

/* The index of a series and the horizontal offset of its marks. */
static void xy_plot(struct text *script, const struct xy_chart *chart) {
  const char *place = chart->joined ? "$3" : "$3*side($1)";
  for (size_t i = 0; i < chart->count; i++) {
    const struct xy_series *s = &chart->series[i];
    bool line = is_line(chart, s);
    text_format(script,
                "%s'../data/%s.csv' skip 1 using ($1==%zu ? %s : NaN):4 with %s pt %d ps 1 lw 1.8 dt %s lc rgb "
                "'%s' notitle",
                i ? ", \\\n  " : "plot ", chart->id, i, place, line ? "linespoints" : "points",
                s->hollow ? s->look.hollow : s->look.filled, line ? s->look.dash : "1", s->look.rgb);
  }
  text_format(script,
              ", \\\n  '../data/%s.csv' skip 1 using ($5>0 ? %s : NaN):5:(0):($6-$5) with vectors heads size graph "
              "0.008,90 fixed lw 1.1 lc rgb '#000000' notitle\n",
              chart->id, place);
}

static void xy_labels(struct text *script, const struct xy_chart *chart, const struct xy_frame *f) {
  struct end ends[ENDS_MAX] = {0};
  size_t count = 0;
  for (size_t i = 0; i < chart->count && count < ENDS_MAX; i++) {
    const struct xy_series *s = &chart->series[i];
    if (!s->count)
      continue;
    const struct xy_point *last = &s->points[s->count - 1];
    double aside = chart->joined ? 1 : pow(1.03, (double)i - ((double)chart->count - 1) / 2);
    ends[count] = (struct end){.at = axis_share(last->y, f->y.least, f->y.most, chart->log_y),
                               .x = last->x * aside,
                               .y = last->y,
                               .rgb = s->look.rgb};
    text_add(&ends[count++].name, text_of(&s->name));
  }
  end_labels(script, ends, count, 260, true);
}

void plot_xy(struct charts *charts, const struct xy_chart *xy) {
  struct chart chart = {.width = xy->narrow ? 380 : 640, .height = xy->narrow ? 330 : 360, .slide = !xy->narrow};
  struct xy_frame f = frame_of(xy);
  struct sheet sheet = {0};
  if (!is_range(f.x) || !is_range(f.y))
    return;
  snprintf(chart.id, sizeof chart.id, "%s", xy->id);
  text_add(&sheet.title, xy->title);
  text_add(&sheet.caption, xy->caption);
  xy_data(&sheet.data, xy);
  text_add(&sheet.script, "load 'common.gp'\n");
  text_add(&sheet.script, xy->narrow ? "set rmargin 15; set tmargin 1\n"
                                     : "if (slide) { set rmargin 38; set lmargin 14 } else { set rmargin 26; set "
                                       "tmargin 1 }\n");
  text_format(&sheet.script, "# marks stand beside each other, not on each other\nside(series) = 1.03**(series-%.1f)\n",
              ((double)xy->count - 1) / 2);
  xy_axes(&sheet.script, xy, &f);
  xy_labels(&sheet.script, xy, &f);
  slide_words(&sheet.script, xy->title, xy->caption);
  xy_line(&sheet.script, xy, &f);
  xy_plot(&sheet.script, xy);
  xy_keys(&chart, xy);
  sheet_done(charts, chart, &sheet);
}
