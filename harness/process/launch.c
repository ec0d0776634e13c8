/* Starts a cell's process under a keeper, reads its pipes and reports how it ended. */
#include "launch.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/words.h"
#include "keeper.h"
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 20 };

struct process {
  const struct launch *launch;
  struct outcome *outcome;
  struct keeper keeper;
  struct watch watch;
  int lines, output; /* read ends */
  char *buffer;      /* an incomplete line */
  size_t buffered, output_length;
  bool skipping;    /* inside a line that was too long */
  bool ended;       /* the "end" line came */
  bool keeper_died; /* without sending a report */
};

char *launch_self(char *out, size_t size) {
  ssize_t n = readlink("/proc/self/exe", out, size - 1);
  const char *called = (const char *)getauxval(AT_EXECFN);
  static const char deleted[] = " (deleted)"; /* by a build while a run goes on: the new file has its place */
  char real[PATH_MAX];
  out[n > 0 ? n : 0] = '\0';
  if (n > (ssize_t)strlen(deleted) && strcmp(out + n - strlen(deleted), deleted) == 0)
    out[n - (ssize_t)strlen(deleted)] = '\0';
  if (n <= 0 && called && realpath(called, real)) /* /proc is not mounted */
    snprintf(out, size, "%s", real);
  return out;
}

/* ---- starting ---- */

/* Returns true if `list` sets the same variable as "NAME=VALUE". */
static bool sets(const char *const *list, const char *variable) {
  size_t length = strcspn(variable, "=") + 1;
  for (; list && *list; list++)
    if (strncmp(*list, variable, length) == 0)
      return true;
  return false;
}

/* Returns the environment of this process with the launch's variables and NWAY_PADDING, or NULL if out of memory. The
 * caller frees the list and `padding`. */
static const char **make_environment(const struct launch *launch, char **padding) {
  static const char name[] = "NWAY_PADDING=";
  size_t most = 2, count = 0;
  for (char **variable = environ; *variable; variable++)
    most++;
  for (const char *const *set = launch->environment; set && *set; set++)
    most++;
  const char **list = calloc(most, sizeof *list);
  *padding = malloc(sizeof name + launch->padding);
  if (!list || !*padding) {
    free(list);
    return NULL;
  }
  for (char **variable = environ; *variable; variable++)
    if (!sets(launch->environment, *variable))
      list[count++] = *variable;
  for (const char *const *set = launch->environment; set && *set; set++)
    list[count++] = *set;
  memset(*padding, 'x', sizeof name + launch->padding);
  memcpy(*padding, name, sizeof name - 1);
  (*padding)[sizeof name - 1 + launch->padding] = '\0';
  list[count] = *padding;
  return list;
}

static int start_kept(struct process *process, int lines, int output, struct fault *fault) {
  char self[PATH_MAX], *padding = NULL;
  const char **environment = make_environment(process->launch, &padding);
  const struct program program = {.argv = process->launch->argv,
                                  .path = launch_self(self, sizeof self),
                                  .environment = environment,
                                  .output = output,
                                  .extra = lines,
                                  .as = LAUNCH_FD,
                                  .folder = -1};
  int failed = environment ? keeper_start(&process->keeper, &program, fault) : fault_memory(fault);
  free(environment);
  free(padding);
  return failed ? fault_at(fault, "the process of the cell") : 0;
}

static void close_pair(const int ends[2]) {
  for (int i = 0; i < 2; i++)
    if (ends[i] >= 0)
      close(ends[i]);
}

static int start(struct process *process, struct fault *fault) {
  int lines[2] = {-1, -1}, output[2] = {-1, -1};
  char why[LIMIT_TEXT];
  int failed = 0;
  if (pipe2(lines, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
    failed = fault_note(fault, EXIT_UNDECIDED, "cannot create a pipe: %s", error_text(errno, why, sizeof why));
  if (failed || start_kept(process, lines[1], output[1], fault) != 0) {
    close_pair(lines);
    close_pair(output);
    return -1;
  }
  close(lines[1]);
  close(output[1]);
  process->lines = lines[0];
  process->output = output[0];
  fcntl(process->lines, F_SETFL, O_NONBLOCK);
  fcntl(process->output, F_SETFL, O_NONBLOCK);
  return 0;
}

/* ---- page faults ---- */

/* The keeper is a fork of this process and shares its pages until one of both writes to them. Such a write is a page
 * fault, which took 20 to 60 us in a guest of Firecracker; 49 of them at the first row slowed the first sample of every
 * process, on the other CPU, for 1.4 ms by three quarters. */
static void touch(volatile char *at, size_t bytes) {
  enum { PAGE = 4096 };
  for (size_t i = 0; at && i < bytes; i += PAGE)
    at[i] |= 0;
  if (at && bytes > 0)
    at[bytes - 1] |= 0;
}

__attribute__((noinline)) static void touch_stack(void) {
  char below[LAUNCH_STACK];
  explicit_bzero(below, sizeof below); /* which no compiler leaves out */
}

/* ---- reading ---- */

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

/* Reads output and keeps its last bytes. */
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

/* Returns true if the pipe has no room for two more atomic writes, so that its writer may block. */
static bool is_full(int pipe) {
  int waiting = 0, size = pipe >= 0 ? fcntl(pipe, F_GETPIPE_SZ) : -1;
  return size > 0 && ioctl(pipe, FIONREAD, &waiting) == 0 && waiting > size - 2 * PIPE_BUF;
}

/* Reads until the keeper reports that no descendant is left. */
static void listen_until_exit(struct process *process) {
  for (;;) {
    int64_t left = watch_look(&process->watch);
    struct pollfd fds[] = {
        {process->lines, POLLIN, 0}, {process->output, POLLIN, 0}, {process->keeper.channel, POLLIN, 0}};
    struct timespec limit = {left / 1000000000, left % 1000000000};
    if (ppoll(fds, 3, &limit, NULL) < 0 && errno != EINTR)
      return;
    process->watch.waited_for = is_full(process->lines) || is_full(process->output);
    if (fds[0].revents && !read_lines(process))
      close(process->lines), process->lines = -1;
    if (fds[1].revents && !read_output(process))
      close(process->output), process->output = -1;
    if (fds[2].revents)
      return;
  }
}

static void note(struct outcome *outcome, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct outcome *outcome, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(outcome->note, sizeof outcome->note, format, args);
  va_end(args);
  /* The last non-empty line of output often is the reason. */
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
  if (process->watch.why == WATCH_TIMEOUT) {
    outcome->status = STATUS_TIMEOUT;
    note(outcome, "did not end within %s", format_duration(process->launch->limit_ns, limit, sizeof limit));
  } else if (process->watch.why == WATCH_STOP) {
    outcome->status = STATUS_INTERRUPTED;
    note(outcome, "stopped by the user");
  } else if (process->keeper_died) {
    outcome->status = STATUS_EXIT;
    note(outcome, "its keeper was killed, which ended the process");
  } else if (WIFSIGNALED(status)) {
    outcome->status = STATUS_CRASH;
    note(outcome, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
  } else if (!process->ended || WEXITSTATUS(status) != 0) {
    outcome->status = STATUS_EXIT;
    note(outcome, "exit(%d) before the work was done", WEXITSTATUS(status));
  } else {
    outcome->status = STATUS_OK;
  }
}

int launch_run(const struct launch *launch, struct outcome *outcome, struct fault *fault) {
  *outcome = (struct outcome){.status = STATUS_NORES};
  struct process process = {.launch = launch, .outcome = outcome, .buffer = calloc(1, LINE_MAX_BYTES)};
  int64_t began = clock_ns();
  int failed = process.buffer ? start(&process, fault) : fault_memory(fault);
  if (failed) {
    free(process.buffer);
    snprintf(outcome->note, sizeof outcome->note, "%s", fault->text);
    return -1;
  }
  touch_stack();
  touch(process.buffer, 2 * PIPE_BUF);
  touch(launch->with, launch->with_bytes);
  touch((volatile char *)outcome, sizeof *outcome);
  process.watch = watch_begin(&process.keeper, began, launch->limit_ns, launch->stop);
  listen_until_exit(&process);
  struct ending ending;
  process.keeper_died = !keeper_end(&process.keeper, &ending);
  outcome->left = ending.left, outcome->background = ending.background;
  snprintf(outcome->name, sizeof outcome->name, "%s", ending.name);
  while (process.lines >= 0 && read_lines(&process))
    ;
  while (process.output >= 0 && read_output(&process))
    ;
  outcome->wall_ns = clock_ns() - began;
  judge(&process, ending.status);
  if (process.lines >= 0)
    close(process.lines);
  if (process.output >= 0)
    close(process.output);
  free(process.buffer);
  return 0;
}
