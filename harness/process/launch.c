/* Starts a cell's process, listens to it, enforces its time limit and leaves nothing of it alive. */
#include "launch.h"

#include "base/clock.h"
#include "base/words.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 20, FORK_TRIES = 5 };
static const int64_t grace_ns = 300000000;
static const int64_t look_ns = 100000000; /* longest wait, for a signal that came just before it */

struct process {
  const struct launch *launch;
  struct outcome *outcome;
  pid_t pid;
  int pidfd, lines, output; /* read ends */
  char *buffer;             /* an incomplete line */
  size_t buffered, output_length;
  bool skipping;       /* the rest of a line that was too long */
  bool ended;          /* the "end" line came */
  const char *stopped; /* why we ended it: "timeout" or "interrupted" */
  int64_t deadline;    /* of the next harder signal */
  int signals;         /* how many of TERM, KILL were sent */
};

/* The pids of our children as the kernel lists them, blank after each; false if there are none. */
static bool list_children(char *text, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read(fd, text, size - 1) : -1;
  if (fd >= 0)
    close(fd);
  while (n > 0 && text[n - 1] != ' ') /* a last pid without a blank was cut and would be another's */
    n--;
  text[n > 0 ? n : 0] = '\0';
  return n > 0;
}

/* Not where we have children already, as after "sleep 9 & exec nway run": they are not ours to end. */
void launch_adopt_orphans(void) {
  char children[64];
  if (!list_children(children, sizeof children))
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

char *launch_self(char *out, size_t size) {
  ssize_t n = readlink("/proc/self/exe", out, size - 1);
  out[n > 0 ? n : 0] = '\0';
  return out;
}

/* ---- the child's side ---- */

static void set_padding(size_t bytes) {
  char *padding = malloc(bytes + 1);
  if (!padding)
    return;
  memset(padding, 'x', bytes);
  padding[bytes] = '\0';
  setenv("NWAY_PADDING", padding, 1);
}

static void set_variable(const char *variable) {
  const char *equals = strchr(variable, '=');
  char *name = strndup(variable, (size_t)(equals - variable));
  if (!name || setenv(name, equals + 1, 1) != 0)
    _exit(127);
  free(name);
}

static _Noreturn void child_main(const struct launch *launch, pid_t parent, int lines, int output) {
  static const int defaults[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGQUIT};
  sigset_t none;
  sigemptyset(&none);
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(127);
  for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
    signal(defaults[i], SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int input = open("/dev/null", O_RDONLY);
  int kept = fcntl(lines, F_DUPFD, 10); /* out of the way of the numbers below */
  if (dup2(output, 1) < 0 || dup2(output, 2) < 0 || dup2(input, 0) < 0 || dup2(kept, LAUNCH_FD) < 0)
    _exit(127);
  syscall(SYS_close_range, LAUNCH_FD + 1, ~0U, 0);
  set_padding(launch->padding);
  for (const char *const *variable = launch->environment; variable && *variable; variable++)
    set_variable(*variable);
  execv("/proc/self/exe", (char *const *)launch->argv);
  fprintf(stderr, "cannot run nway itself: %s\n", strerror(errno));
  _exit(127);
}

/* fork, tried again for a while where the system is out of processes for the moment. */
static pid_t fork_patiently(void) {
  for (int i = 0;; i++) {
    pid_t pid = fork();
    if (pid >= 0 || errno != EAGAIN || i == FORK_TRIES)
      return pid;
    nanosleep(&(struct timespec){0, 20000000L << i}, NULL);
  }
}

static int start(struct process *process, struct fault *fault) {
  int lines[2] = {-1, -1}, output[2] = {-1, -1};
  if (pipe2(lines, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) {
    fault_set(fault, EXIT_UNDECIDED, "no pipe: %s", strerror(errno));
    if (lines[0] >= 0)
      close(lines[0]), close(lines[1]);
    return -1;
  }
  pid_t parent = getpid();
  process->pid = fork_patiently();
  if (process->pid == 0)
    child_main(process->launch, parent, lines[1], output[1]);
  int error = errno;
  close(lines[1]);
  close(output[1]);
  process->lines = lines[0];
  process->output = output[0];
  if (process->pid > 0)
    process->pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
  if (process->pid > 0 && process->pidfd >= 0) {
    fcntl(process->lines, F_SETFL, O_NONBLOCK);
    fcntl(process->output, F_SETFL, O_NONBLOCK);
    return 0;
  }
  if (process->pid > 0)
    kill(process->pid, SIGKILL), waitpid(process->pid, NULL, 0);
  close(process->lines);
  close(process->output);
  return fault_set(fault, EXIT_UNDECIDED, "no process for the cell: %s", strerror(error));
}

/* ---- listening ---- */

static void take_lines(struct process *process) {
  char *start = process->buffer, *newline;
  size_t left = process->buffered;
  while ((newline = memchr(start, '\n', left))) {
    *newline = '\0';
    if (!process->skipping) {
      process->ended |= strcmp(start, "end") == 0;
      process->launch->line(start, process->launch->with);
    }
    process->skipping = false;
    left -= (size_t)(newline + 1 - start);
    start = newline + 1;
  }
  memmove(process->buffer, start, left);
  process->skipping |= left == LINE_MAX_BYTES;
  process->buffered = left < LINE_MAX_BYTES ? left : 0;
}

static bool read_lines(struct process *process) {
  ssize_t n = read(process->lines, process->buffer + process->buffered, LINE_MAX_BYTES - process->buffered);
  if (n > 0) {
    process->buffered += (size_t)n;
    take_lines(process);
  }
  return n > 0 || (n < 0 && errno == EINTR);
}

/* Keeps the last bytes of what the process wrote. */
static bool read_output(struct process *process) {
  char chunk[4096], *kept = process->outcome->output;
  size_t room = sizeof process->outcome->output - 1;
  ssize_t n = read(process->output, chunk, sizeof chunk);
  if (n <= 0)
    return n < 0 && errno == EINTR;
  size_t more = (size_t)n < room ? (size_t)n : room;
  size_t keep = process->output_length + more <= room ? process->output_length : room - more;
  memmove(kept, kept + process->output_length - keep, keep);
  memcpy(kept + keep, chunk + (size_t)n - more, more);
  for (char *at = kept + keep; (at = memchr(at, '\0', (size_t)(kept + keep + more - at)));)
    *at = ' ';
  process->output_length = keep + more;
  kept[process->output_length] = '\0';
  return true;
}

/* ---- ending ---- */

/* The next harder signal to the whole group. */
static void end_group(struct process *process, const char *why) {
  if (!process->stopped)
    process->stopped = why;
  kill(-process->pid, process->signals == 0 ? SIGTERM : SIGKILL);
  kill(process->pid, process->signals == 0 ? SIGTERM : SIGKILL);
  process->signals++;
  process->deadline = clock_ns() + grace_ns;
}

static void listen_until_exit(struct process *process) {
  process->deadline = clock_ns() + process->launch->limit_ns;
  for (;;) {
    int64_t left = process->deadline - clock_ns();
    if (process->launch->stop && *process->launch->stop && !process->stopped)
      end_group(process, "interrupted");
    else if (left <= 0)
      end_group(process, "timeout");
    left = process->deadline - clock_ns();
    if (left > look_ns)
      left = look_ns;
    struct pollfd fds[] = {{process->lines, POLLIN, 0}, {process->output, POLLIN, 0}, {process->pidfd, POLLIN, 0}};
    struct timespec limit = {left / 1000000000, left > 0 ? left % 1000000000 : 0};
    if (left > 0 && ppoll(fds, 3, &limit, NULL) < 0 && errno != EINTR)
      return;
    if (fds[0].revents && !read_lines(process))
      close(process->lines), process->lines = -1;
    if (fds[1].revents && !read_output(process))
      close(process->output), process->output = -1;
    if (fds[2].revents)
      return;
  }
}

/* Ends what left the process group: as subreaper we are the parent of every orphan by now. */
static void end_orphans(void) {
  char text[4096];
  int subreaper = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  for (int tries = 0; subreaper && tries < 100 && list_children(text, sizeof text); tries++)
    for (char *at = text, *end; *at; at = end) {
      long pid = strtol(at, &end, 10);
      if (end == at)
        break;
      kill((pid_t)pid, SIGKILL);
      waitpid((pid_t)pid, NULL, 0);
    }
}

static void note(struct outcome *outcome, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct outcome *outcome, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(outcome->note, sizeof outcome->note, format, args);
  va_end(args);
  /* The last line of output that says something often is the reason. */
  char *end = outcome->output + strlen(outcome->output);
  while (end > outcome->output && (end[-1] == '\n' || end[-1] == ' '))
    end--;
  char *start = end;
  while (start > outcome->output && start[-1] != '\n')
    start--;
  if (end > start)
    append(outcome->note, sizeof outcome->note, "; last output: %.*s", (int)(end - start), start);
}

static void judge(struct process *process, int status) {
  struct outcome *outcome = process->outcome;
  char limit[32];
  if (process->stopped && strcmp(process->stopped, "timeout") == 0) {
    outcome->status = "timeout";
    note(outcome, "did not end within %s", format_duration(process->launch->limit_ns, limit, sizeof limit));
  } else if (process->stopped) {
    outcome->status = "interrupted";
    note(outcome, "stopped by the user");
  } else if (WIFSIGNALED(status)) {
    outcome->status = "crash";
    note(outcome, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
  } else if (!process->ended || WEXITSTATUS(status) != 0) {
    outcome->status = "exit";
    note(outcome, "exit(%d) before the work was done", WEXITSTATUS(status));
  } else {
    outcome->status = "ok";
  }
}

int launch_run(const struct launch *launch, struct outcome *outcome, struct fault *fault) {
  *outcome = (struct outcome){.status = "nores"};
  struct process process = {.launch = launch, .outcome = outcome, .buffer = malloc(LINE_MAX_BYTES)};
  int64_t began = clock_ns();
  int failed = process.buffer ? start(&process, fault) : fault_memory(fault);
  if (failed) {
    free(process.buffer);
    snprintf(outcome->note, sizeof outcome->note, "%s", fault->text);
    return -1;
  }
  listen_until_exit(&process);
  kill(-process.pid, SIGKILL); /* before the pid is reaped and may be given to another */
  int status = 0;
  waitpid(process.pid, &status, 0);
  end_orphans();
  while (process.lines >= 0 && read_lines(&process))
    ;
  while (process.output >= 0 && read_output(&process))
    ;
  outcome->wall_ns = clock_ns() - began;
  judge(&process, status);
  close(process.pidfd);
  if (process.lines >= 0)
    close(process.lines);
  if (process.output >= 0)
    close(process.output);
  free(process.buffer);
  return 0;
}
