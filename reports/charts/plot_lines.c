/* Charts over several runs: throughput and efficiency over workers, one line per run. */
#include "plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void line_data(struct text *csv, const struct run_line *lines, size_t count, bool efficiency) {
  text_add(csv, "run,name,workers,value,low,high\n");
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < lines[i].count; j++) {
      const struct run_point *p = &lines[i].points[j];
      text_format(csv, "%zu,", i);
      csv_word(csv, lines[i].name);
      text_format(csv, ",%lld", (long long)p->workers);
      csv_number(csv, efficiency ? p->efficiency : p->throughput);
      csv_number(csv, efficiency ? p->efficiency_low : p->low);
      csv_number(csv, efficiency ? p->efficiency_high : p->high);
      text_add(csv, "\n");
    }
}

struct lines_frame {
  double least, most, divisor; /* range of the values; value of one axis unit */
  double least_workers, most_workers;
};

static struct lines_frame frame_of(const struct run_line *lines, size_t count, bool efficiency) {
  struct lines_frame f = {INFINITY, -INFINITY, 1, INFINITY, 0};
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < lines[i].count; j++) {
      const struct run_point *p = &lines[i].points[j];
      double value = efficiency ? p->efficiency : p->throughput;
      if (!isfinite(value))
        continue;
      double low = efficiency ? p->efficiency_low : p->low, high = efficiency ? p->efficiency_high : p->high;
      f.least = fmin(f.least, isfinite(low) ? fmin(low, value) : value);
      f.most = fmax(f.most, isfinite(high) ? fmax(high, value) : value);
      f.least_workers = fmin(f.least_workers, (double)p->workers);
      f.most_workers = fmax(f.most_workers, (double)p->workers);
    }
  return f;
}

static int by_count(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* A tick at each count that a run measured. */
static void line_ticks(struct text *script, const struct run_line *lines, size_t count, bool small) {
  size_t all = 0, n = 0;
  for (size_t i = 0; i < count; i++)
    all += lines[i].count;
  double *counts = must_alloc(all, sizeof *counts);
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < lines[i].count; j++)
      counts[n++] = (double)lines[i].points[j].workers;
  qsort(counts, n, sizeof *counts, by_count);
  size_t different = 0;
  for (size_t i = 0; i < n; i++)
    if (different == 0 || counts[different - 1] < counts[i])
      counts[different++] = counts[i];
  text_add(script, "set logscale x 2\n");
  count_ticks(script, counts, different, small ? 0.07 : 0.045);
  free(counts);
}

static void lines_axes(struct text *script, const struct lines_frame *f, const char *unit, bool efficiency, bool wide) {
  text_format(script, "set xrange [%.6g:%.6g]\nset xlabel 'workers'\n", f->least_workers / 1.15,
              f->most_workers * 1.15);
  if (efficiency) {
    text_format(script, "set yrange [0:%.6g]\nset format y '%%.0f %%%%'\nset ylabel 'efficiency'\n",
                fmax(110, f->most * 105));
    text_format(script, "set arrow 1 from %.6g,100 to %.6g,100 nohead lw 1.2 dt (6,4) lc rgb '#000000' back\n",
                f->least_workers, f->most_workers);
    return;
  }
  if (wide) {
    text_format(script, "set logscale y 10\nset yrange [%.6g:%.6g]\n", f->least / f->divisor / 1.3,
                f->most / f->divisor * 1.3);
    log_ticks(script, "y", f->least / f->divisor / 1.3, f->most / f->divisor * 1.3);
  } else
    text_format(script, "set yrange [0:%.6g]\n", f->most / f->divisor * 1.1);
  text_add(script, "set ylabel ");
  quoted(script, unit, 60);
  text_add(script, "\n");
}

static void lines_plot(struct text *script, const char *id, const struct run_line *lines, size_t count,
                       double divisor) {
  /* offset the runs' marks so that they do not overlap */
  text_format(script, "side(run) = 1.035**(run-%.1f)\n", ((double)count - 1) / 2);
  for (size_t i = 0; i < count; i++) {
    struct look look = look_numbered(lines[i].run); /* runs have no variant; number the looks */
    text_format(
        script,
        "%s'../data/%s.csv' skip 1 using ($1==%zu ? $3*side($1) : NaN):($4/%.10g) with %s pt %d ps 1.1 lw 1.8 dt %s lc "
        "rgb '%s' title ",
        i ? ", \\\n  " : "plot ", id, i, divisor, lines[i].count >= CURVES_FROM ? "linespoints" : "points", look.filled,
        lines[i].count >= CURVES_FROM ? look.dash : "1", look.rgb);
    quoted(script, lines[i].name, 56);
  }
  text_format(
      script,
      ", \\\n  '../data/%s.csv' skip 1 using ($5>0 ? $3*side($1) : NaN):($5/%.10g):(0):(($6-$5)/%.10g) with vectors "
      "heads size graph 0.012,90 fixed lw 1.1 lc rgb '#000000' notitle\n",
      id, divisor, divisor);
}

static struct unit rate_unit(double most) {
  static const struct unit units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}};
  size_t i = 0;
  while (i < 4 && most < units[i].divisor)
    i++;
  return units[i];
}

/* The physical cores, threads and sockets of the machines, as labelled rules. */
static void lines_marks(struct text *script, const struct lines_chart *c) {
  for (size_t i = 0; i < c->mark_count; i++)
    text_format(script,
                "set arrow %zu from %lld,graph 0 to %lld,graph 1 nohead lw %.2f dt (2,4) lc rgb '#777777' back\n"
                "set label %zu '%s' at %lld,graph 0.04 left rotate by 90 offset -0.6,0 font ',%s'\n",
                i + 10, (long long)c->marks[i].workers, (long long)c->marks[i].workers, 1.05 + 0.05 * (double)i, i + 10,
                c->marks[i].label, (long long)c->marks[i].workers, "10");
}

static void draw_lines(struct charts *charts, const struct lines_chart *c, bool narrow) {
  struct chart chart = {.width = c->small || narrow ? 380 : 600,
                        .height = c->small ? 250
                                  : narrow ? 300
                                           : 360,
                        .slide = !c->small && !narrow};
  struct lines_frame f = frame_of(c->lines, c->count, c->efficiency);
  struct sheet sheet = {0};
  struct text axis = {0};
  if (!(f.least > 0) || !isfinite(f.most))
    return;
  struct unit scale = rate_unit(f.most);
  bool wide = f.most / f.least > 12, key = !c->small && !narrow;
  f.divisor = c->efficiency ? 0.01 : scale.divisor;
  snprintf(chart.id, sizeof chart.id, "%s%s", c->id, narrow ? "-narrow" : "");
  text_format(&axis, "%s%s%s%s/s%s", key ? "throughput, " : "", scale.name, *scale.name ? " " : "", c->unit,
              wide ? " (log)" : "");
  text_add(&sheet.title, c->title);
  text_add(&sheet.caption, c->caption);
  line_data(&sheet.data, c->lines, c->count, c->efficiency);
  text_add(&sheet.script, "load 'common.gp'\nif (slide) { set lmargin 14 }\n");
  text_add(&sheet.script, key ? "set key outside top left horizontal Left reverse samplen 2\n" : "set tmargin 1\n");
  line_ticks(&sheet.script, c->lines, c->count, !key);
  lines_axes(&sheet.script, &f, text_of(&axis), c->efficiency, wide);
  lines_marks(&sheet.script, c);
  slide_words(&sheet.script, text_of(&sheet.title), c->caption);
  lines_plot(&sheet.script, chart.id, c->lines, c->count, f.divisor);
  for (size_t i = 0; i < c->count; i++) {
    struct look look = look_numbered(c->lines[i].run);
    key_add(&chart, c->lines[i].name, &look, false, c->lines[i].count >= CURVES_FROM);
  }
  sheet_done(charts, chart, &sheet);
  text_free(&axis);
}

void plot_lines(struct charts *charts, const struct lines_chart *c) {
  draw_lines(charts, c, false);
  if (!c->small)
    draw_lines(charts, c, true);
}
