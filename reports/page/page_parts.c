/* Writes what the pages' sections share, escaped: names, intervals, ratios, and the lines under the heading. */
#include "page_parts.h"

#include "base/words.h"
#include "words/language.h"

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

/* ---- under the heading ---- */

void machine_line(struct text *out, const struct run *run) {
  struct text line = {0};
  text_format(&line, "%s · ", run_machine(run));
  text_format(&line, dngettext("nway", "%lld usable CPU", "%lld usable CPUs", (unsigned long)run->usable_cpus),
              (long long)run->usable_cpus);
  text_format(&line, " · %s %s · ", _("config"), *run->config_name ? run->config_name : "?");
  text_format(&line, dngettext("nway", "%lld of %lld round", "%lld of %lld rounds", (unsigned long)run->rounds_planned),
              (long long)run->rounds_done, (long long)run->rounds_planned);
  text_add(&line, " · ");
  time_words(&line, run->started);
  text_add(out, "<p class=\"soft\">");
  text_html(out, text_of(&line));
  text_add(out, "</p>\n");
  text_free(&line);
}

void badge_list(struct text *out, const struct result *result) {
  struct badge badges[BADGES_MAX];
  size_t count = run_badges(result, badges);
  if (!count)
    return;
  text_add(out, "<ul class=\"badges\">\n");
  for (size_t i = 0; i < count; i++) {
    text_format(out, "<li><b>%s</b>", badges[i].name);
    text_html(out, badges[i].text);
    text_add(out, ".</li>\n");
  }
  text_add(out, "</ul>\n");
}
