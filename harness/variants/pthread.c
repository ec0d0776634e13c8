/* pthread: threads created and joined inside every iteration, as a program does that starts threads when it
 * has work. */
#include "variant.h"

#include <stdlib.h>

struct thread {
  pthread_t id;
  struct team *team;
  int worker;
};

static void *thread_main(void *argument) {
  struct thread *self = argument;
  char name[16];
  snprintf(name, sizeof name, "worker %d", self->worker);
  pthread_setname_np(pthread_self(), name);
  if (team_open(self->team, self->worker) != 0)
    return self; /* not NULL: could not start */
  team_work(self->team, self->worker);
  team_close(self->team, self->worker);
  return NULL;
}

/* A failure leaves threads behind that wait for the missing ones: the cell ends with them, as a row. */
static int start(struct team *team) {
  struct thread *threads = calloc((size_t)team->workers, sizeof *threads);
  if (!threads)
    return team_fail(team, STATUS_NORES, "no memory for %d threads", team->workers);
  team->state = threads;
  for (int i = 0; i < team->workers; i++) {
    threads[i] = (struct thread){.team = team, .worker = i};
    int error = pthread_create(&threads[i].id, NULL, thread_main, &threads[i]);
    if (error)
      return team_fail(team, STATUS_NORES, "pthread_create of worker %d: %s", i, strerror(error));
  }
  return 0;
}

static int run(struct team *team) {
  struct thread *threads = team->state;
  int failed = 0;
  for (int i = 0; i < team->workers; i++) {
    void *not_started = NULL;
    pthread_join(threads[i].id, &not_started);
    failed += not_started != NULL;
  }
  free(threads);
  return failed ? team_fail(team, STATUS_NORES, "%s", team->job->message) : 0;
}

static int os_threads(int workers) { return workers; }

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "pthread",
    .summary = "threads created and joined in every iteration",
    .offers = NEED_SHARED | NEED_LOCKS | NEED_WAIT | NEED_POLL | NEED_NAMES,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC) | SCHEDULE_BIT(SCHEDULE_DYNAMIC) | SCHEDULE_BIT(SCHEDULE_GUIDED),
    .usual = 2,
    .look = {"#0072B2", "square", "12,4"},
    .lifetime = TEAM_PER_ITERATION,
    .start = start,
    .run = run,
    .os_threads = os_threads,
};
