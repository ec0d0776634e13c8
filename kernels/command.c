/* Runs an external program from spawn to exit; what is done around it and how its answer is checked is not timed. */
/* needs: jansson */
#include "kernel.h"
#include "lib/differ.h"
#include "lib/hyperfine.h"
#include "lib/number.h"
#include "lib/printed.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COUNTERS_FD = 3 }; /* the descriptor on which the program may write counters */
enum { REASON_BYTES = 160 };

/* What an execution writes from end to end, in job->memory. */
struct result {
  int error;           /* errno if the program could not be started, else 0 */
  int status;          /* from waitpid */
  uint64_t output;     /* digest of what it wrote to a pipe */
  int64_t bytes;       /* how much that was */
  int64_t broken;      /* hyperfine was to time it, and did not; `reason` of struct found says why */
  double inner_ns;     /* the time that it printed; 0: none */
  double rate;         /* how much it did per second, as it printed that; 0: none */
  char counters[1024]; /* "NAME=VALUE" lines; later ones are cut off */
};

/* What lies behind the result: what `digest` found out about the last execution. */
struct found {
  char reason[REASON_BYTES]; /* why the answer is wrong; "" if nothing is */
  int checked;               /* the check has been asked about this execution */
  int executed;              /* so it is to be concluded */
};

struct state {
  int output;     /* the file that the program writes into; 0: none */
  pid_t process;  /* of the cell: a child that asks for a reason is another one */
  int64_t run_ns; /* time of the last execution */
  struct longer { /* of an execution that printed a longer time than it took; 0: none did */
    double inner_ns, whole_ns;
  } longer;
};

static struct result *result_of(const struct job *job) { return job->memory; }
static struct found *found_of(const struct job *job) {
  return (struct found *)(void *)((char *)job->memory + sizeof(struct result));
}

static int is_given(const struct job *job, const char *param) { return job_text(job, param)[0] != '\0'; }

struct path {
  char text[PROGRAM_LINE_BYTES];
};

static int names_file(const struct job *job, const char *param) {
  return strncmp(job_text(job, param), "file:", 5) == 0;
}

/* The rest of the parameter behind "file:", with {workers} replaced as in commands; NULL if it names none. */
static const char *file_named(const struct job *job, const char *param, struct path *path) {
  int workers = job->workers > 0 ? job->workers : 1;
  if (!names_file(job, param) || program_fill(job_text(job, param) + 5, workers, path->text, sizeof path->text) != 0)
    return NULL;
  return path->text;
}

/* Whether something is read from what the program prints. */
static int is_read(const struct job *job) { return is_given(job, "inner") || is_given(job, "rate"); }

/* Whether nway reads what the program writes through a pipe. */
static int listens(const struct job *job) {
  int kept = is_given(job, "check") || names_file(job, "output"); /* in a file, whose end has the inner time */
  return strcmp(job_text(job, "output"), "pipe") == 0 || strcmp(job_text(job, "answer"), "stdout") == 0 ||
         (is_read(job) && !kept);
}

/* Whether hyperfine's clock counts. */
static int is_timed_outside(const struct job *job) { return job_choice(job, "timer"); }

static struct program program_of(const struct job *job, const char *line) {
  return (struct program){.line = line,
                          .workers = job->workers > 0 ? job->workers : 1,
                          .shell = job_choice(job, "shell"),
                          .input = job_text(job, "input"),
                          .folder = job_text(job, "folder")};
}

/* ---- layout: everything that can be known to be wrong is refused here ---- */

static const char *const around[] = {"setup", "prepare", "conclude", "cleanup"};

static int is_one_of(const char *text, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(text, words[i]) == 0)
      return 1;
  return 0;
}

/* Exit codes from 0 to 255, separated by commas. */
static int is_code_list(const char *text) {
  for (char *end = NULL;; text = end + 1) {
    long code = *text >= '0' && *text <= '9' ? strtol(text, &end, 10) : -1;
    if (code < 0 || code > 255 || (*end && *end != ','))
      return 0;
    if (!*end)
      return 1;
  }
}

static int check_words(struct job *job) {
  static const char *const outputs[] = {"null", "pipe"}, *const answers[] = {"exit", "stdout"};
  const char *exits = job_text(job, "exits");
  if (!names_file(job, "output") && !is_one_of(job_text(job, "output"), outputs, 2))
    return job_refuse(job, "output", "'%.60s' is not null, pipe or file:PATH", job_text(job, "output"));
  if (!names_file(job, "answer") && !is_one_of(job_text(job, "answer"), answers, 2))
    return job_refuse(job, "answer", "'%.60s' is not exit, stdout or file:PATH", job_text(job, "answer"));
  if (strcmp(exits, "any") != 0 && !is_code_list(exits))
    return job_refuse(job, "exits", "'%.60s' is not a list of exit codes such as 0,1, nor 'any'", exits);
  if (names_file(job, "output") && strcmp(job_text(job, "answer"), "stdout") == 0)
    return job_refuse(job, "answer", "its stdout goes to a file; write answer = %.100s", job_text(job, "output"));
  if (is_given(job, "check") && (listens(job) || names_file(job, "output")))
    return job_refuse(job, "check",
                      "the check reads the program's output, so it needs output = null and answer = exit");
  return 0;
}

/* The file of the output is made when it is needed; its folder must be there. */
static int check_output_folder(struct job *job) {
  struct path named;
  const char *path = file_named(job, "output", &named);
  char *slash = path ? strrchr(named.text, '/') : NULL;
  if (!slash || slash == named.text)
    return 0;
  *slash = '\0';
  return access(named.text, W_OK) == 0 ? 0
                                       : job_refuse(job, "output", "folder '%.100s': %s", named.text, strerror(errno));
}

/* A hint where the name of a file that is the same for all workers has braces. */
static const char *unfilled(const char *name) {
  return strchr(name, '{') ? "; {workers} is replaced in commands, and behind file:, not here" : "";
}

static int check_files(struct job *job) {
  struct stat facts;
  if (is_given(job, "input") && access(job_text(job, "input"), R_OK) != 0)
    return job_refuse(job, "input", "'%.100s': %s%s", job_text(job, "input"), strerror(errno),
                      unfilled(job_text(job, "input")));
  if (is_given(job, "input") && stat(job_text(job, "input"), &facts) == 0 && S_ISFIFO(facts.st_mode))
    return job_refuse(job, "input", "'%.100s' is a FIFO, which has nothing for a second execution; give a file",
                      job_text(job, "input"));
  if (names_file(job, "output") && check_output_folder(job) != 0)
    return -1;
  if (is_timed_outside(job) && !hyperfine_is_there()) {
    job->lacks = 1;
    return job_refuse(job, "timer", "no hyperfine on PATH; install it (Debian: apt-get install hyperfine)");
  }
  if (is_given(job, "folder") && (stat(job_text(job, "folder"), &facts) != 0 || !S_ISDIR(facts.st_mode)))
    return job_refuse(job, "folder", "'%.100s' is not a folder%s", job_text(job, "folder"),
                      unfilled(job_text(job, "folder")));
  return 0;
}

/* Placeholders in the names of files. */
static int check_placeholders(struct job *job) {
  static const char *const params[] = {"answer", "output"};
  char wrong[200];
  for (size_t i = 0; i < sizeof params / sizeof *params; i++)
    if (program_misspelt(job_text(job, params[i]), 0, wrong, sizeof wrong))
      return job_refuse(job, params[i], "'%.60s': %s", job_text(job, params[i]), wrong);
  return 0;
}

static int check_line(struct job *job, const char *param) {
  char wrong[200];
  struct program program = program_of(job, job_text(job, param));
  program.shell |= strcmp(param, "check") == 0;
  if (is_given(job, param) && program_fault(&program, wrong, sizeof wrong))
    return job_refuse(job, param, "'%.60s': %s", job_text(job, param), wrong);
  return 0;
}

static const char *inner_pattern(const struct job *job) {
  const char *text = job_text(job, "inner");
  return strcmp(text, "nway") == 0 ? "nway: time ([0-9.eE+-]+) s" : text;
}

static int check_patterns(struct job *job) {
  char wrong[200];
  if (is_given(job, "inner") && printed_fault(inner_pattern(job), "seconds", wrong, sizeof wrong))
    return job_refuse(job, "inner", "%s", wrong);
  if (is_given(job, "rate") && printed_fault(job_text(job, "rate"), "rate", wrong, sizeof wrong))
    return job_refuse(job, "rate", "%s", wrong);
  if (is_given(job, "inner") && is_given(job, "rate"))
    return job_refuse(job, "rate",
                      "inner is given too; give one: a time that shrinks with more workers, or a rate that grows");
  return 0;
}

static int layout(struct job *job) {
  if (!is_given(job, "command"))
    return job_refuse(job, "command", "empty: write the program and its arguments");
  if (check_words(job) != 0 || check_files(job) != 0 || check_patterns(job) != 0 || check_placeholders(job) != 0 ||
      check_line(job, "command") != 0 || check_line(job, "check") != 0)
    return -1;
  for (size_t i = 0; i < sizeof around / sizeof *around; i++)
    if (check_line(job, around[i]) != 0)
      return -1;
  job->bytes = sizeof(struct result) + sizeof(struct found);
  job->result_bytes = offsetof(struct result, counters);
  job->steps = 1;
  job->items = 1;
  job->units = 1;
  job->checked_by = is_given(job, "check") ? "check" : strcmp(job_text(job, "answer"), "exit") == 0 ? "exit" : "vs seq";
  return 0;
}

/* ---- what is done around the program, untimed ---- */

static int is_listed(const struct job *job, int code) {
  const char *at = job_text(job, "exits");
  for (char *end; *at; at = *end == ',' ? end + 1 : end) {
    long right = strtol(at, &end, 10);
    if (end == at)
      return 0; /* any */
    if (right == code)
      return 1;
  }
  return 0;
}

static int is_accepted(const struct job *job, int status) {
  return WIFEXITED(status) && (strcmp(job_text(job, "exits"), "any") == 0 || is_listed(job, WEXITSTATUS(status)));
}

/* Runs one of the commands around; -1 after job_say if it fails. */
static int run_around(struct job *job, const char *param) {
  int status;
  struct program program = program_of(job, job_text(job, param));
  program.input = "";
  if (!is_given(job, param))
    return 0;
  int error = program_run(&program, &status);
  if (!error && WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return 0;
  if (error)
    job_say(job, "%s: cannot run '%.100s': %s", param, program.line, strerror(error));
  else
    job_say(job, "%s: '%.100s' ended with %s %d", param, program.line, WIFEXITED(status) ? "exit code" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
  return -1;
}

/* Opens, empty, the file that `output` names; -1 if it cannot be opened. */
static int open_named(const struct job *job) {
  struct path named;
  const char *path = file_named(job, "output", &named);
  return path ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
}

static int open_output(struct job *job, struct state *state) {
  const char *path = names_file(job, "output") ? job_text(job, "output") : NULL, *folder = getenv("TMPDIR");
  if (path)
    state->output = open_named(job);
  else if (is_given(job, "check"))
    state->output = open(folder && *folder ? folder : "/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (state->output >= 0)
    return 0;
  job_lack(job, "cannot open a file for the output of the program (%s): %s", path ? path : "in TMPDIR",
           strerror(errno));
  return -1;
}

static int setup(struct job *job) {
  struct state *state = calloc(1, sizeof *state);
  char number[16];
  job->state = state;
  if (state)
    state->process = getpid();
  snprintf(number, sizeof number, "%d", COUNTERS_FD);
  if (is_timed_outside(job) && !hyperfine_is_there())
    return job_lack(job, "timer = hyperfine: no hyperfine on PATH; install it (make deps)"), -1;
  if (!state || setenv("NWAY_COUNTERS", number, 1) != 0)
    return job_lack(job, "out of memory"), -1;
  return open_output(job, state) != 0 ? -1 : run_around(job, "setup");
}

/* An execution is concluded before the next one, or in the end: its answer has been looked at by then. */
static int conclude(struct job *job) {
  int executed = found_of(job)->executed;
  found_of(job)->executed = 0;
  return executed ? run_around(job, "conclude") : 0;
}

static void reset(struct job *job) {
  struct state *state = job->state;
  struct found *found = found_of(job);
  found->reason[0] = '\0';
  if (conclude(job) != 0 || run_around(job, "prepare") != 0)
    snprintf(found->reason, sizeof found->reason, "%s", job->message);
  job->message[0] = '\0';
  if (state->output && (ftruncate(state->output, 0) != 0 || lseek(state->output, 0, SEEK_SET) != 0))
    snprintf(found->reason, sizeof found->reason, "cannot empty the output: %s", strerror(errno));
  *result_of(job) = (struct result){.status = -1};
  found->checked = 0;
}

/* Concludes an execution and cleans up; job->message is the first failure of both. */
static void clean_up(struct job *job, int executed) {
  char first[sizeof job->message];
  job->message[0] = '\0';
  if (executed)
    run_around(job, "conclude");
  snprintf(first, sizeof first, "%s", job->message);
  run_around(job, "cleanup");
  if (first[0])
    job_say(job, "%s", first);
}

/* The inner time stays as the program printed it; what it cannot be is told. */
static void say_longer(struct job *job, const struct longer *longer) {
  if (longer->inner_ns > 0 && !job->message[0])
    job_say(job,
            "it printed a time of %.3g s, longer than the whole execution of %.3g s; inner finds seconds, or another "
            "unit in a second group",
            longer->inner_ns / 1e9, longer->whole_ns / 1e9);
}

/* Whether the process that ended early was executing the program is not known, so that is concluded. */
static void recover(struct job *job) { clean_up(job, 1); }

static void teardown(struct job *job) {
  struct state *state = job->state;
  clean_up(job, found_of(job)->executed);
  say_longer(job, &state->longer);
  if (state->output)
    close(state->output);
  free(state);
}

/* ---- the timed execution ---- */

/* As read(2), but 0 too once the process that `ended` watches is over and all that was written is read: what it left in
 * the background may hold the pipe open. */
static ssize_t read_before_end(int fd, int ended, char *out, size_t size) {
  struct pollfd sources[] = {{.fd = fd, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
  if (poll(sources, 2, -1) < 0)
    return -1;
  return sources[0].revents ? read(fd, out, size) : 0;
}

/* Digests all output in full blocks, so that the digest does not depend on how the program splits its writes. */
static void read_output(int fd, pid_t pid, struct result *result, struct tail *tail) {
  char block[65536];
  size_t filled = 0;
  int ended = (int)syscall(SYS_pidfd_open, pid, 0); /* -1, which poll ignores, where the system has none */
  for (ssize_t n = 1; n != 0;) {
    n = read_before_end(fd, ended, block + filled, sizeof block - filled);
    if (n < 0 && errno != EINTR)
      break;
    filled += n > 0 ? (size_t)n : 0;
    if (filled < sizeof block && n != 0)
      continue;
    result->output = digest_of(result->output, block, filled);
    result->bytes += (int64_t)filled;
    if (filled)
      tail_keep(tail, block, filled);
    filled = 0;
  }
  if (ended >= 0)
    close(ended);
}

static void read_printed(const struct job *job, const struct tail *tail, struct result *result) {
  if (is_given(job, "inner"))
    result->inner_ns = printed_seconds(tail, inner_pattern(job)) * 1e9;
  if (is_given(job, "rate"))
    result->rate = printed_rate(tail, job_text(job, "rate"));
}

/* An exit code above 128 may be a signal's, by the custom of shells; hyperfine does not tell them apart. */
static int status_of_code(const struct job *job, int code) {
  int signal_number = code - 128;
  return signal_number > 0 && signal_number < NSIG && !is_listed(job, code) ? signal_number : code << 8;
}

/* Takes hyperfine's time for that of the execution. */
static void end_outside(struct job *job, struct hyperfine *call, int status, struct result *result) {
  struct hyperfine_times times;
  result->broken = hyperfine_end(call, status, &times, found_of(job)->reason, REASON_BYTES) != NULL;
  if (result->broken)
    return;
  result->status = status_of_code(job, times.code);
  job->timed = (struct timed){times.wall_ns, times.user_ns, times.sys_ns};
}

static void run_program(struct job *job, struct result *result) {
  struct state *state = job->state;
  struct program program = program_of(job, job_text(job, "command"));
  struct hyperfine call;
  struct tail tail = {.length = 0};
  int fds[2] = {-1, -1}, reads = listens(job), counters = memfd_create("nway counters", MFD_CLOEXEC);
  pid_t pid;
  if (reads && pipe2(fds, O_CLOEXEC) != 0) {
    result->error = errno;
    close(counters);
    return;
  }
  program.counters_fd = counters;
  program.counters_as = COUNTERS_FD;
  program.output_fd = reads ? fds[1] : state->output;
  result->error = is_timed_outside(job) ? hyperfine_start(&program, &call, &pid) : program_start(&program, &pid);
  if (reads)
    close(fds[1]);
  if (reads && !result->error)
    read_output(fds[0], pid, result, &tail);
  if (reads)
    close(fds[0]);
  if (!result->error)
    result->status = program_wait(pid);
  if (!result->error && is_timed_outside(job))
    end_outside(job, &call, result->status, result);
  if (!reads && state->output && is_read(job))
    tail_read(&tail, state->output);
  read_printed(job, &tail, result);
  if (counters >= 0 && pread(counters, result->counters, sizeof result->counters - 1, 0) < 0)
    result->counters[0] = '\0';
  close(counters);
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)lo, (void)hi, (void)worker;
  struct result result = {.status = -1};
  struct state *state = job->state;
  int64_t began = now_ns();
  run_program(job, &result);
  state->run_ns = now_ns() - began;
  if (result.inner_ns > 1.01 * (double)state->run_ns) /* its clock may be another one, and a little faster */
    state->longer = (struct longer){result.inner_ns, (double)state->run_ns};
  *result_of(job) = result;
  found_of(job)->executed = 1;
}

/* A timer that does not work makes no answer wrong: a resource is missing. */
static void finish(struct job *job) {
  if (result_of(job)->broken)
    job_lack(job, "%s", found_of(job)->reason);
}

/* ---- the answer ---- */

/* Opens a plain file, and never waits for one; -1 if there is none. */
static int open_plain(const char *path) {
  struct stat facts;
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode))
    return fd;
  if (fd >= 0)
    close(fd);
  return -1;
}

static uint64_t digest_of_file(const char *path, int64_t *bytes) {
  char block[65536];
  uint64_t digest = 0;
  int fd = open_plain(path);
  FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
  *bytes = file ? 0 : -1;
  for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0; *bytes += (int64_t)n)
    digest = digest_of(digest, block, n);
  if (file)
    fclose(file);
  else if (fd >= 0)
    close(fd);
  return digest;
}

/* The first line of what the check wrote, without control characters. */
static void read_line(int fd, char *out, size_t size) {
  ssize_t n = pread(fd, out, size - 1, 0);
  out[n > 0 ? n : 0] = '\0';
  out[strcspn(out, "\n")] = '\0';
  for (char *at = out; *at; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = ' ';
}

/* Gives the output to the user's check, by a shell; what it writes is why the answer is wrong. */
static void ask_check(struct job *job, struct found *found) {
  struct state *state = job->state;
  struct program check = {.line = job_text(job, "check"),
                          .workers = job->workers,
                          .shell = 1,
                          .all_output = 1,
                          .input_fd = state->output,
                          .folder = job_text(job, "folder")};
  int status, output = memfd_create("nway check", MFD_CLOEXEC);
  char words[REASON_BYTES / 2] = "";
  check.output_fd = output > 0 ? output : 0;
  long long bytes = lseek(state->output, 0, SEEK_END);
  lseek(state->output, 0, SEEK_SET);
  int error = program_run(&check, &status);
  if (output > 0) {
    read_line(output, words, sizeof words);
    close(output);
  }
  if (error || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    snprintf(found->reason, sizeof found->reason, "the check of its %lld bytes ended with %s %d%s%s", bytes,
             error               ? "error"
             : WIFEXITED(status) ? "exit code"
                                 : "signal",
             error               ? error
             : WIFEXITED(status) ? WEXITSTATUS(status)
                                 : WTERMSIG(status),
             words[0] ? ": " : "", words);
}

/* The parameter whose value the program did not print; NULL if there is none. */
static const char *lacks_printed(const struct job *job) {
  const struct result *result = result_of(job);
  return is_given(job, "inner") && result->inner_ns <= 0 ? "inner"
         : is_given(job, "rate") && result->rate <= 0    ? "rate"
                                                         : NULL;
}

static uint64_t digest(struct job *job) {
  const struct result *result = result_of(job);
  struct found *found = found_of(job);
  struct path named;
  const char *file = file_named(job, "answer", &named);
  int64_t bytes = 0;
  if (!found->checked && is_given(job, "check") && found->reason[0] == '\0')
    ask_check(job, found);
  found->checked = 1;
  uint64_t parts[] = {(uint64_t)result->error,
                      result->error || !is_accepted(job, result->status) ? 1 + (uint64_t)(unsigned)result->status : 0,
                      strcmp(job_text(job, "answer"), "stdout") == 0 ? result->output : 0,
                      file ? digest_of_file(file, &bytes) : 0,
                      (uint64_t)bytes,
                      found->reason[0] != '\0',
                      lacks_printed(job) != NULL};
  return digest_of(0, parts, sizeof parts);
}

/* ---- how an answer differs ---- */

/* Runs the program once more, with so many workers; returns its answer as a file of ours, or -1. */
static int answer_again(struct job *job, int workers) {
  struct path named;
  int status, asked = job->workers, into = memfd_create("nway answer", MFD_CLOEXEC);
  job->workers = workers;
  struct program program = program_of(job, job_text(job, "command"));
  const char *file = file_named(job, "answer", &named);
  int output = names_file(job, "output") ? open_named(job) : 0;
  program.output_fd = file ? output : into;
  run_around(job, "prepare");
  int failed = into < 0 || program_run(&program, &status) != 0;
  int from = file && !failed ? open_plain(file) : -1;
  char block[65536];
  for (ssize_t n; from >= 0 && (n = read(from, block, sizeof block)) > 0;)
    failed |= write(into, block, (size_t)n) != n;
  if (from >= 0)
    close(from);
  if (output > 0)
    close(output);
  job->workers = asked;
  return failed || (file && from < 0) ? -1 : into;
}

/* Whether the answer on one worker, `serial`, is another one when the program runs once more. */
static int is_random(struct job *job, int serial) {
  int again = answer_again(job, 1);
  return again >= 0 && differ(serial, again).at >= 0;
}

/* Sizes and the first difference of the answer on one worker and on these, found by running both once more; the right
 * answer itself is known by its digest alone. Only in a child that is asked why a digest is another, and only where it
 * does not take long. */
static const char *say_difference(struct job *job) {
  const struct state *state = job->state;
  const char *what = names_file(job, "answer") ? "file" : "stdout";
  if (state->run_ns > 1000000000)
    return job_say(job, "its %s is not that of the first execution on one worker", what);
  int serial = answer_again(job, 1), own = answer_again(job, job->workers);
  if (serial < 0 || own < 0)
    return NULL;
  struct difference d = differ(serial, own);
  if (d.at < 0)
    return job_say(job, "its %s differs from execution to execution; run twice more, it has the same %lld bytes", what,
                   (long long)d.bytes[0]);
  if (job->workers == 1 || is_random(job, serial))
    return job_say(job,
                   "its %s differs from execution to execution: %lld and %lld bytes, from byte %lld on, in line %lld",
                   what, (long long)d.bytes[0], (long long)d.bytes[1], (long long)d.at + 1, (long long)d.line);
  return job_say(
      job, "its %s has %lld bytes on %d workers and %lld on 1; the first difference is byte %lld, in line %lld", what,
      (long long)d.bytes[1], job->workers, (long long)d.bytes[0], (long long)d.at + 1, (long long)d.line);
}

/* Says that the file which is the answer is not there; NULL if it is, or none is asked for. */
static const char *say_no_file(struct job *job) {
  struct path named;
  const char *file = file_named(job, "answer", &named);
  return file && access(file, R_OK) != 0 ? job_say(job, "its answer '%.100s': %s", file, strerror(errno)) : NULL;
}

static const char *check(struct job *job) {
  const struct result *result = result_of(job);
  const char *command = job_text(job, "command");
  if (result->error)
    return job_say(job, "cannot run '%.100s': %s", command, strerror(result->error));
  if (WIFSIGNALED(result->status))
    return job_say(job, "'%.100s' was killed by signal %d (%s)", command, WTERMSIG(result->status),
                   strsignal(WTERMSIG(result->status)));
  if (!is_accepted(job, result->status))
    return job_say(job, "'%.100s' ended with exit code %d", command, WEXITSTATUS(result->status));
  digest(job);
  if (found_of(job)->reason[0])
    return job_say(job, "%s", found_of(job)->reason);
  const char *lacks = lacks_printed(job);
  if (lacks && strcmp(lacks, "inner") == 0)
    return job_say(job,
                   "the last %d bytes of its stdout have no time that '%.100s' finds; what it writes to stderr "
                   "counts with --shell and 2>&1",
                   TAIL_BYTES, inner_pattern(job));
  if (lacks)
    return job_say(job,
                   "the last %d bytes of its stdout have no rate that '%.100s' finds; what it writes to stderr "
                   "counts with --shell and 2>&1",
                   TAIL_BYTES, job_text(job, "rate"));
  if (say_no_file(job))
    return job->message;
  const struct state *state = job->state;
  int asked_why = state && state->process != getpid(), compares = strcmp(job_text(job, "answer"), "exit") != 0;
  return asked_why && compares ? say_difference(job) : NULL;
}

/* A name that may stand in a row: lower-case letters, digits, '_'. */
static int is_name(const char *name) {
  return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static int is_taken(const char *name, const struct counter *counters, int count) {
  for (int i = 0; i < count; i++)
    if (strcmp(counters[i].name, name) == 0)
      return 1;
  return 0;
}

/* Adds the lines "NAME=VALUE" of the last execution; ignores others. Names stay in the job's memory. */
static int take_counters(char *rest, struct counter *counters, int count) {
  for (char *line; count < COUNTERS_MAX && (line = strsep(&rest, "\n")) && rest;) {
    char *value = strchr(line, '=');
    double number;
    if (!value)
      continue;
    *value++ = '\0';
    if (is_name(line) && !is_taken(line, counters, count) && read_number(value, strlen(value), &number))
      counters[count++] = (struct counter){line, number};
  }
  return count;
}

static int counters(struct job *job, struct counter *counters) {
  int count = 0;
  if (is_given(job, "inner"))
    counters[count++] = (struct counter){"inner_ns", result_of(job)->inner_ns};
  if (is_given(job, "rate"))
    counters[count++] = (struct counter){"rate_per_s", result_of(job)->rate};
  if (listens(job))
    counters[count++] = (struct counter){"output_bytes", (double)result_of(job)->bytes};
  return take_counters(result_of(job)->counters, counters, count);
}

#define UNNAMED(own, type, first, ...)                                                                                 \
  { own, PARAM_OPTION, type, first, .when = own "=", .unit = "", __VA_ARGS__ }

static const struct param params[] = {
    {"title", PARAM_PROBLEM, PARAM_TEXT, "", .when = "title!=", .unit = "",
     .meaning = "the problem that programs of the same title solve; by default the section's label"},
    {"name", PARAM_METHOD, PARAM_TEXT, "", .when = "name!=", .unit = "",
     .meaning = "the program's name among them; by default its command"},
    UNNAMED("command", PARAM_TEXT, "true",
            .meaning = "program and arguments, quoted as in a shell; {workers} is replaced by the number of workers, "
                       "{workers-1} by one less"),
    UNNAMED("shell", PARAM_CHOICE, "no", .choices = "no|yes", .meaning = "whether sh -c runs all these commands"),
    {"output", PARAM_OPTION, PARAM_TEXT, "null", .unit = "",
     .meaning = "where its stdout goes: null, pipe (nway reads it) or file:PATH; some programs do less on null"},
    UNNAMED("input", PARAM_TEXT, "", .meaning = "file that is its stdin; by default /dev/null"),
    UNNAMED("folder", PARAM_TEXT, "", .meaning = "its working folder; by default that of nway"),
    UNNAMED("exits", PARAM_TEXT, "0", .meaning = "exit codes that are right, such as 0,1, or any"),
    UNNAMED("answer", PARAM_TEXT, "exit",
            .meaning =
                "what must be equal in all executions beside the exit code: exit (nothing), stdout or file:PATH"),
    UNNAMED("check", PARAM_TEXT, "",
            .meaning = "a command for sh -c that reads its output from stdin and ends with 0 if it is right; untimed"),
    UNNAMED("inner", PARAM_TEXT, "",
            .meaning = "the time that the program prints itself: nway for 'nway: time 0.0123 s', or a regular "
                       "expression with a group around the number, and a second one around its unit if that is not s: "
                       "'took ([0-9.]+) (ms)'"),
    UNNAMED("rate", PARAM_TEXT, "",
            .meaning =
                "for a program that runs for a fixed time: a regular expression with a group around the number of "
                "units that it did per second, and a second one around a prefix as in 1.5 (M); times are then "
                "those of one unit"),
    {"timer", PARAM_OPTION, PARAM_CHOICE, "nway", .choices = "nway|hyperfine", .unit = "",
     .meaning = "whose clock counts: nway's, or hyperfine's, which nway calls once for each execution"},
    UNNAMED("setup", PARAM_TEXT, "", .meaning = "run once in each process before all executions, untimed"),
    UNNAMED("prepare", PARAM_TEXT, "", .meaning = "run before each execution, untimed"),
    UNNAMED("conclude", PARAM_TEXT, "", .meaning = "run after each execution and its check, untimed"),
    UNNAMED("cleanup", PARAM_TEXT, "", .meaning = "run once in each process after all executions, untimed"),
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "command",
               .summary = "an external program, from spawn to exit",
               .doc =
                   "The time includes the start of the process. The program must end with an accepted exit code; its "
                   "output or a file can be compared, or a check can judge it. It must use exactly the number of "
                   "workers in its command line. It may write lines NAME=VALUE to the descriptor that the variable "
                   "NWAY_COUNTERS names: they become counters of its row; inner_ns is the time that it measured, "
                   "rate_per_s how much it did per second: then its time is that of one unit.",
               .unit = "runs",
               .params = params,
               .needs = NEED_OWN,
               .bound = BOUND_MIXED,
               .command = "command",
               .layout = layout,
               .setup = setup,
               .teardown = teardown,
               .recover = recover,
               .reset = reset,
               .work = work,
               .finish = finish,
               .digest = digest,
               .check = check,
               .counters = counters};
