/* prefork: processes forked once a cell over memory they share, which wait for the next iteration by spinning, then
 * asleep. The cell's own process is worker 0, as the main thread is in pool. */
#include "spin.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPEN_FAILED = 77 };

struct prefork {
  struct hub *hub; /* shared with the children */
  struct patience patience;
  pid_t *children; /* by worker; 0: none, or reaped */
  int ready;       /* all are open */
  jmp_buf failed;  /* where worker 0 goes from a wait, in the middle of its work, when a child has died */
  void (*barrier)(struct team *, int id); /* the team's before */
  char name[16];                          /* the process's before */
};

static void name_worker(int worker) {
  char name[16];
  snprintf(name, sizeof name, "worker %d", worker);
  prctl(PR_SET_NAME, name);
}

static _Noreturn void child_main(struct team *team, int id, pid_t parent) {
  struct prefork *own = team->state;
  own->patience.look = NULL; /* the parent looks after all; a child dies with it */
  name_worker(id);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  if (team_open(team, id) != 0)
    _exit(OPEN_FAILED);
  hub_done(own->hub, &own->patience);
  for (unsigned round = 1; hub_next(own->hub, round, &own->patience); round++) {
    team_work(team, id);
    hub_done(own->hub, &own->patience);
  }
  team_close(team, id);
  _exit(0);
}

static void barrier(struct team *team, int id) {
  (void)id;
  struct prefork *own = team->state;
  hub_barrier(own->hub, &own->patience);
}

/* Notes how a child ended before its time. */
static void tell_death(struct team *team, int id, int status) {
  const struct prefork *own = team->state;
  if (WIFSIGNALED(status))
    team_fail(team, "crash", "worker %d died: signal %d (%s)", id, WTERMSIG(status), strsignal(WTERMSIG(status)));
  else if (!own->ready && WEXITSTATUS(status) == OPEN_FAILED)
    team_fail(team, "nores", "worker %d could not start", id);
  else
    team_fail(team, "exit", "worker %d called exit(%d) before its work was done", id, WEXITSTATUS(status));
}

/* Leaves the wait that it is called from if a child has ended: the wait would have no end. */
static void look(void *with) {
  struct team *team = with;
  struct prefork *own = team->state;
  int status = 0;
  for (int i = 1; i < team->workers; i++)
    if (own->children[i] > 0 && waitpid(own->children[i], &status, WNOHANG) != 0) {
      own->children[i] = 0;
      tell_death(team, i, status);
      longjmp(own->failed, 1);
    }
}

/* Waits for the end of all children; -1 if one did not end well. */
static int reap_all(struct team *team) {
  struct prefork *own = team->state;
  int failed = 0;
  for (int i = 1; i < team->workers; i++) {
    int status = 0;
    if (own->children[i] > 0 && waitpid(own->children[i], &status, 0) > 0 && status != 0 && !failed++)
      tell_death(team, i, status);
  }
  return failed ? -1 : 0;
}

static void give_back(struct team *team) {
  struct prefork *own = team->state;
  prctl(PR_SET_NAME, own->name);
  team->barrier = own->barrier;
  hub_unmap(own->hub);
  free(own->children);
  free(own);
}

/* The end of a team that cannot go on, for the reason already told: no child is left. */
static int give_up(struct team *team) {
  const struct prefork *own = team->state;
  for (int i = 1; i < team->workers; i++)
    if (own->children[i] > 0) {
      kill(own->children[i], SIGKILL);
      waitpid(own->children[i], NULL, 0);
    }
  give_back(team);
  return -1;
}

/* Forks the children, opens worker 0 in this process and waits until all are ready. Children first: they would inherit
 * the CPU that worker 0 is bound to, and what the kernel makes for it. */
static int open_all(struct team *team) {
  struct prefork *own = team->state;
  pid_t parent = getpid();
  for (int i = 1; i < team->workers; i++) {
    own->children[i] = fork();
    if (own->children[i] == 0)
      child_main(team, i, parent);
    if (own->children[i] < 0)
      return team_fail(team, "nores", "fork of worker %d: %s", i, strerror(errno));
  }
  name_worker(0);
  if (team_open(team, 0) != 0)
    return team_fail(team, "nores", "%s", team->job->message);
  hub_wait(own->hub, &own->patience);
  own->ready = 1;
  return 0;
}

static struct prefork *make(struct team *team) {
  struct prefork *own = calloc(1, sizeof *own);
  struct hub *hub = hub_map(team->workers, 1);
  pid_t *children = calloc((size_t)team->workers, sizeof *children);
  if (own && hub && children) {
    own->hub = hub;
    own->children = children;
    own->barrier = team->barrier;
    own->patience = patience_of(team);
    own->patience.look = look;
    own->patience.with = team;
    prctl(PR_GET_NAME, own->name);
    return own;
  }
  if (hub)
    hub_unmap(hub);
  free(children);
  free(own);
  return NULL;
}

static int start(struct team *team) {
  struct prefork *own = make(team);
  if (!own)
    return team_fail(team, "nores", "no memory for %d processes", team->workers);
  team->state = own;
  team->barrier = barrier;
  if (setjmp(own->failed) != 0 || open_all(team) != 0)
    return give_up(team);
  return 0;
}

static int run(struct team *team) {
  struct prefork *own = team->state;
  if (setjmp(own->failed) != 0)
    return give_up(team);
  hub_begin(own->hub, &own->patience);
  team_work(team, 0);
  hub_wait(own->hub, &own->patience);
  return 0;
}

static int stop(struct team *team) {
  struct prefork *own = team->state;
  team_close(team, 0);
  hub_end(own->hub, &own->patience);
  int failed = reap_all(team);
  give_back(team);
  return failed;
}

static int os_threads(int workers) { return workers; }

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "prefork",
    .summary = "processes forked once a cell, over shared memory; they spin, then sleep, until the next iteration",
    .offers = NEED_SHARED | NEED_LOCKS | NEED_WAIT | NEED_POLL | NEED_NAMES,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC) | SCHEDULE_BIT(SCHEDULE_DYNAMIC) | SCHEDULE_BIT(SCHEDULE_GUIDED),
    .processes = 1,
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};
