/* Whether a run meets what its configuration expects of it: the lines of [expect], cell by cell. */
#ifndef NWAY_REPORT_EXPECTATIONS_H
#define NWAY_REPORT_EXPECTATIONS_H

#include "base/expect.h"
#include "terminal.h"
#include "verdict.h"

/* A cell that a line speaks of. */
struct judgement {
  const struct analysis *analysis;
  const struct figures *figures;
  enum expect_outcome outcome;
  double value, low, high; /* in the unit of the bound; NAN where there is none */
  bool foreign;            /* it is none of the examiner's problem, so it was not measured against the bound */
  struct text why;         /* it has no figure or no interval, or is foreign: the reason, raw foreign text */
};

/* One line of the configuration. */
struct expectation {
  char text[EXPECT_BYTES]; /* as written, without comment */
  int line;
  struct expect expect;
  struct judgement *cells;
  size_t count;
  size_t left_out; /* more cells that it speaks of, which the time budget left out */
  struct text why; /* it speaks of no cell, or cannot be read: the reason, raw foreign text */
  bool met;        /* by every cell, and there is one */
};

struct expectations {
  struct expectation *list;
  size_t count, unmet;
};

/* Judges every line of the run's configuration. A cell that was left out on purpose (skipped, thinned) counts only
 * where a line speaks of no other. Free with expectations_free. */
struct expectations expectations_of(const struct result *);
void expectations_free(struct expectations *);
/* How many lines are not met. */
size_t expectations_unmet(const struct result *);

/* Those that are not met with file, line, figure and what was asked, then one line that counts them; `all`: the others
 * too. Returns how many there are; nothing is written where there are none. */
size_t expectations_print(struct text *, const struct result *, struct screen, bool all);
/* The same as a section of the terminal's result and of the page; nothing where there are none. */
void expectations_show(struct text *, const struct result *, struct screen);
void expectations_html(struct text *, const struct result *);

#endif
