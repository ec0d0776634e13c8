/* Runs an external program from spawn to exit, without a shell; replaces {workers} in its command line, and takes the
 * counters that it writes. */
#include "kernel.h"
#include "lib/command_line.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { ANSWER_EXIT = 0, ANSWER_STDOUT = 1 };

enum { COUNTERS_FD = 3 }; /* the descriptor on which the program may write counters */

struct result {
  int error;       /* errno if the program could not be started, else 0 */
  int status;      /* from waitpid */
  uint64_t output; /* digest of its output with answer=stdout */
  char told[1024]; /* its counters, "NAME=VALUE" lines; later ones are cut off */
};

/* ---- the kernel ---- */

static int layout(struct job *job) {
  struct words words;
  const char *wrong = split_command(job_text(job, "command"), 1, &words);
  if (wrong)
    return job_refuse(job, "command", "'%.100s': %s", job_text(job, "command"), wrong);
  job->bytes = sizeof(struct result);
  job->result_bytes = offsetof(struct result, told);
  job->steps = 1;
  job->items = 1;
  job->units = 1;
  return 0;
}

static int setup(struct job *job) {
  char number[16];
  snprintf(number, sizeof number, "%d", COUNTERS_FD);
  return setenv("NWAY_COUNTERS", number, 1) == 0 ? 0 : (job_say(job, "out of memory"), -1);
}

static void reset(struct job *job) { *(struct result *)job->memory = (struct result){.status = -1}; }

/* Digests all output in full blocks, so that the digest does not depend on how the program splits its writes. */
static void read_output(int fd, struct result *result) {
  char block[65536];
  size_t filled = 0;
  for (ssize_t n = 1; n != 0;) {
    n = read(fd, block + filled, sizeof block - filled);
    if (n < 0 && errno != EINTR)
      break;
    filled += n > 0 ? (size_t)n : 0;
    if (filled < sizeof block && n != 0)
      continue;
    result->output = digest_of(result->output, block, filled);
    filled = 0;
  }
}

static void run_program(struct job *job, struct result *result) {
  struct words words;
  posix_spawn_file_actions_t actions;
  int told = memfd_create("nway counters", MFD_CLOEXEC);
  int pipe_fds[2] = {-1, -1}, listens = job_choice(job, "answer") == ANSWER_STDOUT;
  pid_t pid;
  split_command(job_text(job, "command"), job->workers, &words);
  if (listens && pipe2(pipe_fds, O_CLOEXEC) != 0) {
    result->error = errno;
    close(told);
    return;
  }
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (listens)
    posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], 1);
  else
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  if (told >= 0)
    posix_spawn_file_actions_adddup2(&actions, told, COUNTERS_FD);
  result->error = posix_spawnp(&pid, words.word[0], &actions, NULL, words.word, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (listens)
    close(pipe_fds[1]);
  if (listens && !result->error)
    read_output(pipe_fds[0], result);
  if (listens)
    close(pipe_fds[0]);
  while (!result->error && waitpid(pid, &result->status, 0) < 0)
    if (errno != EINTR)
      result->error = errno;
  if (told >= 0 && pread(told, result->told, sizeof result->told - 1, 0) < 0)
    result->told[0] = '\0';
  close(told);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)lo, (void)hi, (void)worker;
  struct result made = {.status = -1};
  run_program(job, &made);
  *(struct result *)job->memory = made;
}

static uint64_t digest(struct job *job) {
  const struct result *result = job->memory;
  uint64_t parts[] = {(uint64_t)result->error, (uint64_t)(unsigned)result->status, result->output};
  return digest_of(0, parts, sizeof parts);
}

static const char *check(struct job *job) {
  const struct result *result = job->memory;
  const char *command = job_text(job, "command");
  if (result->error)
    return job_say(job, "cannot run '%.100s': %s", command, strerror(result->error));
  if (WIFSIGNALED(result->status))
    return job_say(job, "'%.100s' was killed by signal %d (%s)", command, WTERMSIG(result->status),
                   strsignal(WTERMSIG(result->status)));
  if (result->status != 0)
    return job_say(job, "'%.100s' ended with exit code %d", command, WEXITSTATUS(result->status));
  return NULL;
}

/* A name that may stand in a row: lower-case letters, digits, '_'. */
static int is_name(const char *name) {
  return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* Takes the lines "NAME=VALUE" of the last execution; ignores others. Names stay in the job's memory. */
static int counters(struct job *job, struct counter *out) {
  char *rest = ((struct result *)job->memory)->told;
  int count = 0;
  for (char *line; count < COUNTERS_MAX && (line = strsep(&rest, "\n")) && rest;) {
    char *value = strchr(line, '='), *end = NULL;
    if (!value)
      continue;
    *value++ = '\0';
    double number = strtod(value, &end);
    if (is_name(line) && end != value && *end == '\0' && isfinite(number))
      out[count++] = (struct counter){line, number};
  }
  return count;
}

static const struct param params[] = {{"command", PARAM_PROBLEM, PARAM_TEXT, "true", .unit = "",
                                       .meaning = "program and arguments, quoted as in a shell; no shell runs it; "
                                                  "{workers} is replaced by the number of workers"},
                                      {"answer", PARAM_PROBLEM, PARAM_CHOICE, "exit", .choices = "exit|stdout",
                                       .unit = "",
                                       .meaning = "what counts as the answer: the exit code 0, or also all output"},
                                      {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "command",
               .summary = "an external program, from spawn to exit",
               .doc = "The time includes the start of the process. The program must exit with code 0; with "
                      "answer=stdout its output is part of the answer too. It must use exactly the number of workers "
                      "in its command line. It may write lines NAME=VALUE to the descriptor that the variable "
                      "NWAY_COUNTERS names: they become counters of its row. inner_ns is the time that it measured "
                      "itself.",
               .unit = "runs",
               .params = params,
               .needs = NEED_OWN,
               .bound = BOUND_MIXED,
               .command = "command",
               .layout = layout,
               .setup = setup,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .counters = counters};
