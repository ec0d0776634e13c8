/* The result in the terminal: a table a problem, its verdict, what failed, and what to type next. */
#include "show.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BAR_MIN = 12, BAR_MAX = 44, NARROW = 64 };

/* ---- pieces of a line ---- */

static const char *const BOLD = "\033[1m", *const DIM = "\033[2m", *const RED = "\033[31m", *const GREEN = "\033[32m",
                         *const YELLOW = "\033[33m", *const RESET = "\033[0m";

static void coloured(struct text *out, struct screen s, const char *colour, const char *words) {
  text_format(out, "%s%s%s", s.colour ? colour : "", words, s.colour ? RESET : "");
}

static void blanks(struct text *out, size_t count) { text_format(out, "%*s", (int)count, ""); }

void text_cell(struct text *out, const char *foreign, size_t width, bool right) {
  struct text safe = {0};
  text_plain(&safe, foreign);
  size_t columns = text_columns(text_of(&safe)), shown = columns > width ? width - 1 : columns;
  const char *end = text_of(&safe);
  for (size_t i = 0; i < shown; i++)
    end += utf8_length(end);
  size_t pad = width - shown - (columns > width);
  if (right)
    blanks(out, pad);
  text_bytes(out, text_of(&safe), (size_t)(end - text_of(&safe)));
  if (columns > width)
    text_add(out, "…");
  if (!right)
    blanks(out, pad);
  text_free(&safe);
}

/* Foreign text in lines of at most `width` columns, each after `indent` blanks. */
static void wrapped(struct text *out, const char *foreign, size_t indent, size_t width) {
  struct text safe = {0};
  text_plain(&safe, foreign);
  size_t column = indent;
  blanks(out, indent);
  for (const char *at = text_of(&safe); *at;) {
    size_t length = strcspn(at, " ");
    struct text word = {0};
    text_bytes(&word, at, length);
    size_t columns = text_columns(text_of(&word));
    if (column > indent && column + 1 + columns > width) {
      text_add(out, "\n");
      blanks(out, indent);
      column = indent;
    }
    text_format(out, "%s%s", column > indent ? " " : "", text_of(&word));
    column += columns + (column > indent);
    text_free(&word);
    at += length;
    while (*at == ' ')
      at++;
  }
  text_add(out, "\n");
  text_free(&safe);
}

void text_ascii(struct text *out) {
  static const char *const pairs[][2] = {{"×", "x"}, {"–", "-"}, {"…", "~"}, {"µ", "u"}, {"·", "|"},
                                         {"─", "-"}, {"█", "#"}, {"│", "|"}, {"▏", " "}, {"▎", " "},
                                         {"▍", " "}, {"▌", "#"}, {"▋", "#"}, {"▊", "#"}, {"▉", "#"}};
  struct text plain = {0};
  for (const char *at = text_of(out); *at;) {
    size_t length = utf8_length(at), found = 0;
    for (size_t i = 0; length > 1 && !found && i < sizeof pairs / sizeof *pairs; i++)
      if (strncmp(at, pairs[i][0], length) == 0 && strlen(pairs[i][0]) == length) {
        text_add(&plain, pairs[i][1]);
        found = 1;
      }
    if (!found)
      text_bytes(&plain, length > 1 ? "?" : at, 1);
    at += length ? length : 1;
  }
  text_free(out);
  *out = plain;
}

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

/* ---- the table of a problem ---- */

/* What tells the cells of a problem apart; a column that all have alike is left out, but for the variant. */
static const struct name_column {
  const char *title;
  size_t offset; /* in struct cell */
  size_t most;   /* columns */
  bool always;
} names[] = {{"method", offsetof(struct cell, method), 14, false},
             {"variant", offsetof(struct cell, variant), 10, true},
             {"schedule", offsetof(struct cell, schedule), 11, false},
             {"pin", offsetof(struct cell, pin), 9, false}};
enum { NAMES = sizeof names / sizeof *names };

static const char *name_of(const struct figures *f, size_t column) {
  const char *name = *(char *const *)((const char *)f->cell + names[column].offset);
  return *name ? name : "-";
}

struct layout {
  size_t names[NAMES], speedup, bar; /* widths; 0 = no such column */
  double full;                       /* speedup at the end of the bar */
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

static struct layout lay_out(const struct analysis *a, struct screen s) {
  struct layout l = {.speedup = 14, .full = 1};
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    struct text words = {0};
    speedup_words(&words, a, f);
    widen(&l.speedup, text_of(&words), 26);
    text_free(&words);
    l.full = fmax(l.full, (double)f->cell->workers);
    if (!f->no_speedup)
      l.full = fmax(l.full, f->speedup.median);
  }
  size_t fixed = 2 + 4 + 1 + 8 + 2 + l.speedup + 2 + 1 + 5 + 2 + 9;
  for (size_t c = 0; c < NAMES; c++) {
    if (!names[c].always && !differs(a, c))
      continue;
    l.names[c] = strlen(names[c].title);
    for (size_t i = 0; i < a->count; i++)
      widen(&l.names[c], name_of(&a->figures[i], c), names[c].most);
    fixed += l.names[c] + 1;
  }
  if (s.columns >= fixed + BAR_MIN)
    l.bar = s.columns - fixed < BAR_MAX ? s.columns - fixed : BAR_MAX;
  return l;
}

static void table_head(struct text *out, const struct layout *l, struct screen s) {
  struct text line = {0};
  char end[HUMAN_MAX];
  blanks(&line, 2);
  for (size_t c = 0; c < NAMES; c++)
    if (l->names[c])
      text_cell(&line, names[c].title, l->names[c] + 1, false);
  text_cell(&line, "w", 4, true);
  text_cell(&line, "time", 9, true);
  text_add(&line, "  ");
  text_cell(&line, "speedup [95 %]", l->speedup + 2, false);
  if (l->bar) {
    text_add(&line, "0");
    human_number(end, l->full);
    text_cell(&line, l->full == floor(l->full) ? (snprintf(end, sizeof end, "%.0f", l->full), end) : end, l->bar - 1,
              true);
    text_add(&line, " ");
  }
  text_cell(&line, "eff", 5, true);
  coloured(out, s, DIM, text_of(&line));
  text_add(out, "\n");
  text_free(&line);
}

static const char *mark_of(const struct figures *f, char room[HUMAN_MAX]) {
  if (f->no_speedup && f->cell->trouble.status && !f->valid)
    return f->cell->digests_differ ? "wrong" : f->cell->trouble.status;
  if (!f->valid)
    return f->no_speedup;
  if (f->cell->trouble.failed) {
    snprintf(room, HUMAN_MAX, "%ld lost", f->cell->trouble.failed);
    return room;
  }
  if (f->standing == BEST || f->standing == EQUAL)
    return f->standing == BEST ? "best" : "= best";
  return f->speedup.noisy ? "noisy" : f->cell->trouble.distrusted ? "disturbed" : "";
}

static const char *colour_of(const struct figures *f) {
  if (!f->valid)
    return RED;
  return f->standing == BEST || f->standing == EQUAL ? GREEN : YELLOW;
}

static bool same_as_above(const struct figures *above, const struct figures *f, size_t upto) {
  for (size_t c = 0; above && c <= upto; c++)
    if (strcmp(name_of(above, c), name_of(f, c)) != 0)
      return false;
  return above != NULL;
}

static void name_columns(struct text *out, const struct layout *l, const struct figures *f,
                         const struct figures *above) {
  for (size_t c = 0; c < NAMES; c++)
    if (l->names[c]) {
      text_cell(out, same_as_above(above, f, c) ? "" : name_of(f, c), l->names[c], false);
      text_add(out, " ");
    }
}

static void table_line(struct text *out, const struct analysis *a, const struct layout *l, size_t i, struct screen s) {
  const struct figures *f = &a->figures[i], *above = i ? f - 1 : NULL;
  char number[HUMAN_MAX];
  struct text words = {0};
  blanks(out, 2);
  name_columns(out, l, f, above);
  snprintf(number, sizeof number, "%lld", (long long)f->cell->workers);
  text_cell(out, number, 4, true);
  text_cell(out, human_ns(number, f->valid ? f->time.median : NAN), 9, true);
  text_add(out, "  ");
  speedup_words(&words, a, f);
  text_cell(out, text_of(&words), l->speedup, false);
  text_add(out, "  ");
  if (l->bar) {
    bar(out, f->no_speedup ? 0 : f->speedup.median, (double)f->cell->workers, l->full, l->bar);
    text_add(out, " ");
  }
  text_cell(out, f->no_speedup ? "–" : human_percent(number, f->efficiency), 5, true);
  const char *mark = mark_of(f, number);
  text_free(&words);
  if (*mark) {
    text_add(out, "  ");
    text_plain(&words, mark);
    coloured(out, s, colour_of(f), text_of(&words));
  }
  text_free(&words);
  text_add(out, "\n");
}

static void rule(struct text *out, const char *title, struct screen s) {
  struct text line = {0};
  text_cell(&line, title, text_columns(title) < s.columns - 4 ? text_columns(title) : s.columns - 4, false);
  size_t used = text_columns(text_of(&line));
  text_add(out, "\n");
  coloured(out, s, BOLD, text_of(&line));
  text_add(out, " ");
  text_free(&line);
  for (size_t i = used + 1; i < s.columns; i++)
    text_add(&line, "─");
  coloured(out, s, DIM, text_of(&line));
  text_add(out, "\n");
  text_free(&line);
}

static void show_problem(struct text *out, const struct analysis *a, struct screen s) {
  struct text words = {0};
  problem_title(&words, a->problem);
  struct text safe = {0};
  text_plain(&safe, text_of(&words));
  rule(out, text_of(&safe), s);
  text_free(&words);
  text_free(&safe);
  struct layout l = lay_out(a, s);
  table_head(out, &l, s);
  for (size_t i = 0; i < a->count; i++)
    table_line(out, a, &l, i, s);
  verdict_sentence(&words, a);
  wrapped(out, text_of(&words), 2, s.columns);
  text_free(&words);
}

/* ---- before and after the tables ---- */

static void headline(struct text *out, const struct run *run, struct screen s) {
  struct text words = {0};
  text_format(&words, "%s · ", run_machine(run));
  if (run->usable_cpus)
    text_format(&words, "%lld usable CPU%s · ", (long long)run->usable_cpus, run->usable_cpus == 1 ? "" : "s");
  if (*run->config_name)
    text_format(&words, "config %s · ", run->config_name);
  text_format(&words, "%lld of %lld rounds", (long long)run->rounds_done, (long long)run->rounds_planned);
  if (*run->started) {
    text_add(&words, " · ");
    time_words(&words, run->started);
  }
  wrapped(out, text_of(&words), 0, s.columns);
  text_free(&words);
}

static void badges(struct text *out, const struct result *result, struct screen s) {
  struct badge all[BADGES_MAX];
  size_t count = run_badges(result, all);
  for (size_t i = 0; i < count; i++) {
    struct text words = {0};
    text_format(&words, "! %s: %s", all[i].name, all[i].text);
    if (s.colour)
      text_add(out, YELLOW);
    wrapped(out, text_of(&words), 0, s.columns);
    if (s.colour)
      text_add(out, RESET);
    text_free(&words);
  }
}

static size_t troubles(struct text *out, const struct result *result, struct screen s) {
  size_t count = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++) {
      struct text what = {0}, line = {0};
      trouble_words(&what, &result->analyses[i].figures[j]);
      if (what.length) {
        problem_title(&line, result->analyses[i].problem);
        text_add(&line, ", ");
        cell_name(&line, result->analyses[i].problem, result->analyses[i].figures[j].cell, true);
        text_format(&line, ": %s", text_of(&what));
        if (out)
          wrapped(out, text_of(&line), 2, s.columns);
        count++;
      }
      text_free(&what);
      text_free(&line);
    }
  return count;
}

static void notices(struct text *out, const struct run *run, struct screen s) {
  for (size_t i = 0; i < run->notice_count; i++)
    wrapped(out, run->notices[i], 2, s.columns);
  for (size_t i = 0; i < run->note_count; i++)
    wrapped(out, run->notes[i], 2, s.columns);
}

static void unproven(struct text *out, const struct result *result, struct screen s) {
  size_t count = 0, rounds = 0;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    count += result->analyses[i].unproven;
    rounds = result->analyses[i].most_rounds > rounds ? result->analyses[i].most_rounds : rounds;
  }
  if (!count)
    return;
  struct text words = {0};
  text_format(
      &words,
      "%zu cell%s lie%s below the best by %s own 95 %% interval, but %zu rounds cannot prove so many comparisons "
      "together (sign test, Holm); more rounds can. The report has each p.",
      count, count == 1 ? "" : "s", count == 1 ? "s" : "", count == 1 ? "its" : "their", rounds);
  text_add(out, "\n");
  wrapped(out, text_of(&words), 0, s.columns);
  text_free(&words);
}

static void next_commands(struct text *out, const struct run *run, struct screen s) {
  struct text folder = {0};
  struct text command = {0};
  text_plain(&folder, run->folder);
  text_plain(&command, s.command ? s.command : "nway");
  rule(out, "Next", s);
  text_format(out, "  %s report %s\n      a page with charts, to open in a browser or mail\n", text_of(&command), text_of(&folder));
  text_format(out, "  %s compare @1 @0\n      the last two runs, by throughput: other machines, other worker counts\n",
              text_of(&command));
  text_free(&command);
  text_free(&folder);
}

void show_run(struct text *out, const struct result *result, struct screen s) {
  headline(out, &result->run, s);
  badges(out, result, s);
  for (size_t i = 0; i < result->run.problem_count; i++)
    show_problem(out, &result->analyses[i], s);
  if (result->run.problem_count == 0)
    text_add(out, "\nNo cells: plan.csv is empty.\n");
  unproven(out, result, s);
  if (troubles(NULL, result, s)) {
    rule(out, "Left out, and why", s);
    troubles(out, result, s);
  }
  if (result->run.notice_count + result->run.note_count) {
    rule(out, "Notes", s);
    notices(out, &result->run, s);
  }
  next_commands(out, &result->run, s);
  if (!s.unicode)
    text_ascii(out);
}

/* ---- two runs, unpaired ---- */

static const struct figures *same_cell(const struct result *in, const struct problem *p, const struct cell *c) {
  for (size_t i = 0; i < in->run.problem_count; i++) {
    const struct problem *other = &in->run.problems[i];
    if (strcmp(other->kernel, p->kernel) != 0 || strcmp(other->problem, p->problem) != 0)
      continue;
    for (size_t j = 0; j < other->count; j++) {
      const struct cell *o = &other->cells[j];
      if (o->workers == c->workers && strcmp(o->method, c->method) == 0 && strcmp(o->variant, c->variant) == 0 &&
          strcmp(o->schedule, c->schedule) == 0 && strcmp(o->pin, c->pin) == 0)
        return &in->analyses[i].figures[j];
    }
  }
  return NULL;
}

static void two_line(struct text *out, const struct analysis *a, const struct figures *one, const struct figures *two) {
  char number[HUMAN_MAX];
  struct text name = {0};
  cell_name(&name, a->problem, one->cell, true);
  text_add(out, "  ");
  text_cell(out, text_of(&name), 36, false);
  text_cell(out, human_ns(number, one->time.median), 11, true);
  text_cell(out, human_ns(number, two->time.median), 11, true);
  text_cell(out, human_number(number, one->time.median / two->time.median), 9, true);
  text_add(out, "\n");
  text_free(&name);
}

static size_t two_problem(struct text *out, const struct analysis *a, const struct result *other, struct screen s) {
  struct text rows = {0}, title = {0}, safe = {0};
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *two = same_cell(other, a->problem, a->figures[i].cell);
    if (!two || !two->valid || !a->figures[i].valid)
      continue;
    two_line(&rows, a, &a->figures[i], two);
    count++;
  }
  problem_title(&title, a->problem);
  text_plain(&safe, text_of(&title));
  if (count) {
    rule(out, text_of(&safe), s);
    coloured(out, s, DIM, "  cell                                     first     second    ratio");
    text_format(out, "\n%s", text_of(&rows));
  }
  text_free(&rows), text_free(&title), text_free(&safe);
  return count;
}

size_t show_two(struct text *out, const struct result *one, const struct result *two, struct screen s) {
  size_t count = 0;
  text_add(out, "first:  ");
  headline(out, &one->run, s);
  text_add(out, "second: ");
  headline(out, &two->run, s);
  wrapped(out,
          "unpaired: two runs at two times. The ratio is the first median over the second: above 1 the second run was "
          "faster. A machine drifts by more than most changes are worth, so this is no verdict on either; to compare "
          "code, measure both in one run.",
          0, s.columns);
  for (size_t i = 0; i < one->run.problem_count; i++)
    count += two_problem(out, &one->analyses[i], two, s);
  if (!count)
    text_add(out, "\nNo cell was measured in both runs.\n");
  if (!s.unicode)
    text_ascii(out);
  return count;
}
