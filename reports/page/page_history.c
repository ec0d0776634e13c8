/* Writes what another run would show for the cells of a problem. */
#include "html.h"
#include "page_parts.h"
#include "words/history_words.h"

#include <math.h>
#include <stdio.h>

static bool is_known(const struct cell_history *h) { return isfinite(h->speedup.low) || isfinite(h->time.low); }

static void history_row(struct text *out, const struct analysis *a, const struct figures *f,
                        const struct cell_history *h) {
  struct text name = {0}, speedup = {0}, time = {0};
  char number[HUMAN_MAX];
  cell_name(&name, a->problem, f->cell, true);
  prediction_speedup(&speedup, &h->speedup);
  prediction_time(&time, &h->time);
  text_add(out, "<tr>");
  text_td(out, text_of(&name));
  number_td(out, f->no_speedup ? "–" : human_number(number, f->speedup.median));
  text_td(out, text_of(&speedup));
  number_td(out, human_ns(number, f->time.median));
  text_td(out, text_of(&time));
  text_format(out, "<td class=\"n\">%zu</td></tr>\n", h->time.earlier);
  text_free(&name), text_free(&speedup), text_free(&time);
}

void history_html(struct text *out, const struct result *result, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  const struct cell_history *cells = result->history.cells ? result->history.cells[problem] : NULL;
  struct text sentence = {0};
  char label[64];
  bool any = false;
  history_of_run(&sentence, result);
  text_format(out, "<p class=\"soft\">%s</p>\n", text_of(&sentence));
  text_free(&sentence);
  for (size_t i = 0; cells && i < a->count; i++)
    any |= is_known(&cells[i]);
  if (!any)
    return;
  snprintf(label, sizeof label, "Another run of problem %zu", problem + 1);
  text_add(out, "<details><summary>What another run would show</summary>\n");
  table_start(out, label, "", "cell|#speedup|another run|#time|another run|#earlier runs");
  for (size_t i = 0; i < a->count; i++)
    if (is_known(&cells[i]))
      history_row(out, a, &a->figures[i], &cells[i]);
  table_end(out);
  text_add(out, "</details>\n");
}
