/* Listens to the process of a cell. Its kernel shares the pipe with it and may write there, by mistake or on purpose:
 * every line is checked, and only rows that are typed, due and complete reach samples.csv. */
#ifndef NWAY_HEAR_H
#define NWAY_HEAR_H

#include "machine/oom.h"
#include "run_state.h"

enum hear_kind { HEAR_PLAN, HEAR_PROBE, HEAR_REFUSED, HEAR_OPENED, HEAR_CLOSED, HEAR_SPENT, HEAR_END, HEAR_KINDS };

struct listener {
  const struct visit *visit;
  struct visit_result *result;
  struct row row;         /* identity filled in; figures as they come */
  bool writes;            /* rows go to samples.csv; false after a write has failed */
  struct oom_kills kills; /* before the process was started */

  /* private to hear.c */
  int samples, heard[HEAR_KINDS]; /* rows with figures; lines of each other kind */
  char doubt[400];                /* why the lines are not all its own; "" as long as they may be. Rows end with it */
};

/* Takes a line of the process, and may modify it; `with` is the listener. */
void hear_line(char *line, void *with);

/* Judges the process once visit_result.outcome is known: one that ended well but sent fewer rows than asked for, or
 * lines that cannot be its own, is an `exit`. Its failure becomes a row. */
void hear_end(struct listener *l);

/* Whether the process ended before it had undone what its kernel does outside of it. */
bool hear_left_open(const struct listener *l);

#endif
