/* Ends a kept program that takes too long, or that the user wants to stop: TERM, then KILL. */
#ifndef NWAY_WATCH_H
#define NWAY_WATCH_H

#include "keeper.h"

#include <signal.h>
#include <stdint.h>

enum watch_why { WATCH_NOTHING, WATCH_TIMEOUT, WATCH_STOP };

struct watch {
  const struct keeper *keeper;
  const volatile sig_atomic_t *stop; /* becomes non-zero when the user wants to stop; may be NULL */
  int64_t deadline;                  /* of the next signal to the program */
  int64_t looked;
  bool waited_for; /* set by the caller at each look: the program could not go on until the caller read from it */
  bool looked_again;
  int signals;        /* how many of TERM, KILL were sent */
  enum watch_why why; /* the first of them was */
};

/* limit_ns 0: the program may take as long as it likes. */
struct watch watch_begin(const struct keeper *keeper, int64_t limit_ns, const volatile sig_atomic_t *stop);

/* Sends what is due; returns for how long, in ns, the caller may wait before it looks again: at most 100 ms, for a
 * signal that came just before. When the time is over the caller looks once more, without waiting: while this process
 * was stopped the program may have ended, and its report lies unread. Time in which the program waited for a caller who
 * was stopped is not charged to it. */
int64_t watch_look(struct watch *watch);

#endif
