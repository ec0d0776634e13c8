/* Charts of a problem with many worker counts: lines over workers, labelled at their ends. */
#include "plot.h"
#include "stats/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On a linear axis, labels at counts that stand apart from the last label. */
static bool stands_apart(const struct analysis *a, int64_t workers, int64_t *last) {
  bool apart = *last == 0 || (double)(workers - *last) > (double)most_workers(a) / 14;
  if (apart)
    *last = workers;
  return apart;
}

static void linear_ticks(struct text *script, const struct analysis *a) {
  int64_t last = 0;
  text_add(script, "set xtics (");
  for (size_t i = 0; i < a->worker_count; i++) {
    long long at = (long long)a->workers[i];
    text_add(script, i ? ", " : "");
    if (stands_apart(a, at, &last))
      text_format(script, "'%lld' %lld", at, at);
    else
      text_format(script, "'' %lld", at);
  }
  text_add(script, ")\n");
}

/* A tick at each tested count. */
static void worker_ticks(struct text *script, const struct analysis *a, bool linear, double share) {
  double *counts = must_alloc(a->worker_count, sizeof *counts);
  for (size_t i = 0; i < a->worker_count; i++)
    counts[i] = (double)a->workers[i];
  if (linear)
    linear_ticks(script, a);
  else
    text_add(script, "set logscale x 2\n"), count_ticks(script, counts, a->worker_count, share);
  free(counts);
  text_format(script, "set xrange [%.6g:%.6g]\nset xlabel 'workers'\n", linear ? 0 : 1 / 1.12,
              (double)most_workers(a) * (linear ? 1.04 : 1.12));
}

struct curves {
  const struct analysis *a, *reference; /* reference: of the same problem in a reference run, or NULL */
  const struct look *looks;
  const char *method;                /* NULL: all */
  bool by_method;                    /* all of several: the look and the name of a curve are those of its method */
  struct look numbered[METHODS_MAX]; /* these looks */
  enum kind kind;
  struct unit unit;
  struct range y;           /* range of the axis */
  bool logarithmic, linear; /* linear: both axes, from 0; else time and speedup are logarithmic */
  struct end ends[ENDS_MAX];
  size_t end_count;
  const char *id; /* of the chart */
  struct sheet sheet;
  struct text plot; /* the elements of its plot */
};

/* A second schedule of a variant uses the variant's look with a hollow marker. */
static int marker_of(const struct analysis *a, const struct look *looks, size_t from) {
  const struct cell *c = a->figures[from].cell, *before = from ? a->figures[from - 1].cell : NULL;
  const struct look *look = &looks[c->variant_at];
  bool second = before && strcmp(before->variant, c->variant) == 0 && strcmp(before->method, c->method) == 0;
  return second ? look->hollow : look->filled;
}

static void add_end(struct curves *c, const struct figures *last, const char *name, const char *rgb, bool alone) {
  if (c->end_count == ENDS_MAX)
    return;
  double y = value_of(last, c->kind).middle / c->unit.divisor;
  c->ends[c->end_count] = (struct end){.at = axis_share(y, c->y.least, c->y.most, c->logarithmic),
                                       .x = (double)last->cell->workers,
                                       .y = y,
                                       .rgb = rgb,
                                       .alone = alone};
  text_add(&c->ends[c->end_count++].name, name);
}

/* Whether cells from this one on are of a way on several workers, with the serial cell of their method before it: one
 * program, whose curve begins at one worker. */
static const struct figures *start_of(const struct curves *c, size_t from) {
  const struct figures *first = &c->a->figures[from];
  const struct figures *serial = first->no_speedup || first->cell->serial ? NULL : own_serial(c->a, first);
  return !c->method && first->cell->workers > 1 ? serial : NULL;
}

/* Whether a serial cell is the start of another way's curve. */
static bool starts_another(const struct curves *c, size_t at) {
  for (size_t i = 0; i < c->a->count && c->a->figures[at].cell->serial; i = way_end(c->a, i))
    if (start_of(c, i) == &c->a->figures[at])
      return true;
  return false;
}

/* The number of a cell's method among those of the problem; `ways` gets how many ways on several workers it has. */
static size_t method_number(const struct analysis *a, const struct cell *cell, size_t *ways) {
  size_t number = 0, found = 0;
  *ways = 0;
  for (size_t i = 0; i < a->count; i = way_end(a, i)) {
    const struct cell *c = a->figures[i].cell;
    number += i > 0 && strcmp(c->method, a->figures[i - 1].cell->method) != 0;
    if (strcmp(c->method, cell->method) == 0)
      found = number, *ways += !c->serial;
  }
  return found;
}

/* The data, plot element and end of the way from `from` to `to`. */
static void curve_of(struct curves *c, size_t from, size_t to, size_t way) {
  const char *methods[METHODS_MAX];
  const struct cell *cell = c->a->figures[from].cell;
  size_t points = 0, ways = 0, number = c->by_method ? method_number(c->a, cell, &ways) : 0;
  const struct look *look = c->by_method ? &c->numbered[number % METHODS_MAX] : &c->looks[cell->variant_at];
  const struct figures *last = NULL, *start = start_of(c, from);
  struct text name = {0};
  if (c->by_method && ways < 2)
    text_add(&name, cell->method);
  else
    way_name(&name, c->a, cell, c->method && *c->method && methods_of(c->a, methods) > 1);
  if (start) {
    data_row(&c->sheet.data, c->a, start, &(struct mark){.label = text_of(&name), .way = way, .kind = c->kind});
    points += isfinite(value_of(start, c->kind).middle);
  }
  for (size_t i = from; i < to; i++) {
    data_row(&c->sheet.data, c->a, &c->a->figures[i],
             &(struct mark){.label = text_of(&name), .way = way, .kind = c->kind});
    if (isfinite(value_of(&c->a->figures[i], c->kind).middle))
      last = &c->a->figures[i], points++;
  }
  text_format(&c->plot, ", \\\n  '../data/%s.csv' skip 1 using ($12==%zu ? $4 : NaN):($6/%.10g)", c->id, way,
              c->unit.divisor);
  text_format(&c->plot, " with linespoints pt %d ps 0.8 lw 1.8 dt %s lc rgb '%s'",
              c->by_method ? look->filled : marker_of(c->a, c->looks, from), look->dash, look->rgb);
  if (last)
    add_end(c, last, text_of(&name), look->rgb, points == 1);
  text_free(&name);
}

static void curve_rows(struct curves *c) {
  size_t way = 0;
  for (size_t i = 0, end; i < c->a->count; i = end, way++) {
    end = way_end(c->a, i);
    bool wanted = c->method ? strcmp(c->a->figures[i].cell->method, c->method) == 0 : !starts_another(c, i);
    if (wanted && has_values(c->a, i, end, c->kind))
      curve_of(c, i, end, way);
  }
}

/* The reference run's fastest time at each count, a grey line with its own data file. */
static void reference_row(struct curves *c, struct charts *charts) {
  static const char name[] = "reference";
  struct text csv = {0};
  char file[CHART_ID + 32];
  size_t points = 0;
  double last = NAN, at = NAN;
  struct fault why;
  text_add(&csv, "workers,time_ns\n");
  for (size_t i = 0; c->reference && i < c->reference->worker_count; i++) {
    const struct figures *f = reference_fastest(c->reference, c->method, c->reference->workers[i]);
    if (!f || f->cell->workers > most_workers(c->a))
      continue;
    text_format(&csv, "%lld,%.10g\n", (long long)f->cell->workers, f->time.median);
    last = f->time.median / c->unit.divisor, at = (double)f->cell->workers, points++;
  }
  snprintf(file, sizeof file, "%s-reference.csv", c->id);
  if (points && c->end_count < ENDS_MAX && write_file(&charts->data, file, &csv, &why) == 0) {
    text_format(&c->plot,
                ", \\\n  '../data/%s' skip 1 using 1:($2/%.10g) with linespoints pt 2 ps 0.7 lw 1.5 dt (10,3,2,3) lc "
                "rgb '#7F7F7F'",
                file, c->unit.divisor);
    c->ends[c->end_count] = (struct end){.at = axis_share(last, c->y.least, c->y.most, c->logarithmic),
                                         .x = at,
                                         .y = last,
                                         .rgb = "#7F7F7F",
                                         .alone = points == 1};
    text_add(&c->ends[c->end_count++].name, name);
  }
  text_free(&csv);
}

static void take_in_reference(struct range *r, const struct curves *c) {
  for (size_t i = 0; c->reference && i < c->reference->worker_count; i++) {
    const struct figures *f = reference_fastest(c->reference, c->method, c->reference->workers[i]);
    if (f && f->cell->workers <= most_workers(c->a))
      take_in(r, f->time.median);
  }
}

/* Time and speedup on linear axes from 0. The ideal time is a curve there. */
static void linear_axes(struct curves *c, struct text *script, struct range r) {
  double end = ideal_end(c->a), divisor = c->unit.divisor, base = c->a->base ? c->a->base->time.median : NAN;
  bool weak = is_weak(c->a->problem);
  c->y = (struct range){0, r.most * 1.05 / divisor};
  if (c->kind == TIME)
    text_format(script, "set ylabel 'time of %s, %s'\n", timed_thing(c->a->problem), c->unit.name);
  else
    text_format(script, "set ylabel '%s over best-serial'\n", weak ? "scaled speedup" : "speedup");
  if (c->kind == TIME && isfinite(base))
    text_format(script, "set samples 400\nideal(x) = x < 1 || x > %.0f ? NaN : %.10g / %s\n", end, base / divisor,
                weak ? "1" : "x");
  else
    text_format(script, "ideal(x) = x < 1 || x > %.0f ? NaN : %s\n", end, c->kind == TIME ? "NaN" : "x");
}

static void curve_axes(struct curves *c, struct text *script) {
  double most = (double)most_workers(c->a), end = ideal_end(c->a), divisor = c->unit.divisor;
  struct range r = range_of(c->a, c->method, c->kind);
  double base = c->a->base ? c->a->base->time.median : NAN;
  if (c->linear) {
    take_in(&r, c->kind == TIME ? base : end);
    if (c->kind == TIME)
      take_in_reference(&r, c);
    linear_axes(c, script, r);
  } else if (c->kind == TIME) {
    double ideal = is_weak(c->a->problem) ? base : base / end;
    take_in(&r, base), take_in(&r, ideal), take_in_reference(&r, c);
    c->y = (struct range){r.least / 1.3 / divisor, r.most * 1.3 / divisor};
    text_format(script, "set logscale y 10\nset ylabel 'time of %s, %s'\n", timed_thing(c->a->problem), c->unit.name);
    log_ticks(script, "y", c->y.least, c->y.most);
    if (isfinite(base))
      text_format(script, "set arrow 1 from 1,%.10g to %.0f,%.10g nohead lw 1.2 dt (6,4) lc rgb '#000000' back\n",
                  base / divisor, end, ideal / divisor);
  } else if (c->kind == SPEEDUP) {
    take_in(&r, 1), take_in(&r, end);
    c->y = (struct range){fmin(r.least, 1) / 1.2, r.most * 1.12};
    /* ideal at 45 degrees, unless the chart would become too narrow */
    text_format(script, "set logscale y 2\nset ylabel '%s over best-serial'\nset size ratio %.6g\n",
                is_weak(c->a->problem) ? "scaled speedup" : "speedup",
                fmin(fmax(log(c->y.most / c->y.least) / log(most * 1.12 * 1.12), 0.6), 1.15));
    log2_ticks(script, "y", c->y.least, c->y.most);
    text_format(script, "set arrow 1 from 1,1 to %.0f,%.0f nohead lw 1.2 dt (6,4) lc rgb '#000000' back\n", end, end);
  } else {
    c->y = (struct range){0, fmax(1.1, r.most * 1.05) * 100};
    text_add(script, "set ylabel 'efficiency over own serial time'\nset format y '%.0f %%'\n");
    text_format(script, "set arrow 1 from 1,100 to %.0f,100 nohead lw 1.2 dt (6,4) lc rgb '#000000' back\n", end);
  }
  text_format(script, "set yrange [%.10g:%.10g]\n", c->y.least, c->y.most);
}

/* The first element: the bound from the items' sizes, if any. */
static void limit_line(struct text *script, const struct curves *c) {
  if (has_limits(c->a))
    text_format(script, "plot '../data/%s.csv' skip 1 using 4:($10/%.10g) with lines lw 1.5 dt (2,3) lc rgb '#7F7F7F'",
                c->id, c->unit.divisor);
  else
    text_add(script, "plot NaN");
  if (c->linear)
    text_add(script, ", \\\n  ideal(x) with lines lw 1.2 dt (6,4) lc rgb '#000000'");
}

enum { ROOM_USUAL = 14 };

/* The right margin, in characters, for the labels at the ends of the curves. */
static size_t label_room(const struct curves *c) {
  enum { MOST = 22, LINE = 5 };
  size_t room = ROOM_USUAL;
  for (size_t i = 0; i < c->end_count; i++)
    room = c->ends[i].name.length + LINE > room ? c->ends[i].name.length + LINE : room;
  return room < MOST ? room : MOST;
}

void plot_curves(struct charts *charts, const struct result *result, const struct curves_wanted *wanted) {
  const struct analysis *a = &result->analyses[wanted->problem];
  const char *method = wanted->method;
  enum kind kind = wanted->kind;
  struct chart chart = {.width = 460, .height = 380, .slide = !wanted->linear};
  struct curves c = {.a = a,
                     .reference = problem_in(result->reference, a->problem),
                     .looks = charts->looks,
                     .method = method,
                     .by_method = !method && methods_of(a, (const char *[METHODS_MAX]){0}) > 1,
                     .kind = kind,
                     .linear = wanted->linear,
                     .logarithmic = kind != EFFICIENCY && !wanted->linear,
                     .id = chart.id};
  struct text *script = &c.sheet.script, *title = &c.sheet.title, *caption = &c.sheet.caption;
  if (!is_range(range_of(a, method, kind)))
    return;
  for (size_t i = 0; i < METHODS_MAX; i++)
    c.numbered[i] = look_numbered(i);
  c.unit = unit_of(kind, range_of(a, NULL, kind));
  snprintf(chart.id, sizeof chart.id, "p%02zu-m%zu-%s%s", wanted->problem + 1, wanted->method_index + 1,
           kind_names[kind], wanted->linear ? "-linear" : "");
  problem_title(title, a->problem);
  text_format(title, "%s%s: %s", method && *method ? ", " : "", method ? method : "", kind_title(a, kind));
  describe(caption, result, a, false, true);
  text_add(caption, "Dashed: ideal.");
  if (c.reference)
    text_add(caption, " Time, grey with crosses: the reference run's fastest at each count.");
  text_add(&c.sheet.data, data_head);
  text_add(script, "load 'common.gp'\n");
  curve_axes(&c, script);
  curve_rows(&c);
  if (kind == TIME)
    reference_row(&c, charts);
  size_t room = label_room(&c);
  worker_ticks(script, a, wanted->linear, room > ROOM_USUAL ? 0.1 : 0.07);
  end_labels(script, c.ends, c.end_count, 290, kind == TIME);
  text_format(script, "if (slide) { set rmargin %zu; set lmargin 14 } else { set rmargin %zu; set tmargin 1 }\n",
              room + 8, room);
  slide_words(script, text_of(title), text_of(caption));
  limit_line(script, &c);
  text_add(script, text_of(&c.plot));
  intervals(script, chart.id, c.unit.divisor, true);
  sheet_done(charts, chart, &c.sheet);
  text_free(&c.plot);
}
