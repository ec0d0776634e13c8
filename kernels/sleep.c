/* Runs independent waits of the same length; overlapping waits take no longer than one. */
#include "kernel.h"
#include "lib/waits.h"

/* One wait. Only the mark counts for the digest. */
struct nap {
  int64_t mark; /* the wait's number from 1 if it lasted as long as requested; 0: it did not run, or ended too soon */
  int64_t begin_ns, end_ns;
};

static int64_t wait_ns(const struct job *job) { return job_int(job, "wait") * 1000; }

static int layout(struct job *job) {
  int64_t waits = job_int(job, "waits"), wait = job_int(job, "wait");
  if (waits_too_long(1, wait))
    return job_refuse(job, "wait", "%lld us is longer than an hour", (long long)wait);
  if (waits_too_long(waits, wait))
    return job_refuse(job, "waits", "%lld waits of %lld us each take more than an hour", (long long)waits,
                      (long long)wait);
  if (mul_overflows((size_t)waits, sizeof(struct nap), &job->bytes) || job->bytes > JOB_BYTES_MAX)
    return job_refuse(job, "waits", "%lld waits need more than %zu bytes", (long long)waits, JOB_BYTES_MAX);
  job->result_bytes = job->bytes;
  job->steps = 1;
  job->items = (long)waits;
  job->units = (double)waits;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  struct nap *naps = job->memory;
  for (long i = lo; i < hi; i++) {
    naps[i].begin_ns = waits_clock_ns();
    int lasted = worker_waited(worker, wait_ns(job));
    naps[i].end_ns = waits_clock_ns();
    naps[i].mark = lasted ? i + 1 : 0;
  }
}

static uint64_t digest(struct job *job) {
  uint64_t digest_so_far = 0;
  const struct nap *naps = job->memory;
  for (long i = 0; i < job->items; i++)
    digest_so_far = digest_of(digest_so_far, &naps[i].mark, sizeof naps[i].mark);
  return digest_so_far;
}

static const char *check(struct job *job) {
  const struct nap *naps = job->memory;
  for (long i = 0; i < job->items; i++) {
    int64_t lasted = naps[i].end_ns - naps[i].begin_ns;
    if (naps[i].end_ns == 0)
      return job_say(job, "wait %ld did not run", i);
    if (lasted < wait_ns(job))
      return job_say(job, "wait %ld lasted %lld ns, expected at least %lld", i, (long long)lasted,
                     (long long)wait_ns(job));
    if (naps[i].mark != i + 1)
      return job_say(job, "wait %ld has the mark %lld", i, (long long)naps[i].mark);
  }
  return NULL;
}

/* The average number of concurrent waits, and the largest delay past the requested length. */
static int counters(struct job *job, struct counter *out) {
  const struct nap *naps = job->memory;
  int64_t first = naps[0].begin_ns, last = naps[0].end_ns, longest = 0;
  double total = 0;
  for (long i = 0; i < job->items; i++) {
    int64_t lasted = naps[i].end_ns - naps[i].begin_ns;
    first = naps[i].begin_ns < first ? naps[i].begin_ns : first;
    last = naps[i].end_ns > last ? naps[i].end_ns : last;
    longest = lasted > longest ? lasted : longest;
    total += (double)lasted;
  }
  out[0] = (struct counter){"at_once", last > first ? total / (double)(last - first) : 0};
  out[1] = (struct counter){"late_max_us", (double)(longest - wait_ns(job)) / 1000};
  return 2;
}

static const struct param params[] = {
    {"waits", PARAM_SIZE, PARAM_INT, "3", 1, INT64_MAX, .unit = "", .meaning = "number of waits, each an item"},
    {"wait", PARAM_PROBLEM, PARAM_INT, "10000", 1, INT64_MAX, .unit = "us",
     .meaning = "length of each wait, in microseconds"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "sleep",
               .summary = "independent waits of the same length",
               .doc = "Pure waiting, as for a reply: it scales with the workers, not with the cores. In the notebook "
                      "three waits of 10 s take 30.02 s one after another and 10.00 s as three coroutines under "
                      "gather; the default wait here is 10 ms. Each worker times its waits, and a wait that ends too "
                      "soon is a wrong answer.",
               .unit = "waits",
               .params = params,
               .needs = NEED_WAIT,
               .bound = BOUND_WAIT,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .counters = counters};
