/* Draws the forest plot of two builds or sides. */
#include "plot_forest.h"

#include "plot.h"

#include <math.h>
#include <stdio.h>

/* Colour and shape by verdict: a change is filled, the rest hollow. */
static const struct {
  const char *rgb;
  int point;
} marks[CHANGES] = {
    [CHANGE_SLOWER] = {"#D55E00", 11}, [CHANGE_UNSIZED] = {"#D55E00", 10},  [CHANGE_FASTER] = {"#0072B2", 9},
    [CHANGE_SAME] = {"#000000", 6},    [CHANGE_UNDECIDED] = {"#7F7F7F", 4},
};

static struct range forest_data(struct text *csv, double worth, const struct forest_row *rows, size_t count) {
  struct range r = {1 / (1 + worth), 1 + worth};
  text_add(csv, "row,name,verdict,ratio,low,high\n");
  for (size_t i = 0; i < count; i++) {
    text_format(csv, "%zu,", i + 1);
    csv_word(csv, text_of(&rows[i].name));
    text_format(csv, ",%d", (int)rows[i].verdict);
    csv_number(csv, rows[i].ratio), csv_number(csv, rows[i].low), csv_number(csv, rows[i].high);
    text_add(csv, "\n");
    take_in(&r, rows[i].ratio), take_in(&r, rows[i].low), take_in(&r, rows[i].high);
  }
  return r;
}

static void forest_axis(struct text *script, struct range r, size_t count) {
  bool wide = r.most / r.least > 4;
  double margin = 0.04 * (r.most - r.least);
  text_format(script, "set yrange [%zu.6:0.4]\nset y2range [%zu.6:0.4]\nset grid noytics\n", count, count);
  if (wide) {
    text_format(script, "set logscale x 2\nset xrange [%.6g:%.6g]\n", r.least / 1.2, r.most * 1.2);
    log2_ticks(script, "x", r.least / 1.2, r.most * 1.2);
  } else
    text_format(script, "set xrange [%.6g:%.6g]\n", fmax(0, r.least - margin), r.most + margin);
  text_format(script, "set xlabel 'old time over new: right of 1 the new build is faster%s'\n", wide ? " (log)" : "");
}

static void forest_plot(struct text *script, const char *id, double worth, size_t count) {
  text_format(script,
              "data = '../data/%s.csv'\nplot data skip 1 every ::0::0 using (1):(1):(%.10g):(%.10g):(0.4):(%zu.6) with "
              "boxxyerror fs solid 0.18 noborder lc rgb '#7F7F7F' notitle",
              id, 1 / (1 + worth), 1 + worth, count);
  text_add(script, ", \\\n  data skip 1 using ($5>0 ? $5 : NaN):1:($6-$5):(0) with vectors heads size graph 0.006,90 "
                   "fixed lw 1.3 lc rgb '#000000' notitle");
  for (int verdict = 0; verdict < CHANGES; verdict++)
    text_format(script,
                ", \\\n  data skip 1 using ($3==%d ? $4 : NaN):1 with points pt %d ps 1.1 lw 1.4 lc rgb '%s' notitle",
                verdict, marks[verdict].point, marks[verdict].rgb);
  text_add(script, "\n");
}

static void draw_forest(struct charts *charts, const char *id, const char *title, double worth,
                        const struct forest_row *rows, size_t count, bool narrow) {
  struct chart chart = {.width = narrow ? 380 : 720, .height = 100 + 30 * (int)count, .slide = !narrow};
  struct sheet sheet = {0};
  struct text names = {0}, verdicts = {0};
  struct range r = forest_data(&sheet.data, worth, rows, count);
  snprintf(chart.id, sizeof chart.id, "%s%s", id, narrow ? "-narrow" : "");
  for (size_t i = 0; i < count; i++) {
    tick_cut(&names, text_of(&rows[i].name), (double)i + 1, narrow ? LABEL_NARROW : LABEL_MAX);
    tick(&verdicts, change_words[rows[i].verdict], (double)i + 1);
  }
  text_add(&sheet.title, title);
  text_format(&sheet.caption,
              "Each mark is a pair of cells: the ratio of their times and its 95 percent interval. Grey band: within "
              "+-%.3g percent, not worth attention. A mark is filled where a change is proven (Holm over all pairs).",
              100 * worth);
  text_format(&sheet.script, "load 'common.gp'\nset ytics scale 0 (%s)\nset y2tics scale 0 (%s)\n", text_of(&names),
              text_of(&verdicts));
  forest_axis(&sheet.script, r, count);
  text_add(&sheet.script, "if (!slide) { set tmargin 1.8 } else { set rmargin 16 }\n");
  vertical(&sheet.script, 1, 1, "1", "", "center");
  slide_words(&sheet.script, title, text_of(&sheet.caption));
  forest_plot(&sheet.script, chart.id, worth, count);
  sheet_done(charts, chart, &sheet);
  text_free(&names);
  text_free(&verdicts);
}

void plot_forest(struct charts *charts, const char *id, const char *title, double worth, const struct forest_row *rows,
                 size_t count) {
  size_t drawn = count < FOREST_ROWS ? count : FOREST_ROWS;
  if (!drawn)
    return;
  draw_forest(charts, id, title, worth, rows, drawn, false);
  draw_forest(charts, id, title, worth, rows, drawn, true);
}
