/* The cells of two builds or sides with their verdicts, as `nway ab` and `nway gate` judge them, for charts and tables.
 */
#ifndef NWAY_REPORT_CHANGE_ROWS_H
#define NWAY_REPORT_CHANGE_ROWS_H

#include "stats/change.h"

struct change_row {
  struct text problem, name; /* raw foreign text; `name` of the cell within the problem */
  double old_ns, new_ns;     /* median times; NAN: no right answer */
  double ratio, low, high;   /* old time over new: above 1 the new one is faster; low and high NAN: no interval */
  double holm_p;             /* NAN: not tested */
  enum change verdict;       /* valid if `judged` */
  bool judged;               /* times were compared and judged */
  const char *word;          /* the verdict, or why there is none: "broken" */
  struct text note;          /* raw foreign text: what failed, what is in doubt; may be empty */
};

struct change_rows {
  struct change_row *list;
  size_t count, capacity;
};

/* Adds an empty row, with NAN for each number, and returns it; valid until the next one is added. */
struct change_row *change_rows_add(struct change_rows *);
void change_rows_free(struct change_rows *);

#endif
