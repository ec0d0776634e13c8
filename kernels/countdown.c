/* Counts each number of a list down to 0, at about one cycle an iteration, to measure the speed of a core alone. */
#include "kernel.h"

/* The value of a result before it is computed; a countdown ends at 0. */
#define NOT_RUN INT64_C(-1)

static int layout(struct job *job) {
  size_t count;
  const int64_t *items = job_list(job, "items", &count);
  int64_t total = 0;
  for (size_t i = 0; i < count; i++)
    if (add_overflows(total, items[i], &total))
      return job_refuse(job, "items", "the iterations of all items do not fit in 63 bits");
  if (count == 0 || count > JOB_BYTES_MAX / sizeof(int64_t))
    return job_refuse(job, "items", "%zu items: it takes at least 1 and at most %zu", count,
                      JOB_BYTES_MAX / sizeof(int64_t));
  job->bytes = job->result_bytes = count * sizeof(int64_t);
  job->steps = 1;
  job->items = (long)count;
  job->units = (double)total;
  return 0;
}

static void reset(struct job *job) {
  int64_t *last = job->memory;
  for (long i = 0; i < job->items; i++)
    last[i] = NOT_RUN;
}

/* The compiler must assume that the empty asm changes i, so it keeps every iteration. A separate function, so that a
 * test finds the loop in the disassembly. */
__attribute__((noinline)) static int64_t count_down(int64_t i) {
  for (; i != 0; i--)
    __asm__ volatile("" : "+r"(i));
  return i;
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  size_t count;
  const int64_t *items = job_list(job, "items", &count);
  int64_t *last = job->memory;
  for (long i = lo; i < hi; i++)
    last[i] = count_down(items[i]);
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

static const char *check(struct job *job) {
  const int64_t *last = job->memory;
  for (long i = 0; i < job->items; i++)
    if (last[i] != 0)
      return last[i] == NOT_RUN ? job_say(job, "item %ld did not run", i)
                                : job_say(job, "item %ld did not end at 0", i);
  return NULL;
}

static double cost(const struct job *job, int step, long item) {
  (void)step;
  size_t count;
  return (double)job_list(job, "items", &count)[item];
}

static const struct param params[] = {{"items", PARAM_SIZE, PARAM_LIST, "5M+3M+6M+10M", 1, INT64_MAX,
                                       .unit = "iterations", .meaning = "start of each countdown"},
                                      {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "countdown",
               .summary = "count each of a list of numbers down to 0",
               .doc = "Pure CPU work: one add and one jump an iteration, no memory. It should scale with the physical "
                      "cores; if two pinned countdowns do not run twice as fast as one, cores are shared or "
                      "throttled.",
               .unit = "iterations",
               .params = params,
               .bound = BOUND_CPU,
               .min_unit_ns = 0.1,
               .weak = "items",
               .calibrates = 1,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost};
