/* Judges each line of [expect] for each cell that it matches. */
#ifndef NWAY_REPORT_EXPECTATIONS_H
#define NWAY_REPORT_EXPECTATIONS_H

#include "base/expect.h"
#include "result.h"

/* Why a matched cell has no figure, no interval, or none that counts. */
enum no_figure {
  HAS_FIGURE,
  EXAMINER_OBJECTS, /* it differs from the examiner's problem */
  CELL_HAS_TROUBLE,
  CELL_HAS_NO_SPEEDUP,
  NAIVE_HAS_NO_TIME,
  NO_ROUND_WITH_NAIVE,
  NO_SERIAL_CELL,
  WORK_UNKNOWN,
  TOO_FEW_ROUNDS,
  MACHINE_BUSY, /* it has one, but other programs took too much of the machine */
  TOO_WIDE,     /* it has one, but its interval is too wide, see HALF_WIDTH_MAX */
  RUN_ENDED     /* the run ended before it measured the cell or its baseline */
};

/* The verdict on one matched cell. */
struct judgement {
  const struct analysis *analysis;
  const struct figures *figures;
  enum expect_outcome outcome;
  double value, low, high; /* in the bound's unit; NAN if missing */
  size_t rounds;           /* that the interval comes from */
  enum no_figure why;
  struct text objection; /* how it differs from the examiner's problem; raw foreign text */
};

/* One line of the configuration. */
struct expectation {
  char text[EXPECT_BYTES]; /* as written, without comment */
  int line;
  struct expect expect;
  struct judgement *cells;
  size_t count;
  size_t left_out;               /* further matched cells that the time budget left out */
  struct fault unreadable;       /* a syntax error; empty text if none */
  const struct figures *nearest; /* closest cell of a line that matches none, or NULL */
  const struct analysis *nearest_in;
  bool met;      /* by every matched cell, at least one */
  bool unjudged; /* not met, and every cell that does not meet it is EXPECT_NOT_JUDGED */
};

struct expectations {
  struct expectation *list;
  size_t count, unmet, unjudged; /* neither met nor unjudged; unjudged */
};

/* Judges every line of the run's configuration. A cell left out on purpose (skipped, thinned) counts only if a line
 * matches no other. A figure that does not meet its line is not judged if the machine was busy, or if the figure is
 * unfit for a verdict (fitness.h), or if the run ended before it measured the cell; wrong answers and cells that a
 * complete run lacks fail anyway. Free with expectations_free. */
struct expectations expectations_of(const struct result *);
void expectations_free(struct expectations *);
/* Returns the exit status: 1 if a line is not met, else 3 if one is not judged, else 0. */
int expectations_exit(const struct result *);

#endif
