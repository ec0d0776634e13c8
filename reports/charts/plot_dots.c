/* Charts by row: marks of a problem with few worker counts, and the overview of all problems. */
#include "plot.h"

#include "base/words.h"
#include "stats/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLIDE_ROWS_MAX = 24, OVERVIEW_ROWS = 16, DOTS_LETTERS = 25 };
#define LOG_BELOW 0.1 /* a smaller ratio would be too close to a linear axis */

/* The limits, then marks in the variants' colours. */
static void plot_rows(struct text *script, const char *id, const struct charts *charts, const bool *present,
                      double divisor, double half) {
  limits(script, id, divisor, half);
  for (size_t i = 0; i < charts->run->variant_count; i++)
    for (int hollow = 1; present[i] && hollow >= 0; hollow--) {
      text_format(script, ", \\\n  '../data/%s.csv' skip 1 using ($3==%zu && $11==%d ? $6/%.10g : NaN):1", id, i,
                  hollow, divisor);
      text_format(script, " with points pt %d ps 1.0 lw 1.6 lc rgb '%s' notitle",
                  hollow ? charts->looks[i].hollow : charts->looks[i].filled, charts->looks[i].rgb);
    }
}

/* ---- a problem ---- */

/* More workers are lower within their row, so that intervals do not overlap. */
static double place_in_row(const struct analysis *a, int64_t workers) {
  double at = 0, count = (double)a->worker_count;
  while (a->workers[(size_t)at] < workers)
    at++;
  return (at - (count - 1) / 2) * 0.6 / fmax(count, 2);
}

/* The rows of a chart, and of a reference run beside them. */
struct dots {
  const struct analysis *a, *reference; /* reference: of the same problem in a reference run, or NULL */
  enum kind kind;
  struct text *csv, ticks, beside;
  size_t beside_count;
  struct range r;
  bool *present; /* per variant */
};

/* The mark of a cell, and that of the same cell in the reference run. */
static void dot_row(struct dots *d, double row, const char *label, size_t way, const struct figures *f) {
  const struct analysis *a = d->a;
  const struct figures *then = d->kind == TIME ? reference_cell(d->reference, f->cell) : NULL;
  row += place_in_row(a, f->cell->workers);
  data_row(d->csv, a, f,
           &(struct mark){.row = row,
                          .label = label,
                          .way = way,
                          .hollow = f->cell->workers < most_workers(a) || a->worker_count == 1,
                          .kind = d->kind});
  if (!then || !f->valid)
    return;
  text_format(&d->beside, "%.4g,%lld,%.10g\n", row, (long long)f->cell->workers, then->time.median);
  take_in(&d->r, then->time.median);
  d->beside_count++;
}

/* Adds row, tick and data of each way, under its method's name if there are several. Returns the last row. */
static double dot_rows(struct dots *d) {
  const struct analysis *a = d->a;
  const enum kind kind = d->kind;
  struct text *ticks = &d->ticks;
  const char *methods[METHODS_MAX], *method = NULL;
  bool several = methods_of(a, methods) > 1;
  double row = 0;
  size_t way = 0;
  for (size_t i = 0, end; i < a->count; i = end) {
    const struct cell *c = a->figures[i].cell;
    end = way_end(a, i);
    if (!has_values(a, i, end, kind))
      continue;
    if (several && *c->method && (!method || strcmp(method, c->method) != 0)) {
      method = c->method;
      row += row > 0 ? 1.3 : 1;
      struct text head = {0};
      text_format(&head, "%s:", method);
      tick_cut(ticks, text_of(&head), row, DOTS_LETTERS);
      text_free(&head);
    }
    struct text label = {0};
    way_name(&label, a, c, several && *c->method);
    tick_cut(ticks, text_of(&label), ++row, DOTS_LETTERS);
    for (size_t j = i; j < end; j++)
      if (!is_thinned(a->figures[j].cell))
        dot_row(d, row, text_of(&label), way, &a->figures[j]);
    d->present[c->variant_at] = true;
    text_free(&label);
    way++;
  }
  return row;
}

static void dot_axis(struct text *script, const struct analysis *a, enum kind kind, struct range r, struct unit unit) {
  double most = ideal_end(a); /* below the most workers if there are fewer CPUs */
  if (kind == TIME) {
    bool wide = r.most / r.least > 8;
    double left = wide ? r.least / 1.6 : 0, right = wide ? r.most * 1.6 : r.most * 1.1;
    if (a->base)
      left = wide ? fmin(left, a->base->time.median / most / 1.4) : left;
    text_format(script, "%sset xrange [%.10g:%.10g]\nset xlabel '%s, %s%s'\n", wide ? "set logscale x 10\n" : "",
                left / unit.divisor, right / unit.divisor, kind_words[kind].axis, unit.name, wide ? " (log)" : "");
    if (wide)
      log_ticks(script, "x", left / unit.divisor, right / unit.divisor);
    if (!a->base)
      return;
    vertical(script, 1, a->base->time.median / unit.divisor, "1", most > 1 ? "T1" : "best serial",
             most > 1 ? "left" : "center");
    char label[32];
    snprintf(label, sizeof label, "T1/%.0f", most);
    if (most > 1)
      vertical(script, 2, a->base->time.median / most / unit.divisor, "(6,4)", label, "right");
    return;
  }
  double end = kind == SPEEDUP ? fmax(most, r.most) * 1.08 : fmax(1.08, r.most * 1.04);
  bool wide = kind == SPEEDUP && r.least < LOG_BELOW; /* on a log axis 1 and ideal are close together */
  if (wide) {
    end = fmax(most, r.most) * 1.6;
    text_format(script, "set logscale x 2\nset xrange [%.10g:%.10g]\nset xlabel '%s (log)'\nset rmargin 7\n",
                r.least / 1.6, end, kind_words[kind].axis);
    log2_ticks(script, "x", r.least / 1.6, end);
  } else
    text_format(script, "set xrange [0:%.10g]\nset xlabel '%s'\n", end, kind_words[kind].axis);
  if (kind == EFFICIENCY) {
    text_format(script, "set format x '%%.0f %%%%'\nset xrange [0:%.10g]\nset xtics 25\n", 100 * end);
  }
  vertical(script, 1, kind == EFFICIENCY ? 100 : 1, kind == EFFICIENCY ? "(6,4)" : "1",
           kind == EFFICIENCY ? "ideal" : "T1", wide && most > 1 ? "right" : "center");
  char label[32];
  snprintf(label, sizeof label, "ideal %.0f", most);
  if (kind == SPEEDUP && most > 1)
    vertical(script, 2, most, "(6,4)", label, wide ? "left" : "center");
}

/* The times of the reference run, grey crosses from a data file of their own. */
static void plot_beside(struct text *script, struct charts *charts, const char *id, const struct dots *d,
                        double divisor) {
  struct text csv = {0};
  struct fault why;
  char file[CHART_ID + 32];
  snprintf(file, sizeof file, "%s-reference.csv", id);
  text_format(&csv, "row,workers,time_ns\n%s", text_of(&d->beside));
  if (d->beside_count && write_file(&charts->data, file, &csv, &why) == 0)
    text_format(
        script,
        ", \\\n  '../data/%s' skip 1 using ($3/%.10g):1 with points pt 2 ps 0.9 lw 1.6 lc rgb '#7F7F7F' notitle", file,
        divisor);
  text_free(&csv);
}

void plot_dots(struct charts *charts, const struct result *result, size_t problem, enum kind kind) {
  const struct analysis *a = &result->analyses[problem];
  struct sheet sheet = {0};
  struct dots d = {.a = a,
                   .reference = problem_in(result->reference, a->problem),
                   .kind = kind,
                   .csv = &sheet.data,
                   .r = range_of(a, NULL, kind)};
  if (!is_range(d.r))
    return;
  struct chart chart = {.width = 430};
  d.present = must_alloc(charts->run->variant_count, sizeof *d.present);
  snprintf(chart.id, sizeof chart.id, "p%02zu-%s", problem + 1, kind_names[kind]);
  text_add(&sheet.data, data_head);
  double rows = dot_rows(&d);
  struct unit unit = unit_of(kind, d.r);
  chart.height = (int)(24 * rows) + 100;
  chart.slide = rows > 1 && rows <= SLIDE_ROWS_MAX;
  problem_title(&sheet.title, a->problem);
  text_format(&sheet.title, ": %s", kind_title(a, kind));
  describe(&sheet.caption, result, a, true, true);
  if (d.beside_count)
    text_add(&sheet.caption, "Grey crosses: the same cells of the reference run. ");
  text_format(&sheet.script, "load 'common.gp'\nset yrange [%.4g:0.4]\nset ytics scale 0 (%s)\nset grid noytics\n",
              rows + 0.6, text_of(&d.ticks));
  text_add(&sheet.script, "if (!slide) { set tmargin 1.8 }\n");
  dot_axis(&sheet.script, a, kind, d.r, unit);
  slide_words(&sheet.script, text_of(&sheet.title), text_of(&sheet.caption));
  plot_rows(&sheet.script, chart.id, charts, d.present, unit.divisor,
            a->worker_count > 1 ? 0.6 / (double)a->worker_count / 2 : 0.38);
  plot_beside(&sheet.script, charts, chart.id, &d, unit.divisor);
  intervals(&sheet.script, chart.id, unit.divisor, false); /* on top */
  sheet_done(charts, chart, &sheet);
  text_free(&d.ticks), text_free(&d.beside);
  free(d.present);
}

/* ---- the overview: every problem at its most workers ---- */

/* The fastest valid cell of each variant at the problem's most workers. */
static const struct figures *best_of_variant(const struct analysis *a, size_t variant_at) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->no_speedup || f->cell->workers != most_workers(a) || f->cell->variant_at != variant_at)
      continue;
    if (!best || f->speedup.median > best->speedup.median)
      best = f;
  }
  return best;
}

static size_t overview_rows(const struct result *result, struct text *csv, struct text *ticks, bool *present,
                            struct range *r, size_t most_letters) {
  size_t row = 0, variants = result->run.variant_count;
  const struct figures **found = must_alloc(variants, sizeof *found);
  for (size_t i = 0; i < result->run.problem_count && row < OVERVIEW_ROWS; i++) {
    const struct analysis *a = &result->analyses[i];
    size_t count = 0, placed = 0;
    for (size_t look = 0; look < variants; look++)
      count += (found[look] = best_of_variant(a, look)) != NULL;
    if (!count)
      continue;
    row++;
    struct text title = {0};
    problem_title(&title, a->problem);
    tick_cut(ticks, text_of(&title), (double)row, most_letters);
    for (size_t look = 0; look < variants; look++)
      if (found[look]) {
        double offset = ((double)placed++ - ((double)count - 1) / 2) * fmin(0.2, 0.7 / (double)count);
        data_row(csv, a, found[look],
                 &(struct mark){.row = (double)row + offset, .label = text_of(&title), .way = row, .kind = SPEEDUP});
        take_in(r, found[look]->speedup.median), take_in(r, found[look]->speedup.high),
            take_in(r, found[look]->speedup.low);
        present[look] = true;
      }
    text_free(&title);
  }
  free(found);
  return row;
}

static void overview_plot(struct text *script, struct chart *chart, const struct charts *charts, const bool *present) {
  limits(script, chart->id, 1, 0.09);
  for (size_t i = 0; i < charts->run->variant_count; i++)
    if (present[i]) {
      const struct look *look = &charts->looks[i];
      const char *name = charts->run->variants[i].name;
      text_format(script, ", \\\n  '../data/%s.csv' skip 1 using ($3==%zu ? $6 : NaN):1", chart->id, i);
      text_format(script, " with points pt %d ps 1.05 lw 1.6 lc rgb '%s' title ", look->filled, look->rgb);
      quoted(script, name, LABEL_MAX);
      key_add(chart, name, look, false, false);
    }
  intervals(script, chart->id, 1, false);
}

static void overview_axis(struct text *script, double most, struct range r, bool narrow) {
  double end = fmax(most, r.most);
  bool wide = end > 8 || r.least < LOG_BELOW;
  if (wide) {
    text_format(script, "set logscale x 2\nset xrange [%.6g:%.6g]\n", fmin(r.least, 1) / 1.3, end * 1.3);
    log2_ticks(script, "x", fmin(r.least, 1) / 1.3, end * 1.3);
  } else
    text_format(script, "set xrange [0:%.6g]\nset xtics %s\n", end * 1.08, end > 4 ? "1" : "0.5");
  text_format(script, "set xlabel 'speedup over %s%s'\n", narrow ? "best serial" : "the best serial method",
              wide ? " (log)" : "");
  vertical(script, 1, 1, "1", "", "center");
  if (most > 1)
    vertical(script, 2, most, "(6,4)", "", "center");
}

void plot_overview(struct charts *charts, const struct result *result, bool narrow) {
  struct chart chart = {.width = narrow ? 380 : 720, .slide = !narrow};
  struct sheet sheet = {0};
  struct text ticks = {0};
  struct range r = NO_RANGE;
  bool *present = must_alloc(charts->run->variant_count, sizeof *present);
  double most = (double)result->run.most_workers;
  snprintf(chart.id, sizeof chart.id, "%s%s", charts->card ? "card" : "overview", narrow ? "-narrow" : "");
  text_add(&sheet.data, data_head);
  size_t rows = overview_rows(result, &sheet.data, &ticks, present, &r, narrow ? LABEL_NARROW : LABEL_MAX);
  chart.height = (int)fmin(560, 110 + (rows < 8 ? 68 : 46) * (double)rows);
  if (rows) {
    text_format(&sheet.script, "load 'common.gp'\nset yrange [%zu.55:0.45]\nset ytics scale 0 (%s)\nset grid noytics\n",
                rows, text_of(&ticks));
    overview_axis(&sheet.script, most, r, narrow);
    if (narrow) /* the page has the key below */
      text_add(&sheet.script, "unset key\nset tmargin 1\n");
    /* span the whole chart: gnuplot drops key entries that do not fit the plot's width */
    text_add(&sheet.script,
             narrow ? ""
                    : "set key at screen 0.5,0.97 center horizontal samplen 1 width 0 maxrows 1\nset tmargin 2.4\n"
                      "if (slide) { set tmargin 5.5; set key at screen 0.5,0.885 center maxrows 1 }\n");
    text_add(&sheet.title, charts->card ? charts->card : "Speedup over best-serial at the most workers");
    text_format(&sheet.caption,
                "%s. The fastest method under each variant at %.0f worker%s, over the best serial time of "
                "the same problem. ",
                run_machine(&result->run), most, plural(most));
    if (rows == OVERVIEW_ROWS && rows < result->run.problem_count)
      text_format(&sheet.caption, "The first %zu of %zu problems. ", rows, result->run.problem_count);
    text_add(&sheet.caption, "Bars: 95 percent intervals over rounds. Solid line: 1. Dashed: ideal.");
    for (size_t i = 0; i < result->run.problem_count; i++)
      if (has_limits(&result->analyses[i])) {
        text_add(&sheet.caption, " Grey: what the sizes of the items allow.");
        break;
      }
    slide_words(&sheet.script, text_of(&sheet.title), text_of(&sheet.caption));
    overview_plot(&sheet.script, &chart, charts, present);
    sheet_done(charts, chart, &sheet);
  } else
    text_free(&sheet.data);
  text_free(&ticks);
  free(present);
}
