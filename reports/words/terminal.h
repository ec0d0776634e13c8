/* Formats text for a terminal: colours, columns, wrapped text, rules. */
#ifndef NWAY_REPORT_TERMINAL_H
#define NWAY_REPORT_TERMINAL_H

#include "base/text.h"

/* The terminal's properties, and what its user types for nway. */
struct screen {
  size_t columns;
  bool colour, unicode;
  const char *command; /* what users type for nway; NULL: "nway" */
  const char *results; /* the folder that holds the run; NULL: unknown */
  size_t runs;         /* the number of runs in that folder */
};

/* Describes the terminal on standard output: its width (at most 100 columns unless COLUMNS says otherwise), colours
 * (unless NO_COLOR or TERM=dumb), UTF-8 by the locale. */
struct screen screen_now(void);

extern const char *const BOLD, *const DIM, *const RED, *const GREEN, *const YELLOW, *const RESET;
void text_coloured(struct text *, struct screen, const char *colour, const char *words);
void text_blanks(struct text *, size_t count);
/* Pads foreign text to a width, or cuts it with an ellipsis; `right` aligns it to the right. */
void text_cell(struct text *, const char *foreign, size_t width, bool right);
/* Foreign text in lines of at most `width` columns, each after `indent` blanks. */
void text_wrapped(struct text *, const char *foreign, size_t indent, size_t width);
/* A title, already escaped, and a line to the edge of the screen. */
void text_rule(struct text *, const char *title, struct screen);
/* Replaces characters that a terminal without UTF-8 cannot show. */
void text_ascii(struct text *);

#endif
