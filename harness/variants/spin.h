/* Where the workers of a team that lives for a cell meet: waits that spin for a bounded time, then sleep.
 *
 * A word is a number in memory that one side changes and the other waits for. A waiter spins for a while (a word that
 * changes soon is seen within a cache miss) and then sleeps in the kernel (futex), so that a team which has nothing to
 * do burns no CPU. A hub is made of three words: the round (an iteration begins), how often it was done (it ends), and
 * the phase of the barrier between two steps. All of it works alike between threads and between processes.
 */
#ifndef NWAY_SPIN_H
#define NWAY_SPIN_H

#include "variant.h"

/* Zeroed memory is a word of value 0 that nobody waits for. */
struct spin_word {
  _Alignas(128) atomic_uint value;
  atomic_uint sleepers; /* waiters that are asleep or about to be */
};

/* How a waiter waits. */
struct wait_policy {
  int64_t spin_ns; /* of spinning before it sleeps; 0 = none */
  int processes;   /* the word is shared between processes */
};

/* For the team's workers: 5 ms of spinning, none where they are more than the CPUs they may run on, since a spinning
 * worker would then hold the CPU that the one it waits for needs. */
struct wait_policy wait_policy_of(const struct team *team);

/* Gives the word a value and wakes who sleeps. What the caller wrote before, a waiter sees once it sees the value. */
void spin_set(struct spin_word *word, unsigned value, const struct wait_policy *policy);
/* Returns once the word has this value. The value must stay until the waiter has seen it. */
void spin_until(struct spin_word *word, unsigned value, const struct wait_policy *policy);

/* Worker 0 leads, the others follow. */
struct hub {
  struct spin_word round;            /* raised when an iteration begins; the followers' getting ready is round 0 */
  struct spin_word done;             /* raised by each follower in each round */
  struct spin_word phase;            /* raised when all have come to the barrier */
  _Alignas(128) atomic_uint arrived; /* at the barrier, in this phase */
  _Alignas(128) unsigned followers;
  atomic_int over; /* the team ends instead of another round */
};

/* A hub in memory of its own, shared with children if `processes`; NULL if memory runs out. */
struct hub *hub_map(int workers, int processes);
void hub_unmap(struct hub *hub);

/* The leader: returns once all followers have called hub_done in this round; the first time once all are ready. */
void hub_wait(struct hub *hub, const struct wait_policy *policy);
/* The leader: begins the next round. */
void hub_begin(struct hub *hub, const struct wait_policy *policy);
/* The leader: ends all followers, at once or after their round: their hub_next returns 0. */
void hub_end(struct hub *hub, const struct wait_policy *policy);

/* A follower: is ready, or has done its round. */
void hub_done(struct hub *hub, const struct wait_policy *policy);
/* A follower: waits for round `number` (1, 2, ...; wraps round); 0 if there will be none. */
int hub_next(struct hub *hub, unsigned number, const struct wait_policy *policy);

/* Returns once all workers have called it: the barrier between two steps. What each wrote before, all see after. */
void hub_barrier(struct hub *hub, const struct wait_policy *policy);

#endif
