/* Solution 2: each worker sums on its own and adds to the total once for all that it was given. */
#include "kernel.h"

#include <stdatomic.h>
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

/* One atomic addition a call of work: right, and too rare to cost anything. A lock around that one line would do as
 * well; a lock or an atomic addition for each number is right too, but the line of the total would travel each time. */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  _Atomic int64_t *total = job->memory;
  int64_t own = 0;
  for (int64_t x = lo * BLOCK + 1; x <= hi * BLOCK; x++)
    own += steps_to_1((uint64_t)x);
  atomic_fetch_add(total, own);
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
               .summary = "solution: one total to which all workers add",
               .unit = "numbers",
               .params = params,
               .needs = NEED_SHARED,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
