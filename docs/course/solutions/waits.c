/* Solution 4: waits that overlap, also where all workers share one thread. */
#include "kernel.h"

#include <time.h>

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A thread sleeps here, a coroutine gives way to those that can go on: the variant knows how its workers wait. */
static void pause_ns(struct worker *worker, int64_t ns) { worker_wait(worker, ns); }

static int layout(struct job *job) {
  job->steps = 1;
  job->items = (long)job_int(job, "waits");
  job->bytes = (size_t)job->items * sizeof(int64_t);
  job->units = (double)job->items;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* The mark of a wait is its number from 1, if it lasted as long as it should. */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  int64_t *marks = job->memory, wait_ns = job_int(job, "wait") * 1000;
  for (long i = lo; i < hi; i++) {
    int64_t begin = now_ns();
    pause_ns(worker, wait_ns);
    marks[i] = now_ns() - begin >= wait_ns ? i + 1 : 0;
  }
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

static const char *check(struct job *job) {
  const int64_t *marks = job->memory;
  for (long i = 0; i < job->items; i++)
    if (marks[i] != i + 1)
      return job_say(job, "wait %ld was too short", i);
  return NULL;
}

static const struct param params[] = {
    {"waits", PARAM_SIZE, PARAM_INT, "10", 1, 1000, .unit = "", .meaning = "how many, each an item"},
    {"wait", PARAM_PROBLEM, PARAM_INT, "10000", 1, 1000000, .unit = "us", .meaning = "microseconds that each lasts"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "waits",
               .summary = "solution: waits that overlap",
               .unit = "waits",
               .params = params,
               .needs = NEED_WAIT,
               .bound = BOUND_WAIT,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
