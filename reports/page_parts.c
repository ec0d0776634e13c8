/* The words that the parts of the page share: names, intervals and ratios, escaped. */
#include "page_parts.h"

static void html_of(struct text *out, void (*words)(struct text *, const struct problem *), const struct problem *p) {
  struct text raw = {0};
  words(&raw, p);
  text_html(out, text_of(&raw));
  text_free(&raw);
}

void title_html(struct text *out, const struct problem *p) { html_of(out, problem_title, p); }

void name_html(struct text *out, const struct problem *p, const struct cell *c, bool with_workers) {
  struct text raw = {0};
  cell_name(&raw, p, c, with_workers);
  text_html(out, text_of(&raw));
  text_free(&raw);
}

void interval_html(struct text *out, const struct estimate *e, const char *(*human)(char[HUMAN_MAX], double)) {
  char low[HUMAN_MAX], high[HUMAN_MAX];
  if (e->coverage > 0)
    text_format(out, "[%s, %s]", human(low, e->low), human(high, e->high));
  else
    text_add(out, "–");
}

void ratio_html(struct text *out, const struct estimate *e) {
  char number[HUMAN_MAX];
  if (e->n == 0) {
    text_add(out, "–");
    return;
  }
  text_format(out, "%s× <span class=\"soft\">", human_number(number, e->median));
  interval_html(out, e, human_number);
  text_add(out, "</span>");
}
