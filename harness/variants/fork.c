/* fork: processes forked and reaped inside every iteration, over memory they share. */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPEN_FAILED = 77 };

struct child {
  pid_t pid;
  int fd; /* pidfd, or -1 once reaped */
};

static _Noreturn void child_main(struct team *team, int id, pid_t parent) {
  char name[16];
  snprintf(name, sizeof name, "worker %d", id);
  prctl(PR_SET_NAME, name);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  if (team_open(team, id) != 0)
    _exit(OPEN_FAILED);
  team_work(team, id);
  team_close(team, id);
  _exit(0);
}

static void kill_all(struct team *team) {
  struct child *children = team->state;
  for (int i = 0; i < team->workers; i++)
    if (children[i].fd >= 0) {
      kill(children[i].pid, SIGKILL);
      waitpid(children[i].pid, NULL, 0);
      close(children[i].fd);
      children[i].fd = -1;
    }
}

static int add_child(struct team *team, int id) {
  struct child *child = &((struct child *)team->state)[id];
  pid_t parent = getpid();
  child->pid = fork();
  if (child->pid == 0)
    child_main(team, id, parent);
  if (child->pid < 0)
    return team_fail(team, STATUS_NORES, "fork of worker %d: %s", id, strerror(errno));
  child->fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
  if (child->fd >= 0)
    return 0;
  int error = errno;
  kill(child->pid, SIGKILL);
  waitpid(child->pid, NULL, 0);
  return team_fail(team, STATUS_NORES, "pidfd_open of worker %d: %s", id, strerror(error));
}

static int start(struct team *team) {
  struct child *children = calloc((size_t)team->workers, sizeof *children);
  if (!children)
    return team_fail(team, STATUS_NORES, "no memory for %d processes", team->workers);
  team->state = children;
  for (int i = 0; i < team->workers; i++)
    children[i].fd = -1;
  for (int i = 0; i < team->workers; i++)
    if (add_child(team, i) != 0) {
      kill_all(team);
      free(children);
      team->state = NULL;
      return -1;
    }
  return 0;
}

/* Reaps child i; -1 if it did not end well. */
static int reap(struct team *team, int i) {
  struct child *child = &((struct child *)team->state)[i];
  int status, lost = waitpid(child->pid, &status, 0) < 0 ? errno : 0;
  close(child->fd);
  child->fd = -1;
  if (lost) /* a kernel that ignores SIGCHLD, or waits for all children, takes their status */
    return team_fail(team, STATUS_EXIT, "how worker %d ended is lost: %s; does the kernel wait for children?", i,
                     strerror(lost));
  if (WIFSIGNALED(status))
    return team_fail(team, STATUS_CRASH, "worker %d died: signal %d (%s)", i, WTERMSIG(status),
                     strsignal(WTERMSIG(status)));
  if (WEXITSTATUS(status) == OPEN_FAILED)
    return team_fail(team, STATUS_NORES, "worker %d could not start", i);
  if (WEXITSTATUS(status) != 0 || team->shared->stamps[i].out_ns == 0)
    return team_fail(team, STATUS_EXIT, "worker %d called exit(%d) before its work was done", i, WEXITSTATUS(status));
  return 0;
}

/* Waits for all children at once: one that dies leaves its siblings at a barrier for ever. `fds`: one a worker. */
static int wait_for_all(struct team *team, struct pollfd *fds) {
  struct child *children = team->state;
  for (int left = team->workers; left > 0;) {
    for (int i = 0; i < team->workers; i++)
      fds[i] = (struct pollfd){children[i].fd, POLLIN, 0};
    if (poll(fds, (nfds_t)team->workers, -1) < 0 && errno != EINTR)
      return team_fail(team, STATUS_NORES, "poll: %s", strerror(errno));
    for (int i = 0; i < team->workers; i++)
      if (children[i].fd >= 0 && fds[i].revents) {
        left--;
        if (reap(team, i) != 0)
          return -1;
      }
  }
  return 0;
}

static int run(struct team *team) {
  struct pollfd *fds = calloc((size_t)team->workers, sizeof *fds);
  int failed = fds ? wait_for_all(team, fds)
                   : team_fail(team, STATUS_NORES, "no memory to wait for %d processes", team->workers);
  kill_all(team);
  free(fds);
  free(team->state);
  return failed;
}

static int os_threads(int workers) { return workers; }

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "fork",
    .summary = "processes forked and reaped in every iteration, over shared memory",
    .offers = NEED_SHARED | NEED_LOCKS | NEED_WAIT | NEED_POLL | NEED_NAMES,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC) | SCHEDULE_BIT(SCHEDULE_DYNAMIC) | SCHEDULE_BIT(SCHEDULE_GUIDED),
    .processes = 1,
    .usual = 4,
    .look = {"#D55E00", "diamond", "4,4"},
    .lifetime = TEAM_PER_ITERATION,
    .start = start,
    .run = run,
    .os_threads = os_threads,
};
