/* Texts and the head of a run as Markdown. */
#include "markdown.h"
#include "language.h"
#include "verdict.h"

#include <string.h>

void markdown_html(struct text *out, const char *html) {
  for (const char *at = html; *at; at++) {
    if (*at == '<') {
      at += strcspn(at, ">");
      if (!*at)
        return;
      continue;
    }
    bool of_entity = *at == '#' && at > html && at[-1] == '&'; /* &#39; */
    text_format(out, "%s%c", strchr("|*_`[]\\~#", *at) && !of_entity ? "\\" : "", *at);
  }
}

void markdown_text(struct text *out, const char *foreign) {
  struct text safe = {0};
  text_html(&safe, foreign);
  markdown_html(out, text_of(&safe));
  text_free(&safe);
}

void markdown_head(struct text *out, const struct result *result) {
  struct badge badges[BADGES_MAX];
  struct text line = {0};
  const struct run *run = &result->run;
  text_format(&line, "%s, ", run_machine(run));
  text_format(&line, dngettext("nway", "%lld of %lld round", "%lld of %lld rounds", (unsigned long)run->rounds_planned),
              (long long)run->rounds_done, (long long)run->rounds_planned);
  if (*run->started)
    text_add(&line, ", "), time_words(&line, run->started);
  markdown_text(out, text_of(&line));
  text_add(out, "\n\n");
  for (size_t i = 0, count = run_badges(result, badges); i < count; i++) {
    text_format(out, "> **%s**: ", badges[i].name);
    markdown_text(out, badges[i].text);
    text_add(out, "\n\n");
  }
  text_free(&line);
}
