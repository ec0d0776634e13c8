/* The waterfall: absolute times from naive over the best serial method to all cores, with the factor of each step. */
#include "plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 3 };

struct step {
  struct figures figures; /* of the cell, its time as `stepped` gives it */
  const char *what;
  const struct estimate *gain; /* over the previous step; NULL for the first */
};

/* The cell with the baseline's time divided by its paired speedup, so that bars and factors agree; its own median
 * differs from that by what the machine drifted. */
static struct figures stepped(const struct analysis *a, const struct figures *f, struct estimate speedup) {
  struct figures shown = *f;
  double base = a->base ? a->base->time.median : NAN;
  if (!(base > 0) || speedup.n == 0)
    return shown;
  bool known = speedup.coverage > 0;
  shown.time.median = base / speedup.median;
  shown.time.low = known ? base / speedup.high : NAN;
  shown.time.high = known ? base / speedup.low : NAN;
  shown.time.coverage = speedup.coverage;
  return shown;
}

static size_t steps_of(const struct analysis *a, struct step steps[STEPS_MAX]) {
  size_t count = 0;
  const struct figures *fastest = fastest_parallel(a);
  if (is_weak(a->problem))
    return 0; /* its times are for different amounts of work */
  if (a->naive && a->naive != a->base)
    steps[count++] = (struct step){stepped(a, a->naive, inverse(a->algorithmic)), "naive", NULL};
  if (a->base)
    steps[count++] = (struct step){*a->base, "best serial", a->algorithmic.n ? &a->algorithmic : NULL};
  if (a->base && fastest && !fastest->no_speedup)
    steps[count++] = (struct step){stepped(a, fastest, fastest->speedup), "parallel", &fastest->speedup};
  return count;
}

static void gain_label(struct text *script, const struct step *s, double row, bool wide, double middle, bool narrow) {
  char number[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX];
  text_format(script, "set label %d '%s %s×", 50 + (int)row, s->gain->median >= 1 ? "▼" : "▲",
              human_number(number, s->gain->median));
  if (s->gain->coverage > 0)
    text_format(script, " [%s, %s]", human_number(low, s->gain->low), human_number(high, s->gain->high));
  if (s->figures.cell->workers > 1)
    text_format(script, " by %lld workers'", (long long)s->figures.cell->workers);
  else
    text_add(script, " by the method'");
  if (narrow)
    text_format(script, " at screen 0.98,first %.4g right\n", row - 0.5);
  else if (wide)
    text_format(script, " at graph 0.02,first %.4g left\n", row - 0.5);
  else
    text_format(script, " at first %.10g,%.4g left\n", middle, row - 0.5);
}

/* Returns whether an earlier step has the same variant. */
static bool is_repeated(const struct step *steps, size_t i) {
  size_t j = 0;
  while (steps[j].figures.cell->variant_at != steps[i].figures.cell->variant_at)
    j++;
  return j < i;
}

/* The axis of times; `wide`: logarithmic, so that marks replace the bars. */
struct axis {
  bool wide;
  double left;
  struct unit unit;
};

static void waterfall_plot(struct text *script, const char *id, const struct step *steps, size_t count,
                           const struct look *looks, struct axis axis) {
  const double divisor = axis.unit.divisor;
  for (size_t i = 0; i < count; i++) {
    size_t at = steps[i].figures.cell->variant_at;
    if (is_repeated(steps, i))
      continue;
    text_format(script, "%s'../data/%s.csv' skip 1 using ", i ? ", \\\n  " : "plot ", id);
    if (axis.wide)
      text_format(script, "(%.10g):($3==%zu?$1:NaN):($6/%.10g-%.10g):(0) with vectors nohead lw 3 lc rgb '%s'",
                  axis.left, at, divisor, axis.left, looks[at].rgb);
    else
      text_format(script,
                  "($6/%.10g/2):($3==%zu?$1:NaN):(0):($6/%.10g):($1-0.22):($1+0.22) with boxxyerror fs solid 0.85 "
                  "noborder lc rgb '%s'",
                  divisor, at, divisor, looks[at].rgb);
    if (axis.wide)
      text_format(script,
                  ", '../data/%s.csv' skip 1 using ($3==%zu?$6/%.10g:NaN):1 with points pt %d ps 1.8 lc rgb '%s'", id,
                  at, divisor, looks[at].filled, looks[at].rgb);
  }
  intervals(script, id, divisor, false);
}

static void step_rows(struct sheet *sheet, const struct analysis *a, const struct step *steps, size_t count,
                      struct unit unit, size_t letters) {
  struct text ticks = {0};
  for (size_t i = 0; i < count; i++) {
    struct text name = {0};
    char time[HUMAN_MAX];
    const struct estimate *e = &steps[i].figures.time;
    text_format(&name, "%s: ", steps[i].what);
    cell_name(&name, a->problem, steps[i].figures.cell, false);
    tick_cut(&ticks, text_of(&name), (double)i + 1, letters);
    data_row(&sheet->data, a, &steps[i].figures,
             &(struct mark){.row = (double)i + 1, .label = text_of(&name), .way = i, .kind = TIME});
    text_format(&sheet->script, "set label %zu '%s' at %.10g,%zu left offset 1.2,0\n", i + 1, human_ns(time, e->median),
                fmax(e->median, e->high) / unit.divisor, i + 1);
    text_free(&name);
  }
  text_format(&sheet->script, "set ytics scale 0 (%s)\n", text_of(&ticks));
  text_free(&ticks);
}

void plot_steps(struct charts *charts, const struct result *result, size_t problem, const char *id, bool narrow) {
  const struct analysis *a = &result->analyses[problem];
  struct step steps[STEPS_MAX];
  struct sheet sheet = {0};
  struct range r = NO_RANGE;
  size_t count = steps_of(a, steps);
  for (size_t i = 0; i < count; i++) {
    take_in(&r, steps[i].figures.time.median);
    take_in(&r, steps[i].figures.time.high);
  }
  if (count < 2 || !is_range(r))
    return;
  struct chart chart = {.width = narrow ? 380 : 760, .height = (int)(70 * count) + 60, .slide = !narrow};
  struct unit unit = unit_of(TIME, r);
  bool wide = r.most / r.least > 30;
  double left = wide ? r.least / 2 / unit.divisor : 0, right = r.most *
                                                               (wide     ? narrow ? 12 : 4
                                                                : narrow ? 1.4
                                                                         : 1.22) /
                                                               unit.divisor;
  snprintf(chart.id, sizeof chart.id, "%s%s", id, narrow ? "-narrow" : "");
  text_add(&sheet.data, data_head);
  text_format(&sheet.script, "load 'common.gp'\nset yrange [%zu.5:0.4]\nset grid noytics\n%sset xrange [%.10g:%.10g]\n",
              count, wide ? "set logscale x 10\n" : "", left, right);
  if (narrow && !wide)
    text_format(&sheet.script, "set xtics %.10g\n", tick_step(right, 4));
  if (narrow)
    text_format(&sheet.script, "set xlabel 'time, %s%s'\n", unit.name, wide ? " (log)" : "");
  else
    text_format(&sheet.script, "set xlabel 'time of %s, %s%s'\n", timed_thing(a->problem), unit.name,
                wide ? " (log: compare the factors, not the lengths)" : "");
  step_rows(&sheet, a, steps, count, unit, narrow ? LABEL_NARROW : LABEL_MAX);
  for (size_t i = 1; i < count; i++)
    if (steps[i].gain && steps[i].gain->n)
      gain_label(&sheet.script, &steps[i], (double)i + 1, wide, 0.01 * right, narrow);
  problem_title(&sheet.title, a->problem);
  text_format(&sheet.title, ": from %s to all cores", steps[0].what);
  describe(&sheet.caption, result, a, false, false);
  text_add(&sheet.caption, "Lengths: the time of the baseline, and that time by the paired factors. ");
  slide_words(&sheet.script, text_of(&sheet.title), text_of(&sheet.caption));
  waterfall_plot(&sheet.script, chart.id, steps, count, charts->looks, (struct axis){wide, left, unit});
  sheet_done(charts, chart, &sheet);
}

size_t most_telling(const struct result *result) {
  size_t found = 0;
  double most = 0;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    struct step steps[STEPS_MAX];
    size_t count = steps_of(&result->analyses[i], steps);
    if (count < 2)
      continue;
    double gain = log(steps[0].figures.time.median / steps[count - 1].figures.time.median);
    const struct estimate *last = steps[count - 1].gain; /* of two steps and more, the last has one */
    if (!last)
      continue;
    /* prefer three steps (both gains), with a parallel gain proven above 1 */
    double worth =
        (count == 3 ? 10 : 0) + fmin(fabs(gain), 5) + 20 * fmax(0, log(last->coverage > 0 ? last->low : last->median));
    if (worth > most)
      most = worth, found = i;
  }
  return found;
}
