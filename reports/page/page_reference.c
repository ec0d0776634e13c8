/* Writes how a run compares with a reference run: one cell a problem as a chart, every common cell as a table. */
#include "base/words.h"
#include "changes.h"
#include "charts/charts.h"
#include "compare_parts.h"
#include "page_parts.h"
#include "stats/best.h"
#include "stats/fitness.h"
#include "stats/reference.h"
#include "words/change_words.h"

#include <stdlib.h>

static const struct sides_words words = {"the reference", "this run",
                                         "the rounds of both runs, or over earlier runs where judged",
                                         "proven, by the spread over earlier runs"};

static void add_cell(struct change_rows *rows, const struct reference_row *from) {
  struct change_row *row = change_rows_add(rows);
  problem_title(&row->problem, from->in->problem);
  cell_name(&row->name, from->in->problem, from->now->cell, true);
  row->old_ns = from->then->time.median, row->new_ns = from->now->time.median;
  row->ratio = from->lead.ratio, row->low = from->lead.low, row->high = from->lead.high;
  row->holm_p = from->holm_p;
  row->judged = true, row->verdict = from->verdict;
  row->word = from->judged ? change_words[from->verdict] : "not judged";
}

/* The best cell of each problem, named by the problem alone, or all cells. */
static struct change_rows rows_of(const struct reference_rows *from, bool all) {
  struct change_rows rows = {0};
  for (size_t i = 0; i < from->count; i++)
    if (all || from->list[i].now == from->list[i].in->best)
      add_cell(&rows, &from->list[i]);
  for (size_t i = 0; i < rows.count && !all; i++)
    text_free(&rows.list[i].name);
  return rows;
}

void reference_chart(struct charts *charts, const struct result *result) {
  if (!result->reference)
    return;
  struct reference_rows from = reference_compare(result);
  struct change_rows rows = rows_of(&from, false);
  plot_forest(charts, "reference", "This run against the reference, the best cell of each problem", &words,
              result->worth, &rows);
  change_rows_free(&rows);
  free(from.list);
}

static void paragraph(struct text *out, struct text *raw, const char *class) {
  text_format(out, "<p%s>", class);
  text_html(out, text_of(raw));
  text_add(out, "</p>\n");
  text_free(raw);
}

/* "The reference: laptop, 2025-11-22 09:00, config default.conf." */
static void say_reference(struct text *out, const struct result *result, const struct reference_rows *rows) {
  const struct run *run = &result->reference->run;
  struct text raw = {0};
  text_format(&raw, "The reference: %s, ", run_machine(run));
  time_words(&raw, run->started);
  text_format(&raw, ", %s. ", run->folder);
  text_add(&raw,
           "The two runs are not paired: each was measured at its own time, and what differs from run to run is in "
           "every ratio. ");
  if (rows->judged)
    text_format(&raw,
                "The earlier runs of this machine and configuration show how much that is: the interval and the "
                "t test of %zu cell%s come from their spread, adjusted by Holm over all of them. ",
                rows->judged, plural((int64_t)rows->judged));
  if (is_busy(run) || is_busy(&result->run))
    text_add(&raw, "Not judged: the machine was BUSY in one of them. ");
  else if (rows->judged < rows->count)
    text_format(
        &raw,
        "%s one run a side does not show how much that is, so the interval is of these two runs only; %d earlier "
        "runs of this machine and configuration besides these two would show it, where a cell has %d rounds in both "
        "and "
        "no interval wider than %.0f %% to either side. ",
        rows->judged ? "The others are not judged:" : "Not judged:", HISTORY_LEAST, BEST_ROUNDS, 100 * HALF_WIDTH_MAX);
  text_add(&raw, "To judge code, use nway ab, or nway gate with five runs a side.");
  paragraph(out, &raw, " class=\"soft\"");
}

static void say_counts(struct text *out, const struct result *result, const struct reference_rows *from,
                       const struct change_rows *rows) {
  size_t of[CHANGES] = {0};
  struct text raw = {0};
  for (size_t i = 0; i < rows->count; i++)
    of[rows->list[i].verdict]++;
  if (rows->count && from->judged)
    text_format(
        &raw,
        "Best cells: this run is proven slower than the reference by more than %.3g %% in %zu of %zu problem%s, "
        "slower by an undecided size in %zu, faster in %zu; %zu the same, %zu undecided.",
        100 * result->worth, of[CHANGE_SLOWER], rows->count, plural((int64_t)rows->count), of[CHANGE_UNSIZED],
        of[CHANGE_FASTER], of[CHANGE_SAME], of[CHANGE_UNDECIDED]);
  else if (rows->count)
    text_format(&raw,
                "The best cell of %zu problem%s was measured in both runs. Whether this run is slower or faster is "
                "not judged: one run a side.",
                rows->count, plural((int64_t)rows->count));
  else
    text_add(&raw, "The best cell of no problem was measured right in both runs.");
  if (rows->count < result->run.problem_count && rows->count)
    text_format(&raw, " %zu problem%s of this run ha%s no such cell.", result->run.problem_count - rows->count,
                plural(result->run.problem_count - rows->count),
                result->run.problem_count - rows->count == 1 ? "s" : "ve");
  paragraph(out, &raw, "");
}

/* Warnings, and the facts that differ, of the reference (A) and this run (B). */
static void two_machines(struct text *out, const struct result *result) {
  struct result both[2] = {*result->reference, *result};
  struct machines m = machines_of(both, 2);
  char **names = run_names(both, 2);
  struct text *list;
  size_t count = machine_warnings(&m, &list);
  text_add(out, "<details><summary>What else differs between the runs: A the reference, B this run</summary>\n<ul>\n");
  for (size_t i = 0; i < count; i++) {
    text_add(out, "<li>");
    text_html(out, text_of(&list[i]));
    text_add(out, "</li>\n");
    text_free(&list[i]);
  }
  text_add(out, "</ul>\n");
  free(list);
  machines_environment(out, &m, names);
  text_add(out, "</details>\n");
  run_names_free(names, 2);
  machines_free(&m);
}

void reference_section(struct text *out, const struct result *result, const struct charts *charts) {
  if (!result->reference)
    return;
  struct reference_rows from = reference_compare(result);
  struct change_rows best = rows_of(&from, false), all = rows_of(&from, true);
  text_add(out, "<section><h2 id=\"reference\">Against the reference run</h2>\n");
  say_counts(out, result, &from, &best);
  say_reference(out, result, &from);
  changes_figure(out, charts, "reference", &words);
  text_format(out, "<details%s><summary>All %zu common cells</summary>\n", all.count > 12 ? "" : " open", all.count);
  changes_table(out, &words, &all);
  text_add(out, "</details>\n");
  two_machines(out, result);
  text_add(out, "</section>\n");
  change_rows_free(&best), change_rows_free(&all);
  free(from.list);
}
