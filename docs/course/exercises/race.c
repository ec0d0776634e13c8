/* Exercise 2: workers add to one total, and some of what they add is lost. */
#include "kernel.h"

#include <stdlib.h>

#define BLOCK 10 /* numbers in an item */

/* How many steps the rule "halve, or triple and add 1" takes from x to 1. */
static int64_t steps_to_1(uint64_t x) {
  int64_t steps = 0;
  for (; x != 1; steps++)
    x = x % 2 ? 3 * x + 1 : x / 2;
  return steps;
}

static int layout(struct job *job) {
  job->steps = 1;
  job->items = (long)job_int(job, "blocks");
  job->bytes = sizeof(int64_t);
  job->units = (double)job->items * BLOCK;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* TODO: between a worker's reading of the total and its writing, the other one may have written too: that sum is
 * lost. Correct it so that the answer is right and two workers still gain. What may be shared, and how often?
 * (For an atomic total include <stdatomic.h>; for a lock set job->locks in layout, .needs = NEED_SHARED | NEED_LOCKS
 * below, and use worker_lock(worker, 0) and worker_unlock(worker, 0).) */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  volatile int64_t *total = job->memory;
  for (int64_t x = lo * BLOCK + 1; x <= hi * BLOCK; x++) {
    int64_t seen = *total;
    seen += steps_to_1((uint64_t)x);
    *total = seen;
  }
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

/* The same sum another way: from x the rule comes to a smaller number, whose steps are known. */
static const char *check(struct job *job) {
  int64_t sum = 0, found = *(const int64_t *)job->memory;
  uint64_t last = (uint64_t)job->items * BLOCK;
  int32_t *known = calloc(last + 1, sizeof *known);
  for (uint64_t x = 2; known && x <= last; sum += known[x++]) {
    uint64_t y = x;
    for (; y >= x; known[x]++)
      y = y % 2 ? 3 * y + 1 : y / 2;
    known[x] += known[y];
  }
  free(known);
  return found == sum ? NULL : job_say(job, "the total is %lld, expected %lld", (long long)found, (long long)sum);
}

static const struct param params[] = {
    {"blocks", PARAM_SIZE, PARAM_INT, "6400", 1, 1000000, .unit = "", .meaning = "of 10 numbers, each an item"}, {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "total",
               .summary = "exercise: one total to which all workers add",
               .unit = "numbers",
               .params = params,
               .needs = NEED_SHARED,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
