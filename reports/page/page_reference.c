/* Writes how a run compares with a reference run: one cell a problem as a chart, every common cell as a table. */
#include "base/words.h"
#include "changes.h"
#include "charts/charts.h"
#include "compare_parts.h"
#include "page_parts.h"
#include "stats/reference.h"

#include <stdlib.h>

static const struct sides_words words = {"the reference", "this run", "rounds of both runs",
                                         "the interval excludes 1 and the change is worth attention"};

static const char *const verdicts[CHANGES] = {
    [CHANGE_SLOWER] = "slower", [CHANGE_UNSIZED] = "slower by a little", [CHANGE_FASTER] = "faster",
    [CHANGE_SAME] = "same",     [CHANGE_UNDECIDED] = "undecided",
};

static void add_cell(struct change_rows *rows, const struct analysis *a, const struct figures *now,
                     const struct analysis *reference, double worth) {
  const struct figures *then = now->valid ? reference_cell(reference, now->cell) : NULL;
  if (!then)
    return;
  struct change_row *row = change_rows_add(rows);
  struct lead lead = reference_ratio(now, then);
  problem_title(&row->problem, a->problem);
  cell_name(&row->name, a->problem, now->cell, true);
  row->old_ns = then->time.median, row->new_ns = now->time.median;
  row->ratio = lead.ratio, row->low = lead.low, row->high = lead.high;
  row->judged = true, row->verdict = reference_verdict(lead, worth);
  row->word = verdicts[row->verdict];
}

/* The best cell of each problem, named by the problem alone, or all cells. */
static struct change_rows rows_of(const struct result *result, bool all) {
  struct change_rows rows = {0};
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    const struct analysis *reference = problem_in(result->reference, a->problem);
    for (size_t j = 0; j < a->count && all; j++)
      add_cell(&rows, a, &a->figures[j], reference, result->worth);
    if (!all && a->best)
      add_cell(&rows, a, a->best, reference, result->worth);
  }
  for (size_t i = 0; i < rows.count && !all; i++)
    text_free(&rows.list[i].name);
  return rows;
}

void reference_chart(struct charts *charts, const struct result *result) {
  if (!result->reference)
    return;
  struct change_rows rows = rows_of(result, false);
  plot_forest(charts, "reference", "This run against the reference, the best cell of each problem", &words,
              result->worth, &rows);
  change_rows_free(&rows);
}

static void paragraph(struct text *out, struct text *raw, const char *class) {
  text_format(out, "<p%s>", class);
  text_html(out, text_of(raw));
  text_add(out, "</p>\n");
  text_free(raw);
}

/* "The reference: laptop, 2025-11-22 09:00, config default.conf." */
static void say_reference(struct text *out, const struct run *run) {
  struct text raw = {0};
  text_format(&raw, "The reference: %s, ", run_machine(run));
  time_words(&raw, run->started);
  text_format(&raw, ", %s. ", run->folder);
  text_add(&raw, "The two runs are not paired: each was measured at its own time. An interval holds for these two runs "
                 "and for its cell alone, and the machine may have changed in between; to judge code, use nway ab, or "
                 "nway gate with five runs a side.");
  paragraph(out, &raw, " class=\"soft\"");
}

static void say_counts(struct text *out, const struct result *result, const struct change_rows *rows) {
  size_t of[CHANGES] = {0};
  struct text raw = {0};
  for (size_t i = 0; i < rows->count; i++)
    of[rows->list[i].verdict]++;
  if (rows->count)
    text_format(&raw,
                "Best cells: this run is faster than the reference by more than %.3g %% in %zu of %zu problem%s and "
                "slower in %zu; %zu the same, %zu undecided.",
                100 * result->worth, of[CHANGE_FASTER], rows->count, plural(rows->count), of[CHANGE_SLOWER],
                of[CHANGE_SAME] + of[CHANGE_UNSIZED], of[CHANGE_UNDECIDED]);
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
  struct change_rows best = rows_of(result, false), all = rows_of(result, true);
  text_add(out, "<section><h2 id=\"reference\">Against the reference run</h2>\n");
  say_counts(out, result, &best);
  say_reference(out, &result->reference->run);
  changes_figure(out, charts, "reference", &words);
  text_format(out, "<details%s><summary>All %zu common cells</summary>\n", all.count > 12 ? "" : " open", all.count);
  changes_table(out, &words, &all);
  text_add(out, "</details>\n");
  two_machines(out, result);
  text_add(out, "</section>\n");
  change_rows_free(&best), change_rows_free(&all);
}
