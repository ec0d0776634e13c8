/* Charts of fitted laws: measurements, the fitted law and its extrapolation. */
#include "plot_fit.h"

#include "charts.h"
#include "plot.h"

#include <math.h>
#include <stdio.h>

enum { STEPS = 120, TICKS_MAX = 12, TICKS_NARROW = 7, FIT_CHARTS_MAX = 64 };
enum fit_row { ROW_SAMPLE, ROW_MEDIAN, ROW_LAW, ROW_BEYOND };

static void fit_line(struct text *csv, enum fit_row kind, double workers, double rate, double low, double high) {
  text_format(csv, "%d", (int)kind);
  csv_number(csv, workers), csv_number(csv, rate), csv_number(csv, low), csv_number(csv, high);
  text_add(csv, "\n");
}

static void law_line(struct text *csv, const struct fit *fit, enum fit_row kind, double from, double to) {
  for (int i = 0; i <= STEPS; i++) {
    struct prediction p =
        fit_predict(fit->chosen, &fit->laws[fit->chosen], from + (to - from) * (double)i / (double)STEPS);
    fit_line(csv, kind, p.workers, p.rate, p.low, p.high);
  }
}

static void fit_data(struct text *csv, const struct fit_group *g) {
  const struct fit *fit = &g->fit;
  text_add(csv, "kind,workers,rate,low,high\n");
  for (size_t i = 0; i < g->row_count; i++)
    fit_line(csv, ROW_SAMPLE, g->rows[i].workers, g->rows[i].rate, NAN, NAN);
  for (size_t i = 0; i < fit->count; i++)
    fit_line(csv, ROW_MEDIAN, g->points[i].workers, g->points[i].rate, NAN, NAN);
  law_line(csv, fit, ROW_LAW, fit->least, fit->most);
  law_line(csv, fit, ROW_BEYOND, fit->most, FIT_REACH * fit->most);
}

/* The largest measured or fitted rate; intervals may extend beyond the chart. */
static double top_of(const struct fit_group *g) {
  const struct fit *fit = &g->fit;
  const struct law_fit *law = &fit->laws[fit->chosen];
  double most = law_rate(fit->chosen, law, FIT_REACH * fit->most);
  for (size_t i = 0; i < g->row_count; i++)
    most = fmax(most, g->rows[i].rate);
  most = fmax(most, fit_predict(fit->chosen, law, fit->most).high);
  return fmax(most, fit->peak.known && !fit->peak.far ? fit->peak.rate : 0) * 1.08;
}

/* Labels the counts that are far enough apart. */
static void fit_ticks(struct text *script, const struct fit_group *g, double right, size_t most) {
  double named = -INFINITY;
  text_add(script, "set xtics (");
  for (size_t i = 0; i < g->fit.count; i++) {
    double at = g->points[i].workers;
    bool apart = at - named > right / (double)most / 1.5;
    text_format(script, apart ? "%s'%.6g' %.10g" : "%s'' %.10g", i ? ", " : "", at, at);
    named = apart ? at : named;
  }
  text_format(script, ", '%.6g' %.10g)\n", FIT_REACH * g->fit.most, FIT_REACH * g->fit.most);
}

/* Adds a user's column name as an axis label. */
static void axis_label(struct text *script, const char *axis, const char *before, const char *foreign) {
  struct text label = {0};
  text_format(&label, "%s%s", before, foreign);
  text_format(script, "set %slabel ", axis);
  quoted(script, text_of(&label), LABEL_MAX);
  text_add(script, "\n");
  text_free(&label);
}

static void fit_axes(struct text *script, const struct fits *f, const struct fit_group *g, bool narrow) {
  const struct fit *fit = &g->fit;
  double right = FIT_REACH * fit->most, top = top_of(g), one = fit->laws[fit->chosen].terms[TERM_GAMMA].value;
  double ideal = fmin(right, top / one);
  fit_ticks(script, g, right, narrow ? TICKS_NARROW : TICKS_MAX);
  text_format(script, "set xrange [0:%.10g]\nset yrange [0:%.10g]\n", right * 1.02, top);
  axis_label(script, "x", "", f->workers);
  axis_label(script, "y", f->time ? "1 / " : "", f->value);
  text_format(script,
              "set object 1 rectangle from %.10g,graph 0 to graph 1,graph 1 fc rgb '#888888' fs transparent solid 0.12 "
              "noborder behind\n"
              "set label 1 'not measured' at %.10g,graph 0.05 center\n"
              "set arrow 1 from 0,0 to %.10g,%.10g nohead lw 1.2 dt (6,4) lc rgb '#000000' back\n",
              fit->most, (fit->most + right) / 2, ideal, one * ideal);
  if (fit->peak.known && fit->peak.workers <= right)
    vertical(script, 2, fit->peak.workers, "(2,3)", "peak", "center");
}

static void fit_plot(struct text *script, const char *id) {
  text_format(script,
              "data = '../data/%s.csv'\n"
              "kind(k,y) = $1==k ? y : NaN\n"
              "plot data skip 1 using ($1==2 ? $2 : NaN):4:5 with filledcurves fc rgb '#0072B2' fs transparent solid "
              "0.15 noborder, \\\n"
              "  data skip 1 using ($1==3 ? $2 : NaN):4:5 with filledcurves fc rgb '#0072B2' fs transparent solid 0.08 "
              "noborder, \\\n"
              "  data skip 1 using ($1==2 ? $2 : NaN):3 with lines lw 2 dt 1 lc rgb '#0072B2', \\\n"
              "  data skip 1 using ($1==3 ? $2 : NaN):3 with lines lw 2.1 dt (2,4) lc rgb '#0072B2', \\\n"
              "  data skip 1 using ($1==0 ? $2 : NaN):3 with points pt 6 ps 0.7 lw 1.2 lc rgb '#7F7F7F', \\\n"
              "  data skip 1 using ($1==1 ? $2 : NaN):3 with points pt 7 ps 1 lc rgb '#000000'\n",
              id);
}

static void draw_fit(struct charts *charts, const char *id, const char *title, const struct fits *f,
                     const struct fit_group *g, bool narrow) {
  struct chart chart = {.width = narrow ? 380 : 640, .height = narrow ? 300 : 380, .slide = !narrow};
  struct sheet sheet = {0};
  snprintf(chart.id, sizeof chart.id, "%s%s", id, narrow ? "-narrow" : "");
  text_add(&sheet.title, title);
  fit_sentence(&sheet.caption, f, g);
  text_add(&sheet.caption, " Dots: medians; line: the law; shade: 95 percent prediction; dashed: ideal.");
  fit_data(&sheet.data, g);
  text_add(&sheet.script, "load 'common.gp'\n");
  text_add(&sheet.script, "if (slide) { set rmargin 8; set lmargin 14 } else { set rmargin 3; set tmargin 2 }\n");
  fit_axes(&sheet.script, f, g, narrow);
  slide_words(&sheet.script, title, text_of(&sheet.caption));
  fit_plot(&sheet.script, chart.id);
  sheet_done(charts, chart, &sheet);
}

void plot_fit(struct charts *charts, const char *id, const char *title, const struct fits *f, const struct fit_group *g,
              bool page) {
  if (g->fit.refused)
    return;
  draw_fit(charts, id, title, f, g, false);
  if (page)
    draw_fit(charts, id, title, f, g, true);
}

static void list_file(struct text *listed, const char *folder, const char *under, const char *id, const char *end) {
  text_plain(listed, folder);
  text_format(listed, "/%s%s%s\n", under, id, end);
}

static void list_charts(struct charts *charts, struct text *listed) {
  for (size_t i = 0; i < charts->count; i++) {
    const struct chart *c = &charts->list[i];
    struct text svg = {0};
    struct fault why;
    char name[CHART_ID + 8];
    if (c->svg) {
      text_add(&svg, c->svg);
      snprintf(name, sizeof name, "%s.svg", c->id);
      if (write_file(&charts->at, name, &svg, &why) != 0)
        charts_complain(charts, why.text);
      else
        list_file(listed, charts->folder, "", c->id, ".svg");
    }
    if (c->png)
      list_file(listed, charts->folder, "png/", c->id, ".png");
    text_free(&svg);
  }
}

int fit_charts(const char *folder, const struct fit_source *source, struct text *listed, struct fault *missing,
               struct fault *why) {
  const struct fits *f = &source->fits;
  struct charts charts;
  int result = folder ? charts_open_at(&charts, folder, NULL, "fit.gp", why)
                      : charts_open_at(&charts, text_of(&source->parent), text_of(&source->folder), "fit.gp", why);
  if (result == 0)
    charts_stamp(&charts, text_of(&source->badges));
  for (size_t i = 0; i < f->count && result == 0 && charts.count < FIT_CHARTS_MAX; i++) {
    struct text title = {0};
    char id[CHART_ID];
    snprintf(id, sizeof id, "fit-%02zu", i + 1);
    text_format(&title, "%s%s", text_of(&source->name), f->count > 1 ? ": " : "");
    fit_group_name(&title, f, &f->groups[i]);
    plot_fit(&charts, id, text_of(&title), f, &f->groups[i], false);
    text_free(&title);
  }
  if (result == 0) {
    charts_draw(&charts);
    list_charts(&charts, listed);
  }
  *missing = charts.why;
  charts_free(&charts);
  return result;
}
