/* Runs a kernel's check on a wrong answer in a child process, since the check may crash or hang on it. */
#include "ask.h"

#include "base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void child_main(struct job *job, int to, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_DFL);
  if (getppid() != parent)
    _exit(1);
  const char *why = job->kernel->check(job);
  size_t length = why ? strlen(why) : 0;
  _exit(why && write(to, why, length) == (ssize_t)length ? 0 : 1);
}

/* Reads until the other end is closed or the limit has passed. */
static void read_all(int from, int64_t limit_ns, char *text, size_t size) {
  int64_t end = clock_ns() + limit_ns, left;
  size_t length = 0;
  for (ssize_t n = 1; n != 0 && length + 1 < size && (left = end - clock_ns()) > 0;) {
    struct pollfd fd = {from, POLLIN, 0};
    n = poll(&fd, 1, (int)(left / 1000000) + 1) > 0 ? read(from, text + length, size - 1 - length) : -1;
    length += n > 0 ? (size_t)n : 0;
  }
  text[length] = '\0';
}

void ask_check(struct job *job, int64_t limit_ns, char *why, size_t size) {
  int ends[2];
  pid_t self = getpid();
  why[0] = '\0';
  if (!job->kernel->check || limit_ns <= 0 || pipe2(ends, O_CLOEXEC) != 0)
    return;
  pid_t pid = fork();
  if (pid == 0)
    child_main(job, ends[1], self);
  close(ends[1]);
  if (pid > 0) {
    read_all(ends[0], limit_ns, why, size);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
  }
  close(ends[0]);
}
