/* prefork: processes forked once a cell over memory they share, which wait for the next iteration by spinning, then
 * asleep. The cell's own process is worker 0, as the main thread is in pool.
 *
 * A child may die while worker 0 itself works, and worker 0 or another child may then wait for it forever, by any means
 * that the kernel uses. So SIGCHLD interrupts worker 0 wherever it is. The interrupted call (malloc, for example) stays
 * incomplete; from then on the process calls async-signal-safe functions only, until it exits. */
#include "spin.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPEN_FAILED = 77 };

/* Mapped by mmap, since it is released where free cannot be called. */
struct prefork {
  struct hub *hub; /* shared with the children */
  struct wait_policy policy;
  int ready;                         /* all are open */
  volatile sig_atomic_t interrupted; /* by a SIGCHLD, since the children were last looked at */
  volatile sig_atomic_t listens;     /* worker 0 is at work: SIGCHLD takes it to `failed` */
  sigjmp_buf failed;
  struct sigaction action;                /* on SIGCHLD, before */
  sigset_t mask;                          /* of signals, before */
  void (*barrier)(struct team *, int id); /* the team's before */
  char name[16];                          /* the process's before */
  pid_t children[];                       /* by worker; 0: none, or reaped */
};

/* Whose children the handler looks after. */
static struct team *listener;

/* 1 in a worker. The system clears the page in a fork (MADV_WIPEONFORK), so it is 0 in a process that a kernel forks
 * and lets return: that copy of a worker would be counted as one. */
static int *is_worker, unmarked; /* unmarked: where the system has no such page, copies are not noticed */
enum { MARK_BYTES = 4096 };

static void make_mark(void) {
  void *page = mmap(NULL, MARK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page != MAP_FAILED && madvise(page, MARK_BYTES, MADV_WIPEONFORK) != 0)
    munmap(page, MARK_BYTES), page = MAP_FAILED;
  is_worker = page == MAP_FAILED ? &unmarked : page;
  *is_worker = 1;
}

static void end_copy(void) {
  if (!*is_worker)
    _exit(0);
}

static void name_worker(int worker) {
  char name[16];
  snprintf(name, sizeof name, "worker %d", worker);
  prctl(PR_SET_NAME, name);
}

static _Noreturn void child_main(struct team *team, int id, pid_t parent) {
  struct prefork *own = team->state;
  *is_worker = 1;
  name_worker(id);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  if (team_open(team, id) != 0)
    _exit(OPEN_FAILED);
  end_copy();
  hub_done(own->hub, &own->policy);
  for (unsigned round = 1; hub_next(own->hub, round, &own->policy); round++) {
    team_work(team, id);
    end_copy();
    hub_done(own->hub, &own->policy);
  }
  team_close(team, id);
  _exit(0);
}

static void barrier(struct team *team, int id) {
  (void)id;
  struct prefork *own = team->state;
  end_copy();
  hub_barrier(own->hub, &own->policy);
}

/* Records why a child ended early. */
static void record_death(struct team *team, int id, int status) {
  const struct prefork *own = team->state;
  if (WIFSIGNALED(status))
    team_fail(team, STATUS_CRASH, "worker %d died: signal %d (%s)", id, WTERMSIG(status), strsignal(WTERMSIG(status)));
  else if (!own->ready && WEXITSTATUS(status) == OPEN_FAILED)
    team_fail(team, STATUS_NORES, "worker %d could not start", id);
  else
    team_fail(team, STATUS_EXIT, "worker %d called exit(%d) before its work was done", id, WEXITSTATUS(status));
}

/* -1, with the reason, if a child has ended. */
static int look(struct team *team) {
  struct prefork *own = team->state;
  int status = 0;
  own->interrupted = 0;
  for (int i = 1; i < team->workers; i++)
    if (own->children[i] > 0 && waitpid(own->children[i], &status, WNOHANG) != 0) {
      own->children[i] = 0;
      record_death(team, i, status);
      return -1;
    }
  return 0;
}

/* In worker 0 itself. */
static void hear(struct prefork *own) {
  own->interrupted = 1;
  if (own->listens && look(listener) != 0) {
    listener->torn = 1;
    siglongjmp(own->failed, 1);
  }
}

/* On SIGCHLD. A kernel may have other children, threads, which the system may hand the signal to, so that they pass it
 * on, or forks of worker 0 that have children of their own. */
static void on_child(int signal) {
  int error = errno;
  if (!listener)
    return;
  if (syscall(SYS_gettid) == listener->process)
    hear(listener->state);
  else if (syscall(SYS_getpid) == listener->process)
    syscall(SYS_tgkill, listener->process, listener->process, signal);
  errno = error;
}

/* Lets SIGCHLD interrupt worker 0 from here on, and repeats a SIGCHLD that came before. */
static void go_to_work(struct prefork *own) {
  own->listens = 1;
  if (own->interrupted)
    raise(SIGCHLD);
}

/* Installs the handler of SIGCHLD. Marks it as pending, since a child may have ended already. */
static void listen(struct team *team) {
  struct prefork *own = team->state;
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  listener = team;
  sigaction(SIGCHLD, &action, &own->action);
  sigprocmask(SIG_UNBLOCK, &child, &own->mask);
  own->interrupted = 1;
}

/* Waits for the end of all children; -1 if one did not end well. */
static int reap_all(struct team *team) {
  struct prefork *own = team->state;
  int failed = 0;
  for (int i = 1; i < team->workers; i++) {
    int status = 0;
    if (own->children[i] > 0 && waitpid(own->children[i], &status, 0) > 0 && status != 0 && !failed++)
      record_death(team, i, status);
  }
  return failed ? -1 : 0;
}

static size_t bytes_of(const struct team *team) {
  return sizeof(struct prefork) + (size_t)team->workers * sizeof(pid_t);
}

static void give_back(struct team *team) {
  struct prefork *own = team->state;
  if (listener == team) {
    sigaction(SIGCHLD, &own->action, NULL);
    sigprocmask(SIG_SETMASK, &own->mask, NULL);
    listener = NULL;
  }
  if (!team->torn) /* some sanitizers lock for it */
    prctl(PR_SET_NAME, own->name);
  team->barrier = own->barrier;
  if (is_worker != &unmarked)
    munmap(is_worker, MARK_BYTES);
  hub_unmap(own->hub);
  munmap(own, bytes_of(team));
}

/* Kills and reaps all children after a failure that has been recorded; returns -1. */
static int give_up(struct team *team) {
  struct prefork *own = team->state;
  own->listens = 0;
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
      return team_fail(team, STATUS_NORES, "fork of worker %d: %s", i, strerror(errno));
  }
  name_worker(0);
  if (team_open(team, 0) != 0)
    return team_fail(team, STATUS_NORES, "%s", team->job->message);
  listen(team);
  go_to_work(own);
  hub_wait(own->hub, &own->policy);
  own->listens = 0;
  own->ready = 1;
  return 0;
}

static struct prefork *make(struct team *team) {
  struct hub *hub = hub_map(team->workers, 1);
  void *memory = mmap(NULL, bytes_of(team), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (hub && memory != MAP_FAILED) {
    struct prefork *own = memory;
    make_mark();
    own->hub = hub;
    own->barrier = team->barrier;
    own->policy = wait_policy_of(team);
    prctl(PR_GET_NAME, own->name);
    return own;
  }
  if (hub)
    hub_unmap(hub);
  if (memory != MAP_FAILED)
    munmap(memory, bytes_of(team));
  return NULL;
}

static int start(struct team *team) {
  struct prefork *own = make(team);
  if (!own)
    return team_fail(team, STATUS_NORES, "no memory for %d processes", team->workers);
  team->state = own;
  team->barrier = barrier;
  if (sigsetjmp(own->failed, 0) != 0 || open_all(team) != 0)
    return give_up(team);
  return 0;
}

static int run(struct team *team) {
  struct prefork *own = team->state;
  if (sigsetjmp(own->failed, 0) != 0)
    return give_up(team);
  go_to_work(own);
  hub_begin(own->hub, &own->policy);
  team_work(team, 0);
  end_copy();
  hub_wait(own->hub, &own->policy);
  own->listens = 0;
  return 0;
}

static int stop(struct team *team) {
  struct prefork *own = team->state;
  team_close(team, 0);
  hub_end(own->hub, &own->policy);
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
    .look = {"#CC79A7", "pentagon", "8,3,2,3,2,3"},
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};
