/* Solution 9: the notebook's calcul_lourd over a range, converted in every step, or once. */
#include "kernel.h"

#include <stdlib.h>

enum method { AGAIN, ONCE };
enum { STEPS = 49 };

struct range {
  long n; /* 0, 1, ..., n - 1 */
};

/* Makes an array of a range as numpy does: each number becomes an object of its own, whose value is then read. */
static void convert(const struct range *range, double *out, uint64_t *conversions) {
  ++*conversions;
  for (long i = 0; i < range->n; i++) {
    long *object = malloc(sizeof *object);
    if (!object)
      abort();
    *object = i;
    __asm__ volatile("" : "+r"(object) : : "memory"); /* else the compiler leaves the object out */
    out[i] = (double)*object;
    free(object);
  }
}

/* One step, with a cheaper power than the notebook's: result += a * (b + k). */
static void add(double *result, const double *a, const double *b, long n, int k) {
  for (long i = 0; i < n; i++)
    result[i] += a[i] * (b[i] + k);
}

/* The notebook's way: numpy gets the range twice in each step, for the power and for the product. */
static void again(const struct range *range, double *x, double *y, double *result, uint64_t *conversions) {
  for (int k = 1; k <= STEPS; k++) {
    convert(range, x, conversions);
    convert(range, y, conversions);
    add(result, x, y, range->n, k);
  }
}

static void once(const struct range *range, double *x, double *result, uint64_t *conversions) {
  convert(range, x, conversions);
  for (int k = 1; k <= STEPS; k++)
    add(result, x, x, range->n, k);
}

/* The memory: the result, two buffers, and the number of conversions. */
static int layout(struct job *job) {
  size_t n = (size_t)job_int(job, "n");
  job->steps = 1;
  job->items = 1;
  job->bytes = 3 * n * sizeof(double) + sizeof(uint64_t);
  job->units = (double)n;
  return 0;
}

static uint64_t *conversions_of(struct job *job) { return (uint64_t *)((double *)job->memory + 3 * job_int(job, "n")); }

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)lo, (void)hi, (void)worker;
  const struct range range = {job_int(job, "n")};
  double *result = job->memory, *x = result + range.n, *y = x + range.n;
  if (job_choice(job, "method") == ONCE)
    once(&range, x, result, conversions_of(job));
  else
    again(&range, x, y, result, conversions_of(job));
}

static uint64_t digest(struct job *job) {
  return digest_of(*conversions_of(job) == 0, job->memory, (size_t)job_int(job, "n") * sizeof(double));
}

/* The sum over k of x * (x + k) is 49 x * x + 1225 x, which is exact in doubles. */
static const char *check(struct job *job) {
  const double *result = job->memory;
  if (*conversions_of(job) == 0)
    return job_say(job, "the range was never converted in this execution");
  for (long i = 0; i < job_int(job, "n"); i++)
    if (result[i] != STEPS * (double)i * (double)i + 1225.0 * (double)i)
      return job_say(job, "the sum for %ld is %.17g, not %.17g", i, result[i],
                     STEPS * (double)i * (double)i + 1225.0 * (double)i);
  return NULL;
}

static const struct param params[] = {
    {"n", PARAM_SIZE, PARAM_INT, "7000", 1, 1000000, .unit = "", .meaning = "numbers of the range"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "again", .choices = "again|once", .unit = "",
     .meaning = "the range is converted twice in each step, or once"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "lourd",
               .summary = "exercise: sums over a range, converted again and again or once",
               .unit = "numbers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};
