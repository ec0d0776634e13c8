/* Enforces the time limit and the user's stop on a program under a keeper: TERM, then KILL. */
#ifndef NWAY_WATCH_H
#define NWAY_WATCH_H

#include "keeper.h"

#include <signal.h>
#include <stdint.h>

enum watch_why { WATCH_NOTHING, WATCH_TIMEOUT, WATCH_STOP };

struct watch {
  const struct keeper *keeper;
  const volatile sig_atomic_t *stop; /* non-zero once the user asked to stop; may be NULL */
  int64_t deadline;                  /* when the next signal is due */
  int64_t looked;                    /* when watch_look was last called */
  int64_t absence_ns;                /* how long this process was suspended, until it is known who waited for it */
  bool waited_for; /* set by the caller before each watch_look: the program was blocked until the caller read its output
                    */
  bool looked_again;  /* the deadline passed, and the caller was asked to check once more for a report */
  int signals;        /* number of signals sent: TERM first, then KILL */
  enum watch_why why; /* reason of the first signal */
};

/* `since`: by clock_ns, before the program was started: it may run for long before this process gets a CPU again.
 * limit_ns: counted from then; 0: no limit. */
struct watch watch_begin(const struct keeper *keeper, int64_t since, int64_t limit_ns,
                         const volatile sig_atomic_t *stop);

/* Sends a signal if one is due. Returns how long, in ns, the caller may wait before the next call: at most 100 ms, so
 * that a stop is noticed soon. At the deadline it first returns 0, so that the caller checks once more for a report:
 * the program may have ended while this process was suspended. If this process was suspended for over 1 s while the
 * program was blocked on its output, the deadline moves by that time. The call after a suspension judges so too,
 * because `waited_for` may be from before it. */
int64_t watch_look(struct watch *watch);

#endif
