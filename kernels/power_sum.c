/* Sums x * x^sqrt(k) over k = 1 .. 49 and ranges of x: floating-point work that parallelises well. */
#include "kernel.h"

#include <float.h>
#include <math.h>

#define POWERS 49
#define BLOCK 256 /* x in a block; each block is rounded separately, so the sum does not depend on the workers */

/* All terms are positive and sums over x are compensated. So the error comes from pow (under 1 ulp in glibc), a product
 * and the sum of 49 increasing terms of one x: at most 1.9 ulp for all x below 3000. A vector pow may add up to 4. */
#define TOLERANCE (4 * DBL_EPSILON)

#define RANGES_MAX 256

enum result { SUM, VECTOR };
enum items { ITEM_BLOCK, ITEM_RANGE };

/* ---- ranges, and the layout of the job's memory ---- */

/* The x from lo to hi - 1. */
struct span {
  int64_t lo, hi;
};

/* The lengths of the ranges, each from 0, or NULL if `first` and `n` give the only range. */
static const int64_t *lengths(const struct job *job, size_t *ranges) {
  const int64_t *list = job_list(job, "ranges", ranges);
  return *ranges == 1 && list[0] == 0 ? NULL : list;
}

static size_t ranges_of(const struct job *job) {
  size_t ranges;
  lengths(job, &ranges);
  return ranges;
}

static struct span range_at(const struct job *job, size_t range) {
  size_t ranges;
  const int64_t *list = lengths(job, &ranges);
  return list ? (struct span){0, list[range]} : (struct span){job_int(job, "first"), job_int(job, "n")};
}

static int64_t length_of(struct span span) { return span.hi - span.lo; }

static int64_t blocks_in(struct span span) { return (span.hi - 1) / BLOCK - span.lo / BLOCK + 1; }

static struct span block_at(struct span range, int64_t block) {
  int64_t start = (range.lo / BLOCK + block) * BLOCK;
  return (struct span){start > range.lo ? start : range.lo, range.hi - start > BLOCK ? start + BLOCK : range.hi};
}

static int is_vector(const struct job *job) {
  size_t ranges;
  return lengths(job, &ranges) && job_choice(job, "result") == VECTOR;
}

static int whole_ranges(const struct job *job) {
  size_t ranges;
  return lengths(job, &ranges) && job_choice(job, "items") == ITEM_RANGE;
}

/* The job's memory: the expected and computed sum of each range; then, range after range, the sum of each block or, for
 * a vector, the inner sum of each x. */
struct memory {
  long double *expected;
  double *totals, *cells;
};

static size_t head_bytes(size_t ranges) { return ranges * (sizeof(long double) + sizeof(double)); }

static struct memory memory_of(const struct job *job) {
  size_t ranges = ranges_of(job);
  long double *expected = job->memory;
  double *totals = (double *)(expected + ranges);
  return (struct memory){expected, totals, totals + ranges};
}

static size_t cells_of(const struct job *job) { return (job->bytes - head_bytes(ranges_of(job))) / sizeof(double); }

/* ---- layout ---- */

static int check_ranges(struct job *job) {
  size_t ranges;
  const int64_t *list = lengths(job, &ranges);
  if (!list && job_int(job, "first") >= job_int(job, "n"))
    return job_refuse(job, "first", "%lld; must be less than n=%lld", (long long)job_int(job, "first"),
                      (long long)job_int(job, "n"));
  if (ranges == 0 || ranges > RANGES_MAX)
    return job_refuse(job, "ranges", "%zu ranges; expected 1 to %d", ranges, RANGES_MAX);
  for (size_t r = 0; list && r < ranges; r++)
    if (list[r] == 0)
      return job_refuse(job, "ranges", "range %zu of %zu is empty", r + 1, ranges);
  return 0;
}

static int layout(struct job *job) {
  if (check_ranges(job) != 0)
    return -1;
  size_t ranges = ranges_of(job);
  int64_t blocks = 0, x = 0; /* at most 256 * 2^53 */
  for (size_t r = 0; r < ranges; r++) {
    blocks += blocks_in(range_at(job, r));
    x += length_of(range_at(job, r));
  }
  size_t cells = (size_t)(is_vector(job) ? x : blocks), most = (JOB_BYTES_MAX - head_bytes(ranges)) / sizeof(double);
  if (cells > most)
    return job_refuse(job, lengths(job, &ranges) ? "ranges" : "n", "%lld x need %zu %s, %zu bytes; at most %zu bytes",
                      (long long)x, cells, is_vector(job) ? "inner sums" : "sums of blocks", cells * sizeof(double),
                      JOB_BYTES_MAX);
  job->bytes = head_bytes(ranges) + cells * sizeof(double);
  job->result_at = is_vector(job) ? head_bytes(ranges) : ranges * sizeof(long double);
  job->result_bytes = is_vector(job) ? cells * sizeof(double) : ranges * sizeof(double);
  job->steps = 1;
  job->items = (long)(whole_ranges(job) ? (int64_t)ranges : blocks);
  job->units = (double)x;
  return 0;
}

/* A block of a range, with the totals of all ranges before it. */
struct place {
  size_t range;
  int64_t block, blocks_before, x_before;
};

static void next_range(const struct job *job, struct place *at) {
  struct span range = range_at(job, at->range++);
  at->blocks_before += blocks_in(range);
  at->x_before += length_of(range);
}

/* The first block of an item. */
static struct place locate(const struct job *job, long item) {
  struct place at = {0};
  if (whole_ranges(job))
    while (at.range < (size_t)item)
      next_range(job, &at);
  else
    while (item - at.blocks_before >= blocks_in(range_at(job, at.range)))
      next_range(job, &at);
  at.block = whole_ranges(job) ? 0 : item - at.blocks_before;
  return at;
}

/* ---- the work ---- */

/* A sum and its accumulated rounding error. */
struct running {
  double rounded, rest;
};

/* Knuth's two-sum: rounded + rest is exact except for the rounding of rest. */
static void add(struct running *s, double term) {
  double rounded = s->rounded + term;
  double part = rounded - s->rounded;
  s->rest += (s->rounded - (rounded - part)) + (term - part);
  s->rounded = rounded;
}

static double powers_of(int64_t x, const double *exponents) {
  double all_powers = 0;
  for (int k = 1; k <= POWERS; k++)
    all_powers += (double)x * pow((double)x, exponents[k]);
  return all_powers;
}

static double sum_scalar(struct span block, const double *exponents) {
  struct running sum = {0, 0};
  for (int64_t x = block.lo; x < block.hi; x++)
    add(&sum, powers_of(x, exponents));
  return sum.rounded + sum.rest;
}

static void run_block(const struct job *job, const struct place *at, const double *exponents) {
  struct span range = range_at(job, at->range), block = block_at(range, at->block);
  double *cells = memory_of(job).cells;
  if (!is_vector(job))
    cells[at->blocks_before + at->block] = sum_scalar(block, exponents);
  else
    for (int64_t x = block.lo; x < block.hi; x++)
      cells[at->x_before + x - range.lo] = powers_of(x, exponents);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  double exponents[POWERS + 1];
  for (int k = 1; k <= POWERS; k++)
    exponents[k] = sqrt(k);
  for (long i = lo; i < hi; i++) {
    struct place at = locate(job, i);
    int64_t end = whole_ranges(job) ? blocks_in(range_at(job, at.range)) : at.block + 1;
    for (; at.block < end; at.block++)
      run_block(job, &at, exponents);
  }
}

/* Adds the sums of blocks in the order of x. A vector needs no sum. */
static void finish(struct job *job) {
  struct memory memory = memory_of(job);
  const double *block = memory.cells;
  for (size_t r = 0; r < ranges_of(job) && !is_vector(job); r++) {
    struct running all = {0, 0};
    for (int64_t left = blocks_in(range_at(job, r)); left > 0; left--)
      add(&all, *block++);
    memory.totals[r] = all.rounded + all.rest;
  }
}

static void reset(struct job *job) {
  struct memory memory = memory_of(job);
  for (size_t r = 0; r < ranges_of(job); r++)
    memory.totals[r] = NAN;
  for (size_t i = 0; i < cells_of(job); i++)
    memory.cells[i] = NAN;
}

/* ---- the oracle: Euler-Maclaurin in long double ---- */

/* From this x on, the error with three correction terms is below 1e-17 of the sum. */
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
  long double *expected = memory_of(job).expected;
  for (size_t r = 0; r < ranges_of(job); r++) {
    struct span range = range_at(job, r);
    expected[r] = 0;
    for (int k = 1; k <= POWERS; k++)
      expected[r] += sum_of_powers(range.lo, range.hi, 1.0L + sqrt(k));
  }
  return 0;
}

static long double expected_powers(int64_t x) {
  long double sum = 0;
  for (int k = 1; k <= POWERS; k++)
    sum += powl((long double)x, 1.0L + sqrt(k));
  return sum;
}

static int is_off(double found, long double expected) {
  return !(fabsl(found - expected) <= TOLERANCE * expected); /* true for a NaN */
}

/* The most x of a range that the oracle computes one by one, in a few microseconds each. In a longer range they are
 * evenly spread, and the sum of the range covers the rest. */
#define CHECKED_X ((int64_t)1 << 17)

static const char *check_vector(struct job *job, size_t r, const double *vector) {
  struct span range = range_at(job, r);
  int64_t stride = (length_of(range) - 1) / CHECKED_X + 1;
  struct running all = {0, 0};
  for (int64_t x = range.lo; x < range.hi; x++) {
    double found = vector[x - range.lo];
    add(&all, found);
    if ((x - range.lo) % stride == 0 && is_off(found, expected_powers(x)))
      return job_say(job, "range %zu: the powers of %lld sum to %.17g, expected %.20Lg", r + 1, (long long)x, found,
                     expected_powers(x));
  }
  long double expected = memory_of(job).expected[r];
  if (!is_off(all.rounded + all.rest, expected))
    return NULL;
  return job_say(job, "range %zu: the vector sums to %.17g, Euler-Maclaurin gives %.20Lg", r + 1,
                 all.rounded + all.rest, expected);
}

static const char *check_sum(struct job *job, size_t r) {
  struct memory memory = memory_of(job);
  if (!is_off(memory.totals[r], memory.expected[r]))
    return NULL;
  return job_say(job, "range %zu: the sum is %.17g, Euler-Maclaurin gives %.20Lg", r + 1, memory.totals[r],
                 memory.expected[r]);
}

static const char *check(struct job *job) {
  const double *vector = memory_of(job).cells;
  const char *fault = NULL;
  for (size_t r = 0; r < ranges_of(job) && !fault; r++) {
    fault = is_vector(job) ? check_vector(job, r, vector) : check_sum(job, r);
    vector += length_of(range_at(job, r)); /* used only for a vector */
  }
  return fault;
}

static uint64_t digest(struct job *job) {
  struct memory memory = memory_of(job);
  if (is_vector(job))
    return digest_of(0, memory.cells, cells_of(job) * sizeof *memory.cells);
  return digest_of(0, memory.totals, ranges_of(job) * sizeof *memory.totals);
}

static double cost(const struct job *job, int step, long item) {
  (void)step;
  struct place at = locate(job, item);
  struct span range = range_at(job, at.range);
  return (double)length_of(whole_ranges(job) ? range : block_at(range, at.block));
}

static double error_ulp(double found, long double expected) {
  return (double)((found - expected) / (nextafter(found, INFINITY) - found));
}

/* The largest error by magnitude: of each sum, or of up to 64 x of each range of a vector. */
static double worst_error(const struct job *job) {
  struct memory memory = memory_of(job);
  const double *vector = memory.cells;
  double worst = 0;
  for (size_t r = 0; r < ranges_of(job); r++) {
    struct span range = range_at(job, r);
    int64_t stride = length_of(range) / 64 + 1;
    for (int64_t x = range.lo; x < range.hi; x += is_vector(job) ? stride : length_of(range)) {
      double error = is_vector(job) ? error_ulp(vector[x - range.lo], expected_powers(x))
                                    : error_ulp(memory.totals[r], memory.expected[r]);
      worst = fabs(error) <= fabs(worst) ? worst : error;
    }
    vector += length_of(range);
  }
  return worst;
}

static int counters(struct job *job, struct counter *counters_out) {
  counters_out[0] = (struct counter){"error_ulp", worst_error(job)};
  return 1;
}

/* Above 2^53 a double cannot hold every x. */
#define X_MAX (INT64_C(1) << 53)

static const struct param params[] = {
    {"first", PARAM_PROBLEM, PARAM_INT, "0", 0, X_MAX, .when = "ranges=0", .unit = "", .meaning = "the first x"},
    {"n", PARAM_SIZE, PARAM_INT, "1000000", 1, X_MAX, .when = "ranges=0", .unit = "",
     .meaning = "the end of the range: one more than the last x"},
    {"ranges", PARAM_SIZE, PARAM_LIST, "0", 0, X_MAX, .when = "ranges!=0", .unit = "x",
     .meaning = "lengths of ranges that each start at 0, in place of first and n (0: none)"},
    {"result", PARAM_PROBLEM, PARAM_CHOICE, "sum", .choices = "sum|vector", .when = "ranges!=0", .unit = "",
     .meaning = "sum: one number a range; vector: the inner sum of each x"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "scalar", .choices = "scalar", .unit = "",
     .meaning = "scalar: pow of libm, one x at a time"},
    {"items", PARAM_METHOD, PARAM_CHOICE, "block", .choices = "block|range", .when = "ranges!=0", .unit = "",
     .meaning = "block: an item is 256 x; range: an item is a whole range"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "power_sum",
               .summary = "sum of x * x^sqrt(k) over k = 1 .. 49 and all x of one range or of several",
               .doc = "Each block of 256 x has its own sum, and these are added in order, so the result is the same to "
                      "the last bit under every variant, schedule, number of workers and kind of item. The exponent "
                      "is the double nearest to sqrt(k). Sums are checked by the Euler-Maclaurin formula in long "
                      "double, vectors also x by x. The ranges of the course notebook are 1M+5M+4M+7M; with "
                      "items=range, as its Pool.map distributes them, the speedup is at most 17/9 = 1.889 with 2 "
                      "workers and 17/7 = 2.43 with 3 or more. The notebook's headline, 215.2 s sequential and 0.55 s "
                      "in parallel, compares ranges of millions with ranges of thousands; here both use the same "
                      "ranges.",
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
