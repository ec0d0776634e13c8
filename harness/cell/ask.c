/* Asks a kernel about the answer in its memory, in a child with a time limit. */
#include "ask.h"

#include "base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(int to, const void *bytes, size_t count) { _exit(write(to, bytes, count) == (ssize_t)count ? 0 : 1); }

static void tell_check(struct job *job, int to) {
  const char *why = job->kernel->check(job);
  tell(to, why ? why : "", why ? strlen(why) : 0);
}

static void tell_digest(struct job *job, int to) {
  uint64_t digest = job_digest(job);
  tell(to, &digest, sizeof digest);
}

static _Noreturn void child_main(struct job *job, void (*answer)(struct job *, int to), int to, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_DFL);
  if (getppid() == parent)
    answer(job, to);
  _exit(1);
}

/* What comes until the other end is closed or the time is over. */
static size_t read_all(int from, int64_t limit_ns, char *text, size_t size) {
  int64_t end = clock_ns() + limit_ns, left;
  size_t length = 0;
  for (ssize_t n = 1; n != 0 && length + 1 < size && (left = end - clock_ns()) > 0;) {
    struct pollfd fd = {from, POLLIN, 0};
    n = poll(&fd, 1, (int)(left / 1000000) + 1) > 0 ? read(from, text + length, size - 1 - length) : -1;
    length += n > 0 ? (size_t)n : 0;
  }
  text[length] = '\0';
  return length;
}

static size_t ask(struct job *job, void (*answer)(struct job *, int to), int64_t limit_ns, char *text, size_t size) {
  int ends[2];
  pid_t self = getpid();
  size_t length = 0;
  text[0] = '\0';
  if (limit_ns <= 0 || pipe2(ends, O_CLOEXEC) != 0)
    return 0;
  pid_t pid = fork();
  if (pid == 0)
    child_main(job, answer, ends[1], self);
  close(ends[1]);
  if (pid > 0) {
    length = read_all(ends[0], limit_ns, text, size);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
  }
  close(ends[0]);
  return length;
}

void ask_check(struct job *job, int64_t limit_ns, char *why, size_t size) {
  why[0] = '\0';
  if (job->kernel->check)
    ask(job, tell_check, limit_ns, why, size);
}

int ask_digest(struct job *job, int64_t limit_ns, uint64_t *digest) {
  char bytes[sizeof *digest + 1];
  if (ask(job, tell_digest, limit_ns, bytes, sizeof bytes) != sizeof *digest)
    return 0;
  memcpy(digest, bytes, sizeof *digest);
  return 1;
}
