/* Solution 5 : deux ouvriers incrémentent chacun leur compteur, dans des lignes de cache à lui seul. */
#include "kernel.h"

#include <stdatomic.h>

#define COUNTERS 8

/* Aligné, et donc long de 128 octets aussi : deux compteurs ne se rencontrent ni dans une ligne, ni dans la paire de
 * lignes que certains processeurs chargent. */
struct tally {
  _Alignas(128) _Atomic int64_t value;
};

static int layout(struct job *job) {
  job->steps = 1;
  job->items = COUNTERS;
  job->bytes = COUNTERS * sizeof(struct tally);
  job->units = (double)job_int(job, "times") * COUNTERS;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  struct tally *tallies = job->memory;
  int64_t times = job_int(job, "times");
  for (long i = lo; i < hi; i++)
    for (int64_t t = 0; t < times; t++)
      atomic_fetch_add_explicit(&tallies[i].value, 1, memory_order_relaxed);
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

static const char *check(struct job *job) {
  struct tally *tallies = job->memory;
  int64_t times = job_int(job, "times");
  for (int i = 0; i < COUNTERS; i++)
    if (tallies[i].value != times)
      return job_say(job, "le compteur %d est %lld, au lieu de %lld", i, (long long)tallies[i].value, (long long)times);
  return NULL;
}

static const struct param params[] = {
    {"times", PARAM_SIZE, PARAM_INT, "200k", 1, 1000000000, .unit = "increments", .meaning = "de chaque compteur"}, {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "tallies",
               .summary = "solution : des compteurs dans des lignes de cache séparées",
               .unit = "increments",
               .params = params,
               .needs = NEED_SHARED,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
