/* Writes the section on whether the run meets its expectations. */
#include "page_parts.h"
#include "words/expectation_words.h"

/* `j`: NULL for a line that matches no cell. */
static void outcome_td(struct text *out, const struct judgement *j) {
  static const char *const classes[] = {
      [EXPECT_MET] = "mark", [EXPECT_NOT_JUDGED] = "soft", [EXPECT_NOT_SHOWN] = "soft", [EXPECT_FAILED] = "wrong"};
  const struct judgement none = {.outcome = EXPECT_FAILED};
  j = j ? j : &none;
  text_format(out, "<tr><td><b class=\"%s\">%s ", classes[j->outcome], outcome_signs[j->outcome]);
  outcome_words(out, j);
  text_add(out, "</b></td>");
}

static void wrapped_td(struct text *out, const char *foreign) {
  text_add(out, "<td class=\"wrap\">");
  text_html(out, foreign);
  text_add(out, "</td>");
}

/* Writes one row per cell, or one for a line without cells. */
static void html_rows(struct text *out, const struct result *r, const struct expectation *x) {
  size_t i = 0;
  do {
    struct text where = {0}, name = {0}, figure = {0};
    expectation_where(&where, r, x);
    if (x->count)
      judgement_name(&name, &x->cells[i]), judgement_words(&figure, &x->cells[i], x->expect.quantity);
    else
      no_cell_found_words(&name, r, x);
    outcome_td(out, x->count ? &x->cells[i] : NULL);
    wrapped_td(out, x->text), wrapped_td(out, text_of(&name));
    wrapped_td(out, text_of(&figure)), text_td(out, text_of(&where));
    text_add(out, "</tr>\n");
    text_free(&where), text_free(&name), text_free(&figure);
  } while (++i < x->count);
}

void expectations_section(struct text *out, const struct result *r) {
  struct expectations all = expectations_of(r);
  if (all.count) {
    text_add(out, "<section><h2 id=\"expectations\">Expectations</h2>\n<p>");
    expectation_counts(out, &all);
    text_add(
        out,
        ". An expectation is met if its whole 95 % interval lies on the required side, and not shown if the "
        "interval crosses the limit. If the machine was busy, or the interval is missing or wider than 10 % to either "
        "side, what would fail is not judged. Intervals of times and throughput cover the rounds of this run; they do "
        "not predict another run.</p>\n");
    table_start(out, "Expectations", "", "outcome|expected|cell|measured [95 %]|where");
    for (size_t i = 0; i < all.count; i++)
      html_rows(out, r, &all.list[i]);
    table_end(out);
    text_add(out, "</section>\n");
  }
  expectations_free(&all);
}
