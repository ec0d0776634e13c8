/* Shared by all kinds of charts: values, data rows, pieces of gnuplot scripts. */
#include "plot.h"

#include "base/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void key_add(struct chart *chart, const char *name, const struct look *look, bool hollow, bool line) {
  GROW(chart->keys, chart->key_count, chart->key_capacity);
  chart->keys[chart->key_count++] =
      (struct chart_key){.name = must_copy(name), .look = *look, .hollow = hollow, .line = line};
}

/* ---- figures as chart values ---- */

const char *const kind_names[] = {"time", "speedup", "efficiency"};
const struct kind_words kind_words[] = {{"time of one execution", "absolute time"},
                                        {"speedup over best-serial", "speedup"},
                                        {"efficiency over own serial time", "efficiency"}};

const char *kind_title(const struct analysis *a, enum kind kind) {
  return kind == TIME && a->problem->rated ? "time of one unit" : kind_words[kind].title;
}

struct value value_of(const struct figures *f, enum kind kind) {
  const struct value none = {NAN, NAN, NAN};
  if (!f->valid || (f->no_speedup && (kind == SPEEDUP || kind == EFFICIENCY)))
    return none;
  switch (kind) {
  case TIME:
    return (struct value){f->time.median, f->time.low, f->time.high};
  case SPEEDUP:
    return (struct value){f->speedup.median, f->speedup.low, f->speedup.high};
  case EFFICIENCY:
    return (struct value){f->efficiency, f->efficiency_low, f->efficiency_high};
  }
  return none;
}

const char data_head[] =
    "row,label,look,workers,rounds,value,low,high,ideal,attainable,hollow,way,method,variant,schedule\n";

void csv_word(struct text *out, const char *foreign) { text_csv(out, foreign); }

void csv_number(struct text *out, double value) {
  if (isfinite(value))
    text_format(out, ",%.10g", value);
  else
    text_add(out, ",NaN");
}

void data_row(struct text *csv, const struct analysis *a, const struct figures *f, const struct mark *mark) {
  enum kind kind = mark->kind;
  struct value v = value_of(f, kind);
  double workers = (double)f->cell->workers, limit = speedup_limit(a, f), t1 = a->base ? a->base->time.median : NAN;
  text_format(csv, "%.4g,", mark->row);
  csv_word(csv, mark->label);
  text_format(csv, ",%zu,%lld,%zu", f->cell->variant_at, (long long)f->cell->workers,
              kind == TIME ? f->time.n : f->speedup.n);
  csv_number(csv, v.middle), csv_number(csv, v.low), csv_number(csv, v.high);
  double grown = is_weak(a->problem) ? workers : 1; /* weak scaling: the ideal time grows with the work */
  double ideal = cell_ideal(a->problem, f->cell);
  csv_number(csv, kind == TIME ? grown * t1 / ideal : kind == SPEEDUP ? ideal : ideal / workers);
  csv_number(csv, kind == TIME      ? grown * t1 / limit
                  : kind == SPEEDUP ? limit
                                    : (isfinite(limit) ? fmin(f->cell->attainable, ideal) / workers : NAN));
  text_format(csv, ",%d,%zu,", mark->hollow, mark->way);
  csv_word(csv, f->cell->method), text_add(csv, ",");
  csv_word(csv, f->cell->variant), text_add(csv, ",");
  csv_word(csv, f->cell->schedule), text_add(csv, "\n");
}

/* ---- ways: cells that differ only in workers ---- */

size_t way_end(const struct analysis *a, size_t from) {
  size_t to = from + 1;
  while (to < a->count && same_way(a->figures[from].cell, a->figures[to].cell))
    to++;
  return to;
}

bool has_values(const struct analysis *a, size_t from, size_t to, enum kind kind) {
  for (size_t i = from; i < to; i++)
    if (isfinite(value_of(&a->figures[i], kind).middle))
      return true;
  return false;
}

void way_name(struct text *out, const struct analysis *a, const struct cell *c, bool under_method) {
  cell_name(out, a->problem, c, false);
  size_t skip = under_method ? strlen(c->method) + 1 : 0;
  memmove(out->bytes, out->bytes + skip, out->length - skip + 1);
  out->length -= skip;
}

/* ---- pieces of scripts ---- */

/* The bytes of the first `most` code points. */
static size_t bytes_of(const char *text, size_t most) {
  const char *end = text;
  for (size_t i = 0; i < most && *end; i++) {
    size_t length = utf8_length(end);
    end += length ? length : 1;
  }
  return (size_t)(end - text);
}

void quoted(struct text *script, const char *foreign, size_t most) {
  bool cut = foreign[bytes_of(foreign, most)] != '\0';
  text_add(script, "'");
  text_script(script, foreign, bytes_of(foreign, cut ? most - 1 : most));
  text_add(script, cut ? "…'" : "'");
}

/* A slide's title: one line, smaller if it is long, or two. */
static void slide_title(struct text *script, const char *title) {
  enum { LARGE = 30, LARGE_FITS = 78, LONGEST = 98 };
  int letters = (int)text_columns(title);
  size_t half = bytes_of(title, (size_t)letters / 2 + 6);
  while (letters > LONGEST && half > 1 && title[half] != ' ')
    half--;
  if (letters <= LONGEST || half <= 1) {
    text_add(script, "  set label 980 ");
    quoted(script, title, LONGEST);
    text_format(script, " at screen 0.5,0.955 center font ',%d'\n",
                letters <= LARGE_FITS ? LARGE : LARGE * LARGE_FITS / (letters < LONGEST ? letters : LONGEST));
    return;
  }
  text_add(script, "  set label 980 '");
  text_script(script, title, half);
  text_add(script, "' at screen 0.5,0.968 center font ',28'\n  set label 981 ");
  quoted(script, title + half + 1, LONGEST);
  text_add(script, " at screen 0.5,0.93 center font ',28'\n");
}

/* A slide's title and its wrapped caption. */
void slide_words(struct text *script, const char *title, const char *caption) {
  enum { LINE = 128, LINES = 3 };
  text_add(script, "if (slide) {\n");
  slide_title(script, title);
  const char *at = caption;
  for (int line = 0; line < LINES && *at; line++) {
    size_t length = bytes_of(at, LINE);
    if (at[length])
      while (length > 1 && at[length] != ' ')
        length--;
    text_format(script, "  set label %d '", 990 + line);
    text_script(script, at, length);
    text_format(script, "' at screen 0.015,%.3f left font ',20'\n", 0.085 - 0.03 * line);
    at += length + (at[length] == ' ');
  }
  text_add(script, "}\n");
}

static struct unit time_unit(double largest_ns) {
  static const struct unit units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}};
  size_t i = 0;
  while (i < 3 && largest_ns < units[i].divisor)
    i++;
  return units[i];
}

void take_in(struct range *r, double value) {
  if (!isfinite(value))
    return;
  r->least = fmin(r->least, value);
  r->most = fmax(r->most, value);
}

bool is_range(struct range r) { return r.least > 0 && isfinite(r.most) && r.most >= r.least; }

struct range range_of(const struct analysis *a, const char *method, enum kind kind) {
  struct range r = {INFINITY, -INFINITY};
  for (size_t i = 0; i < a->count; i++) {
    struct value v = value_of(&a->figures[i], kind);
    if (method && strcmp(method, a->figures[i].cell->method) != 0)
      continue;
    take_in(&r, v.middle), take_in(&r, v.low), take_in(&r, v.high);
  }
  return r;
}

int64_t most_workers(const struct analysis *a) { return a->worker_count ? a->workers[a->worker_count - 1] : 1; }

void vertical(struct text *script, int tag, double x, const char *dash, const char *label, const char *side) {
  /* different widths: gnuplot's SVG drops the dash of a second line of equal width */
  text_format(script, "set arrow %d from %.10g,graph 0 to %.10g,graph 1 nohead lw %.1f dt %s lc rgb '#000000' back\n",
              tag, x, x, 1.1 + 0.1 * tag, dash);
  if (*label)
    text_format(script, "set label %d '%s' at %.10g,graph 1 %s offset 0,0.6\n", tag, label, x, side);
}

/* Uses vectors, because gnuplot's error bars erase what is under their middle and read a missing end as 0. */
void intervals(struct text *script, const char *id, double divisor, bool upright) {
  text_format(script, ", \\\n  '../data/%s.csv' skip 1 using ", id);
  if (upright)
    text_format(script, "($7>0 ? $4 : NaN):($7/%.10g):(0):(($8-$7)/%.10g)", divisor, divisor);
  else
    text_format(script, "($7>0 ? $7/%.10g : NaN):1:(($8-$7)/%.10g):(0)", divisor, divisor);
  text_format(script, " with vectors heads size graph %g,90 fixed lw 1.1 lc rgb '#000000' notitle\n",
              upright ? 0.007 : 0.016);
}

void limits(struct text *script, const char *id, double divisor, double half) {
  text_format(script, "plot '../data/%s.csv' skip 1 using ($10>0 ? $10/%.10g : NaN):($1-%g):(0):(%g)", id, divisor,
              half, 2 * half);
  text_add(script, " with vectors nohead lw 2.2 lc rgb '#7F7F7F' notitle");
}

struct unit unit_of(enum kind kind, struct range r) {
  return kind == TIME ? time_unit(r.most) : (struct unit){kind == EFFICIENCY ? 0.01 : 1, ""};
}

void tick_cut(struct text *ticks, const char *label, double row, size_t most) {
  struct text doubled = {0}; /* gnuplot reads the label of a tic as a format */
  for (const char *at = label; *at; at++)
    text_bytes(&doubled, *at == '%' ? "%%" : at, *at == '%' ? 2 : 1);
  text_add(ticks, ticks->length ? ", " : "");
  quoted(ticks, text_of(&doubled), most);
  text_free(&doubled);
  text_format(ticks, " %.4g", row);
}

void tick(struct text *ticks, const char *label, double row) { tick_cut(ticks, label, row, LABEL_MAX); }

/* Labels at 1, 2 and 5 of each decade; only at 1 if there are many decades. */
void log_ticks(struct text *script, const char *axis, double least, double most) {
  static const double steps[] = {1, 2, 5};
  bool few = most / least < (*axis == 'y' ? 300 : 40); /* the y axis has more room */
  size_t count = 0;
  text_format(script, "set %stics (", axis);
  for (double decade = pow(10, floor(log10(least))); decade <= most; decade *= 10)
    for (size_t i = 0; i < (few ? 3 : 1); i++)
      if (decade * steps[i] >= least && decade * steps[i] <= most)
        text_format(script, "%s'%g' %g", count++ ? ", " : "", decade * steps[i], decade * steps[i]);
  for (size_t i = 0; i < 2 && count < 2 && most > least;
       i++) { /* so narrow a range has no round ticks: label its ends */
    double at = least * pow(most / least, i ? 0.95 : 0.05);
    text_format(script, "%s'%.3g' %.10g", i || count ? ", " : "", at, at);
  }
  text_add(script, ")\n");
}

/* Labels at powers of two, "1/16" below 1, thinned so that they do not overlap. */
void log2_ticks(struct text *script, const char *axis, double least, double most) {
  enum { LABELS_MAX = 8 };
  int from = (int)ceil(log2(least) - 1e-9), to = (int)floor(log2(most) + 1e-9), step = 1;
  size_t count = 0;
  while ((to - from) / step >= LABELS_MAX)
    step++;
  text_format(script, "set %stics (", axis);
  for (int power = from; power <= to; power++) {
    double at = exp2(power);
    if (power % step != 0) /* 1 always has its label */
      continue;
    text_add(script, count++ ? ", " : "");
    if (power < 0)
      text_format(script, "'1/%.0f' %.10g", 1 / at, at);
    else
      text_format(script, "'%.0f' %.10g", at, at);
  }
  text_add(script, ")\n");
}

double tick_step(double span, double most) {
  double power = pow(10, floor(log10(span / most)));
  double least = span / most / power; /* from 1 to 10 */
  return power * (least <= 1 ? 1 : least <= 2 ? 2 : least <= 5 ? 5 : 10);
}

/* Whether a label at `x` would be farther than `gap` from those at `labels`, on a logarithmic axis. */
static bool has_room(const double *labels, size_t n, double x, double gap) {
  for (size_t i = 0; i < n; i++)
    if (fabs(log(labels[i] / x)) < gap)
      return false;
  return true;
}

void count_ticks(struct text *script, const double *counts, size_t n, double share) {
  bool *named = must_alloc(n, sizeof *named);
  double gap = n ? share * log(1.32 * counts[n - 1] / counts[0]) : 0, *labels = must_alloc(n, sizeof *labels);
  size_t label_count = 0;
  /* first and last, then powers of two, then what was added between them */
  for (int pass = 0; pass < 3; pass++)
    for (size_t i = n; i-- > 0;) {
      bool end = i == 0 || i == n - 1, power = exp2(round(log2(counts[i]))) == counts[i];
      if (named[i] || !(pass == 0 ? end : pass == 2 || power))
        continue;
      if ((named[i] = has_room(labels, label_count, counts[i], gap)))
        labels[label_count++] = counts[i];
    }
  text_add(script, "set xtics (");
  for (size_t i = 0; i < n; i++)
    if (named[i])
      text_format(script, "%s'%.0f' %.0f", i ? ", " : "", counts[i], counts[i]);
    else
      text_format(script, "%s'' %.0f 1", i ? ", " : "", counts[i]); /* a minor tick has no grid line */
  text_add(script, ")\n");
  free(named), free(labels);
}

bool has_limits(const struct analysis *a) {
  for (size_t i = 0; i < a->count; i++)
    if (isfinite(speedup_limit(a, &a->figures[i])))
      return true;
  return false;
}

static bool is_any_unfit(const struct analysis *a) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].valid && a->figures[i].own.n && isnan(a->figures[i].efficiency))
      return true;
  return false;
}

void describe(struct text *caption, const struct result *result, const struct analysis *a, bool dots, bool limits) {
  char time[HUMAN_MAX];
  text_format(caption, "%s. ", run_machine(&result->run));
  if (a->base) {
    text_add(caption, "Baseline: best-serial ");
    cell_name(caption, a->problem, a->base->cell, false);
    text_format(caption, ", T1 = %s. ", human_ns(time, a->base->time.median));
  }
  text_format(caption, "n = %zu rounds; bars: %s. ", a->most_rounds,
              a->most_rounds >= 6 ? "95 percent interval of the median over rounds (order statistics)"
                                  : "none, under 6 rounds there is no interval");
  if (a->unfit) {
    text_add(caption, "No best: "), unfit_words(caption, a), text_add(caption, ". ");
  }
  if (is_any_unfit(a))
    text_add(caption, a->busy ? "No efficiency from a busy machine. "
                              : "No efficiency where an interval is missing or wider than 10 percent to either side. ");
  if (dots && a->worker_count > 1)
    text_format(caption, "Filled: %lld workers, hollow: fewer, a little higher. ", (long long)most_workers(a));
  if (limits && has_limits(a))
    text_add(caption, "Grey: what the sizes of the items allow the method. ");
}
