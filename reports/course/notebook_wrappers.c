/* Writes the cost of decorators on the notebook's page: per function a table of orders, and the effect of each order.
 */
#include "notebook.h"
#include "notebook_page.h"
#include "page/page_parts.h"
#include "words/language.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A wrapper's counter; "–" if the order lacks the wrapper or the run did not record it. */
static void count_td(struct text *out, const struct cell *c, const char *wrapper, double count) {
  char number[HUMAN_MAX] = "–";
  if (strstr(c->method, wrapper) && isfinite(count))
    snprintf(number, sizeof number, "%.0f", count);
  number_td(out, number);
}

/* Each call ends in the function, at a guard or in a memo, so the function's own calls are the rest. */
static void counter_tds(struct text *out, const struct cell *c) {
  double refused = cell_counter(c, "refused"), hits = cell_counter(c, "hits");
  count_td(out, c, "", c->units - refused - hits);
  count_td(out, c, "timer", cell_counter(c, "timed"));
  count_td(out, c, "guard", refused);
  count_td(out, c, "memo", hits);
}

static void signed_ns(struct text *out, double ns) {
  char number[HUMAN_MAX];
  text_format(out, "%s%s", ns < 0 ? "−" : "+", human_ns(number, fabs(ns)));
}

/* How much longer a call takes than without wrappers, from the ratio of both cells round by round. */
static void more_tds(struct text *out, const struct analysis *a, const struct figures *f) {
  const struct figures *none = a->naive && strcmp(a->naive->cell->method, "none") == 0 ? a->naive : NULL;
  if (f == none || !none || f->naive.n == 0) {
    text_add(out, "<td class=\"n\">–</td><td class=\"soft\">–</td>");
    return;
  }
  double each = none->time.median / none->cell->units;
  text_add(out, "<td class=\"n\">"), signed_ns(out, each * (1 / f->naive.median - 1));
  text_add(out, "</td><td class=\"soft\">");
  if (f->naive.coverage > 0) {
    text_add(out, "["), signed_ns(out, each * (1 / f->naive.high - 1));
    text_add(out, ", "), signed_ns(out, each * (1 / f->naive.low - 1)), text_add(out, "]");
  } else
    text_add(out, "–");
  text_add(out, "</td>");
}

static void order_row(struct text *out, const struct analysis *a, const struct figures *f) {
  const struct cell *c = f->cell;
  text_add(out, "<tr><th scope=\"row\">"), text_html(out, c->method), text_add(out, "</th>");
  if (f->valid && c->units > 0) {
    struct estimate each = per_unit(f);
    char number[HUMAN_MAX];
    number_td(out, human_ns(number, each.median));
    text_add(out, "<td class=\"soft\">"), interval_html(out, &each, human_ns), text_add(out, "</td>");
    more_tds(out, a, f);
    counter_tds(out, c);
  } else {
    struct text why = {0};
    trouble_words(&why, f);
    text_add(out, "<td class=\"wrap wrong\" colspan=\"8\">");
    text_html(out, why.length ? text_of(&why) : _("the number of its calls is unknown"));
    text_add(out, "</td>");
    text_free(&why);
  }
  text_add(out, "</tr>\n");
}

static bool is_order(const struct cell *c) {
  return strcmp(c->kernel, "call_chain") == 0 && c->serial && c->workers == 1 && !is_thinned(c);
}

static bool order_table(struct text *out, const struct analysis *a, size_t number) {
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++) {
    const struct cell *c = a->figures[i].cell;
    if (is_order(c) && count++ == 0) {
      struct text heads = {0}, label = {0};
      text_add(out, "<h3>"), title_html(out, a->problem), text_add(out, "</h3>\n");
      text_add(&heads, _("order|#a call|[95 %]|#more than none|[95 %]|#"));
      if (c->units > 0)
        text_format(&heads, _("of %.0f calls: "), c->units);
      text_add(&heads, _("ran|#timer saw|#guard refused|#memo had"));
      text_format(&label, _("Orders of wrappers, problem %zu"), number);
      table_start(out, text_of(&label), "", text_of(&heads));
      text_free(&heads), text_free(&label);
    }
    if (is_order(c))
      order_row(out, a, &a->figures[i]);
  }
  if (count)
    table_end(out);
  return count > 0;
}

void wrapper_section(struct text *out, const struct result *result, const struct page_words *words) {
  struct text tables = {0};
  bool any = false;
  text_format(out, "<section><h2 id=\"wrappers\">%s</h2>\n", _("The cost of a decorator, and its order"));
  for (size_t i = 0; i < result->run.problem_count; i++)
    any |= order_table(&tables, &result->analyses[i], i + 1);
  if (any) {
    text_format(out, "%s\n%s%s\n", text_in(words->wrappers), text_of(&tables), text_in(words->wrappers_note));
  } else
    text_format(out, "<p class=\"soft\">%s</p>\n", _("Not in this run: it has no kernel call_chain."));
  text_add(out, "</section>\n");
  text_free(&tables);
}
