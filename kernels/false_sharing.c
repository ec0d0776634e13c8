/* Increments counters that share a cache line, or that have separate lines. */
#include "kernel.h"

#include <stdatomic.h>

enum padding { NONE, LINE };

/* Two lines of 64 bytes: some processors prefetch the adjacent line, others have lines of 128 bytes. */
#define APART 128

static size_t stride(const struct job *job) { return job_choice(job, "padding") == LINE ? APART : sizeof(int64_t); }

static int layout(struct job *job) {
  int64_t counters = job_int(job, "counters"), times = job_int(job, "times"), total;
  if (mul_overflows(counters, times, &total))
    return job_refuse(job, "times", "the increments of all counters do not fit in 63 bits");
  job->bytes = (size_t)counters * stride(job);
  job->steps = 1;
  job->items = (long)counters;
  job->units = (double)total;
  return 0;
}

static _Atomic int64_t *counter_at(const struct job *job, long i) {
  return (void *)((char *)job->memory + (size_t)i * stride(job));
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* An atomic add must own the line each time. Plain stores could hide the transfer of the line: a core forwards them
 * from its store buffer to its own next load. */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  int64_t times = job_int(job, "times");
  for (long i = lo; i < hi; i++) {
    _Atomic int64_t *counter = counter_at(job, i);
    for (int64_t t = 0; t < times; t++)
      atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
  }
}

/* Digests the counters without the padding, so that both methods agree. */
static uint64_t digest(struct job *job) {
  uint64_t digest_so_far = 0;
  for (long i = 0; i < job->items; i++) {
    int64_t counter = *counter_at(job, i);
    digest_so_far = digest_of(digest_so_far, &counter, sizeof counter);
  }
  return digest_so_far;
}

static const char *check(struct job *job) {
  int64_t times = job_int(job, "times");
  for (long i = 0; i < job->items; i++)
    if (*counter_at(job, i) != times)
      return job_say(job, "counter %ld is %lld, expected %lld", i, (long long)*counter_at(job, i), (long long)times);
  return NULL;
}

static const struct param params[] = {
    {"counters", PARAM_SIZE, PARAM_INT, "8", 1, 1000000, .unit = "",
     .meaning = "number of counters, each an item; without padding, eight fill a line of 64 bytes"},
    {"times", PARAM_SIZE, PARAM_INT, "200k", 1, INT64_MAX, .unit = "increments",
     .meaning = "increments of each counter"},
    {"padding", PARAM_METHOD, PARAM_CHOICE, "none", .choices = "none|line", .unit = "",
     .meaning = "none: counters side by side; line: 128 bytes from one to the next"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "false_sharing",
               .summary = "increments of counters that share a cache line, or do not",
               .doc = "No two workers use the same counter, but without padding the counters share a cache line, which "
                      "only one core at a time can write: the line moves between cores at every increment, so more "
                      "workers are slower. A distance of 128 bytes removes the effect. So do many more counters than "
                      "workers, since each worker then has lines of its own.",
               .unit = "increments",
               .params = params,
               .needs = NEED_SHARED,
               .bound = BOUND_CPU,
               .min_unit_ns = 0.1,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
