/* Computes factorials, each of a list or one large one: recursion, a memo, a product tree, and GMP's own. */
/* needs: gmp */
#include "kernel.h"
#include "lib/memo.h"

#include <gmp.h>
#include <math.h>

enum what { LIST, ONE };
enum method { PLAIN, MEMO, TREE, GMP };

/* The recursion is n deep, and the stack of a coroutine is small. */
#define LIST_MAX 5000
/* A leaf of the tree multiplies number by word, which is quadratic in its length: the price of fewer levels. */
#define LEAF_LIMBS 128

/* A result or an intermediate product, at a fixed offset in the job's memory. */
struct number {
  mp_size_t length;                /* limbs in use; 0: not computed */
  int64_t hits, misses, evictions; /* of the memo, to compute this one */
  mp_limb_t limbs[];
};

/* ---- sizes ---- */

/* At least the limbs of k!, also where k is too large for k! to fit anywhere. */
static double factorial_limbs(double k) {
  int sign;
  return lgamma_r(k + 1, &sign) / log(2) / GMP_NUMB_BITS * (1 + 1e-12) + 2;
}

/* At least the limbs of one leaf of `leaves`: leaf i is the product of i + 1, i + 1 + leaves, ... up to n, whose
 * j-th factor is at most j * leaves, and the last at most n. Every leaf is nearly as long as this. */
static double leaf_limbs(double n, double leaves) {
  double factors = floor(n / leaves);
  return factorial_limbs(factors) + (factors * log2(leaves) + log2(n)) / GMP_NUMB_BITS * (1 + 1e-12);
}

/* A power of two, so that all products of a level are equally long. */
static double leaves_for(double n) {
  double leaves = 1;
  while (leaf_limbs(n, leaves) > LEAF_LIMBS)
    leaves *= 2;
  return leaves;
}

/* How the numbers of the first step lie in memory; each level of the tree has half as many, twice as long. */
struct shape {
  double items, stride; /* numbers, bytes from one to the next */
  double rows;          /* levels write to one row and read the other */
};

static struct shape shape_of(enum method method, double n) {
  double items = method == TREE ? leaves_for(n) : method == GMP ? 1 : n;
  double limbs = method == TREE ? leaf_limbs(n, items) : factorial_limbs(n);
  double bytes = sizeof(struct number) + floor(limbs + 1) * sizeof(mp_limb_t);
  return (struct shape){items, ceil(bytes / 64) * 64, items > 1 && method == TREE ? 2 : 1};
}

static double bytes_for(enum method method, double n) {
  struct shape s = shape_of(method, n);
  return s.rows * s.items * s.stride;
}

/* The largest n found by halving whose numbers fit. */
static int64_t largest_n(enum method method) {
  int64_t fits = 1, too_large = INT64_C(1) << 40;
  while (too_large - fits > 1) {
    int64_t n = fits + (too_large - fits) / 2;
    *(bytes_for(method, (double)n) <= (double)JOB_BYTES_MAX ? &fits : &too_large) = n;
  }
  return fits;
}

static enum method method_of(const struct job *job) { return (enum method)job_choice(job, "method"); }

static int layout(struct job *job) {
  int64_t n = job_int(job, "n");
  enum method method = method_of(job);
  enum what what = method == TREE || method == GMP ? ONE : LIST;
  if ((int)what != job_choice(job, "what"))
    return job_refuse(job, "method", "plain and memo compute what=list, tree and gmp what=one");
  double bytes = bytes_for(method, (double)n);
  if (what == LIST && n > LIST_MAX)
    return job_refuse(job, "n", "%lld factorials need %.3g bytes and a recursion as deep; the largest n is %d",
                      (long long)n, bytes, LIST_MAX);
  if (bytes > (double)JOB_BYTES_MAX)
    return job_refuse(job, "n", "%lld! needs %.3g bytes of at most %.3g; the largest n is %lld", (long long)n, bytes,
                      (double)JOB_BYTES_MAX, (long long)largest_n(method));
  struct shape s = shape_of(method, (double)n);
  job->bytes = (size_t)bytes;
  job->items = (long)s.items;
  job->steps = method == TREE ? 1 + (int)log2(s.items) : 1;
  job->units = what == LIST ? (double)n * (double)(n + 1) / 2 : (double)n;
  if (method == MEMO) {
    int64_t bound = job_int(job, "bound");
    job->scratch_bytes = memo_bytes((uint32_t)(bound < n ? bound : n), (size_t)s.stride);
  }
  return 0;
}

static long items(const struct job *job, int step) { return job->items >> step; }

/* ---- numbers in memory ---- */

static size_t row_bytes(const struct job *job) { return job->steps > 1 ? job->bytes / 2 : job->bytes; }
static size_t stride(const struct job *job, int step) { return row_bytes(job) / (size_t)items(job, step); }

static struct number *number_at(const struct job *job, int step, long item) {
  return (void *)((char *)job->memory + (size_t)(step % 2) * row_bytes(job) + (size_t)item * stride(job, step));
}

/* What is computed at last: k! at k - 1 of a list, or n! at 0. */
static struct number *result_at(const struct job *job, long item) { return number_at(job, job->steps - 1, item); }
static long results(const struct job *job) { return items(job, job->steps - 1); }

static mp_size_t room(const struct job *job) {
  return (mp_size_t)((stride(job, job->steps - 1) - sizeof(struct number)) / sizeof(mp_limb_t));
}

static void set_one(struct number *out) {
  out->length = 1;
  out->limbs[0] = 1;
}

static void multiply(struct number *out, mp_limb_t factor) {
  mp_limb_t carry = mpn_mul_1(out->limbs, out->limbs, out->length, factor);
  if (carry)
    out->limbs[out->length++] = carry;
}

static void copy(struct number *out, const struct number *from) {
  out->length = from->length;
  mpn_copyi(out->limbs, from->limbs, from->length);
}

/* ---- what one item computes, by each method ---- */

static void factorial(struct number *out, mp_limb_t k) {
  if (k <= 1) {
    set_one(out);
    return;
  }
  factorial(out, k - 1);
  multiply(out, k);
}

static void plain(struct job *job, int step, long item, struct worker *worker) {
  (void)worker;
  factorial(number_at(job, step, item), (mp_limb_t)item + 1);
}

static void factorial_memo(struct number *out, mp_limb_t k, struct memo *memo) {
  struct number *kept = memo_get(memo, k);
  if (kept) {
    copy(out, kept);
    return;
  }
  if (k <= 1) {
    set_one(out);
  } else {
    factorial_memo(out, k - 1, memo);
    multiply(out, k);
  }
  if ((kept = memo_put(memo, k)))
    copy(kept, out);
}

static void memoised(struct job *job, int step, long item, struct worker *worker) {
  struct number *out = number_at(job, step, item);
  struct memo *memo = worker->scratch;
  int64_t hits = memo->hits, misses = memo->misses, evictions = memo->evictions;
  factorial_memo(out, (mp_limb_t)item + 1, memo);
  out->hits = memo->hits - hits;
  out->misses = memo->misses - misses;
  out->evictions = memo->evictions - evictions;
}

/* Every leaves-th factor, so that all leaves are equally long; as many factors to a word as fit. */
static void leaf(struct number *out, mp_limb_t first, mp_limb_t n, mp_limb_t leaves) {
  mp_limb_t word = 1, wider;
  set_one(out);
  for (mp_limb_t k = first; k <= n; k += leaves) {
    if (mul_overflows(word, k, &wider)) {
      multiply(out, word);
      wider = k;
    }
    word = wider;
  }
  multiply(out, word);
}

static void tree(struct job *job, int step, long item, struct worker *worker) {
  (void)worker;
  struct number *out = number_at(job, step, item);
  if (step == 0) {
    leaf(out, (mp_limb_t)item + 1, (mp_limb_t)job_int(job, "n"), (mp_limb_t)job->items);
    return;
  }
  const struct number *a = number_at(job, step - 1, 2 * item), *b = number_at(job, step - 1, 2 * item + 1);
  if (a->length < b->length) /* mpn_mul wants the longer one first */
    a = b, b = number_at(job, step - 1, 2 * item);
  mp_limb_t top = mpn_mul(out->limbs, a->limbs, a->length, b->limbs, b->length);
  out->length = a->length + b->length - (top == 0);
}

static void gmp(struct job *job, int step, long item, struct worker *worker) {
  (void)worker;
  struct number *out = number_at(job, step, item);
  mpz_t z;
  mpz_init(z);
  mpz_fac_ui(z, (unsigned long)job_int(job, "n"));
  out->length = (mp_size_t)mpz_size(z);
  mpn_copyi(out->limbs, mpz_limbs_read(z), out->length);
  mpz_clear(z);
}

/* ---- what one item costs, in the time that one limb takes: fitted to measured items ---- */

static double plain_cost(const struct job *job, int step, long item) {
  (void)job, (void)step;
  return (double)(item + 1) * (15 + factorial_limbs((double)item + 1));
}

/* If the worker has the one before, as on one worker and in static shares. */
static double memo_cost(const struct job *job, int step, long item) {
  (void)job, (void)step;
  return 32 + factorial_limbs((double)item + 1);
}

/* From the leaves up, each level takes about as much longer than the one before: fast multiplication is no more
 * than a logarithm from linear. */
static double tree_cost(const struct job *job, int step, long item) {
  (void)item;
  return leaf_limbs((double)job_int(job, "n"), (double)job->items) * exp2(step) * (step == 0 ? 2 : step);
}

static double gmp_cost(const struct job *job, int step, long item) {
  (void)job, (void)step, (void)item;
  return 1;
}

static const struct {
  void (*compute)(struct job *, int step, long item, struct worker *);
  double (*cost)(const struct job *, int step, long item);
} methods[] = {
    [PLAIN] = {plain, plain_cost}, [MEMO] = {memoised, memo_cost}, [TREE] = {tree, tree_cost}, [GMP] = {gmp, gmp_cost}};

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  enum method method = method_of(job);
  for (long item = lo; item < hi; item++)
    methods[method].compute(job, step, item, worker);
}

static double cost(const struct job *job, int step, long item) { return methods[method_of(job)].cost(job, step, item); }

static void reset(struct job *job) {
  for (int step = 0; step < job->steps; step++)
    for (long item = 0; item < items(job, step); item++)
      *number_at(job, step, item) = (struct number){.length = 0};
  if (method_of(job) != MEMO)
    return;
  int64_t n = job_int(job, "n"), bound = job_int(job, "bound");
  for (int w = 0; w < job->workers; w++)
    memo_init(job_scratch(job, w), (uint32_t)(bound < n ? bound : n), stride(job, 0));
}

static int counters(struct job *job, struct counter *out) {
  if (method_of(job) != MEMO)
    return 0;
  out[0] = (struct counter){"hits", 0};
  out[1] = (struct counter){"misses", 0};
  out[2] = (struct counter){"evictions", 0};
  for (long item = 0; item < results(job); item++) {
    const struct number *number = result_at(job, item);
    out[0].value += (double)number->hits;
    out[1].value += (double)number->misses;
    out[2].value += (double)number->evictions;
  }
  return 3;
}

static int length_is_sane(const struct job *job, const struct number *number) {
  return number->length >= 1 && number->length <= room(job) && number->limbs[number->length - 1] != 0;
}

static uint64_t digest(struct job *job) {
  uint64_t digest_so_far = 0;
  for (long item = 0; item < results(job); item++) {
    const struct number *number = result_at(job, item);
    digest_so_far = digest_of(digest_so_far, &number->length, sizeof number->length);
    if (length_is_sane(job, number))
      digest_so_far = digest_of(digest_so_far, number->limbs, (size_t)number->length * sizeof(mp_limb_t));
  }
  return digest_so_far;
}

/* ---- the oracle: residues by word arithmetic, and mpz_fac_ui where that is not what was run ---- */

#define PRIMES 3
/* The largest below 2^64: more than any n, so no residue of n! is 0. */
static const uint64_t primes[PRIMES] = {UINT64_MAX - 58, UINT64_MAX - 82, UINT64_MAX - 94};

static int equals_gmp(const struct number *number, uint64_t k) {
  mpz_t expected, found;
  mpz_init(expected);
  mpz_fac_ui(expected, k);
  int equal = mpz_cmp(expected, mpz_roinit_n(found, number->limbs, number->length)) == 0;
  mpz_clear(expected);
  return equal;
}

static const char *fault_in(struct job *job, const struct number *number, uint64_t k, const uint64_t *residues) {
  long long name = (long long)k;
  if (!length_is_sane(job, number))
    return job_say(job, "%lld! has %ld limbs, of %ld at most, or a zero in front", name, (long)number->length,
                   (long)room(job));
  for (int i = 0; i < PRIMES; i++)
    if (mpn_mod_1(number->limbs, number->length, primes[i]) != residues[i])
      return job_say(job, "%lld! is wrong modulo the prime %llu", name, (unsigned long long)primes[i]);
  if (method_of(job) != GMP && !equals_gmp(number, k))
    return job_say(job, "%lld! is not what mpz_fac_ui says", name);
  return NULL;
}

static const char *check(struct job *job) {
  uint64_t n = (uint64_t)job_int(job, "n"), residues[PRIMES] = {1, 1, 1};
  int list = results(job) > 1;
  for (uint64_t k = 1; k <= n; k++) {
    for (int i = 0; i < PRIMES; i++)
      residues[i] = (uint64_t)((unsigned __int128)residues[i] * k % primes[i]);
    const char *fault = list || k == n ? fault_in(job, result_at(job, list ? (long)k - 1 : 0), k, residues) : NULL;
    if (fault)
      return fault;
  }
  return NULL;
}

static const struct param params[] = {
    {"what", PARAM_PROBLEM, PARAM_CHOICE, "list", .choices = "list|one", .unit = "",
     .meaning = "list: 1!, 2!, ... n!, an item each; one: n!"},
    {"n", PARAM_SIZE, PARAM_INT, "499", 1, INT64_MAX, .unit = "", .meaning = "the largest factorial"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "plain", .choices = "plain|memo|tree|gmp", .unit = "",
     .meaning = "of a list: plain recursion, or with a memo; of one: product tree, or mpz_fac_ui"},
    {"bound", PARAM_METHOD, PARAM_INT, "128", 1, MEMO_BOUND_MAX, .when = "method=memo", .unit = "",
     .meaning = "entries of each worker's memo"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "factorial",
               .summary = "each factorial up to n!, or one large one",
               .doc = "A unit is one factor of the definition k! = 1 * 2 * ... * k, so n! counts n and the list "
                      "1!, ..., n! counts n (n + 1) / 2, whichever method gets round doing them one by one. memo has "
                      "the semantics of Python's functools.lru_cache, private to each worker. Checked modulo three "
                      "64-bit primes and, unless it is what was run, against mpz_fac_ui.",
               .unit = "factors",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .items = items,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost,
               .counters = counters};
