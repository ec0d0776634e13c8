/* Tests the launcher with children that end in every bad way; this very program, started anew, plays the child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process/launch.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- the child: argv is "nway", "child", the name of a way to behave ---- */

static void say(const char *line) {
  if (write(LAUNCH_FD, line, strlen(line)) < 0)
    _exit(99);
}

static void say_pid(const char *name, pid_t pid) {
  char line[60];
  snprintf(line, sizeof line, "%s=%d\n", name, (int)pid);
  say(line);
}

static void sleep_long(void) {
  alarm(60); /* so that nothing stays behind even if the launcher forgets it */
  for (;;)
    pause();
}

static void on_term(int signal_number) {
  (void)signal_number;
  say("heard TERM\n");
}

static int child_ok(void) { return say("row\ta=1\nrow\ta=2\nend\n"), 0; }

static int child_segv(void) {
  signal(SIGSEGV, SIG_DFL); /* a sanitizer would make an exit of it */
  fprintf(stderr, "before\nthe last words\n");
  say("row\ta=1\n");
  raise(SIGSEGV);
  return 0;
}

static int child_abort(void) {
  signal(SIGABRT, SIG_DFL);
  abort();
}

static int child_crash_after_end(void) {
  signal(SIGBUS, SIG_DFL);
  say("end\n");
  return raise(SIGBUS);
}

static int child_exit_0(void) { return say("row\ta=1\n"), 0; }
static int child_exit_7(void) { return 7; }
static int child_end_then_exit_3(void) { return say("end\n"), 3; }
static int child_torn_end(void) { return say("row\ta=1\nend"), 0; }

static int child_hangs(void) {
  signal(SIGUSR1, SIG_IGN);
  say_pid("sibling", getpid());
  say("ready\n");
  sleep_long();
  return 0;
}

static void wait_for_word(void) {
  sigset_t word;
  int got;
  sigemptyset(&word);
  sigaddset(&word, SIGUSR1);
  sigprocmask(SIG_BLOCK, &word, NULL);
  say_pid("sibling", getpid());
  say("ready\n");
  alarm(60);
  sigwait(&word, &got);
}

/* Ends well once it gets SIGUSR1. */
static int child_waits_for_word(void) { return wait_for_word(), say("end\n"), 0; }

/* Then writes more than a pipe holds; its name is "full" once the pipe is. */
static int child_writes_at_word(void) {
  wait_for_word();
  fcntl(LAUNCH_FD, F_SETFL, O_NONBLOCK);
  while (write(LAUNCH_FD, "row\ta=1\n", 8) == 8)
    ;
  prctl(PR_SET_NAME, "full");
  fcntl(LAUNCH_FD, F_SETFL, 0);
  for (int i = 0; i < 2000; i++)
    say("row\ta=1\n");
  return say("end\n"), 0;
}

static int child_ends_and_hangs(void) {
  say("end\n");
  sleep_long();
  return 0;
}

static int child_stubborn(void) {
  signal(SIGTERM, on_term);
  return child_hangs();
}

/* Its parent, the keeper, then neither hears nor reports until something wakes it. */
static int child_stops_its_keeper(void) {
  say_pid("sibling", getpid());
  kill(getppid(), SIGSTOP);
  say("ready\n");
  sleep_long();
  return 0;
}

/* Its keeper, held by ptrace, hears nothing and is not woken by SIGCONT. */
static int child_traces_its_keeper(void) {
  if (ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0)
    waitpid(getppid(), NULL, __WALL);
  for (;;)
    pause();
  return 0;
}

static int child_stops_its_keeper_and_ends(void) {
  kill(getppid(), SIGSTOP);
  return say("end\n"), 0;
}

static void end_politely(int signal_number) {
  (void)signal_number;
  say("end\n");
  _exit(0);
}

static int child_polite(void) {
  signal(SIGTERM, end_politely);
  return child_hangs();
}

static int child_interrupts_its_launcher(void) {
  kill((pid_t)atoi(getenv("TEST_LAUNCHER")), SIGINT);
  return child_hangs();
}

/* Ready, then busy for a while: what a request to stop that was overlooked leaves in peace. */
static int child_left_in_peace(void) {
  say("ready\n");
  nanosleep(&(struct timespec){10, 0}, NULL);
  return say("left in peace\nend\n"), 0;
}

static int child_crashes_with_sibling(void) {
  pid_t pid = fork();
  if (pid == 0)
    sleep_long();
  say_pid("sibling", pid);
  return child_segv();
}

static int told[2]; /* a pipe: each grandchild writes a byte once it is where it should be */

static void tell(void) {
  if (write(told[1], "", 1) < 0)
    _exit(97);
}

static void wait_for_grandchildren(int count) {
  char byte;
  for (int i = 0; i < count; i++)
    if (read(told[0], &byte, 1) != 1)
      _exit(96);
}

/* A chain of grandchildren in sessions of their own, out of reach of a group's signals. */
static void leave_orphans(int depth) {
  if (depth == 0 || fork() != 0)
    return;
  setsid();
  signal(SIGTERM, SIG_IGN);
  leave_orphans(depth - 1);
  say_pid("orphan", getpid());
  tell();
  sleep_long();
}

static int child_orphans(void) {
  if (pipe(told) != 0)
    return 95;
  leave_orphans(3);
  wait_for_grandchildren(3);
  return say("end\n"), 0;
}

/* Only the last ones are told: a pipe of pids is enough to see whether the chain was ended to its end. */
static int child_chain(void) {
  enum { DEPTH = 130, TOLD = 8 };
  if (pipe(told) != 0)
    return 95;
  pid_t pid = fork();
  for (int depth = 1; depth <= DEPTH && pid == 0; depth++) {
    setsid();
    if (depth > DEPTH - TOLD)
      say_pid("orphan", getpid()), tell();
    pid = depth < DEPTH ? fork() : 1;
    if (pid != 0)
      sleep_long();
  }
  wait_for_grandchildren(TOLD);
  return say("end\n"), 0;
}

static int child_orphan_and_hangs(void) {
  if (pipe(told) != 0)
    return 95;
  leave_orphans(1);
  wait_for_grandchildren(1);
  return child_hangs();
}

static void flood(int fd) {
  static char noise[65536];
  setsid();
  tell();
  while (write(fd, noise, sizeof noise) >= 0)
    ;
  _exit(0);
}

static int child_flooding_orphans(void) {
  if (pipe(told) != 0)
    return 95;
  if (fork() == 0)
    flood(STDOUT_FILENO);
  if (fork() == 0)
    flood(LAUNCH_FD);
  wait_for_grandchildren(2);
  return 0;
}

static int child_many_lines(void) {
  char line[40];
  for (int i = 0; i < 20000; i++) {
    snprintf(line, sizeof line, "row\tn=%d\n", i);
    say(line);
  }
  return say("end\n"), 0;
}

static void say_letters(size_t count) {
  char letters[4096];
  memset(letters, 'x', sizeof letters);
  while (count > 0) {
    ssize_t n = write(LAUNCH_FD, letters, count < sizeof letters ? count : sizeof letters);
    count -= n > 0 ? (size_t)n : 0;
  }
}

static int child_long_line(void) {
  say("row\ta=1\n");
  say_letters(3 << 20);
  return say("\nrow\ta=2\nend\n"), 0;
}

static int child_end_of_a_long_line(void) {
  say_letters(1 << 20);
  return say("end\n"), 0;
}

static int child_garbage(void) {
  uint64_t seed = 88172645463325252ULL;
  for (int i = 0; i < 20000; i++) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    if (write(LAUNCH_FD, &seed, 8) < 0 || write(i % 2 ? STDOUT_FILENO : STDERR_FILENO, &seed, 8) < 0)
      return 1;
  }
  return say("\nrow\ta=1\nend\n"), 0;
}

static int child_much_output(void) {
  for (int i = 0; i < 20000; i++)
    printf("line %d\n", i);
  puts("the reason");
  fflush(stdout);
  return 1;
}

static int child_binary_output(void) {
  static const char output[] = "some\0bytes\x01\xff\0\nthe reason\n";
  return write(STDERR_FILENO, output, sizeof output - 1) > 0 ? 1 : 2;
}

static int child_closes_all(void) {
  for (int fd = 0; fd < 10; fd++)
    close(fd);
  return 0;
}

static int child_closes_all_and_hangs(void) {
  child_closes_all();
  sleep_long();
  return 0;
}

/* Tells how it found the world. */
static int child_facts(void) {
  char line[200];
  sigset_t blocked;
  struct sigaction pipe_action, int_action;
  int fds = 0;
  for (int fd = 0; fd < 1024; fd++)
    fds += fcntl(fd, F_GETFD) != -1;
  sigprocmask(SIG_SETMASK, NULL, &blocked);
  sigaction(SIGPIPE, NULL, &pipe_action);
  sigaction(SIGINT, NULL, &int_action);
  const char *padding = getenv("NWAY_PADDING");
  snprintf(line, sizeof line, "fds=%d session=%d input=%d blocked=%d ignored=%d padding=%d\n", fds,
           getsid(0) == getpid(), (int)read(0, line, 1), sigismember(&blocked, SIGINT),
           pipe_action.sa_handler == SIG_IGN || int_action.sa_handler == SIG_IGN, padding ? (int)strlen(padding) : -1);
  say(line);
  return say("end\n"), 0;
}

static const struct {
  const char *name;
  int (*run)(void);
} children[] = {
#define CHILD(name)                                                                                                    \
  { #name, child_##name }
    CHILD(ok),
    CHILD(segv),
    CHILD(abort),
    CHILD(crash_after_end),
    CHILD(exit_0),
    CHILD(exit_7),
    CHILD(end_then_exit_3),
    CHILD(torn_end),
    CHILD(hangs),
    CHILD(ends_and_hangs),
    CHILD(stubborn),
    CHILD(stops_its_keeper),
    CHILD(traces_its_keeper),
    CHILD(stops_its_keeper_and_ends),
    CHILD(polite),
    CHILD(interrupts_its_launcher),
    CHILD(left_in_peace),
    CHILD(crashes_with_sibling),
    CHILD(orphans),
    CHILD(chain),
    CHILD(waits_for_word),
    CHILD(writes_at_word),
    CHILD(orphan_and_hangs),
    CHILD(flooding_orphans),
    CHILD(many_lines),
    CHILD(long_line),
    CHILD(end_of_a_long_line),
    CHILD(garbage),
    CHILD(much_output),
    CHILD(binary_output),
    CHILD(closes_all),
    CHILD(closes_all_and_hangs),
    CHILD(facts),
};

static int play_child(const char *name) {
  for (size_t i = 0; i < LENGTH(children); i++)
    if (strcmp(children[i].name, name) == 0)
      return children[i].run();
  return 98;
}

/* ---- faults put into the launcher's way ---- */

static int fork_failures;         /* so many times from now on fork() has no process to give */
static int pipe_failure;          /* the call of pipe2() from now on that fails; 0 = none */
static void (*clock_hook)(void);  /* called whenever the launcher looks at the clock */
static int64_t fake_clock_ns;     /* the time that it then sees; 0: the machine's */
static const char *fake_children; /* what the keeper reads as its list of children, until it kills one */
static bool patient_reads;        /* reading waits for more, as if the writer were always faster than the reader */
static struct counts {            /* shared with keepers, which are children of this process */
  int lists;                      /* such lists that were read */
  int foreign_kills;              /* meanwhile: pids the list does not hold that were to be killed */
  int blind;                      /* lists of children that could not be read, as without /proc */
  int64_t late_ns;                /* time that has passed beside the machine's clock */
} * seen;
static bool hide_lists; /* there is no list of children to read */

pid_t fork(void) {
  if (fork_failures > 0)
    return fork_failures--, errno = EAGAIN, -1;
  pid_t (*real)(void) = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");
  return real();
}

int pipe2(int ends[2], int flags) {
  if (pipe_failure > 0 && --pipe_failure == 0)
    return errno = EMFILE, -1;
  return (int)syscall(SYS_pipe2, ends, flags);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (clock_hook)
    clock_hook();
  if (fake_clock_ns == 0) {
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    now->tv_sec += seen ? seen->late_ns / 1000000000 : 0;
    return failed;
  }
  *now = (struct timespec){fake_clock_ns / 1000000000, fake_clock_ns % 1000000000};
  return 0;
}

int open(const char *path, int flags, ...) {
  va_list args;
  va_start(args, flags);
  int mode = flags & O_CREAT ? va_arg(args, int) : 0;
  va_end(args);
  if (hide_lists && strstr(path, "/children"))
    return seen->blind++, errno = ENOENT, -1;
  if (!fake_children || !strstr(path, "/children"))
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  int fd = (int)syscall(SYS_memfd_create, "children", 0);
  if (write(fd, fake_children, strlen(fake_children)) != (ssize_t)strlen(fake_children) || lseek(fd, 0, SEEK_SET) != 0)
    abort();
  seen->lists++;
  return fd;
}

ssize_t read(int fd, void *bytes, size_t count) {
  ssize_t n = syscall(SYS_read, fd, bytes, count);
  if (n >= 0 || errno != EAGAIN || !patient_reads)
    return n;
  poll(&(struct pollfd){fd, POLLIN, 0}, 1, -1);
  return syscall(SYS_read, fd, bytes, count);
}

static pid_t fake_first, fake_last; /* the pids of fake_children */

int kill(pid_t pid, int signal_number) {
  if (fake_last == 0 || pid < 0 || seen->lists == 0)
    return (int)syscall(SYS_kill, pid, signal_number);
  if (pid >= fake_first && pid <= fake_last)
    return fake_children = NULL, errno = ESRCH, -1;
  seen->foreign_kills += waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT) != 0;
  return (int)syscall(SYS_kill, pid, signal_number);
}

/* ---- one launch and what was heard of it ---- */

static volatile sig_atomic_t stop;
static void on_interrupt(int signal_number) { stop = signal_number; }

struct heard {
  int lines, rows, ready, terms, peace;
  char first[200], last[200];
  pid_t pids[8]; /* that the child reported */
  int pid_count;
  void (*when_ready)(void);
};

static void hear(char *line, void *with) {
  struct heard *heard = with;
  const char *equals = strchr(line, '=');
  if (heard->lines++ == 0)
    snprintf(heard->first, sizeof heard->first, "%s", line);
  snprintf(heard->last, sizeof heard->last, "%s", line);
  heard->rows += strncmp(line, "row\t", 4) == 0;
  heard->ready += strcmp(line, "ready") == 0;
  heard->terms += strcmp(line, "heard TERM") == 0;
  heard->peace += strcmp(line, "left in peace") == 0;
  if (equals && (strncmp(line, "orphan=", 7) == 0 || strncmp(line, "sibling=", 8) == 0) && heard->pid_count < 8)
    heard->pids[heard->pid_count++] = (pid_t)atoi(equals + 1);
  if (fake_clock_ns > 0 && (strcmp(line, "ready") == 0 || strcmp(line, "heard TERM") == 0))
    fake_clock_ns += 1000000000; /* over the time limit, then over the grace */
  if (strcmp(line, "ready") == 0 && heard->when_ready)
    heard->when_ready();
}

static const int64_t second = 1000000000;

static int launch_with(const char *child, int64_t limit_ns, struct heard *heard, struct outcome *outcome) {
  const char *const argv[] = {"nway", "child", child, NULL};
  struct launch launch = {
      .argv = argv, .limit_ns = limit_ns, .line = hear, .with = heard, .stop = &stop, .padding = 100};
  struct fault fault = {0};
  return launch_run(&launch, outcome, &fault);
}

static int open_fds(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (folder && readdir(folder))
    count++;
  if (folder)
    closedir(folder);
  return count;
}

/* A launch after which nothing of it may be left: no child, no reported process, no file descriptor. */
static struct heard run(const char *child, int64_t limit_ns, struct outcome *outcome) {
  struct heard heard = {0};
  int fds = open_fds();
  assert_int_equal(launch_with(child, limit_ns, &heard, outcome), 0);
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  assert_int_equal(errno, ECHILD);
  for (int i = 0; i < heard.pid_count; i++)
    if (kill(heard.pids[i], 0) == 0 || errno != ESRCH)
      fail_msg("%s: process %d lives on", child, (int)heard.pids[i]);
  assert_int_equal(open_fds(), fds);
  assert_true(outcome->wall_ns > 0);
  return heard;
}

/* ---- every way to end ---- */

/* F3, F4. */
static void every_way_to_end_has_its_status_and_reason(void **state) {
  (void)state;
  static const struct {
    const char *child, *status, *note;
    int rows;
  } table[] = {
      {"ok", "ok", "", 2},
      {"segv", "crash", "signal 11 (Segmentation fault); last output: the last words", 1},
      {"abort", "crash", "signal 6 (Aborted)", 0},
      {"crash_after_end", "crash", "signal 7 (Bus error)", 0},
      {"exit_0", "exit", "exit(0) before the work was done", 1},
      {"exit_7", "exit", "exit(7) before the work was done", 0},
      {"torn_end", "exit", "exit(0) before the work was done", 1},
      {"closes_all", "exit", "exit(0)", 0},
      {"no such child", "exit", "exit(98)", 0},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct outcome outcome;
    struct heard heard = run(table[i].child, 20 * second, &outcome);
    if (strcmp(status_word(outcome.status), table[i].status) != 0 || !strstr(outcome.note, table[i].note) ||
        heard.rows != table[i].rows)
      fail_msg("%s: %s, '%s', %d rows", table[i].child, status_word(outcome.status), outcome.note, heard.rows);
    assert_int_equal(outcome.note[0] == '\0', outcome.status == STATUS_OK);
  }
}

static void an_end_line_does_not_excuse_a_failing_exit(void **state) {
  (void)state;
  struct outcome outcome;
  run("end_then_exit_3", 20 * second, &outcome);
  assert_int_equal(outcome.status, STATUS_EXIT);
  assert_non_null(strstr(outcome.note, "exit(3)"));
}

static void what_does_not_end_in_time_is_a_timeout(void **state) {
  (void)state;
  static const char *const table[] = {"hangs", "ends_and_hangs", "polite", "closes_all_and_hangs", "stops_its_keeper"};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct outcome outcome;
    run(table[i], second / 5, &outcome);
    assert_int_equal(outcome.status, STATUS_TIMEOUT);
    assert_non_null(strstr(outcome.note, "did not end within 200 ms"));
  }
}

/* A timeout, or the end of a keeper that was held before it had reported the start. */
static void a_program_that_traces_its_keeper_is_ended(void **state) {
  (void)state;
  struct outcome outcome;
  run("traces_its_keeper", second / 5, &outcome);
  assert_true(outcome.status == STATUS_TIMEOUT || outcome.status == STATUS_EXIT);
}

static void a_program_that_stopped_its_keeper_and_ended_is_no_hang(void **state) {
  (void)state;
  struct outcome outcome;
  run("stops_its_keeper_and_ends", second / 5, &outcome);
  assert_true(outcome.status == STATUS_OK ||
              outcome.status == STATUS_TIMEOUT); /* woken at the start, or at the limit */
}

static void who_ignores_term_is_killed(void **state) {
  (void)state;
  struct outcome outcome;
  fake_clock_ns = second; /* stands still until the child is ready, and again until it has heard TERM */
  struct heard heard = run("stubborn", second, &outcome);
  fake_clock_ns = 0;
  assert_int_equal(heard.ready, 1);
  assert_true(heard.terms >= 1); /* TERM came first, and was heard in vain */
  assert_int_equal(outcome.status, STATUS_TIMEOUT);
}

/* ---- the user stops ---- */

static void stop_now(void) { stop = SIGINT; }

static void a_request_to_stop_ends_the_process(void **state) {
  (void)state;
  static const char *const table[] = {"hangs", "stubborn", "polite"};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct outcome outcome;
    struct heard heard = {.when_ready = stop_now};
    stop = 0;
    assert_int_equal(launch_with(table[i], 20 * second, &heard, &outcome), 0);
    stop = 0;
    assert_int_equal(heard.ready, 1);
    assert_int_equal(outcome.status, STATUS_INTERRUPTED);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  }
}

static void a_request_from_before_the_start_counts(void **state) {
  (void)state;
  struct outcome outcome;
  stop = SIGTERM;
  run("hangs", 20 * second, &outcome);
  stop = 0;
  assert_int_equal(outcome.status, STATUS_INTERRUPTED);
}

static void a_signal_while_listening_is_a_request_to_stop(void **state) {
  (void)state;
  struct outcome outcome;
  void (*before)(int) = signal(SIGINT, on_interrupt);
  stop = 0;
  char self[20];
  snprintf(self, sizeof self, "%d", (int)getpid());
  setenv("TEST_LAUNCHER", self, 1);
  run("interrupts_its_launcher", 20 * second, &outcome);
  signal(SIGINT, before);
  assert_int_equal(stop, SIGINT);
  stop = 0;
  assert_int_equal(outcome.status, STATUS_INTERRUPTED);
}

static int clock_looks_left; /* until the signal comes */

static void interrupt_at_a_look(void) {
  if (clock_looks_left > 0 && --clock_looks_left == 0)
    raise(SIGINT);
}

static int looks_wanted;
static void arm_interrupt(void) { clock_looks_left = looks_wanted; }

/* The signal comes between the check of the flag and the wait: it must not be overlooked. */
static void a_signal_just_before_the_wait_is_not_overlooked(void **state) {
  (void)state;
  void (*before)(int) = signal(SIGINT, on_interrupt);
  for (looks_wanted = 1; looks_wanted <= 2; looks_wanted++) {
    struct outcome outcome;
    struct heard heard = {.when_ready = arm_interrupt};
    stop = 0;
    clock_hook = interrupt_at_a_look;
    assert_int_equal(launch_with("left_in_peace", 20 * second, &heard, &outcome), 0);
    clock_hook = NULL;
    assert_int_equal(stop, SIGINT); /* the injection did fire */
    stop = 0;
    if (outcome.status != STATUS_INTERRUPTED || heard.peace)
      fail_msg("at look %d at the clock: %s after it was left in peace", looks_wanted, status_word(outcome.status));
  }
  signal(SIGINT, before);
}

/* ---- nothing is left alive ---- */

static void siblings_of_a_crashed_process_are_ended(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = run("crashes_with_sibling", 20 * second, &outcome);
  assert_int_equal(heard.pid_count, 1);
  assert_int_equal(outcome.status, STATUS_CRASH);
}

static void orphans_in_their_own_sessions_are_ended(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = run("orphans", 20 * second, &outcome);
  assert_int_equal(heard.pid_count, 3);
  assert_int_equal(outcome.status, STATUS_OK);
  assert_true(outcome.background >= 1); /* and told: each counts with what it started */
  assert_true(outcome.name[0] != 0);
}

static void orphans_of_a_process_that_is_stopped_are_ended_with_it(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = {.when_ready = stop_now};
  stop = 0;
  assert_int_equal(launch_with("orphan_and_hangs", 20 * second, &heard, &outcome), 0);
  stop = 0;
  assert_int_equal(outcome.status, STATUS_INTERRUPTED);
  assert_int_equal(heard.pid_count, 2);
  for (int i = 0; i < heard.pid_count; i++)
    assert_int_equal(kill(heard.pids[i], 0), -1);
}

/* Ends and reaps whatever became a child of this process. */
static void sweep(void) {
  char path[64], text[4096] = "";
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  int fd = open(path, O_RDONLY);
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  for (char *at = text, *end; n > 0 && *at; at = end) {
    pid_t pid = (pid_t)strtol(at, &end, 10);
    if (end == at)
      break;
    kill(pid, SIGKILL);
  }
  while (waitpid(-1, NULL, 0) > 0)
    ;
}

/* Waits up to a minute for a child to exit; its status, or -1. */
static int wait_a_while(pid_t pid) {
  int status = -1;
  for (int i = 0; i < 6000; i++) {
    if (waitpid(pid, &status, WNOHANG) > 0)
      return status;
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  return -1;
}

/* In a launcher of its own, which may be stuck for ever. */
static void orphans_that_never_stop_writing_are_ended(void **state) {
  (void)state;
  pid_t pid = fork();
  if (pid == 0) {
    struct heard heard = {0};
    struct outcome outcome;
    patient_reads = true;
    int result = launch_with("flooding_orphans", 20 * second, &heard, &outcome);
    _exit(result == 0 && outcome.status == STATUS_EXIT ? 0 : 1);
  }
  int status = wait_a_while(pid);
  if (status == -1)
    kill(pid, SIGKILL);
  sweep();
  assert_int_equal(status, 0);
}

static bool stops_itself; /* a launcher, once its child is ready */

static void report(char *line, void *with) {
  if (strncmp(line, "row\t", 4) != 0 && dprintf(*(int *)with, "%s\n", line) < 0)
    _exit(1);
  if (stops_itself && strcmp(line, "ready") == 0)
    raise(SIGSTOP);
}

static bool read_line(int fd, char *line, size_t size) {
  size_t length = 0;
  while (length + 1 < size && read(fd, line + length, 1) == 1 && line[length] != '\n')
    length++;
  bool whole = line[length] == '\n';
  line[length] = '\0';
  return whole;
}

/* What is left of a launcher that is killed, or stopped and continued, while its child is at work. */
static pid_t start_launcher(const char *child, int64_t limit_ns, int ends[2], struct heard *heard) {
  assert_int_equal(pipe2(ends, 0), 0);
  pid_t pid = fork();
  if (pid == 0) {
    struct outcome outcome;
    struct fault fault;
    const char *const argv[] = {"nway", "child", child, NULL};
    launch_run(&(struct launch){.argv = argv, .limit_ns = limit_ns, .line = report, .with = &ends[1]}, &outcome,
               &fault);
    _exit(outcome.status == STATUS_OK ? 0 : outcome.status == STATUS_TIMEOUT ? 1 : 2);
  }
  close(ends[1]);
  for (char line[100]; read_line(ends[0], line, sizeof line) && strcmp(line, "ready") != 0;)
    hear(line, heard);
  return pid;
}

/* True once none of these processes is there, within 20 s. */
static bool all_gone(const struct heard *heard) {
  for (int tries = 0; tries < 2000; tries++) {
    int alive = 0;
    while (waitpid(-1, NULL, WNOHANG) > 0)
      ;
    for (int i = 0; i < heard->pid_count; i++)
      alive += kill(heard->pids[i], 0) == 0;
    if (alive == 0)
      return true;
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  return false;
}

/* Issue 12.5, F8: its child dies with it, and what the child has put into another session too. */
static void a_launcher_killed_with_9_takes_all_along(void **state) {
  (void)state;
  static const char *const table[] = {"hangs", "stubborn", "orphan_and_hangs", "stops_its_keeper"};
  for (size_t i = 0; i < LENGTH(table); i++) {
    int ends[2];
    struct heard heard = {0};
    pid_t pid = start_launcher(table[i], 60 * second, ends, &heard);
    assert_int_equal(heard.pid_count, i == 2 ? 2 : 1);
    for (int j = 0; j < heard.pid_count; j++)
      assert_int_equal(kill(heard.pids[j], 0), 0); /* the detector sees them while they are there */
    kill(pid, SIGKILL);
    bool gone = all_gone(&heard);
    close(ends[0]);
    sweep();
    assert_true(gone);
  }
}

/* Waits up to a minute until a process has this name. */
static bool comes_to(pid_t pid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
  for (int tries = 0; tries < 6000; tries++) {
    char now[32] = "";
    int fd = open(path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, now, sizeof now - 1) : 0;
    close(fd);
    if (n > 0 && strncmp(now, name, strlen(name)) == 0)
      return true;
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  return false;
}

/* Waits up to a minute until the launcher's only child, a keeper, has sent its report and exited. */
static bool keeper_exits(pid_t launcher) {
  for (int tries = 0; tries < 6000; tries++) {
    char path[64], text[200] = "";
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)launcher, (int)launcher);
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    snprintf(path, sizeof path, "/proc/%d/stat", n > 0 ? atoi(text) : 0);
    fd = open(path, O_RDONLY);
    memset(text, 0, sizeof text);
    n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n > 0 && strstr(text, ") Z "))
      return true;
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  return false;
}

/* Issue 12.11: what ended, or waited for its reader, while the launcher was stopped has ended in time. The launcher is
 * stopped in the middle of its loop or while it waits, and finds an hour gone: more than the limit. */
static void a_launcher_that_was_stopped_does_not_blame_its_child(void **state) {
  (void)state;
  static const struct {
    const char *child;
    int exit_code;
    bool stops_itself;
  } table[] = {{"waits_for_word", 0, false}, {"writes_at_word", 0, false},
               {"waits_for_word", 0, true},  {"writes_at_word", 0, true},
               {"hangs", 1, false},          {"hangs", 1, true}}; /* the limit still holds */
  for (size_t i = 0; i < LENGTH(table); i++) {
    int ends[2], status = -1;
    struct heard heard = {0};
    bool reached = true;
    seen->late_ns = 0;
    stops_itself = table[i].stops_itself;
    pid_t pid = start_launcher(table[i].child, 600 * second, ends, &heard);
    stops_itself = false;
    assert_int_equal(heard.pid_count, 1);
    if (!table[i].stops_itself)
      kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(kill(heard.pids[0], SIGUSR1), 0);
    if (strcmp(table[i].child, "writes_at_word") == 0)
      reached = comes_to(heard.pids[0], "full");
    else if (table[i].exit_code == 0)
      reached = keeper_exits(pid);
    seen->late_ns = 3600 * second;
    kill(pid, SIGCONT);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    seen->late_ns = 0;
    close(ends[0]);
    assert_true(reached);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != table[i].exit_code)
      fail_msg("%s, %zu: status %d", table[i].child, i, status);
  }
}

/* A list of children that is longer than one read: its last number must not be taken for a shorter one. */
static void a_long_list_of_orphans_ends_nobody_else(void **state) {
  (void)state;
  for (int shift = 0; shift < 10; shift++) {
    char list[9000] = "";
    size_t used = (size_t)snprintf(list, sizeof list, "%.*s", shift, "          ");
    for (fake_last = fake_first = 400000001; used < sizeof list - 20; fake_last++)
      used += (size_t)snprintf(list + used, sizeof list - used, "%d ", (int)fake_last);
    struct heard heard = {0};
    struct outcome outcome;
    *seen = (struct counts){0};
    fake_children = list;
    assert_int_equal(launch_with("orphans", 20 * second, &heard, &outcome), 0);
    fake_children = NULL, fake_first = fake_last = 0;
    assert_true(seen->lists >= 1); /* the injection did fire */
    assert_int_equal(seen->foreign_kills, 0);
    assert_int_equal(outcome.left, 0);
  }
}

/* Issue 12.7: a sweep that looks a fixed number of times ends one generation each time. */
static void a_long_chain_of_orphans_is_ended_to_its_last(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = run("chain", 20 * second, &outcome);
  assert_int_equal(heard.pid_count, 8); /* the last ones */
  assert_int_equal(outcome.status, STATUS_OK);
  assert_int_equal(outcome.left, 0);
}

/* F33: without /proc nothing lists the orphans. */
static void orphans_that_nothing_lists_are_ended_too(void **state) {
  (void)state;
  struct outcome outcome;
  *seen = (struct counts){0};
  hide_lists = true;
  struct heard heard = run("orphans", 20 * second, &outcome);
  hide_lists = false;
  assert_true(seen->blind > 0); /* the injection did fire */
  assert_int_equal(heard.pid_count, 3);
  assert_int_equal(outcome.left, 0);
}

/* Issue 12.5: whoever kills a keeper has killed its program too, and the row says so. The keeper is the youngest child.
 */
static void kill_keeper(void) {
  char path[64], text[64] = "";
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  int fd = open(path, O_RDONLY);
  assert_true(read(fd, text, sizeof text - 1) > 0);
  close(fd);
  char *last = text + strlen(text);
  while (last > text + 1 && last[-2] != ' ')
    last--;
  pid_t keeper = (pid_t)atoi(last - (last > text));
  assert_true(keeper > 1);
  assert_int_equal(kill(keeper, SIGKILL), 0);
}

static void a_killed_keeper_takes_along_all_that_it_kept(void **state) {
  (void)state;
  static const char *const table[] = {"hangs", "stubborn", "orphan_and_hangs"};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct outcome outcome;
    struct heard heard = {.when_ready = kill_keeper};
    assert_int_equal(launch_with(table[i], 20 * second, &heard, &outcome), 0);
    assert_int_equal(outcome.status, STATUS_EXIT);
    assert_non_null(strstr(outcome.note, "keeper was killed"));
    assert_int_equal(outcome.left, 0);
    assert_int_equal(heard.pid_count, i == 2 ? 2 : 1);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    for (int j = 0; j < heard.pid_count; j++)
      assert_int_equal(kill(heard.pids[j], 0), -1);
  }
}

/* A process that was there before is none of the launcher's: what it left is then unknown, and nobody else is ended. */
static void a_killed_keeper_of_a_parent_of_others_ends_none_of_them(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = {.when_ready = kill_keeper};
  pid_t other_child = fork();
  if (other_child == 0)
    sleep_long();
  assert_int_equal(launch_with("hangs", 20 * second, &heard, &outcome), 0);
  assert_int_equal(outcome.left, -1);
  assert_int_equal(kill(other_child, 0), 0);
  assert_int_equal(waitpid(other_child, NULL, WNOHANG), 0);
  sweep();
}

/* ---- lines and output ---- */

static void every_line_of_many_arrives(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = run("many_lines", 20 * second, &outcome);
  assert_int_equal(outcome.status, STATUS_OK);
  assert_int_equal(heard.rows, 20000);
  assert_string_equal(heard.first, "row\tn=0");
  assert_string_equal(heard.last, "end");
}

/* What handles a line: some memory of its own, some stack, and how many page faults the first line caused. */
struct handler {
  char memory[64 << 10];
  long faults;
  int lines;
};

static long faults_so_far(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

__attribute__((noinline)) static void handle_line(char *line, void *with) {
  char deep[LAUNCH_STACK / 2];
  struct handler *handler = with;
  long before = faults_so_far();
  memset(deep, line[0], sizeof deep);
  memset(handler->memory, deep[sizeof deep - 1], sizeof handler->memory);
  if (handler->lines++ == 0)
    handler->faults = faults_so_far() - before;
}

/* After a fork each first write to a page is a fault: 36 of them here, beside the sample that the process times. */
static long faults_of_first_line(bool touched) {
  static struct handler handler;
  const char *argv[] = {"nway", "child", "ok", NULL};
  struct launch launch = {.argv = argv,
                          .limit_ns = 20 * second,
                          .line = handle_line,
                          .with = &handler,
                          .with_bytes = touched ? sizeof handler : 0};
  struct outcome outcome;
  struct fault fault;
  char line[] = "warm";
  handle_line(line, &handler); /* all pages are there before the fork */
  handler.lines = 0;
  assert_int_equal(launch_run(&launch, &outcome, &fault), 0);
  assert_int_equal(outcome.status, STATUS_OK);
  return handler.faults;
}

static void the_first_line_is_handled_without_page_faults(void **state) {
  (void)state;
  assert_true(faults_of_first_line(true) < 8);
  assert_true(faults_of_first_line(false) >= 16); /* the memory alone: the count does see faults */
}

static void a_very_long_line_harms_no_other(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = run("long_line", 20 * second, &outcome);
  assert_int_equal(outcome.status, STATUS_OK);
  assert_int_equal(heard.rows, 2);
  assert_string_equal(heard.first, "row\ta=1");
}

static void the_end_of_a_very_long_line_is_no_end(void **state) {
  (void)state;
  struct outcome outcome;
  run("end_of_a_long_line", 20 * second, &outcome);
  assert_int_equal(outcome.status, STATUS_EXIT);
}

static void binary_garbage_does_no_harm(void **state) {
  (void)state;
  struct outcome outcome;
  struct heard heard = run("garbage", 20 * second, &outcome);
  assert_int_equal(outcome.status, STATUS_OK);
  assert_string_equal(heard.last, "end");
}

static void the_last_of_the_output_is_kept(void **state) {
  (void)state;
  struct outcome outcome;
  run("much_output", 20 * second, &outcome);
  assert_int_equal(outcome.status, STATUS_EXIT);
  assert_non_null(strstr(outcome.note, "exit(1) before the work was done; last output: the reason"));
  assert_non_null(strstr(outcome.output, "\nline 19998\nline 19999\nthe reason\n"));
  assert_int_equal(strlen(outcome.output), sizeof outcome.output - 1);
}

static void output_with_nul_bytes_still_gives_its_reason(void **state) {
  (void)state;
  struct outcome outcome;
  run("binary_output", 20 * second, &outcome);
  assert_int_equal(outcome.status, STATUS_EXIT);
  if (!strstr(outcome.note, "the reason"))
    fail_msg("the note is '%s'", outcome.note);
}

/* ---- the world a child finds ---- */

static void a_child_finds_a_clean_world(void **state) {
  (void)state;
  struct outcome outcome;
  sigset_t some, before;
  int extra = dup(STDERR_FILENO); /* not closed on exec */
  sigemptyset(&some);
  sigaddset(&some, SIGINT);
  sigprocmask(SIG_BLOCK, &some, &before);
  void (*was)(int) = signal(SIGPIPE, SIG_IGN);
  struct heard heard = run("facts", 20 * second, &outcome);
  signal(SIGPIPE, was);
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(extra);
  assert_string_equal(heard.first, "fds=4 session=1 input=0 blocked=0 ignored=0 padding=100");
}

static void standard_files_may_be_closed(void **state) {
  (void)state;
  for (int closed = 1; closed < 8; closed++) {
    pid_t pid = fork();
    if (pid == 0) {
      struct heard heard = {0};
      struct outcome outcome;
      for (int fd = 0; fd < 3; fd++)
        if (closed >> fd & 1)
          close(fd);
      int result = launch_with("facts", 20 * second, &heard, &outcome);
      _exit(result == 0 && outcome.status == STATUS_OK &&
                    strcmp(heard.first, "fds=4 session=1 input=0 blocked=0 ignored=0 padding=100") == 0
                ? 0
                : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
      fail_msg("closed: %d", closed);
  }
}

static void its_own_path_is_known(void **state) {
  (void)state;
  char path[4200], small[5];
  assert_ptr_equal(launch_self(path, sizeof path), path);
  assert_int_equal(path[0], '/');
  assert_int_equal(access(path, X_OK), 0);
  launch_self(small, sizeof small);
  assert_true(strlen(small) < sizeof small);
}

/* ---- no process to be had ---- */

static void a_passing_lack_of_processes_is_waited_out(void **state) {
  (void)state;
  struct outcome outcome;
  fork_failures = 2;
  run("ok", 20 * second, &outcome);
  assert_int_equal(fork_failures, 0);
  assert_int_equal(outcome.status, STATUS_OK);
}

static void a_lasting_lack_of_processes_is_told_as_nores(void **state) {
  (void)state;
  struct heard heard = {0};
  struct outcome outcome;
  int fds = open_fds();
  fork_failures = 1000;
  int result = launch_with("ok", 20 * second, &heard, &outcome);
  int tries = 1000 - fork_failures;
  fork_failures = 0;
  assert_in_range(tries, 2, 20); /* bounded */
  assert_int_equal(result, -1);
  assert_int_equal(outcome.status, STATUS_NORES);
  assert_non_null(strstr(outcome.note, "Resource temporarily unavailable"));
  assert_int_equal(open_fds(), fds);
}

static void a_lack_of_file_descriptors_is_told_and_leaks_none(void **state) {
  (void)state;
  for (int call = 1; call <= 2; call++) {
    struct heard heard = {0};
    struct outcome outcome;
    int fds = open_fds();
    pipe_failure = call;
    assert_int_equal(launch_with("ok", 20 * second, &heard, &outcome), -1);
    assert_int_equal(pipe_failure, 0);
    assert_int_equal(outcome.status, STATUS_NORES);
    assert_non_null(strstr(outcome.note, "Too many open files"));
    assert_int_equal(open_fds(), fds);
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_way_to_end_has_its_status_and_reason),
      cmocka_unit_test(an_end_line_does_not_excuse_a_failing_exit),
      cmocka_unit_test(what_does_not_end_in_time_is_a_timeout),
      cmocka_unit_test(a_program_that_traces_its_keeper_is_ended),
      cmocka_unit_test(a_program_that_stopped_its_keeper_and_ended_is_no_hang),
      cmocka_unit_test(who_ignores_term_is_killed),
      cmocka_unit_test(a_request_to_stop_ends_the_process),
      cmocka_unit_test(a_request_from_before_the_start_counts),
      cmocka_unit_test(a_signal_while_listening_is_a_request_to_stop),
      cmocka_unit_test(a_signal_just_before_the_wait_is_not_overlooked),
      cmocka_unit_test(siblings_of_a_crashed_process_are_ended),
      cmocka_unit_test(orphans_in_their_own_sessions_are_ended),
      cmocka_unit_test(orphans_of_a_process_that_is_stopped_are_ended_with_it),
      cmocka_unit_test(orphans_that_never_stop_writing_are_ended),
      cmocka_unit_test(a_launcher_killed_with_9_takes_all_along),
      cmocka_unit_test(a_launcher_that_was_stopped_does_not_blame_its_child),
      cmocka_unit_test(a_long_chain_of_orphans_is_ended_to_its_last),
      cmocka_unit_test(orphans_that_nothing_lists_are_ended_too),
      cmocka_unit_test(a_killed_keeper_takes_along_all_that_it_kept),
      cmocka_unit_test(a_killed_keeper_of_a_parent_of_others_ends_none_of_them),
      cmocka_unit_test(a_long_list_of_orphans_ends_nobody_else),
      cmocka_unit_test(every_line_of_many_arrives),
      cmocka_unit_test(the_first_line_is_handled_without_page_faults),
      cmocka_unit_test(a_very_long_line_harms_no_other),
      cmocka_unit_test(the_end_of_a_very_long_line_is_no_end),
      cmocka_unit_test(binary_garbage_does_no_harm),
      cmocka_unit_test(the_last_of_the_output_is_kept),
      cmocka_unit_test(output_with_nul_bytes_still_gives_its_reason),
      cmocka_unit_test(a_child_finds_a_clean_world),
      cmocka_unit_test(standard_files_may_be_closed),
      cmocka_unit_test(its_own_path_is_known),
      cmocka_unit_test(a_passing_lack_of_processes_is_waited_out),
      cmocka_unit_test(a_lasting_lack_of_processes_is_told_as_nores),
      cmocka_unit_test(a_lack_of_file_descriptors_is_told_and_leaks_none),
  };
  if (argc == 3 && strcmp(argv[1], "child") == 0)
    return play_child(argv[2]);
  alarm(100);                       /* a launcher that never comes back must not hang the tests */
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* what a dead launcher leaves is seen here */
  seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (seen == MAP_FAILED)
    return 99;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
