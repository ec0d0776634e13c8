/* Supervises one program: forwards signals to it, reaps it, then kills its descendants until none is left. */
#include "keeper.h"

#include "base/clock.h"
#include "base/exec_words.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FORK_TRIES = 5, PIDS_MOST = 1 << 22, NOT_STARTED = 127, TRACED_LOOKS = 4, BACKGROUND_LOOKS = 500 };
static const struct timespec wake_after = {.tv_nsec = 500000000};
static const int64_t sweep_ns = 10000000000;

/* A message of the keeper: the first says whether the program started (errno or 0), the second how it ended. */
struct report {
  int error;
  struct ending ending;
};

/* Calls fork and retries for up to 0.6 s while the process limit is reached (EAGAIN). */
static pid_t fork_with_retry(void) {
  for (int i = 0;; i++) {
    pid_t pid = fork();
    if (pid >= 0 || errno != EAGAIN || i == FORK_TRIES)
      return pid;
    nanosleep(&(struct timespec){0, 20000000L << i}, NULL);
  }
}

/* ---- the program's side, before exec ---- */

/* Closes all descriptors above `last` except `kept`. */
static void close_above(int last, int kept) {
  if (kept > last + 1)
    syscall(SYS_close_range, last + 1, kept - 1, 0);
  syscall(SYS_close_range, (kept > last ? kept : last) + 1, ~0U, 0);
}

/* Moves the descriptors to the numbers that the program expects; moves `errors` above them. Returns 0, or -1 with
 * errno. */
static int place_descriptors(const struct program *program, int *errors) {
  int extra = program->extra, output = program->output, out_of_the_way = program->as + 1 > 3 ? program->as + 1 : 3;
  *errors = fcntl(*errors, F_DUPFD_CLOEXEC, out_of_the_way);
  if (*errors < 0 || (extra >= 0 && (extra = fcntl(extra, F_DUPFD_CLOEXEC, out_of_the_way)) < 0) ||
      (output >= 0 && (output = fcntl(output, F_DUPFD_CLOEXEC, out_of_the_way)) < 0))
    return -1;
  if (output >= 0) {
    int input = open("/dev/null", O_RDONLY);
    if (input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
      return -1;
  }
  if (extra >= 0 && dup2(extra, program->as) < 0)
    return -1;
  close_above(extra >= 0 ? program->as : 2, *errors);
  return 0;
}

static void clean_signals(void) {
  sigset_t none;
  for (int i = 1; i < NSIG; i++)
    signal(i, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Raises the program's OOM score, so that the kernel kills it before nway; needs no privilege. */
static void prefer_for_oom(void) {
  static const char score[] = "500";
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  ssize_t ignored = write(fd, score, sizeof score - 1);
  (void)ignored;
  close(fd);
}

static _Noreturn void become_program(const struct program *program, pid_t keeper, int errors) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "nway");
  clean_signals();
  prefer_for_oom();
  if (getppid() == keeper && (program->folder < 0 || fchdir(program->folder) == 0) &&
      place_descriptors(program, &errors) == 0) {
    if (program->environment)
      environ = exec_words(program->environment);
    if (program->path) {
      execv("/proc/self/exe", exec_words(program->argv));
      execv(program->path, exec_words(program->argv));
    } else {
      execvp(program->argv[0], exec_words(program->argv));
    }
  }
  int error = errno;
  _exit(errors >= 0 && write(errors, &error, sizeof error) < 0 ? NOT_STARTED + 1 : NOT_STARTED);
}

/* ---- killing descendants ---- */

/* Reads the pids of this process's children from /proc, a blank after each; returns -1 if that file is missing. */
static ssize_t list_children(char *text, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read(fd, text, size - 1) : -1;
  if (fd >= 0)
    close(fd);
  while (n > 0 && text[n - 1] != ' ') /* drop a truncated last pid: its digits name another process */
    n--;
  text[n > 0 ? n : 0] = '\0';
  return n;
}

/* Whether a process runs, is not ended and unreaped; `name` gets its name. */
static bool runs(pid_t pid, char name[16]) {
  char path[64], text[256], *open_at, *close_at;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
  if (fd >= 0)
    close(fd);
  text[n > 0 ? n : 0] = '\0';
  open_at = strchr(text, '('), close_at = strrchr(text, ')');
  if (!open_at || !close_at || close_at < open_at || strncmp(close_at, ") Z", 3) == 0 ||
      strncmp(close_at, ") X", 3) == 0)
    return false;
  snprintf(name, 16, "%.*s", (int)(close_at - open_at - 1), open_at + 1);
  return true;
}

/* Counts the children beside the program that run; 0 where nothing lists them. */
static int count_background(pid_t program, char name[16]) {
  char text[4096];
  int count = 0;
  if (list_children(text, sizeof text) < 0)
    return 0;
  for (char *at = text, *end; *at; at = end) {
    long pid = strtol(at, &end, 10);
    if (end == at)
      break;
    count += pid != program && runs((pid_t)pid, name);
  }
  return count;
}

/* After a program that ended well: what it left in the background. Helpers that end by themselves once it has, as
 * Python's resource tracker, get 0.1 s for it. */
static void see_background(pid_t program, struct ending *ending) {
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)program, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != program ||
      info.si_code != CLD_EXITED || info.si_status != 0)
    return;
  for (int looks = 0; looks < BACKGROUND_LOOKS; looks++) {
    ending->background = count_background(program, ending->name);
    if (ending->background == 0)
      return;
    nanosleep(&(struct timespec){0, 200000}, NULL);
  }
}

/* Kills children on systems without that file: waitid tells for each pid whether it is a child. Pids are assigned in
 * ascending order and wrap around, so the search runs from the program's pid to that of a newly forked process. */
static int kill_unlisted(pid_t program) {
  int count = 0;
  pid_t last = fork();
  if (last == 0)
    _exit(0);
  if (last < 0)
    return 0;
  waitpid(last, NULL, 0);
  for (pid_t pid = program; pid != last; pid = pid < PIDS_MOST ? pid + 1 : 2) {
    siginfo_t info;
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
      count += kill(pid, SIGKILL) == 0;
  }
  return count;
}

/* Sends SIGKILL to all children and returns their number. */
static int kill_children(pid_t program) {
  char text[4096];
  int count = 0;
  if (list_children(text, sizeof text) < 0)
    return kill_unlisted(program);
  for (char *at = text, *end; *at; at = end, count++) {
    long pid = strtol(at, &end, 10);
    if (end == at)
      break;
    kill((pid_t)pid, SIGKILL);
  }
  return count;
}

/* Kills all descendants: as a subreaper, this process inherits each orphan, level by level. `program`: the lowest pid
 * among them, where nothing lists them. Returns how many are left after sweep_ns. */
static int end_orphans(pid_t program) {
  int64_t end = clock_ns() + sweep_ns;
  for (;;) {
    int count, reaped = 0;
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
      reaped++;
    if (pid < 0 && errno == ECHILD)
      return 0;
    count = kill_children(program);
    if (clock_ns() > end)
      return count > 0 ? count : -1;
    if (reaped == 0)
      nanosleep(&(struct timespec){0, 200000}, NULL);
  }
}

/* ---- the keeper ---- */

static pid_t start_program(const struct program *program, int *error) {
  int errors[2];
  pid_t self = getpid(), pid = -1;
  if (pipe2(errors, O_CLOEXEC) != 0)
    return *error = errno, -1;
  pid = fork_with_retry();
  *error = pid < 0 ? errno : 0;
  if (pid == 0)
    become_program(program, self, errors[1]);
  close(errors[1]);
  if (pid > 0 && read(errors[0], error, sizeof *error) != sizeof *error)
    *error = 0;
  close(errors[0]);
  return pid;
}

/* Forwards signals until the program ended. Does not reap it, so that its pid cannot be reused. */
static void watch(int channel, pid_t pid) {
  int ended = (int)syscall(SYS_pidfd_open, pid, 0);
  for (;;) {
    struct pollfd fds[] = {{channel, POLLIN, 0}, {ended, POLLIN, 0}};
    unsigned char number;
    if (poll(fds, 2, ended >= 0 ? -1 : 10) < 0 && errno != EINTR)
      break;
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid)
      break;
    if (!fds[0].revents)
      continue;
    if (recv(channel, &number, 1, MSG_DONTWAIT) != 1) /* nway died */
      break;
    kill(-pid, number);
    kill(pid, number);
  }
  if (ended >= 0)
    close(ended);
}

static _Noreturn void keeper_main(const struct program *program, int channel) {
  static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
  struct report report = {0};
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_PDEATHSIG, SIGCONT); /* a keeper that its program stopped must learn that nway died */
  prctl(PR_SET_NAME, "nway-keeper");
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
    signal(ignored[i], SIG_IGN);
  signal(SIGCHLD, SIG_DFL);
  pid_t pid = start_program(program, &report.error);
  close_above(2, channel);
  if (pid > 0 && !report.error && send(channel, &report, sizeof report, MSG_NOSIGNAL) == sizeof report)
    watch(channel, pid);
  if (pid > 0) {
    see_background(pid, &report.ending);
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (waitpid(pid, &report.ending.status, 0) < 0 && errno == EINTR)
      ;
    report.ending.left = end_orphans(pid);
  }
  send(channel, &report, sizeof report, MSG_NOSIGNAL);
  _exit(0);
}

/* A keeper that its program stopped would never report. Its pid is that of a child not yet reaped. */
static void wake(const struct keeper *keeper) { kill(keeper->pid, SIGCONT); }

/* Whether a tracer holds the keeper (state t of proc(5)), as a program does by PTRACE_ATTACH: nothing wakes it then. */
static bool is_traced(const struct keeper *keeper) {
  char path[64], text[256], *name_end;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)keeper->pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
  if (fd >= 0)
    close(fd);
  text[n > 0 ? n : 0] = '\0';
  name_end = strrchr(text, ')');
  return name_end && strncmp(name_end, ") t", 3) == 0;
}

/* Under a tracer of the user's, as strace(1), a keeper is held for moments: only one that is held at TRACED_LOOKS looks
 * in a row, 2 s, is killed. This process then ends what it kept. */
static bool receive(const struct keeper *keeper, struct report *report) {
  struct pollfd channel = {keeper->channel, POLLIN, 0};
  ssize_t n;
  for (int traced = 0; ppoll(&channel, 1, &wake_after, NULL) <= 0;) {
    wake(keeper);
    traced = is_traced(keeper) ? traced + 1 : 0;
    if (traced == TRACED_LOOKS)
      kill(keeper->pid, SIGKILL);
  }
  do
    n = recv(keeper->channel, report, sizeof *report, 0);
  while (n < 0 && errno == EINTR);
  return n == sizeof *report;
}

static void close_keeper(struct keeper *keeper) {
  close(keeper->channel);
  while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  *keeper = (struct keeper){.channel = -1};
}

/* After a keeper was killed: ends what this process inherited from it. Returns what is left, as in struct ending. */
static int close_killed(struct keeper *keeper) {
  pid_t pid = keeper->pid;
  bool alone = keeper->alone;
  close_keeper(keeper);
  return alone ? end_orphans(pid) : -1;
}

static int not_started(int error, struct fault *fault) {
  char why[LIMIT_TEXT];
  fault_note(fault, EXIT_UNDECIDED, "cannot be started: %s", error_text(error, why, sizeof why));
  return errno = error, -1;
}

static bool has_no_child(void) {
  siginfo_t info;
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
}

int keeper_start(struct keeper *keeper, const struct program *program, struct fault *fault) {
  int ends[2];
  struct report report;
  *keeper = (struct keeper){.channel = -1, .alone = has_no_child()};
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return not_started(errno, fault);
  keeper->pid = fork_with_retry();
  if (keeper->pid == 0) {
    close(ends[0]);
    keeper_main(program, ends[1]);
  }
  int error = errno;
  keeper->channel = ends[0];
  close(ends[1]);
  if (keeper->pid < 0) {
    close(ends[0]);
    return not_started(error, fault);
  }
  /* A keeper that is killed before it reports may have started the program: keeper_end ends that, and says so. */
  if (!receive(keeper, &report) || report.error == 0)
    return 0;
  close_keeper(keeper);
  return not_started(report.error, fault);
}

void keeper_signal(const struct keeper *keeper, int signal_number) {
  unsigned char number = (unsigned char)signal_number;
  send(keeper->channel, &number, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  wake(keeper);
  if (signal_number == SIGKILL && is_traced(keeper))
    kill(keeper->pid, SIGKILL);
}

bool keeper_end(struct keeper *keeper, struct ending *ending) {
  struct report report;
  if (!receive(keeper, &report)) {
    *ending = (struct ending){.left = close_killed(keeper)};
    return false;
  }
  *ending = report.ending;
  close_keeper(keeper);
  return true;
}
