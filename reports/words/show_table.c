/* Prints the table of a problem in the terminal, with as many columns as fit. */
#include "show.h"

#include "language.h"
#include "stats/inner.h"
#include "stats/loss.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  BAR_MIN = 12,
  BAR_MAX = 44,
  WORKERS = 4,
  TIME = 9,
  EFFICIENCY = 7,
  SPEEDUP_MAX = 30,
  OWN_MAX = 9,
  NAME_MIN = 5,
  DISTINCT_MAX = 40
};

/* A bar from 0 to `full` in `width` columns, with a mark at `ideal`. */
static void bar(struct text *out, double value, double ideal, double full, size_t width) {
  static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  double eighths = fmin(fmax(value / full, 0), 1) * 8 * (double)width;
  size_t whole = (size_t)eighths / 8, rest = (size_t)eighths % 8;
  size_t mark = (size_t)lround(fmin(ideal / full, 1) * (double)width);
  mark = mark ? mark - 1 : 0;
  for (size_t i = 0; i < width; i++) {
    if (i < whole)
      text_add(out, "█");
    else if (i == mark)
      text_add(out, "│");
    else
      text_add(out, i == whole && rest ? parts[rest] : " ");
  }
}

/* ---- names and marks ---- */

/* Each axis that distinguishes ways of running is a column. An axis with one value is left out, except the variant. */
static bool is_column(size_t axis) { return cell_axes[axis].level == CELL_LEVEL_WAY; }

/* The maximum width of an axis' column. */
static size_t most_of(size_t axis) {
  static const size_t most[CELL_IDS] = {
      [CELL_ID_method] = 14, [CELL_ID_variant] = 10, [CELL_ID_schedule] = 11, [CELL_ID_pin] = 9, [CELL_ID_memory] = 10};
  return most[axis] ? most[axis] : 14;
}

static const char *name_of(const struct figures *f, size_t axis) {
  const char *name = cell_text(f->cell, (enum cell_axis)axis);
  return *name ? name : "-";
}

static bool is_called_best(const struct figures *f) {
  return !f->unfit && (f->standing == BEST || f->standing == EQUAL);
}

static const char *word_of(const struct figures *f, char room[HUMAN_MAX]) {
  if (f->no_speedup && f->cell->trouble.status != STATUS_NONE && !f->valid)
    return f->cell->digests_differ ? _("wrong") : text_in(status_word(f->cell->trouble.status));
  if (!f->valid)
    return text_in(f->no_speedup);
  if (f->cell->trouble.failed) {
    snprintf(room, HUMAN_MAX, _("%ld lost"), f->cell->trouble.failed);
    return room;
  }
  if (is_called_best(f))
    return f->standing == BEST ? _("best") : _("= best");
  return f->speedup.noisy ? _("noisy") : f->cell->trouble.distrusted ? _("disturbed") : "";
}

static const char *colour_of(const struct figures *f) {
  if (!f->valid)
    return RED;
  return is_called_best(f) ? GREEN : YELLOW;
}

/* Adds "~" if the cell starts slowly. */
static void mark_of(struct text *out, const struct analysis *a, const struct figures *f) {
  char room[HUMAN_MAX];
  const char *word = word_of(f, room);
  if (!*word && f->unfit == UNFIT_WIDE)
    unfit_mark(out, a, f);
  if (cell_surplus(a, f).above != ABOVE_NOTHING)
    text_format(out, "%s%s%s", word, *word ? " " : "", _("above")), word = "";
  bool slow = starts_slowly(f);
  text_format(out, "%s%s%s", word, out->length + strlen(word) && slow ? " " : "", slow ? "~" : "");
}

/* ---- which columns, and how wide ---- */

struct layout {
  size_t names[CELL_IDS], speedup, bar, own, mark; /* widths; 0 = no such column */
  const struct inner *inner;                       /* times that the programs measured themselves; NULL: no columns */
  bool interval, efficiency, several;              /* several methods, so own differs from speedup */
  double full;                                     /* speedup at the end of the bar */
};

static void widen(size_t *width, const char *foreign, size_t most) {
  struct text safe = {0};
  text_plain(&safe, foreign);
  size_t columns = text_columns(text_of(&safe));
  if (columns > *width)
    *width = columns < most ? columns : most;
  text_free(&safe);
}

static bool differs(const struct analysis *a, size_t column) {
  for (size_t i = 1; i < a->count; i++)
    if (strcmp(name_of(&a->figures[i], column), name_of(&a->figures[0], column)) != 0)
      return true;
  return false;
}

static size_t width_of(const struct layout *l) {
  size_t width = 2 + WORKERS + 1 + TIME + 2 + l->speedup + (l->own ? l->own + 2 : 0) +
                 (l->efficiency ? EFFICIENCY : 0) + (l->inner ? TIME + 1 + OWN_MAX : 0);
  for (size_t c = 0; c < CELL_IDS; c++)
    width += l->names[c] ? l->names[c] + 1 : 0;
  return width + (l->mark ? l->mark + 2 : 0);
}

static void measure(struct layout *l, const struct analysis *a) {
  l->speedup = l->interval ? 14 : 7;
  l->mark = 0;
  l->own = l->several ? 3 : 0;
  char number[HUMAN_MAX];
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    struct text words = {0}, mark = {0};
    if (is_thinned(f->cell))
      continue;
    mark_of(&mark, a, f);
    widen(&l->mark, text_of(&mark), 12);
    speedup_words(&words, a, f, l->interval);
    widen(&l->speedup, text_of(&words), SPEEDUP_MAX);
    if (l->several)
      widen(&l->own, human_number(number, f->own.median), OWN_MAX);
    text_free(&words), text_free(&mark);
    l->full = fmax(l->full, (double)f->cell->workers);
    if (!f->no_speedup)
      l->full = fmax(l->full, f->speedup.median);
  }
}

/* The least width at which different names stay different after cutting. */
static size_t least_width(const struct analysis *a, size_t column) {
  size_t least = NAME_MIN;
  for (size_t i = 0; i < a->count; i++)
    for (size_t j = 0; j < i; j++) {
      const char *one = name_of(&a->figures[i], column), *other = name_of(&a->figures[j], column);
      size_t same = 0;
      while (one[same] && one[same] == other[same])
        same++;
      if (strcmp(one, other) != 0 && same + 2 > least) /* the first different letter, and the ellipsis */
        least = same + 2 < DISTINCT_MAX ? same + 2 : DISTINCT_MAX;
    }
  return least;
}

/* Drops or narrows columns, the least important first, until a line fits. */
static void squeeze(struct layout *l, const struct analysis *a, size_t columns) {
  if (width_of(l) > columns) {
    l->interval = false;
    measure(l, a);
  }
  if (width_of(l) > columns)
    l->names[CELL_ID_pin] = 0;
  if (width_of(l) > columns)
    l->names[CELL_ID_schedule] = 0;
  if (width_of(l) > columns)
    l->efficiency = false;
  if (width_of(l) > columns)
    l->own = 0;
  if (width_of(l) > columns)
    l->inner = NULL;
  for (size_t c = CELL_ID_method; c <= CELL_ID_variant; c++)
    while (width_of(l) > columns && l->names[c] > NAME_MIN)
      l->names[c]--;
  while (width_of(l) > columns && l->mark > 4)
    l->mark--;
}

static struct layout lay_out(const struct analysis *a, const struct inner *inner, struct screen s) {
  struct layout l = {.full = 1, .interval = true, .efficiency = true, .inner = inner};
  l.several = differs(a, CELL_ID_method);
  measure(&l, a);
  for (size_t c = 0; c < CELL_IDS; c++) {
    if (!is_column(c) || (c != CELL_ID_variant && !differs(a, c)))
      continue;
    l.names[c] = strlen(cell_axes[c].name);
    for (size_t i = 0; i < a->count; i++)
      widen(&l.names[c], name_of(&a->figures[i], c), most_of(c));
    size_t least = l.names[c] == most_of(c) ? least_width(a, c) : 0;
    l.names[c] = least > l.names[c] ? least : l.names[c];
  }
  squeeze(&l, a, s.columns);
  size_t width = width_of(&l) + 2;
  if (s.columns >= width + BAR_MIN)
    l.bar = s.columns - width < BAR_MAX ? s.columns - width : BAR_MAX;
  return l;
}

/* ---- lines ---- */

static void table_head(struct text *out, const struct analysis *a, const struct layout *l, struct screen s) {
  struct text line = {0};
  char end[HUMAN_MAX];
  text_blanks(&line, 2);
  for (size_t c = 0; c < CELL_IDS; c++)
    if (l->names[c])
      text_cell(&line, cell_axes[c].name, l->names[c], false), text_add(&line, " ");
  text_cell(&line, "w", WORKERS, true);
  text_cell(&line, time_head(a->problem), TIME + 1, true);
  text_add(&line, "  ");
  text_cell(&line, l->interval ? "speedup [95 %]" : "speedup", l->speedup, false);
  if (l->bar) {
    text_add(&line, "  0");
    human_number(end, l->full);
    text_cell(&line, fabs(l->full - round(l->full)) < 0.005 ? (snprintf(end, sizeof end, "%.0f", l->full), end) : end,
              l->bar - 1, true);
  }
  if (l->own)
    text_cell(&line, "own", l->own + 2, true);
  if (l->efficiency)
    text_cell(&line, "eff", EFFICIENCY, true);
  if (l->inner)
    text_cell(&line, "inner", TIME + 1, true), text_cell(&line, "speedup", OWN_MAX, true);
  text_coloured(out, s, DIM, text_of(&line));
  text_add(out, "\n");
  text_free(&line);
}

/* Whether two rows agree in all columns up to `upto`, and in those that were dropped. */
static bool same_as_above(const struct layout *l, const struct figures *above, const struct figures *f, size_t upto) {
  for (size_t c = 0; above && c < CELL_IDS; c++)
    if ((c <= upto || !l->names[c]) && strcmp(name_of(above, c), name_of(f, c)) != 0)
      return false;
  return above != NULL;
}

static void name_columns(struct text *out, const struct layout *l, const struct figures *f,
                         const struct figures *above) {
  for (size_t c = 0; c < CELL_IDS; c++)
    if (l->names[c]) {
      text_cell(out, same_as_above(l, above, f, c) ? "" : name_of(f, c), l->names[c], false);
      text_add(out, " ");
    }
}

/* The time that the program measured itself, and its speedup. */
static void inner_columns(struct text *out, const struct analysis *a, const struct layout *l, const struct figures *f) {
  char number[HUMAN_MAX];
  const struct figures *own = inner_figures(l->inner, a, f);
  if (!l->inner)
    return;
  text_cell(out, human_ns(number, own ? own->time.median : NAN), TIME + 1, true);
  text_cell(out, human_number(number, own && !own->no_speedup ? own->speedup.median : NAN), OWN_MAX, true);
}

static void table_line(struct text *out, const struct analysis *a, const struct layout *l, const struct figures *f,
                       const struct figures *above, struct screen s) {
  char number[HUMAN_MAX];
  struct text words = {0};
  text_blanks(out, 2);
  name_columns(out, l, f, above);
  snprintf(number, sizeof number, "%lld", (long long)f->cell->workers);
  text_cell(out, number, WORKERS, true);
  text_cell(out, human_ns(number, f->valid ? f->time.median : NAN), TIME + 1, true);
  text_add(out, "  ");
  speedup_words(&words, a, f, l->interval);
  text_cell(out, text_of(&words), l->speedup, false);
  if (l->bar) {
    text_add(out, "  ");
    double limit = speedup_limit(a, f);
    bar(out, f->no_speedup ? 0 : f->speedup.median, isfinite(limit) ? limit : (double)f->cell->workers, l->full,
        l->bar);
  }
  if (l->own)
    text_cell(out, human_number(number, f->own.median), l->own + 2, true);
  if (l->efficiency)
    text_cell(out, human_percent(number, f->efficiency), EFFICIENCY, true);
  inner_columns(out, a, l, f);
  text_free(&words);
  mark_of(&words, a, f);
  if (words.length) {
    struct text cut = {0};
    text_cell(&cut, text_of(&words), text_columns(text_of(&words)) < l->mark ? text_columns(text_of(&words)) : l->mark,
              false);
    text_add(out, "  ");
    text_coloured(out, s, colour_of(f), text_of(&cut));
    text_free(&cut);
  }
  text_free(&words);
  text_add(out, "\n");
}

void show_table(struct text *out, const struct analysis *a, struct screen s) {
  struct inner *inner = a->problem->runs_programs ? inner_of(a) : NULL;
  struct layout l = lay_out(a, inner, s);
  const struct figures *above = NULL;
  table_head(out, a, &l, s);
  for (size_t i = 0; i < a->count; i++) {
    if (is_thinned(a->figures[i].cell))
      continue;
    table_line(out, a, &l, &a->figures[i], above, s);
    above = &a->figures[i];
  }
  inner_free(inner);
}
