/* Independent work of a report, by a thread for each usable CPU. */
#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct works {
  atomic_size_t next;
  size_t count;
  parallel_work *work;
  void *with;
};

static void *take_works(void *with) {
  struct works *w = with;
  for (size_t i; (i = atomic_fetch_add(&w->next, 1)) < w->count;)
    w->work(w->with, i);
  return NULL;
}

void parallel_each(size_t count, unsigned threads, parallel_work *work, void *with) {
  struct works works = {.count = count, .work = work, .with = with};
  pthread_t others[THREADS_MOST];
  unsigned started = 0;
  while (started + 1 < threads && started + 1 < count && started < THREADS_MOST &&
         pthread_create(&others[started], NULL, take_works, &works) == 0)
    started++;
  take_works(&works);
  for (unsigned i = 0; i < started; i++)
    pthread_join(others[i], NULL);
}

unsigned usable_threads(void) {
  cpu_set_t usable;
  int count = sched_getaffinity(0, sizeof usable, &usable) == 0 ? CPU_COUNT(&usable) : 1;
  return count < 1 ? 1 : count < THREADS_MOST ? (unsigned)count : THREADS_MOST;
}
