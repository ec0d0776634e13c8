/* pool: threads made once a cell, which wait for the next iteration by spinning, then asleep. The main thread is
 * worker 0, as in OpenMP: no thread only waits, so as many workers as CPUs have a CPU each. */
#include "spin.h"

#include <stdlib.h>
#include <sys/prctl.h>

struct pool {
  struct hub *hub;
  struct wait_policy policy;
  struct thread *threads;                 /* of workers 1 and on */
  int started;                            /* threads */
  atomic_int unopened;                    /* workers whose team_open failed */
  void (*barrier)(struct team *, int id); /* the team's before */
  char name[16];                          /* the main thread's before */
};

struct thread {
  pthread_t id;
  struct team *team;
  int worker;
};

static void name_worker(int worker) {
  char name[16];
  snprintf(name, sizeof name, "worker %d", worker);
  prctl(PR_SET_NAME, name);
}

static void *thread_main(void *argument) {
  struct thread *self = argument;
  struct pool *pool = self->team->state;
  name_worker(self->worker);
  int opened = team_open(self->team, self->worker) == 0;
  if (!opened)
    atomic_fetch_add(&pool->unopened, 1);
  hub_done(pool->hub, &pool->policy);
  for (unsigned round = 1; hub_next(pool->hub, round, &pool->policy); round++) {
    team_work(self->team, self->worker);
    hub_done(pool->hub, &pool->policy);
  }
  if (opened)
    team_close(self->team, self->worker);
  return NULL;
}

static void barrier(struct team *team, int id) {
  (void)id;
  struct pool *pool = team->state;
  hub_barrier(pool->hub, &pool->policy);
}

/* Ends and joins the threads and frees the pool. */
static void end(struct team *team) {
  struct pool *pool = team->state;
  hub_end(pool->hub, &pool->policy);
  for (int i = 0; i < pool->started; i++)
    pthread_join(pool->threads[i].id, NULL);
  prctl(PR_SET_NAME, pool->name);
  team->barrier = pool->barrier;
  hub_unmap(pool->hub);
  free(pool->threads);
  free(pool);
}

static int add_thread(struct team *team, int worker) {
  struct pool *pool = team->state;
  struct thread *thread = &pool->threads[pool->started];
  *thread = (struct thread){.team = team, .worker = worker};
  int error = pthread_create(&thread->id, NULL, thread_main, thread);
  if (error)
    return team_fail(team, STATUS_NORES, "pthread_create of worker %d: %s", worker, strerror(error));
  pool->started++;
  return 0;
}

/* Starts the threads, opens worker 0 in the main thread and waits until all are ready. Threads first: they would
 * inherit the CPU that worker 0 is bound to. */
static int open_all(struct team *team) {
  struct pool *pool = team->state;
  for (int i = 1; i < team->workers; i++)
    if (add_thread(team, i) != 0)
      return -1;
  name_worker(0);
  int opened = team_open(team, 0) == 0;
  hub_wait(pool->hub, &pool->policy);
  if (opened && atomic_load(&pool->unopened) == 0)
    return 0;
  if (opened)
    team_close(team, 0);
  return team_fail(team, STATUS_NORES, "%s", team->job->message);
}

static struct pool *make(const struct team *team) {
  struct pool *pool = calloc(1, sizeof *pool);
  struct hub *hub = hub_map(team->workers, 0);
  struct thread *threads = calloc((size_t)team->workers, sizeof *threads);
  if (pool && hub && threads) {
    *pool = (struct pool){.hub = hub, .policy = wait_policy_of(team), .threads = threads, .barrier = team->barrier};
    prctl(PR_GET_NAME, pool->name);
    return pool;
  }
  if (hub)
    hub_unmap(hub);
  free(threads);
  free(pool);
  return NULL;
}

static int start(struct team *team) {
  team->state = make(team);
  if (!team->state)
    return team_fail(team, STATUS_NORES, "no memory for %d threads", team->workers);
  team->barrier = barrier;
  if (open_all(team) == 0)
    return 0;
  end(team);
  return -1;
}

static int run(struct team *team) {
  struct pool *pool = team->state;
  hub_begin(pool->hub, &pool->policy);
  team_work(team, 0);
  hub_wait(pool->hub, &pool->policy);
  return 0;
}

static int stop(struct team *team) {
  team_close(team, 0);
  end(team);
  return 0;
}

static int os_threads(int workers) { return workers; }

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "pool",
    .summary = "threads made once a cell; they spin, then sleep, until the next iteration",
    .offers = NEED_SHARED | NEED_LOCKS | NEED_WAIT | NEED_POLL | NEED_NAMES,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC) | SCHEDULE_BIT(SCHEDULE_DYNAMIC) | SCHEDULE_BIT(SCHEDULE_GUIDED),
    .look = {"#009E73", "triangle-down", "16,4,3,4"},
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};
