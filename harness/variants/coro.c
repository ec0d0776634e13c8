/* coro: stackful coroutines that take turns in one thread; a libuv loop wakes those that wait. */
/* needs: libuv */
#include "fiber.h" /* before any other */

#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/queue.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

/* Each stack has a guard area below it, so that an overflow crashes instead of overwriting another stack. Both
 * are multiples of any page size in use; a page of a stack is taken from the machine when it is first touched. */
enum { STACK_BYTES = 1 << 20, GUARD_BYTES = 1 << 16 };

struct coroutine {
  struct fiber fiber;
  struct crew *crew;
  int id;
  bool ready;                    /* stands in the queue of those that can go on */
  int64_t deadline_ns;           /* 0: not among the sleepers */
  int64_t parked_ns;             /* in this iteration, within steps */
  TAILQ_ENTRY(coroutine) queued; /* among the ready, at a lock or at the barrier */
  TAILQ_ENTRY(coroutine) asleep; /* among the sleepers */
};
TAILQ_HEAD(queue, coroutine);

struct lock {
  struct coroutine *owner;
  int depth;
  struct queue waiting;
};

/* All coroutines of a cell; `home` is the thread's own stack, which runs the loop. */
struct crew {
  struct team *team;
  struct fiber home;
  int busy;       /* coroutines with work left */
  int turns;      /* how many more run before home looks for deadlines and descriptors */
  bool ending;    /* no more work to come */
  int not_opened; /* coroutines that team_open refused */
  int ready_count, at_barrier;
  struct queue ready, barrier;
  struct queue sleepers; /* the first deadline first */
  struct lock locks[JOB_LOCKS_MAX];
  uv_loop_t loop;
  uv_poll_t alarm; /* watches timer_fd: libuv's own timers know only milliseconds */
  int timer_fd;
  int64_t armed_ns; /* deadline that timer_fd is set to; 0: none */
  int watches;      /* descriptors that someone waits for */
  char *stacks;
  struct coroutine members[];
};

/* ---- taking turns ---- */

static void make_ready(struct coroutine *c) {
  if (c->ready)
    return;
  c->ready = true;
  c->crew->ready_count++;
  TAILQ_INSERT_TAIL(&c->crew->ready, c, queued);
}

static struct coroutine *take_ready(struct crew *crew) {
  struct coroutine *c = TAILQ_FIRST(&crew->ready);
  TAILQ_REMOVE(&crew->ready, c, queued);
  crew->ready_count--;
  crew->turns--;
  c->ready = false;
  return c;
}

static struct coroutine *take_first(struct queue *queue) {
  struct coroutine *c = TAILQ_FIRST(queue);
  if (c)
    TAILQ_REMOVE(queue, c, queued);
  return c;
}

/* Switches to another coroutine until this one is made ready. */
static void park(struct coroutine *self) {
  struct crew *crew = self->crew;
  struct coroutine *next = crew->turns > 0 ? take_ready(crew) : NULL;
  if (next != self)
    fiber_switch(&self->fiber, next ? &next->fiber : &crew->home);
}

/* Parks within a step and counts the time as not busy. */
static void park_in_step(struct coroutine *self) {
  int64_t since = clock_ns();
  park(self);
  self->parked_ns += clock_ns() - since;
}

static void yield(struct coroutine *self) {
  make_ready(self);
  park_in_step(self);
}

/* ---- deadlines ---- */

/* Searches from the end, since most deadlines arrive in order. */
static void sleep_until(struct coroutine *self, int64_t deadline_ns) {
  struct queue *sleepers = &self->crew->sleepers;
  struct coroutine *before = TAILQ_LAST(sleepers, queue);
  while (before && before->deadline_ns > deadline_ns)
    before = TAILQ_PREV(before, queue, asleep);
  self->deadline_ns = deadline_ns;
  if (before)
    TAILQ_INSERT_AFTER(sleepers, before, self, asleep);
  else
    TAILQ_INSERT_HEAD(sleepers, self, asleep);
}

static void sleep_no_more(struct coroutine *c) {
  if (c->deadline_ns)
    TAILQ_REMOVE(&c->crew->sleepers, c, asleep);
  c->deadline_ns = 0;
}

static void wake_due(struct crew *crew) {
  int64_t now = TAILQ_EMPTY(&crew->sleepers) ? 0 : clock_ns();
  struct coroutine *first;
  while ((first = TAILQ_FIRST(&crew->sleepers)) && first->deadline_ns <= now) {
    sleep_no_more(first);
    make_ready(first);
  }
}

static int64_t after(int64_t ns) {
  int64_t end;
  return add_overflows(clock_ns(), ns, &end) ? INT64_MAX : end;
}

/* ---- services for workers ---- */

static struct coroutine *self_of(struct worker *worker) {
  struct team *team = worker->host;
  return &((struct crew *)team->state)->members[worker->id];
}

static void service_wait(struct worker *worker, int64_t ns) {
  struct coroutine *self = self_of(worker);
  if (ns <= 0) {
    yield(self);
  } else {
    sleep_until(self, after(ns));
    park_in_step(self);
  }
}

struct watch {
  uv_poll_t handle; /* the first: freed as what libuv gives back */
  int fd;           /* a copy: libuv takes no descriptor twice, and ours may be closed meanwhile */
};

/* Only wakes the coroutine, which then calls poll(2) for the events. */
static void on_event(uv_poll_t *handle, int status, int events) {
  (void)status, (void)events;
  make_ready(handle->data);
}

static void on_closed(uv_handle_t *handle) { free(handle); }

static void unwatch(struct crew *crew, struct watch *watch) {
  crew->watches--;
  uv_close((uv_handle_t *)watch, on_closed);
  close(watch->fd);
}

/* uv_poll_init makes a descriptor non-blocking for all who have it open; poll(2) does not. */
static int init_watch(struct crew *crew, struct watch *watch) {
  int flags = fcntl(watch->fd, F_GETFL);
  int error = uv_poll_init(&crew->loop, &watch->handle, watch->fd);
  if (error == 0 && !(flags & O_NONBLOCK))
    fcntl(watch->fd, F_SETFL, flags);
  return error;
}

static struct watch *watch(struct coroutine *self, const struct pollfd *wanted) {
  struct watch *copy = malloc(sizeof *copy);
  if (!copy)
    return NULL;
  copy->fd = fcntl(wanted->fd, F_DUPFD_CLOEXEC, 0);
  int error = copy->fd < 0 ? -errno : init_watch(self->crew, copy);
  if (error) {
    if (copy->fd >= 0)
      close(copy->fd);
    free(copy);
    errno = -error;
    return NULL;
  }
  /* Without any bit libuv would not tell of an error either. */
  int events = UV_DISCONNECT * (!wanted->events || wanted->events & POLLRDHUP) |
               UV_READABLE * !!(wanted->events & POLLIN) | UV_WRITABLE * !!(wanted->events & POLLOUT) |
               UV_PRIORITIZED * !!(wanted->events & POLLPRI);
  copy->handle.data = self;
  uv_poll_start(&copy->handle, events, on_event);
  self->crew->watches++;
  return copy;
}

/* Parks until something may have come, or until `end`. -1: no memory or descriptors to wait with. */
static int await_events(struct coroutine *self, const struct pollfd *fds, int count, int64_t end) {
  struct watch **watches = calloc((size_t)count + 1, sizeof(struct watch *));
  int failed = watches ? 0 : -1;
  for (int i = 0; i < count && !failed; i++)
    if (fds[i].fd >= 0 && !(watches[i] = watch(self, &fds[i])))
      failed = -1;
  if (!failed) {
    if (end < INT64_MAX)
      sleep_until(self, end);
    park_in_step(self);
    sleep_no_more(self);
  }
  int error = errno;
  for (int i = 0; i < count && watches; i++)
    if (watches[i])
      unwatch(self->crew, watches[i]);
  free(watches);
  errno = error;
  return failed;
}

static int service_poll(struct worker *worker, struct pollfd *fds, int count, int64_t timeout_ns) {
  struct coroutine *self = self_of(worker);
  int64_t end = timeout_ns < 0 ? INT64_MAX : after(timeout_ns);
  yield(self);
  for (;;) {
    int found = poll(fds, (nfds_t)count, 0);
    if (found != 0 || clock_ns() >= end)
      return found;
    if (await_events(self, fds, count, end) != 0)
      return -1;
  }
}

/* Returns 0: an owner cannot die alone, so a lock is never orphaned. */
static int service_lock(struct worker *worker, int id) {
  struct coroutine *self = self_of(worker);
  struct lock *lock = &self->crew->locks[id];
  if (!lock->owner)
    lock->owner = self;
  if (lock->owner == self) {
    lock->depth++;
  } else {
    TAILQ_INSERT_TAIL(&lock->waiting, self, queued);
    park_in_step(self);
  }
  return 0;
}

/* The lock goes straight to the one that has waited longest. */
static void service_unlock(struct worker *worker, int id) {
  struct coroutine *self = self_of(worker);
  struct lock *lock = &self->crew->locks[id];
  if (lock->owner != self || --lock->depth > 0)
    return;
  lock->owner = take_first(&lock->waiting);
  if (lock->owner) {
    lock->depth = 1;
    make_ready(lock->owner);
  }
}

static const struct services services = {service_wait, service_poll, service_lock, service_unlock};

static void barrier(struct team *team, int id) {
  struct crew *crew = team->state;
  if (++crew->at_barrier < team->workers) {
    TAILQ_INSERT_TAIL(&crew->barrier, &crew->members[id], queued);
    park(&crew->members[id]);
    return;
  }
  crew->at_barrier = 0;
  for (struct coroutine *c; (c = take_first(&crew->barrier));)
    make_ready(c);
}

/* ---- one coroutine's life ---- */

/* Waits for the next iteration; false: there is none. */
static bool await_work(struct coroutine *self) {
  self->crew->busy--;
  park(self);
  self->parked_ns = 0;
  return !self->crew->ending;
}

static void live(void *argument) {
  struct coroutine *self = argument;
  struct crew *crew = self->crew;
  bool opened = team_open(crew->team, self->id) == 0;
  crew->not_opened += !opened;
  while (await_work(self)) {
    team_work(crew->team, self->id);
    crew->team->shared->stamps[self->id].busy_ns -= self->parked_ns;
  }
  if (opened)
    team_close(crew->team, self->id);
  crew->busy--;
  fiber_end(&self->fiber, &crew->home);
}

/* ---- the loop ---- */

static void on_alarm(uv_poll_t *handle, int status, int events) {
  (void)status, (void)events;
  struct crew *crew = handle->data;
  uint64_t rung;
  if (read(crew->timer_fd, &rung, sizeof rung) == sizeof rung)
    crew->armed_ns = 0;
}

static void arm(struct crew *crew, int64_t at_ns) {
  if (crew->armed_ns == at_ns)
    return;
  struct itimerspec at = {.it_value = {at_ns / 1000000000, at_ns % 1000000000}};
  timerfd_settime(crew->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
  crew->armed_ns = at_ns;
}

/* Reports a deadlock and its locks; returns -1. */
static int deadlock(struct crew *crew) {
  char who[100] = "";
  for (int i = 0; i < JOB_LOCKS_MAX && !who[0]; i++)
    if (!TAILQ_EMPTY(&crew->locks[i].waiting))
      snprintf(who, sizeof who, "; worker %d waits for lock %d, which worker %d has",
               TAILQ_FIRST(&crew->locks[i].waiting)->id, i, crew->locks[i].owner->id);
  return team_fail(crew->team, STATUS_EXIT, "deadlock: none of %d workers can go on, %d are at the barrier%s",
                   crew->busy, crew->at_barrier, who);
}

/* Lets all coroutines run until each has nothing more to do. -1 if none of those left can ever go on. */
static int run_all(struct crew *crew) {
  crew->busy = crew->team->workers;
  for (int i = 0; i < crew->team->workers; i++)
    make_ready(&crew->members[i]);
  while (crew->busy > 0) {
    wake_due(crew);
    if (crew->ready_count == 0) {
      if (crew->watches == 0 && TAILQ_EMPTY(&crew->sleepers))
        return deadlock(crew);
      if (!TAILQ_EMPTY(&crew->sleepers))
        arm(crew, TAILQ_FIRST(&crew->sleepers)->deadline_ns);
      uv_run(&crew->loop, UV_RUN_ONCE);
    } else {
      if (crew->watches > 0)
        uv_run(&crew->loop, UV_RUN_NOWAIT);
      crew->turns = crew->ready_count;
      fiber_switch(&crew->home, &take_ready(crew)->fiber);
    }
  }
  return 0;
}

/* ---- the crew ---- */

static size_t stride(void) { return GUARD_BYTES + STACK_BYTES; }

static int map_stacks(struct crew *crew) {
  size_t count = (size_t)crew->team->workers;
  char *stacks =
      mmap(NULL, count * stride(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  if (stacks == MAP_FAILED)
    return -1;
  crew->stacks = stacks;
  for (size_t i = 0; i < count; i++)
    if (mprotect(stacks + i * stride() + GUARD_BYTES, STACK_BYTES, PROT_READ | PROT_WRITE) != 0)
      return -1;
  return 0;
}

static int open_loop(struct crew *crew) {
  crew->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (crew->timer_fd < 0)
    return -1;
  int error = uv_loop_init(&crew->loop);
  if (error == 0 && (error = uv_poll_init(&crew->loop, &crew->alarm, crew->timer_fd)) != 0)
    uv_loop_close(&crew->loop);
  if (error == 0) {
    crew->alarm.data = crew;
    uv_poll_start(&crew->alarm, UV_READABLE, on_alarm);
    return 0;
  }
  close(crew->timer_fd);
  errno = -error;
  return -1;
}

static void close_loop(struct crew *crew) {
  uv_close((uv_handle_t *)&crew->alarm, NULL);
  uv_run(&crew->loop, UV_RUN_DEFAULT);
  uv_loop_close(&crew->loop);
  close(crew->timer_fd);
}

static void init_queues(struct crew *crew) {
  TAILQ_INIT(&crew->ready);
  TAILQ_INIT(&crew->barrier);
  TAILQ_INIT(&crew->sleepers);
  for (int i = 0; i < JOB_LOCKS_MAX; i++)
    TAILQ_INIT(&crew->locks[i].waiting);
}

static void start_coroutines(struct crew *crew) {
  for (int i = 0; i < crew->team->workers; i++) {
    struct coroutine *c = &crew->members[i];
    char *stack = crew->stacks + (size_t)i * stride() + GUARD_BYTES;
    *c = (struct coroutine){.crew = crew, .id = i};
    fiber_start(&c->fiber, &crew->home, stack, STACK_BYTES, live, c);
    crew->team->members[i].services = &services;
  }
}

/* On failure nothing is freed: unfinished coroutines still use it until the cell's process ends. */
static int start(struct team *team) {
  struct crew *crew = calloc(1, sizeof *crew + (size_t)team->workers * sizeof(struct coroutine));
  if (!crew)
    return team_fail(team, STATUS_NORES, "no memory for %d coroutines", team->workers);
  team->state = crew;
  team->barrier = barrier;
  if (team->cpu_count > 1)
    team->cpu_count = 1; /* one thread is on one CPU */
  crew->team = team;
  init_queues(crew);
  if (map_stacks(crew) != 0)
    return team_fail(team, STATUS_NORES, "no memory for the stacks of %d coroutines: %s", team->workers,
                     strerror(errno));
  if (open_loop(crew) != 0)
    return team_fail(team, STATUS_NORES, "no libuv loop: %s", strerror(errno));
  start_coroutines(crew);
  if (run_all(crew) != 0)
    return -1;
  return crew->not_opened ? team_fail(team, STATUS_NORES, "%s", team->job->message) : 0;
}

static int run(struct team *team) { return run_all(team->state); }

static int stop(struct team *team) {
  struct crew *crew = team->state;
  crew->ending = true;
  if (run_all(crew) != 0)
    return -1;
  for (int i = 0; i < team->workers; i++)
    fiber_forget(&crew->members[i].fiber);
  close_loop(crew);
  munmap(crew->stacks, (size_t)team->workers * stride());
  free(crew);
  team->state = NULL;
  return 0;
}

static int os_threads(int workers) {
  (void)workers;
  return 1;
}

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "coro",
    .summary = "coroutines on one libuv loop in one thread: waits overlap, computations do not, and a call that blocks "
               "stalls all; busy is without waits",
    .offers = NEED_SHARED | NEED_LOCKS | NEED_WAIT | NEED_POLL,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC) | SCHEDULE_BIT(SCHEDULE_DYNAMIC) | SCHEDULE_BIT(SCHEDULE_GUIDED),
    .look = {"#56B4E9", "square", "2,3"},
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};
