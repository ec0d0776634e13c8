/* Asks a kernel about the answer in its memory, in a child with a time limit. */
#include "ask.h"

#include "base/clock.h"
#include "base/translate.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child is to say, about a job and whatever else it must know. */
struct question {
  void (*answer)(struct job *, const struct question *, int to);
  const struct team *team;
};

static void tell(int to, const void *bytes, size_t count) { _exit(write(to, bytes, count) == (ssize_t)count ? 0 : 1); }

static void tell_check(struct job *job, const struct question *question, int to) {
  (void)question;
  const char *why = job->kernel->check(job);
  tell(to, why ? why : "", why ? strlen(why) : 0);
}

static void tell_digest(struct job *job, const struct question *question, int to) {
  (void)question;
  uint64_t digest = job_digest(job);
  tell(to, &digest, sizeof digest);
}

/* ---- the first difference from the serial answer ---- */

enum { WORD = sizeof(double), ORDER_PARTS = 1000000 };

/* Executes all items of all steps in their order, by worker 0. */
static void execute_alone(struct job *job, struct worker *worker) {
  const struct kernel *kernel = job->kernel;
  if (kernel->reset)
    kernel->reset(job);
  if (job->slots)
    memset(job->slots, 0, job->slot_stride * (size_t)job->workers);
  for (int step = 0; step < job->steps; step++)
    kernel->work(job, step, 0, kernel->items ? kernel->items(job, step) : job->items, worker);
  if (kernel->finish)
    kernel->finish(job);
}

/* Whether two numbers differ as sums of the same numbers in another order do. */
static bool differ_by_order(double one, double other) {
  return isnormal(one) && isnormal(other) && fabs(one - other) * ORDER_PARTS < fabs(other);
}

/* Writes where `bytes` of a result begin to differ from the right ones, and the word of 8 bytes there as a number. */
static void say_difference(const char *given, const char *right, size_t bytes, char *out, size_t size) {
  size_t at = 0, whole = bytes / WORD * WORD;
  double one, other;
  while (at < bytes && given[at] == right[at])
    at++;
  size_t word = at / WORD * WORD;
  if (at >= whole) { /* behind the last whole word */
    snprintf(out, size, N_("byte %zu of the result (%zu bytes) is %d, by one worker alone %d"), at, bytes,
             (unsigned char)given[at], (unsigned char)right[at]);
    return;
  }
  uint64_t bits, right_bits;
  memcpy(&one, given + word, WORD), memcpy(&other, right + word, WORD);
  memcpy(&bits, given + word, WORD), memcpy(&right_bits, right + word, WORD);
  if (differ_by_order(one, other))
    snprintf(out, size,
             N_("byte %zu of the result (%zu bytes): %.17g, by one worker alone %.17g; a sum of floating-point numbers "
                "depends on its order: put a partial sum of each item into job->memory"),
             at, bytes, one, other);
  else
    snprintf(out, size,
             N_("byte %zu of the result (%zu bytes): %" PRIu64 " (as a double %.6g), by one worker alone %" PRIu64
                " (%.6g)"),
             at, bytes, bits, one, right_bits, other);
}

static void tell_difference(struct job *job, const struct question *question, int to) {
  char text[sizeof job->message], *result = (char *)job->memory + job->result_at, *given = malloc(job->result_bytes);
  if (!given)
    return;
  memcpy(given, result, job->result_bytes);
  execute_alone(job, &question->team->members[0]);
  text[0] = '\0';
  if (memcmp(given, result, job->result_bytes) != 0)
    say_difference(given, result, job->result_bytes, text, sizeof text);
  memcpy(result, given, job->result_bytes); /* it may be shared with the cell */
  tell(to, text, strlen(text));
}

static _Noreturn void child_main(struct job *job, const struct question *question, int to, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_DFL);
  if (getppid() == parent)
    question->answer(job, question, to);
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

static size_t ask(struct job *job, const struct question *question, int64_t limit_ns, char *text, size_t size) {
  int ends[2];
  pid_t self = getpid();
  size_t length = 0;
  text[0] = '\0';
  if (limit_ns <= 0 || pipe2(ends, O_CLOEXEC) != 0)
    return 0;
  pid_t pid = fork();
  if (pid == 0)
    child_main(job, question, ends[1], self);
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
    ask(job, &(struct question){tell_check, NULL}, limit_ns, why, size);
}

int ask_digest(struct job *job, int64_t limit_ns, uint64_t *digest) {
  char bytes[sizeof *digest + 1];
  if (ask(job, &(struct question){tell_digest, NULL}, limit_ns, bytes, sizeof bytes) != sizeof *digest)
    return 0;
  memcpy(digest, bytes, sizeof *digest);
  return 1;
}

void ask_difference(struct team *team, int64_t limit_ns, char *why, size_t size) {
  const struct kernel *kernel = team->job->kernel;
  why[0] = '\0';
  /* the services of other needs may be those of workers that a child lacks */
  if (kernel->digest || (kernel->needs & ~(unsigned)NEED_SHARED) || team->job->result_bytes == 0)
    return;
  ask(team->job, &(struct question){tell_difference, team}, limit_ns, why, size);
}
