/* Draws the processes of cells one by one: strips of their times, and their times over the rounds. */
#include "plot_samples.h"

#include "base/paired.h"
#include "plot.h"
#include "stats/modes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { STRIPS_MAX = 6, PROCESSES_MAX = 60, BOX_FROM = 30 };

/* The processes of a cell that count, in their order; times as per cent from their median. */
struct strip {
  const struct figures *figures;
  size_t count, of;                          /* drawn; measured */
  double x[PROCESSES_MAX], y[PROCESSES_MAX]; /* x: round and place in it */
  struct modes modes;
  double low, high; /* quartiles of all; NAN under BOX_FROM */
};

static size_t good_processes(const struct cell *c, const struct process **good) {
  size_t n = 0;
  for (size_t i = 0; i < c->process_count; i++)
    if (c->processes[i].ok && c->processes[i].round > 0)
      good[n++] = &c->processes[i];
  return n;
}

/* The greatest place in a block, so that a process lies between its round and the next. */
static double places_of(const struct problem *p) {
  int64_t most = 0;
  for (size_t i = 0; i < p->count; i++)
    for (size_t j = 0; j < p->cells[i].process_count; j++)
      most = p->cells[i].processes[j].order > most ? p->cells[i].processes[j].order : most;
  return (double)most + 1;
}

static void strip_of(struct strip *s, const struct problem *p, const struct figures *f) {
  const struct cell *c = f->cell;
  const struct process **good = must_alloc(c->process_count + 1, sizeof *good);
  double *sorted = must_alloc(c->process_count + 1, sizeof *sorted), places = places_of(p);
  *s = (struct strip){.figures = f, .of = good_processes(c, good), .low = NAN, .high = NAN};
  for (size_t i = 0; i < s->of; i++)
    sorted[i] = good[i]->ns;
  sort_doubles(sorted, s->of);
  double median = s->of ? median_sorted(sorted, s->of) : NAN;
  s->count = s->of < PROCESSES_MAX ? s->of : PROCESSES_MAX;
  for (size_t i = 0; i < s->count; i++) {
    const struct process *one = good[i * s->of / s->count];
    s->x[i] = (double)one->round + (double)one->order / places;
    s->y[i] = 100 * (one->ns / median - 1);
  }
  s->modes = modes_of(sorted, s->of);
  for (size_t i = 0; i < s->modes.count; i++)
    s->modes.at[i] = 100 * (s->modes.at[i] / median - 1);
  if (s->of >= BOX_FROM)
    s->low = 100 * (sorted[s->of / 4] / median - 1), s->high = 100 * (sorted[3 * s->of / 4] / median - 1);
  free(sorted);
  free(good);
}

/* The edge of the axis: what holds 95 % of the points, and a little more; points beyond are drawn at it. */
static double edge_of(const struct strip *strips, size_t count) {
  double all[STRIPS_MAX * PROCESSES_MAX];
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < strips[i].count; k++)
      all[n++] = fabs(strips[i].y[k]);
  if (n == 0)
    return NAN;
  sort_doubles(all, n);
  double most = all[n - 1], usual = 1.5 * all[(n - 1) * 95 / 100];
  return fmax(0.1, fmin(most, usual));
}

static double at_edge(double value, double edge) { return fmax(-edge, fmin(edge, value)); }

static size_t beyond(const struct strip *strips, size_t count, double edge) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < strips[i].count; k++)
      n += fabs(strips[i].y[k]) > edge;
  return n;
}

static void strip_data(struct text *csv, const struct problem *p, const struct strip *strips, size_t count,
                       double edge) {
  struct text name = {0};
  text_add(csv, "row,label,round,percent,drawn,height\n");
  for (size_t i = 0; i < count; i++) {
    cell_name(&name, p, strips[i].figures->cell, true);
    for (size_t k = 0; k < strips[i].count; k++) {
      text_format(csv, "%zu,", i + 1);
      csv_word(csv, text_of(&name));
      csv_number(csv, strips[i].x[k]), csv_number(csv, strips[i].y[k]), csv_number(csv, at_edge(strips[i].y[k], edge));
      csv_number(csv, (double)i + 1 + 0.09 * ((double)(k * 5 % 7) - 3)); /* apart, the same each time */
      text_add(csv, "\n");
    }
    text_free(&name);
  }
}

/* What all points have in common: baseline, best, and each variant at its best, as far as there is room. */
static size_t choose_strips(const struct analysis *a, size_t variants, struct strip *strips) {
  size_t count = 0;
  const struct figures *first[] = {a->base, a->best};
  for (size_t i = 0; i < 2; i++)
    if (first[i] && first[i]->valid && (i == 0 || first[1] != first[0]))
      strip_of(&strips[count++], a->problem, first[i]);
  const struct figures **leaders = must_alloc(variants, sizeof *leaders);
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i], **leader = &leaders[f->cell->variant_at];
    if (f->valid && (!*leader || f->time.median <= (*leader)->time.median))
      *leader = f;
  }
  for (size_t i = 0; i < a->count && count < STRIPS_MAX; i++) {
    const struct figures *f = &a->figures[i];
    if (f != a->base && f != a->best && leaders[f->cell->variant_at] == f)
      strip_of(&strips[count++], a->problem, f);
  }
  free(leaders);
  return count;
}

static void caption_edge(struct text *caption, const struct strip *strips, size_t count, double edge) {
  size_t n = beyond(strips, count, edge), drawn = 0, of = 0;
  for (size_t i = 0; i < count; i++)
    drawn += strips[i].count, of += strips[i].of;
  if (n)
    text_format(caption, " %zu farther out %s drawn at the edge.", n, n == 1 ? "is" : "are");
  if (drawn < of)
    text_format(caption, " %zu of %zu processes are drawn.", drawn, of);
}

/* ---- strips ---- */

/* Lines, since gnuplot's SVG draws everything after a rectangle in white. */
static void box(struct text *script, double left, double right, double row) {
  const double corners[][2] = {{left, row - 0.38}, {right, row - 0.38}, {right, row + 0.38}, {left, row + 0.38}};
  for (size_t i = 0; i < 4; i++)
    text_format(script, "set arrow from %.10g,%.2f to %.10g,%.2f nohead lw 1.5 lc rgb '#7F7F7F' back\n", corners[i][0],
                corners[i][1], corners[(i + 1) % 4][0], corners[(i + 1) % 4][1]);
}

static void strip_marks(struct text *script, const struct strip *strips, size_t count, double edge) {
  for (size_t i = 0; i < count; i++) {
    const struct strip *s = &strips[i];
    double row = (double)i + 1;
    if (isfinite(s->low))
      box(script, at_edge(s->low, edge), at_edge(s->high, edge), row);
    for (size_t m = 0; m < s->modes.count && s->modes.count > 1; m++)
      text_format(script, "set label '▼' at %.10g,%.2f center\n", at_edge(s->modes.at[m], edge), row - 0.42);
  }
}

static void strips_chart(struct charts *charts, const struct result *result, size_t problem, const struct strip *strips,
                         size_t count, bool narrow) {
  const struct problem *p = result->analyses[problem].problem;
  struct chart chart = {.width = narrow ? 380 : 640, .height = 100 + 40 * (int)count};
  struct sheet sheet = {0};
  struct text ticks = {0}, name = {0};
  double edge = edge_of(strips, count);
  snprintf(chart.id, sizeof chart.id, "p%02zu-samples%s", problem + 1, narrow ? "-narrow" : "");
  strip_data(&sheet.data, p, strips, count, edge);
  for (size_t i = 0; i < count; i++) {
    cell_name(&name, p, strips[i].figures->cell, true);
    tick_cut(&ticks, text_of(&name), (double)i + 1, narrow ? LABEL_NARROW : LABEL_MAX);
    text_free(&name);
  }
  problem_title(&sheet.title, p);
  text_add(&sheet.title, ": every process");
  text_add(&sheet.caption, "A mark is a process, in percent from the median of its cell. ▼: where times gather, if in "
                           "more than one place. Boxes, from 30 processes on: quartiles.");
  caption_edge(&sheet.caption, strips, count, edge);
  text_format(&sheet.script,
              "load 'common.gp'\nset yrange [%zu.6:0.3]\nset ytics scale 0 (%s)\nset grid noytics\n"
              "set xrange [%.10g:%.10g]\nset xtics %.6g\nset xlabel '%s'\nset format x '%%+.3g'\n",
              count, text_of(&ticks), -1.05 * edge, 1.05 * edge, tick_step(2.1 * edge, narrow ? 5 : 9),
              narrow ? "percent from its median" : "percent from the median of its cell");
  vertical(&sheet.script, 1, 0, "1", "", "center");
  strip_marks(&sheet.script, strips, count, edge);
  slide_words(&sheet.script, text_of(&sheet.title), text_of(&sheet.caption));
  for (size_t i = 0; i < count; i++) {
    const struct look *look = &charts->looks[strips[i].figures->cell->variant_at];
    text_format(&sheet.script,
                "%s'../data/%s.csv' skip 1 using ($1==%zu ? $5 : NaN):6 with points pt %d ps 0.55 lc rgb '%s' notitle",
                i ? ", \\\n  " : "plot ", chart.id, i + 1, look->hollow, look->rgb);
  }
  text_add(&sheet.script, "\n");
  text_free(&ticks);
  sheet_done(charts, chart, &sheet);
}

/* ---- drift ---- */

/* The last place in time. */
static double last_of(const struct strip *strips, size_t count) {
  double last = 1;
  for (size_t i = 0; i < count; i++)
    last = strips[i].count ? fmax(last, strips[i].x[strips[i].count - 1]) : last;
  return last;
}

static void drift_chart(struct charts *charts, const struct result *result, size_t problem, const struct strip *strips,
                        size_t count, bool narrow) {
  const struct problem *p = result->analyses[problem].problem;
  const char *const roles[] = {"baseline", result->analyses[problem].unfit ? "fastest seen" : "best"};
  struct chart chart = {.width = narrow ? 380 : 640, .height = narrow ? 230 : 260};
  struct sheet sheet = {0};
  struct text name = {0};
  double edge = edge_of(strips, count);
  snprintf(chart.id, sizeof chart.id, "p%02zu-drift%s", problem + 1, narrow ? "-narrow" : "");
  strip_data(&sheet.data, p, strips, count, edge);
  problem_title(&sheet.title, p);
  text_add(&sheet.title, ": time over the rounds");
  text_add(&sheet.caption, "Processes of");
  for (size_t i = 0; i < count; i++) {
    cell_name(&name, p, strips[i].figures->cell, true);
    text_format(&sheet.caption, "%s %s (%s)", i ? " and" : "", text_of(&name), roles[i]);
    key_add(&chart, text_of(&name), &charts->looks[strips[i].figures->cell->variant_at], i == 0, true);
    text_free(&name);
  }
  text_add(&sheet.caption, " in the order in which they ran, in percent from the median of their cell. A slope or a "
                           "step is the machine; pairs in a round share it.");
  caption_edge(&sheet.caption, strips, count, edge);
  text_format(&sheet.script,
              "load 'common.gp'\nset xrange [0.8:%.10g]\nset yrange [%.10g:%.10g]\nset xlabel 'round'\nset ylabel "
              "'percent from the median'\n"
              "set format y '%%+.3g'\nset arrow 1 from graph 0,first 0 to graph 1,first 0 nohead lw 1.1 lc rgb "
              "'#000000' back\n",
              last_of(strips, count) + 0.2, -1.05 * edge, 1.05 * edge);
  slide_words(&sheet.script, text_of(&sheet.title), text_of(&sheet.caption));
  for (size_t i = 0; i < count; i++) {
    const struct look *look = &charts->looks[strips[i].figures->cell->variant_at];
    text_format(
        &sheet.script,
        "%s'../data/%s.csv' skip 1 using ($1==%zu ? $3 : NaN):5 with linespoints pt %d ps 0.6 lw 1 dt %s lc rgb "
        "'%s' notitle",
        i ? ", \\\n  " : "plot ", chart.id, i + 1, i ? look->filled : look->hollow, i ? "1" : "(4,4)", look->rgb);
  }
  text_add(&sheet.script, "\n");
  sheet_done(charts, chart, &sheet);
}

void charts_samples(struct charts *charts, const struct result *result, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  struct strip *strips = must_alloc(STRIPS_MAX, sizeof *strips);
  size_t count = choose_strips(a, result->run.variant_count, strips), drawn = 0,
         leading = a->base && a->best && a->best != a->base ? 2 : 1;
  for (size_t i = 0; i < count; i++)
    drawn += strips[i].count;
  for (int narrow = 0; narrow < 2 && drawn; narrow++) {
    strips_chart(charts, result, problem, strips, count, narrow);
    if (a->base && a->base->valid)
      drift_chart(charts, result, problem, strips, leading < count ? leading : count, narrow);
  }
  free(strips);
}
