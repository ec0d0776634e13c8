/* Whether another program that timed one cell from outside agrees with nway. Pure. */
#ifndef NWAY_REPORT_SECOND_H
#define NWAY_REPORT_SECOND_H

#include "result.h"

enum agreement {
  SECOND_NOT_ASKED,
  SECOND_SKIPPED,   /* no round of both */
  SECOND_UNDECIDED, /* too few rounds, or the interval holds small and large differences */
  SECOND_AGREES,    /* the interval lies within WORTH to both sides */
  SECOND_DIFFERS    /* the interval lies beyond WORTH */
};

struct second_opinion {
  enum agreement agreement;
  const struct analysis *of; /* the problem; NULL if skipped */
  const struct cell *cell;   /* NULL if skipped */
  struct estimate ratio;     /* the other's time over nway's, paired by round */
  double own_ns, other_ns;   /* medians over the rounds, of an execution */
  double start_ns;           /* median of the measured start-up, with one execution */
};

/* An execution by the other program is (whole - start) / executions of its round: start-up and first execution cancel
 * out. It is paired with the median of nway's processes of the cell in the same round. */
struct second_opinion second_opinion_of(const struct result *);

#endif
