/* Computes a[i] = b[i] + s * c[i] over large arrays, to measure memory bandwidth and how few cores exhaust it. */
#include "kernel.h"

/* Elements in an item: 32 KiB of each array, so that small arrays too have enough items for many workers. */
#define BLOCK 4096
#define BYTES_PER_ELEMENT 24

/* The job's memory: n doubles each of a, b and c, then the number of passes done for each block. */
struct arrays {
  double *a, *b, *c;
  int64_t *passes;
};

/* An element of a before it is computed; a computed one is never negative. */
#define NOT_RUN (-1.0)
/* A block whose passes ran out of order or twice. */
#define BROKEN INT64_C(-1)

static long blocks_of(int64_t n) { return (long)(n / BLOCK + (n % BLOCK != 0)); }

static struct arrays arrays_of(const struct job *job) {
  size_t n = (size_t)job_int(job, "n");
  double *a = job->memory;
  return (struct arrays){a, a + n, a + 2 * n, (int64_t *)(a + 3 * n)};
}

static int layout(struct job *job) {
  int64_t n = job_int(job, "n"), passes = job_int(job, "passes");
  double bytes = (double)n * BYTES_PER_ELEMENT + (double)blocks_of(n) * sizeof(int64_t);
  if (bytes > (double)JOB_BYTES_MAX)
    return job_refuse(job, "n", "three arrays of %lld doubles need %.3g bytes of at most %.3g", (long long)n, bytes,
                      (double)JOB_BYTES_MAX);
  job->bytes = (size_t)bytes;
  job->steps = (int)passes;
  job->items = blocks_of(n);
  job->units = (double)n * BYTES_PER_ELEMENT * (double)passes;
  return 0;
}

/* Small whole numbers: every sum and product is exact, with or without fused multiply-add. */
static double b_of(int64_t i) { return (double)(i % 1021); }
static double c_of(int64_t i) { return (double)(i % 509 + 1); }
static double scale_of(int step) { return (double)(step + 1); }

/* Touches all pages first in the cell process, so on a NUMA machine they are on the node where it runs. */
static int setup(struct job *job) {
  struct arrays arrays = arrays_of(job);
  for (int64_t i = 0, n = job_int(job, "n"); i < n; i++) {
    arrays.a[i] = NOT_RUN;
    arrays.b[i] = b_of(i);
    arrays.c[i] = c_of(i);
  }
  return 0;
}

static int64_t block_end(int64_t n, long block) { return (block + 1) * BLOCK < n ? (block + 1) * (int64_t)BLOCK : n; }

/* Erases only the first and last element of each block: erasing all of a would load it into the caches. */
static void reset(struct job *job) {
  struct arrays arrays = arrays_of(job);
  int64_t n = job_int(job, "n");
  for (long block = 0; block < job->items; block++) {
    arrays.passes[block] = 0;
    arrays.a[block * BLOCK] = arrays.a[block_end(n, block) - 1] = NOT_RUN;
  }
}

static void triad(double *restrict a, const double *restrict b, const double *restrict c, double s, int64_t count) {
  for (int64_t i = 0; i < count; i++)
    a[i] = b[i] + s * c[i];
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)worker;
  struct arrays arrays = arrays_of(job);
  int64_t n = job_int(job, "n");
  for (long block = lo; block < hi; block++) {
    int64_t first = block * (int64_t)BLOCK;
    triad(arrays.a + first, arrays.b + first, arrays.c + first, scale_of(step), block_end(n, block) - first);
    arrays.passes[block] = arrays.passes[block] == step ? step + 1 : BROKEN;
  }
}

static uint64_t digest(struct job *job) {
  struct arrays arrays = arrays_of(job);
  uint64_t of_a = digest_of(0, arrays.a, (size_t)job_int(job, "n") * sizeof(double));
  return digest_of(of_a, arrays.passes, (size_t)job->items * sizeof(int64_t));
}

static const char *check(struct job *job) {
  struct arrays arrays = arrays_of(job);
  double s = scale_of(job->steps - 1);
  for (int64_t i = 0, n = job_int(job, "n"); i < n; i++)
    if (arrays.a[i] != b_of(i) + s * c_of(i))
      return job_say(job, "a[%lld] is %g, expected %g", (long long)i, arrays.a[i], b_of(i) + s * c_of(i));
  for (long block = 0; block < job->items; block++)
    if (arrays.passes[block] != job->steps)
      return job_say(job, "block %ld had %lld passes, expected %d", block, (long long)arrays.passes[block], job->steps);
  return NULL;
}

/* All blocks are equal except the last, which may be shorter. */
static double cost(const struct job *job, int step, long block) {
  (void)step;
  return (double)(block_end(job_int(job, "n"), block) - block * (int64_t)BLOCK);
}

static const struct param params[] = {
    {"n", PARAM_SIZE, PARAM_INT, "4M", 1, INT64_MAX, .unit = "elements",
     .meaning = "length of each of the three arrays of doubles; choose several times the last-level cache"},
    {"passes", PARAM_SIZE, PARAM_INT, "2", 1, 1000000, .unit = "",
     .meaning = "passes over the arrays, with a barrier after each"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "triad",
               .summary = "a[i] = b[i] + s * c[i] over arrays larger than the caches",
               .doc = "A multiplication and an addition for 24 bytes (counted as in McCalpin's STREAM: two doubles "
                      "read, one written; the read of a line before its write is not counted). A few cores use all "
                      "the memory bandwidth; more workers only share it. So scaling is expected to stop, and the "
                      "throughput at that point is the machine's bandwidth. The cell's process touches the pages "
                      "first, before its workers.",
               .unit = "bytes",
               .probes = "bandwidth",
               .params = params,
               .bound = BOUND_CPU,
               .min_unit_ns = 0.0005,
               .layout = layout,
               .setup = setup,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost};
