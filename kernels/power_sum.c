/* Sums x * x^sqrt(k) over k = 1 .. 49 and a range of x: plain floating-point work that divides well. */
#include "kernel.h"

#include <float.h>
#include <math.h>

#define POWERS 49
#define BLOCK 256 /* an item is the x of one absolute block, so that no choice of workers moves a rounding */

/* All terms are positive and sums over x are compensated, so what counts is pow (under 1 ulp in glibc), a product
 * and the 49 rising terms of one x: at most 1.9 ulp seen for any x below 3000. A vector pow may take up to 4. */
#define TOLERANCE (4 * DBL_EPSILON)

struct sums {
  long double expected; /* by the oracle */
  double total;
  double blocks[];
};

static int layout(struct job *job) {
  int64_t first = job_int(job, "first"), n = job_int(job, "n");
  if (first >= n)
    return job_refuse(job, "first", "%lld leaves no x below n = %lld", (long long)first, (long long)n);
  size_t blocks = (size_t)((n - 1) / BLOCK - first / BLOCK + 1);
  size_t most = (JOB_BYTES_MAX - sizeof(struct sums)) / sizeof(double);
  if (blocks > most)
    return job_refuse(job, "n", "%lld needs %zu partial sums of %d x, %zu bytes; at most %zu bytes", (long long)n,
                      blocks, BLOCK, blocks * sizeof(double), JOB_BYTES_MAX);
  job->bytes = sizeof(struct sums) + blocks * sizeof(double);
  job->steps = 1;
  job->items = (long)blocks;
  job->units = (double)(n - first);
  return 0;
}

/* The x of an item: from *lo to *hi - 1. */
static void item_range(const struct job *job, long item, int64_t *lo, int64_t *hi) {
  int64_t first = job_int(job, "first"), n = job_int(job, "n");
  int64_t start = (first / BLOCK + item) * BLOCK;
  *lo = start > first ? start : first;
  *hi = n - start > BLOCK ? start + BLOCK : n;
}

/* ---- the work ---- */

/* A sum and what its roundings left behind. */
struct running {
  double rounded, rest;
};

/* Knuth's two-sum: rounded + rest stays exact but for the rounding of rest. */
static void add(struct running *s, double term) {
  double rounded = s->rounded + term;
  double part = rounded - s->rounded;
  s->rest += (s->rounded - (rounded - part)) + (term - part);
  s->rounded = rounded;
}

static double sum_scalar(int64_t lo, int64_t hi, const double *exponents) {
  struct running sum = {0, 0};
  for (int64_t x = lo; x < hi; x++) {
    double all_powers = 0;
    for (int k = 1; k <= POWERS; k++)
      all_powers += (double)x * pow((double)x, exponents[k]);
    add(&sum, all_powers);
  }
  return sum.rounded + sum.rest;
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  struct sums *sums = job->memory;
  double exponents[POWERS + 1];
  for (int k = 1; k <= POWERS; k++)
    exponents[k] = sqrt(k);
  for (long i = lo; i < hi; i++) {
    int64_t from, to;
    item_range(job, i, &from, &to);
    sums->blocks[i] = sum_scalar(from, to, exponents);
  }
}

static void finish(struct job *job) {
  struct sums *sums = job->memory;
  struct running all = {0, 0};
  for (long i = 0; i < job->items; i++)
    add(&all, sums->blocks[i]);
  sums->total = all.rounded + all.rest;
}

static void reset(struct job *job) {
  struct sums *sums = job->memory;
  sums->total = NAN;
  for (long i = 0; i < job->items; i++)
    sums->blocks[i] = NAN;
}

/* ---- the oracle: Euler-Maclaurin in long double ---- */

/* From here on its three correction terms leave less than 1e-17 of the sum. */
#define EULER_FROM 128

/* Sum of x^p over a <= x <= b, both >= EULER_FROM. */
static long double euler_maclaurin(long double a, long double b, long double p) {
  /* The integral as a^(p+1) * ((b/a)^(p+1) - 1) / (p + 1), without cancellation where a is near b. */
  long double q = p + 1, sum = powl(a, q) * expm1l(q * log1pl((b - a) / a)) / q;
  sum += (powl(a, p) + powl(b, p)) / 2;
  static const long double coefficients[] = {1.0L / 12, -1.0L / 720, 1.0L / 30240}; /* B(2j) / (2j)! */
  long double falling = p, power = p - 1; /* the derivative of order 2j - 1 is falling * x^power */
  for (int j = 0; j < 3; j++) {
    sum += coefficients[j] * falling * (powl(b, power) - powl(a, power));
    falling *= power * (power - 1);
    power -= 2;
  }
  return sum;
}

static long double sum_of_powers(int64_t first, int64_t n, long double p) {
  long double sum = 0;
  for (; first < n && first < EULER_FROM; first++)
    sum += powl((long double)first, p);
  return first < n ? sum + euler_maclaurin((long double)first, (long double)(n - 1), p) : sum;
}

static int setup(struct job *job) {
  struct sums *sums = job->memory;
  sums->expected = 0;
  for (int k = 1; k <= POWERS; k++)
    sums->expected += sum_of_powers(job_int(job, "first"), job_int(job, "n"), 1.0L + sqrt(k));
  return 0;
}

static const char *check(struct job *job) {
  const struct sums *sums = job->memory;
  long double off = fabsl(sums->total - sums->expected);
  if (off <= TOLERANCE * sums->expected)
    return NULL;
  return job_say(job, "the sum is %.17g, Euler-Maclaurin gives %.20Lg", sums->total, sums->expected);
}

static uint64_t digest(struct job *job) {
  const struct sums *sums = job->memory;
  return digest_of(0, &sums->total, sizeof sums->total);
}

static double cost(const struct job *job, int step, long item) {
  (void)step;
  int64_t lo, hi;
  item_range(job, item, &lo, &hi);
  return (double)(hi - lo);
}

static int counters(struct job *job, struct counter *counters_out) {
  const struct sums *sums = job->memory;
  double ulp = nextafter(sums->total, INFINITY) - sums->total;
  counters_out[0] = (struct counter){"error_ulp", (double)((sums->total - sums->expected) / ulp)};
  return 1;
}

/* Above 2^53 an x is no longer a double. */
#define X_MAX (INT64_C(1) << 53)

static const struct param params[] = {
    {"first", PARAM_PROBLEM, PARAM_INT, "0", 0, X_MAX, .unit = "", .meaning = "the first x"},
    {"n", PARAM_SIZE, PARAM_INT, "1000000", 1, X_MAX, .unit = "", .meaning = "the x after the last"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "scalar", .choices = "scalar", .unit = "",
     .meaning = "scalar: pow of libm, one x at a time"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "power_sum",
               .summary = "sum x * x^sqrt(k) over k = 1 .. 49 and first <= x < n",
               .doc = "Items are fixed blocks of 256 x whose sums are merged in order, so the total is the same to "
                      "the last bit under every variant, schedule and number of workers. The exponent is the double "
                      "nearest to sqrt(k). Checked by the Euler-Maclaurin formula in long double.",
               .unit = "x",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .setup = setup,
               .reset = reset,
               .work = work,
               .finish = finish,
               .digest = digest,
               .check = check,
               .cost = cost,
               .counters = counters};
