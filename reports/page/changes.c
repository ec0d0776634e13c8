/* Writes the forest plot and the table of two builds or sides, and the page of `nway gate`. */
#include "changes.h"

#include "base/words.h"
#include "charts/charts.h"
#include "html.h"
#include "page_parts.h"

#include <math.h>
#include <string.h>

void changes_figure(struct text *out, const struct charts *charts, const char *id, const struct sides_words *words) {
  struct text heading = {0};
  if (!chart_find(charts, id))
    return;
  text_format(&heading, "Time of %s over that of %s", words->old, words->new);
  text_add(out, "<div class=\"forest\">\n");
  figure_html(out, charts, id, text_of(&heading), true);
  text_add(out, "</div>\n");
  text_free(&heading);
}

static void percent_td(struct text *out, double ratio) {
  struct text number = {0};
  if (isfinite(ratio) && ratio > 0)
    text_format(&number, "%+.2f %%", change_percent(ratio));
  number_td(out, number.length ? text_of(&number) : "–");
  text_free(&number);
}

/* The interval of the change of time; its ends swap with those of the ratio. */
static void interval_td(struct text *out, const struct change_row *row) {
  struct text words = {0};
  if (isfinite(row->low) && isfinite(row->high))
    text_format(&words, "[%+.2f, %+.2f]", change_percent(row->high), change_percent(row->low));
  number_td(out, words.length ? text_of(&words) : "–");
  text_free(&words);
}

static void time_td(struct text *out, double ns) {
  char number[HUMAN_MAX];
  number_td(out, isnan(ns) ? "–" : human_ns(number, ns));
}

static void p_td(struct text *out, double p) {
  struct text number = {0};
  if (!isnan(p))
    text_format(&number, "%.2g", p);
  number_td(out, number.length ? text_of(&number) : "–");
  text_free(&number);
}

/* Notes begin with "; " where they continue a line of the terminal. */
static const char *note_of(const struct change_row *row) {
  const char *note = text_of(&row->note);
  return strncmp(note, "; ", 2) == 0 ? note + 2 : note;
}

static void change_tr(struct text *out, const struct change_row *row) {
  bool changed = row->judged && row->verdict != CHANGE_SAME && row->verdict != CHANGE_UNDECIDED;
  text_add(out, "<tr>");
  text_td(out, text_of(&row->problem));
  text_td(out, text_of(&row->name));
  text_format(out, "<td>%s%s%s</td>", changed ? "<b>" : "", row->word, changed ? "</b>" : "");
  time_td(out, row->old_ns), time_td(out, row->new_ns);
  percent_td(out, row->ratio);
  interval_td(out, row);
  p_td(out, row->holm_p);
  text_td(out, note_of(row));
  text_add(out, "</tr>\n");
}

void changes_table(struct text *out, const struct sides_words *words, const struct change_rows *rows) {
  struct text heads = {0};
  text_format(&heads, "problem|cell|verdict|#%s|#%s|#change of time|#95 %% interval, %%|#p, Holm|note", words->old,
              words->new);
  table_start(out, "Every cell", "changes", text_of(&heads));
  for (size_t i = 0; i < rows->count; i++)
    change_tr(out, &rows->list[i]);
  table_end(out);
  text_free(&heads);
}

/* ---- the page of a gate ---- */

static const struct sides_words gate_words = {"base", "new", "runs", CHANGE_FILLED};

/* Lines as a list; a leading "! " is for the terminal. */
static void lines_list(struct text *out, const char *lines) {
  text_add(out, "<ul class=\"warnings\">\n");
  for (const char *at = lines, *end; *at; at = end) {
    struct text line = {0};
    size_t length = strcspn(at, "\n"), skip = strncmp(at, "! ", 2) == 0 ? 2 : 0;
    end = at + length + (at[length] == '\n');
    text_bytes(&line, at + skip, length - skip);
    text_add(out, "<li>");
    text_html(out, text_of(&line));
    text_add(out, "</li>\n");
    text_free(&line);
  }
  text_add(out, "</ul>\n");
}

static void runs_list_html(struct text *out, const struct gate_side *sides) {
  static const char *const names[GATE_SIDES] = {"base", "new"};
  text_add(out, "<section><h2 id=\"runs\">Runs</h2>\n");
  table_start(out, "The runs of both sides", "runs", "side|run|machine|started|commit of its folder");
  for (size_t side = 0; side < GATE_SIDES; side++)
    for (size_t i = 0; i < sides[side].count; i++) {
      const struct run *run = &sides[side].runs[i].run;
      struct text started = {0};
      time_words(&started, run->started);
      text_format(out, "<tr><td>%s</td>", names[side]);
      text_td(out, run->folder), text_td(out, run_machine(run)), text_td(out, text_of(&started));
      const char *version = run_fact(run, "folder_commit");
      text_td(out, version ? version : "");
      text_add(out, "</tr>\n");
      text_free(&started);
    }
  table_end(out);
  text_add(out, "</section>\n");
}

/* What the page of a gate shows. */
struct gate_view {
  const struct charts *charts;
  const struct gate_side *sides;
  struct gate_counts counts;
  double worth;
  const struct change_rows *rows;
  const char *lines; /* of text, one a change */
};

static void gate_page(struct text *out, const struct gate_view *view) {
  struct text sentence = {0};
  gate_sentence(&sentence, &view->counts, view->worth);
  page_start(out, "nway gate");
  text_add(out, "<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n<header>\n<div>\n<h1 id=\"verdict\">");
  text_html(out, text_of(&sentence));
  text_add(out, "</h1>\n");
  lines_list(out, view->lines);
  changes_figure(out, view->charts, "gate", &gate_words);
  text_add(out, "</div>\n<nav aria-label=\"Sections\"><a href=\"#cells\">Every cell</a><a href=\"#runs\">Runs</a>"
                "<a href=\"#method\">Method</a></nav>\n</header>\n<main>\n"
                "<section><h2 id=\"cells\">Every cell</h2>\n");
  changes_table(out, &gate_words, view->rows);
  text_add(out, "</section>\n");
  runs_list_html(out, view->sides);
  text_format(out,
              "<section><h2 id=\"method\">Method</h2>\n<p>Each run gives one value a cell, its median. The sides are "
              "not paired: exact rank-sum tests over runs, adjusted by Holm over all cells; the interval is that of "
              "the shift of the logarithms. Same: the interval lies within ±%.3g %%. Slower: proven slower by more "
              "than that. Faster: proven faster.</p></section>\n</main>\n",
              100 * view->worth);
  page_end(out);
  text_free(&sentence);
}

struct page_outcome gate_write(const struct gate_side sides[GATE_SIDES], double worth, struct fault *why) {
  struct page_outcome outcome = {0};
  struct charts charts = {0};
  struct change_rows rows = {0};
  struct text out = {0}, lines = {0};
  struct gate_counts counts = gate_rows(sides, worth, &rows, &lines);
  outcome.failed = charts_open(&charts, &sides[GATE_NEW].runs[0].run, "all-gate.gp", why) != 0;
  if (!outcome.failed) {
    plot_forest(&charts, "gate", "New runs against base", &gate_words, worth, &rows);
    if (charts.count)
      charts_draw(&charts);
    gate_page(&out, &(struct gate_view){&charts, sides, counts, worth, &rows, text_of(&lines)});
    outcome.failed = write_file(&charts.at, "gate.html", &out, why) != 0;
  }
  outcome.charts_missing = charts.why.text[0] != '\0';
  outcome.why = charts.why;
  charts_free(&charts);
  change_rows_free(&rows);
  text_free(&out), text_free(&lines);
  return outcome;
}
