/* Exercise 8: numbers through a pipe, one in each message; make it many. */
#include "kernel.h"

#include <unistd.h>

enum method { SINGLE, BATCH };
enum { MANY = 512 }; /* numbers of a message, 4 KiB: a pipe takes them in one piece */

struct tally {
  int64_t sum, sent; /* of all numbers; how many went through the pipe */
};

/* Sends `count` numbers through the pipe and returns their sum, as the reader computes it. */
static int64_t message(int pipe[2], const int64_t *numbers, int count, struct tally *tally) {
  int64_t read_back[MANY], sum = 0;
  size_t bytes = (size_t)count * sizeof *numbers;
  if (write(pipe[1], numbers, bytes) != (ssize_t)bytes || read(pipe[0], read_back, bytes) != (ssize_t)bytes)
    return 0;
  for (int i = 0; i < count; i++)
    sum += read_back[i];
  tally->sent += count;
  return sum;
}

static int64_t single(int pipe[2], int64_t n, struct tally *tally) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; i++)
    sum += message(pipe, &i, 1, tally);
  return sum;
}

/* TODO: as it stands this sends one number a message. Fill `numbers` with up to MANY and send them together; the last
 * message may be shorter. */
static int64_t batch(int pipe[2], int64_t n, struct tally *tally) {
  int64_t sum = 0, numbers[MANY];
  for (int64_t at = 0; at < n; at++) {
    numbers[0] = at;
    sum += message(pipe, numbers, 1, tally);
  }
  return sum;
}

static int layout(struct job *job) {
  job->steps = 1;
  job->items = 1;
  job->bytes = sizeof(struct tally);
  job->units = (double)job_int(job, "n");
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)lo, (void)hi, (void)worker;
  struct tally *tally = job->memory;
  int ends[2];
  if (pipe(ends) != 0)
    return;
  tally->sum = (job_choice(job, "method") == BATCH ? batch : single)(ends, job_int(job, "n"), tally);
  close(ends[0]);
  close(ends[1]);
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, sizeof(struct tally)); }

static const char *check(struct job *job) {
  const struct tally *tally = job->memory;
  int64_t n = job_int(job, "n");
  if (tally->sent != n)
    return job_say(job, "%lld numbers went through the pipe, not %lld", (long long)tally->sent, (long long)n);
  if (tally->sum != n * (n - 1) / 2)
    return job_say(job, "the sum is %lld, not %lld", (long long)tally->sum, (long long)(n * (n - 1) / 2));
  return NULL;
}

static const struct param params[] = {
    {"n", PARAM_SIZE, PARAM_INT, "10000", 1, 1000000, .unit = "", .meaning = "numbers 0 to n - 1"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "single", .choices = "single|batch", .unit = "",
     .meaning = "a message for each number, or for many"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "exchange",
               .summary = "exercise: numbers through a pipe, one or many a message",
               .unit = "numbers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
