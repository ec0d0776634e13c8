/* Starts two items that need each other at the same time together, or leaves both to one worker. */
#ifndef NWAY_PAIR_H
#define NWAY_PAIR_H

#include "waits.h"

#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

/* Time that the first item waits; far longer than a worker takes to start, even a process on a busy machine. */
#define PAIR_GRACE_NS INT64_C(250000000)

/* How the two items run. The first item to start waits for the other, with its thread's id as the state. If the other
 * does not start in time, the first takes both sides and the other finds no work left. So no distribution of the items
 * can hang. */
enum pair { PAIR_NOBODY = 0, PAIR_TOGETHER = -1, PAIR_IN_ONE_THREAD = -2, PAIR_ALONE = -3 };

/* What a worker has to do. */
enum pair_part { PAIR_NOTHING, PAIR_ONE_SIDE, PAIR_BOTH_SIDES };

/* Waits until the partner changes the state, at most PAIR_GRACE_NS. Returns 1 if it did; else changes the state to
 * PAIR_ALONE and returns 0. */
static inline int pair_partner_comes(atomic_int *state, int own, struct worker *worker) {
  int64_t end = waits_clock_ns() + PAIR_GRACE_NS;
  for (int tries = 1; atomic_load(state) == own && waits_clock_ns() < end; tries++) {
    sched_yield();
    if (tries % 64 == 0)
      worker_wait(worker, 0);
  }
  return !atomic_compare_exchange_strong(state, &own, PAIR_ALONE);
}

/* Called by the worker of each of the two items; `state` is PAIR_NOBODY before the first call. Afterwards it is
 * PAIR_TOGETHER, PAIR_IN_ONE_THREAD (both workers are coroutines of one thread, so neither may block it) or PAIR_ALONE.
 */
static inline enum pair_part pair_join(atomic_int *state, struct worker *worker, int workers) {
  int nobody = PAIR_NOBODY, own = gettid();
  if (atomic_compare_exchange_strong(state, &nobody, workers == 1 ? PAIR_ALONE : own))
    return workers > 1 && pair_partner_comes(state, own, worker) ? PAIR_ONE_SIDE : PAIR_BOTH_SIDES;
  int first = nobody;
  if (first > 0 && atomic_compare_exchange_strong(state, &first, first == own ? PAIR_IN_ONE_THREAD : PAIR_TOGETHER))
    return PAIR_ONE_SIDE;
  return PAIR_NOTHING;
}

#endif
