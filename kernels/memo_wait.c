/* Calls a function that waits before it answers, with or without a memo; a memoised answer needs no wait. */
#include "kernel.h"
#include "lib/memo.h"
#include "lib/waits.h"

#define CALLS_MAX 4096
#define TEXT_MAX 32

enum method { NONE, PRIVATE, SHARED };

/* What one call returned and how. Only the text counts for the digest. */
struct reply {
  char text[TEXT_MAX];
  int64_t hits, misses; /* one of them is 1, the other 0 */
};

static enum method method_of(const struct job *job) { return (enum method)job_choice(job, "method"); }

/* Entries of a memo; at most one for each call is useful. */
static uint32_t bound_of(const struct job *job) {
  size_t count;
  job_list(job, "calls", &count);
  return (uint32_t)((size_t)job_int(job, "bound") < count ? (size_t)job_int(job, "bound") : count);
}

/* Offset of the shared memo in the job's memory, after the replies. */
static size_t memo_at(size_t calls) { return (calls * sizeof(struct reply) + 63) / 64 * 64; }

static int layout(struct job *job) {
  size_t count;
  job_list(job, "calls", &count);
  if (count == 0 || count > CALLS_MAX)
    return job_refuse(job, "calls", "%zu calls; expected 1 to %d", count, CALLS_MAX);
  if (waits_too_long((int64_t)count, job_int(job, "wait")))
    return job_refuse(job, "wait", "%zu calls of %lld us each take more than an hour", count,
                      (long long)job_int(job, "wait"));
  size_t memo = memo_bytes(bound_of(job), TEXT_MAX);
  job->bytes = memo_at(count) + (method_of(job) == SHARED ? memo : 0);
  job->scratch_bytes = method_of(job) == PRIVATE ? memo : 0;
  job->locks = 1;
  job->steps = 1;
  job->items = (long)count;
  job->units = (double)count;
  return 0;
}

static void *memo_of_all(const struct job *job) { return (char *)job->memory + memo_at((size_t)job->items); }

static void reset(struct job *job) {
  memset(job->memory, 0, (size_t)job->items * sizeof(struct reply));
  if (method_of(job) == SHARED)
    memo_init(memo_of_all(job), bound_of(job), TEXT_MAX);
  for (int w = 0; w < job->workers && method_of(job) == PRIVATE; w++)
    memo_init(job_scratch(job, w), bound_of(job), TEXT_MAX);
}

/* ---- the function and its memo ---- */

/* Leaves the text empty if the wait returned too soon. */
static void hello(struct job *job, int64_t argument, struct reply *out, struct worker *worker) {
  out->misses = 1;
  if (worker_waited(worker, job_int(job, "wait") * 1000))
    snprintf(out->text, sizeof out->text, "hello %lld", (long long)argument);
}

/* Empties the memo if the last owner of the lock died, since the memo may be half-written. */
static void lock_memo(struct worker *worker, const struct job *job, struct memo *memo) {
  if (worker_lock(worker, 0))
    memo_init(memo, bound_of(job), TEXT_MAX);
}

/* Does not hold the lock while the function runs, as functools.lru_cache does not: concurrent calls for one argument
 * all wait, and the memo keeps the first result. */
static void hello_memo(struct job *job, int64_t argument, struct reply *out, struct worker *worker) {
  int shared = method_of(job) == SHARED;
  struct memo *memo = shared ? memo_of_all(job) : worker->scratch;
  if (shared)
    lock_memo(worker, job, memo);
  const char *kept = memo_get(memo, (uint64_t)argument);
  if (kept)
    memcpy(out->text, kept, TEXT_MAX);
  if (shared)
    worker_unlock(worker, 0);
  if (kept) {
    out->hits = 1;
    return;
  }
  hello(job, argument, out, worker);
  if (shared)
    lock_memo(worker, job, memo);
  char *room = memo_put(memo, (uint64_t)argument);
  if (room)
    memcpy(room, out->text, TEXT_MAX);
  if (shared)
    worker_unlock(worker, 0);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  size_t count;
  const int64_t *arguments = job_list(job, "calls", &count);
  struct reply *replies = job->memory;
  for (long i = lo; i < hi; i++)
    (method_of(job) == NONE ? hello : hello_memo)(job, arguments[i], &replies[i], worker);
}

/* ---- the answer ---- */

static uint64_t digest(struct job *job) {
  uint64_t digest_so_far = 0;
  const struct reply *replies = job->memory;
  for (long i = 0; i < job->items; i++)
    digest_so_far = digest_of(digest_so_far, replies[i].text, TEXT_MAX);
  return digest_so_far;
}

static int is_first(const int64_t *arguments, long call) {
  for (long i = 0; i < call; i++)
    if (arguments[i] == arguments[call])
      return 0;
  return 1;
}

/* The number of hits if the calls run one after another, from a list of keys with the last used in front. */
static long hits_in_order(const int64_t *arguments, long calls, long bound) {
  int64_t keys[CALLS_MAX];
  long kept = 0, hits = 0;
  for (long i = 0; i < calls; i++) {
    long at = 0;
    while (at < kept && keys[at] != arguments[i])
      at++;
    hits += at < kept;
    if (at == kept && kept < bound)
      kept++;
    else if (at == kept)
      at--;
    memmove(keys + 1, keys, (size_t)at * sizeof *keys);
    keys[0] = arguments[i];
  }
  return hits;
}

static long sum_of_hits(const struct job *job) {
  long hits = 0;
  const struct reply *replies = job->memory;
  for (long i = 0; i < job->items; i++)
    hits += replies[i].hits != 0;
  return hits;
}

/* With one worker the number of hits is exact. With more it depends on timing, but each argument needs at least one
 * wait. */
static const char *fault_in_hits(struct job *job, const int64_t *arguments) {
  long hits = sum_of_hits(job), most = 0, exact = hits_in_order(arguments, job->items, bound_of(job));
  for (long i = 0; i < job->items; i++)
    most += !is_first(arguments, i);
  if (method_of(job) == NONE)
    most = exact = 0;
  if (job->workers == 1 && hits != exact)
    return job_say(job, "%ld hits, expected %ld", hits, exact);
  return hits > most ? job_say(job, "%ld hits, but only %ld calls repeat an argument", hits, most) : NULL;
}

static const char *check(struct job *job) {
  size_t count;
  const int64_t *arguments = job_list(job, "calls", &count);
  const struct reply *replies = job->memory;
  for (long i = 0; i < job->items; i++) {
    char expected[TEXT_MAX] = "";
    snprintf(expected, sizeof expected, "hello %lld", (long long)arguments[i]);
    if (replies[i].hits + replies[i].misses != 1)
      return job_say(job, "call %ld has %lld hits and %lld misses", i, (long long)replies[i].hits,
                     (long long)replies[i].misses);
    if (memcmp(replies[i].text, expected, TEXT_MAX) != 0)
      return job_say(job, "call %ld returned \"%.31s\", expected \"%s\"%s", i, replies[i].text, expected,
                     replies[i].text[0] ? "" : ": the wait did not last as long as requested");
  }
  return fault_in_hits(job, arguments);
}

static int counters(struct job *job, struct counter *out) {
  long hits = sum_of_hits(job);
  out[0] = (struct counter){"hits", (double)hits};
  out[1] = (struct counter){"misses", (double)(job->items - hits)};
  return 2;
}

/* With a memo, a call that repeats an argument costs almost nothing. Ignores evictions. */
static double cost(const struct job *job, int step, long item) {
  (void)step;
  size_t count;
  return method_of(job) == NONE || is_first(job_list(job, "calls", &count), item) ? 1 : 1e-4;
}

static const struct param params[] = {
    {"calls", PARAM_PROBLEM, PARAM_LIST, "1+1", 0, INT64_MAX, .unit = "", .meaning = "argument of each call"},
    {"wait", PARAM_SIZE, PARAM_INT, "5000", 1, INT64_MAX, .unit = "us",
     .meaning = "wait before the function answers, in microseconds"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "none", .choices = "none|private|shared", .unit = "",
     .meaning = "none: every call waits; private: a memo for each worker; shared: one memo under a lock"},
    {"bound", PARAM_METHOD, PARAM_INT, "128", 1, MEMO_BOUND_MAX, .when = "method=private|shared", .unit = "",
     .meaning = "entries of a memo"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "memo_wait",
               .summary = "calls of a function that waits before it answers, with or without a memo",
               .doc = "The notebook's print_hello takes 5.01 s, then 0.0 s under lru_cache, and 5.01 s twice "
                      "without; the default wait here is 5 ms. A memo is an algorithmic gain: one worker has all of "
                      "it. With more workers, concurrent calls for one argument all wait, as in Python; with private "
                      "memos, each worker waits once for each argument.",
               .unit = "calls",
               .params = params,
               .needs = NEED_SHARED | NEED_LOCKS | NEED_WAIT,
               .bound = BOUND_WAIT,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost,
               .counters = counters};
