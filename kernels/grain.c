/* Runs many small items of one size, to find the size below which distributing work costs more than doing it. */
#include "kernel.h"

/* The mark of an item. It fills two cache lines (some processors prefetch the adjacent one), so that the kernel
 * measures the variant and not false sharing. */
struct mark {
  _Alignas(128) int64_t steps; /* steps done, in order and once each; else BROKEN */
};
#define BROKEN INT64_C(-1)

static int layout(struct job *job) {
  int64_t items = job_int(job, "items"), steps = job_int(job, "steps");
  job->bytes = (size_t)items * sizeof(struct mark);
  job->steps = (int)steps;
  job->items = (long)items;
  job->units = (double)items * (double)steps;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* As in countdown.c: the compiler must assume that the empty asm changes i. */
__attribute__((noinline)) static int64_t count_down(int64_t i) {
  for (; i != 0; i--)
    __asm__ volatile("" : "+r"(i));
  return i;
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)worker;
  struct mark *marks = job->memory;
  int64_t grain = job_int(job, "grain");
  for (long i = lo; i < hi; i++) {
    int64_t ended = count_down(grain);
    marks[i].steps = marks[i].steps == step && ended == 0 ? step + 1 : BROKEN;
  }
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

static const char *check(struct job *job) {
  const struct mark *marks = job->memory;
  for (long i = 0; i < job->items; i++)
    if (marks[i].steps != job->steps)
      return marks[i].steps == BROKEN ? job_say(job, "item %ld ran out of order or twice in a step", i)
                                      : job_say(job, "item %ld did not run in every step", i);
  return NULL;
}

static const struct param params[] = {
    {"grain", PARAM_SIZE, PARAM_INT, "1k", 0, INT64_MAX, .unit = "iterations",
     .meaning = "length of an item: a countdown of one cycle an iteration; 0: an empty item"},
    {"items", PARAM_SIZE, PARAM_INT, "64", 1, 1000000, .unit = "", .meaning = "items in a step"},
    {"steps", PARAM_SIZE, PARAM_INT, "16", 1, 1000000, .unit = "",
     .meaning = "number of steps, with a barrier between them"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "grain",
               .summary = "many items of one small size, with a barrier after each step",
               .doc = "A list of grains makes the curve whose point at half of the ideal speedup is METG(50 %), the "
                      "minimum effective task granularity of Task Bench (Slaughter et al. 2020, "
                      "doi 10.1109/SC41405.2020.00066): smaller items are not worth distributing under that variant. "
                      "grain=0 measures the cost of distribution and barriers alone.",
               .unit = "items",
               .params = params,
               .bound = BOUND_CPU,
               .probes = "granularity",
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
