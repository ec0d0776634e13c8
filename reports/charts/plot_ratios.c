/* The chart of machines: a row a problem, a mark a run, throughput over that of the first run. */
#include "plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Marks of the runs lie side by side within a row. */
static double row_of(const struct ratios_chart *c, const struct ratio_point *p) {
  double count = (double)c->run_count - 1; /* without the first, which is 1 by definition */
  return (double)p->problem + 1 + ((double)p->run - 1 - (count - 1) / 2) * fmin(0.2, 0.7 / fmax(count, 1));
}

static struct range ratio_data(struct text *csv, const struct ratios_chart *c) {
  struct range r = {1, 1};
  text_add(csv, "row,problem,run,name,ratio,low,high\n");
  for (size_t i = 0; i < c->count; i++) {
    const struct ratio_point *p = &c->points[i];
    text_format(csv, "%.6g,", row_of(c, p));
    csv_word(csv, c->rows[p->problem]);
    text_format(csv, ",%zu,", p->run);
    csv_word(csv, c->names[p->run]);
    csv_number(csv, p->ratio), csv_number(csv, p->low), csv_number(csv, p->high);
    text_add(csv, "\n");
    take_in(&r, p->ratio), take_in(&r, p->low), take_in(&r, p->high);
  }
  return r;
}

static void ratio_axis(struct text *script, const struct ratios_chart *c, struct range r) {
  bool wide = r.most / r.least > 4;
  double margin = 0.06 * (r.most - r.least) + 0.02;
  if (wide) {
    text_format(script, "set logscale x 2\nset xrange [%.6g:%.6g]\n", r.least / 1.3, r.most * 1.3);
    log2_ticks(script, "x", r.least / 1.3, r.most * 1.3);
  } else
    text_format(script, "set xrange [%.6g:%.6g]\n", fmax(0, r.least - margin), r.most + margin);
  text_format(script, "set xlabel '%s%s'\n", c->axis, wide ? " (log)" : "");
  vertical(script, 1, 1, "1", "A = 1", "center");
}

static void draw_ratios(struct charts *charts, const struct ratios_chart *c, bool narrow) {
  enum { PER_ROW = 46, FRAME = 110, TALLEST = 560 };
  struct chart chart = {.width = narrow ? 380 : 720, .slide = !narrow};
  struct sheet sheet = {0};
  struct text ticks = {0};
  if (!c->count)
    return;
  struct range r = ratio_data(&sheet.data, c);
  chart.height = (int)fmin(TALLEST, FRAME + PER_ROW * (double)c->row_count);
  snprintf(chart.id, sizeof chart.id, "%s%s", c->id, narrow ? "-narrow" : "");
  for (size_t i = 0; i < c->row_count; i++)
    tick_cut(&ticks, c->rows[i], (double)i + 1, narrow ? LABEL_NARROW : LABEL_MAX);
  text_add(&sheet.title, c->title), text_add(&sheet.caption, c->caption);
  text_format(&sheet.script, "load 'common.gp'\nset yrange [%zu.55:0.45]\nset ytics scale 0 (%s)\nset grid noytics\n",
              c->row_count, text_of(&ticks));
  ratio_axis(&sheet.script, c, r);
  text_add(&sheet.script, "set key at screen 0.5,0.97 center horizontal samplen 1 width 0 maxrows 1\nset tmargin 3.4\n"
                          "if (slide) { set tmargin 6.5; set key at screen 0.5,0.885 center maxrows 1 }\n");
  text_add(&sheet.script, narrow ? "unset key\nset tmargin 2\n" : ""); /* the page has the key below */
  slide_words(&sheet.script, c->title, c->caption);
  for (size_t run = 1; run < c->run_count; run++) {
    struct look look = look_numbered(run);
    text_format(
        &sheet.script,
        "%s'../data/%s.csv' skip 1 using ($3==%zu ? $5 : NaN):1 with points pt %d ps 1.1 lw 1.6 lc rgb '%s' title ",
        run > 1 ? ", \\\n  " : "plot ", chart.id, run, look.filled, look.rgb);
    quoted(&sheet.script, c->names[run], LABEL_MAX);
    key_add(&chart, c->names[run], &look, false, false);
  }
  text_format(&sheet.script,
              ", \\\n  '../data/%s.csv' skip 1 using ($6>0 ? $6 : NaN):1:($7-$6):(0) with vectors heads size graph "
              "0.006,90 fixed lw 1.1 lc rgb '#000000' notitle\n",
              chart.id);
  sheet_done(charts, chart, &sheet);
  text_free(&ticks);
}

void plot_ratios(struct charts *charts, const struct ratios_chart *c) {
  draw_ratios(charts, c, false);
  draw_ratios(charts, c, true);
}
