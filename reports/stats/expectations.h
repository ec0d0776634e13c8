/* Whether a run meets what its configuration expects of it: the lines of [expect], cell by cell. */
#ifndef NWAY_REPORT_EXPECTATIONS_H
#define NWAY_REPORT_EXPECTATIONS_H

#include "base/expect.h"
#include "result.h"

/* Why a cell that a line speaks of has no figure, no interval, or none that counts. */
enum no_figure {
  HAS_FIGURE,
  EXAMINER_OBJECTS, /* it is none of the examiner's problem */
  CELL_HAS_TROUBLE,
  CELL_HAS_NO_SPEEDUP,
  NAIVE_HAS_NO_TIME,
  NO_ROUND_WITH_NAIVE,
  NO_SERIAL_CELL,
  WORK_UNKNOWN,
  TOO_FEW_ROUNDS
};

/* A cell that a line speaks of. */
struct judgement {
  const struct analysis *analysis;
  const struct figures *figures;
  enum expect_outcome outcome;
  double value, low, high; /* in the unit of the bound; NAN where there is none */
  enum no_figure why;
  struct text objection; /* of the examiner; raw foreign text */
};

/* One line of the configuration. */
struct expectation {
  char text[EXPECT_BYTES]; /* as written, without comment */
  int line;
  struct expect expect;
  struct judgement *cells;
  size_t count;
  size_t left_out;               /* more cells that it speaks of, which the time budget left out */
  struct fault unreadable;       /* its text is "" for a line that can be read */
  const struct figures *nearest; /* of a line that speaks of no cell: the one that fits best, or NULL */
  const struct analysis *nearest_in;
  bool met; /* by every cell, and there is one */
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

#endif
