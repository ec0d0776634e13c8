/* Solution 1: Fibonacci numbers by the plain recursion, and by one that remembers what it has computed. */
#include "kernel.h"

enum method { PLAIN, MEMO };
#define N_MAX 40

static uint64_t plain(int64_t n) { return n < 2 ? (uint64_t)n : plain(n - 1) + plain(n - 2); }

/* Every sum of the memoised method is made by this, so that `check` sees what an execution has computed. */
static uint64_t add(uint64_t *additions, uint64_t a, uint64_t b) {
  ++*additions;
  return a + b;
}

/* memo[i] is 0 until F(i) is known. Each number is computed once, from two that are looked up. */
static uint64_t remembered(uint64_t *memo, uint64_t *additions, int64_t n) {
  if (n < 2)
    return (uint64_t)n;
  if (memo[n] == 0)
    memo[n] = add(additions, remembered(memo, additions, n - 1), remembered(memo, additions, n - 2));
  return memo[n];
}

static int layout(struct job *job) {
  job->steps = 1;
  job->items = (long)job_int(job, "n");
  job->bytes = (size_t)(job->items + 1) * sizeof(uint64_t); /* the numbers, and how many additions made them */
  job->units = (double)job->items;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static uint64_t *additions_of(struct job *job) { return (uint64_t *)job->memory + job->items; }

/* Item i is F(i + 1). The memo lives for one call of work: the next execution begins with an empty one, otherwise
 * the run would measure how fast a table is read. */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  uint64_t *numbers = job->memory, memo[N_MAX + 1] = {0};
  int memoised = job_choice(job, "method") == MEMO;
  for (long i = lo; i < hi; i++)
    numbers[i] = memoised ? remembered(memo, additions_of(job), i + 1) : plain(i + 1);
}

/* An execution that begins with an empty memo makes an addition for each number but F(1). */
static int too_few_additions(struct job *job) {
  return job_choice(job, "method") == MEMO && *additions_of(job) + 1 < (uint64_t)job->items;
}

static uint64_t digest(struct job *job) {
  return digest_of((uint64_t)too_few_additions(job), job->memory, (size_t)job->items * sizeof(uint64_t));
}

/* By adding upwards, which is not the code under test. */
static const char *check(struct job *job) {
  const uint64_t *numbers = job->memory;
  uint64_t before = 0, number = 1;
  if (too_few_additions(job))
    return job_say(job, "%llu additions were counted; from an empty memo it takes at least %ld",
                   (unsigned long long)*additions_of(job), job->items - 1);
  for (long i = 0; i < job->items; i++) {
    if (numbers[i] != number)
      return job_say(job, "F(%ld) is %llu, not %llu", i + 1, (unsigned long long)numbers[i],
                     (unsigned long long)number);
    uint64_t next = before + number;
    before = number, number = next;
  }
  return NULL;
}

static const struct param params[] = {
    {"n", PARAM_SIZE, PARAM_INT, "25", 1, N_MAX, .unit = "", .meaning = "the list F(1) ... F(n)"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "plain", .choices = "plain|memo", .unit = "",
     .meaning = "plain recursion, or one that remembers"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "fibonacci",
               .summary = "solution: a list of Fibonacci numbers, remembered or not",
               .unit = "numbers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
