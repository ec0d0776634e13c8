/* Draws the forest plot of two builds or sides. */
#include "plot_forest.h"

#include "base/words.h"

#include "plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Colour and shape by verdict: a change is filled, the rest hollow. */
static const struct {
  const char *rgb;
  int point;
} marks[CHANGES] = {
    [CHANGE_SLOWER] = {"#D55E00", 11}, [CHANGE_UNSIZED] = {"#D55E00", 10},  [CHANGE_FASTER] = {"#0072B2", 9},
    [CHANGE_SAME] = {"#000000", 6},    [CHANGE_UNDECIDED] = {"#7F7F7F", 4},
};

/* The rows that are drawn, in the order of the table. */
struct drawn {
  const struct change_row *rows[FOREST_ROWS];
  size_t count, all; /* all: rows that have a ratio */
  const struct sides_words *words;
  double worth;
};

/* Which verdict is drawn first where not all rows fit. */
static const enum change urgent[CHANGES] = {CHANGE_SLOWER, CHANGE_UNSIZED, CHANGE_FASTER, CHANGE_UNDECIDED,
                                            CHANGE_SAME};

static bool has_ratio(const struct change_row *row) { return row->judged && isfinite(row->ratio) && row->ratio > 0; }

static struct drawn choose_rows(const struct change_rows *rows) {
  struct drawn drawn = {0};
  bool *kept = must_alloc(rows->count + 1, sizeof *kept);
  size_t room = FOREST_ROWS;
  for (size_t i = 0; i < rows->count; i++)
    drawn.all += has_ratio(&rows->list[i]), kept[i] = false;
  for (size_t v = 0; v < CHANGES; v++)
    for (size_t i = 0; i < rows->count && room; i++)
      if (has_ratio(&rows->list[i]) && rows->list[i].verdict == urgent[v])
        kept[i] = true, room--;
  for (size_t i = 0; i < rows->count; i++)
    if (kept[i])
      drawn.rows[drawn.count++] = &rows->list[i];
  free(kept);
  return drawn;
}

/* The first `most` characters of a text, the last one as "…" if there are more. */
static void cut_words(struct text *out, const char *words, size_t most) {
  size_t bytes = 0, count = 0;
  bool cut = text_columns(words) > most;
  while (words[bytes] && count < (cut ? most - 1 : most)) {
    size_t length = utf8_length(words + bytes);
    bytes += length ? length : 1, count++;
  }
  text_bytes(out, words, bytes);
  text_add(out, cut ? "…" : "");
}

/* A row's name in at most about `most` characters: the cell whole, before it the problem, cut, where there are several.
 */
static void row_name(struct text *out, const struct drawn *d, size_t i, size_t most) {
  enum { LEAST = 8 };
  const char *cell = text_of(&d->rows[i]->name);
  size_t taken = text_columns(cell) + 1;
  bool several = false;
  for (size_t j = 1; j < d->count; j++)
    several |= strcmp(text_of(&d->rows[j]->problem), text_of(&d->rows[0]->problem)) != 0;
  if (several)
    cut_words(out, text_of(&d->rows[i]->problem), taken + LEAST < most ? most - taken : LEAST);
  text_add(out, several && *cell ? " " : "");
  text_add(out, cell);
}

static struct range forest_data(struct text *csv, const struct drawn *d) {
  const double worth = d->worth;
  struct range r = {1 / (1 + worth), 1 + worth};
  text_add(csv, "row,name,verdict,ratio,low,high\n");
  for (size_t i = 0; i < d->count; i++) {
    const struct change_row *row = d->rows[i];
    struct text name = {0};
    row_name(&name, d, i, 1000);
    text_format(csv, "%zu,", i + 1);
    csv_word(csv, text_of(&name));
    text_format(csv, ",%d", (int)row->verdict);
    csv_number(csv, row->ratio), csv_number(csv, row->low), csv_number(csv, row->high);
    text_add(csv, "\n");
    take_in(&r, row->ratio), take_in(&r, row->low), take_in(&r, row->high);
    text_free(&name);
  }
  return r;
}

static void forest_axis(struct text *script, struct range r, const struct drawn *d, bool narrow) {
  const size_t count = d->count;
  bool wide = r.most / r.least > 4;
  double margin = 0.04 * (r.most - r.least);
  text_format(script, "set yrange [%zu.6:0.4]\nset y2range [%zu.6:0.4]\nset grid noytics\n", count, count);
  if (wide) {
    text_format(script, "set logscale x 2\nset xrange [%.6g:%.6g]\n", r.least / 1.2, r.most * 1.2);
    log2_ticks(script, "x", r.least / 1.2, r.most * 1.2);
  } else
    text_format(script, "set xrange [%.6g:%.6g]\nset xtics %.6g\n", fmax(0, r.least - margin), r.most + margin,
                tick_step(r.most - r.least + 2 * margin, narrow ? 4 : 8));
  if (narrow)
    text_format(script, "set xlabel 'right of 1 %s is faster%s'\n", d->words->new, wide ? " (log)" : "");
  else
    text_format(script, "set xlabel 'time of %s over that of %s: right of 1 %s is faster%s'\n", d->words->old,
                d->words->new, d->words->new, wide ? " (log)" : "");
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

static void draw_forest(struct charts *charts, const char *id, const char *title, const struct drawn *d, bool narrow) {
  struct chart chart = {.width = narrow ? 380 : 720, .height = 100 + 30 * (int)d->count, .slide = !narrow};
  struct sheet sheet = {0};
  struct text names = {0}, verdicts = {0};
  struct range r = forest_data(&sheet.data, d);
  snprintf(chart.id, sizeof chart.id, "%s%s", id, narrow ? "-narrow" : "");
  for (size_t i = 0; i < d->count; i++) {
    struct text name = {0};
    row_name(&name, d, i, narrow ? LABEL_NARROW : LABEL_MAX);
    tick_cut(&names, text_of(&name), (double)i + 1, narrow ? LABEL_NARROW : LABEL_MAX);
    tick(&verdicts, d->rows[i]->word, (double)i + 1);
    text_free(&name);
  }
  text_add(&sheet.title, title);
  text_format(&sheet.caption,
              "Each mark is a cell: the ratio of its times and the 95 percent interval over %s. Grey band: within "
              "+-%.3g percent, not worth attention. A mark is filled where %s.",
              d->words->of, 100 * d->worth, d->words->filled);
  if (d->count < d->all)
    text_format(&sheet.caption, " %zu of %zu cells, changes first.", d->count, d->all);
  text_format(&sheet.script, "load 'common.gp'\nset ytics scale 0 (%s)\nset y2tics scale 0 (%s)\n", text_of(&names),
              text_of(&verdicts));
  forest_axis(&sheet.script, r, d, narrow);
  text_add(&sheet.script, "if (!slide) { set tmargin 1.8 } else { set rmargin 16 }\n");
  vertical(&sheet.script, 1, 1, "1", "", "center");
  slide_words(&sheet.script, title, text_of(&sheet.caption));
  forest_plot(&sheet.script, chart.id, d->worth, d->count);
  sheet_done(charts, chart, &sheet);
  text_free(&names);
  text_free(&verdicts);
}

void plot_forest(struct charts *charts, const char *id, const char *title, const struct sides_words *words,
                 double worth, const struct change_rows *rows) {
  struct drawn drawn = choose_rows(rows);
  drawn.words = words, drawn.worth = worth;
  for (int narrow = 0; narrow < 2 && drawn.count; narrow++)
    draw_forest(charts, id, title, &drawn, narrow);
}
