/* Texts and the head of a run as Markdown. */
#ifndef NWAY_REPORT_MARKDOWN_H
#define NWAY_REPORT_MARKDOWN_H

#include "stats/result.h"

/* Adds a foreign text; what Markdown or HTML would read as markup is escaped. */
void markdown_text(struct text *, const char *foreign);
/* Adds HTML without its tags; what Markdown would read as markup is escaped. Entities are Markdown's too. */
void markdown_html(struct text *, const char *html);
/* Adds the machine, the rounds and the date in a line, then each badge as a quote. */
void markdown_head(struct text *, const struct result *);

#endif
