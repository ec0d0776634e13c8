/* Computes a list of factorials or one large one: by recursion, with a memo, by a product tree, or by GMP. */
/* needs: gmp */
#include "kernel.h"
#include "lib/memo.h"

#include <gmp.h>
#include <math.h>
#include <stdlib.h>

enum what { LIST, ONE };
enum method { PLAIN, MEMO, TREE, GMP };
enum sharing { PRIVATE, EXACT, STRIPED };

/* The recursion is n levels deep; a coroutine's small stack limits n. */
#define LIST_MAX 5000
/* Largest leaf of the tree. Longer leaves save levels, but multiply number by word, which is quadratic. */
#define LEAF_LIMBS 128

/* A result or an intermediate product, at a fixed offset in the job's memory. */
struct number {
  mp_size_t length;                /* limbs in use; 0: not computed */
  int64_t hits, misses, evictions; /* of the memo, while computing this number */
  mp_limb_t limbs[];
};

/* ---- sizes ---- */

/* An upper bound of the limbs of k!, for any k. */
static double factorial_limbs(double k) {
  int sign;
  return lgamma_r(k + 1, &sign) / log(2) / GMP_NUMB_BITS * (1 + 1e-12) + 2;
}

/* An upper bound of the limbs of a leaf. Leaf i is the product of i + 1, i + 1 + leaves, ... up to n; its j-th factor
 * is at most j * leaves, and the last at most n. The bound is close for every leaf. */
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

/* The layout of the first step's numbers in memory; each further level of the tree has half as many, twice as long. */
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

/* The largest n whose numbers fit, by bisection. */
static int64_t largest_n(enum method method) {
  int64_t fits = 1, too_large = INT64_C(1) << 40;
  while (too_large - fits > 1) {
    int64_t n = fits + (too_large - fits) / 2;
    *(bytes_for(method, (double)n) <= (double)JOB_BYTES_MAX ? &fits : &too_large) = n;
  }
  return fits;
}

static enum method method_of(const struct job *job) { return (enum method)job_choice(job, "method"); }

/* ---- the memo: one in each worker's scratch, or shared stripes; stripe s is guarded by lock s ---- */

/* The layout of a cell's memo. All bounds and offsets come from here, never from shared memory, which a worker that
 * died may have corrupted. */
struct cache {
  enum sharing sharing;
  uint32_t entries; /* in all stripes together */
  uint32_t stripes; /* an exact memo is one stripe */
  size_t value_bytes, stripe_bytes;
  struct shared *shared; /* in the job's memory, after the numbers; NULL for private memos */
};

/* The shared memo. A stripe's lock guards its count too. */
struct shared {
  int64_t wiped[JOB_LOCKS_MAX]; /* times that a stripe was emptied because the lock's owner had died */
  char stripes[];
};

static struct cache cache_of(const struct job *job) {
  int64_t n = job_int(job, "n"), bound = job_int(job, "bound"), stripes = job_int(job, "stripes");
  struct cache c = {.sharing = (enum sharing)job_choice(job, "cache"), .entries = (uint32_t)(bound < n ? bound : n)};
  c.stripes = c.sharing != STRIPED ? 1 : stripes < c.entries ? (uint32_t)stripes : c.entries;
  c.value_bytes = (size_t)shape_of(MEMO, (double)n).stride;
  c.stripe_bytes = memo_bytes((c.entries + c.stripes - 1) / c.stripes, c.value_bytes);
  return c;
}

static int lay_out_memo(struct job *job) {
  struct cache c = cache_of(job);
  if (c.sharing == STRIPED && job_int(job, "stripes") > job_int(job, "bound"))
    return job_refuse(job, "stripes", "%lld stripes for bound=%lld entries; each stripe needs one",
                      (long long)job_int(job, "stripes"), (long long)job_int(job, "bound"));
  if (c.sharing == PRIVATE) {
    job->scratch_bytes = c.stripe_bytes;
    return 0;
  }
  job->locks = (int)c.stripes;
  job->bytes += sizeof(struct shared) + c.stripes * c.stripe_bytes;
  return 0;
}

/* Peak heap of GMP for one large factorial: mpz_fac_ui, which also checks the tree, takes at most 3.9 times the bytes
 * of the result (counted with mp_set_memory_functions up to 4 MB); the tree's last product takes 3.3 times. A list's
 * numbers grow in place, one word at a time. */
static size_t heap_for(enum what what, double n) {
  return what == ONE ? (size_t)(5 * factorial_limbs(n) * sizeof(mp_limb_t)) : 0;
}

static int layout(struct job *job) {
  int64_t n = job_int(job, "n");
  enum method method = method_of(job);
  enum what what = method == TREE || method == GMP ? ONE : LIST;
  if ((int)what != job_choice(job, "what"))
    return job_refuse(job, "method", "plain and memo compute what=list, tree and gmp what=one");
  double bytes = bytes_for(method, (double)n);
  if (what == LIST && n > LIST_MAX)
    return job_refuse(job, "n", "%lld factorials need %.3g bytes and a recursion of that depth; the largest n is %d",
                      (long long)n, bytes, LIST_MAX);
  if (bytes > (double)JOB_BYTES_MAX)
    return job_refuse(job, "n", "%lld! needs %.3g bytes of at most %.3g; the largest n is %lld", (long long)n, bytes,
                      (double)JOB_BYTES_MAX, (long long)largest_n(method));
  struct shape s = shape_of(method, (double)n);
  job->bytes = (size_t)bytes;
  job->heap_bytes = heap_for(what, (double)n);
  job->items = (long)s.items;
  job->steps = method == TREE ? 1 + (int)log2(s.items) : 1;
  job->units = what == LIST ? (double)n * (double)(n + 1) / 2 : (double)n;
  return method == MEMO ? lay_out_memo(job) : 0;
}

static int setup(struct job *job) {
  if (method_of(job) != MEMO)
    return 0;
  struct cache *cache = malloc(sizeof *cache);
  if (!cache)
    return job_say(job, "no memory"), -1;
  *cache = cache_of(job);
  if (cache->sharing != PRIVATE)
    cache->shared = (void *)((char *)job->memory + (size_t)bytes_for(MEMO, (double)job_int(job, "n")));
  job->state = cache;
  return 0;
}

static void teardown(struct job *job) { free(job->state); }

static long items(const struct job *job, int step) { return job->items >> step; }

/* ---- numbers in memory ---- */

static size_t row_bytes(const struct job *job) {
  const struct cache *cache = job->state;
  if (cache && cache->shared)
    return (size_t)((char *)cache->shared - (char *)job->memory);
  return job->steps > 1 ? job->bytes / 2 : job->bytes;
}
static size_t stride(const struct job *job, int step) { return row_bytes(job) / (size_t)items(job, step); }

static struct number *number_at(const struct job *job, int step, long item) {
  return (void *)((char *)job->memory + (size_t)(step % 2) * row_bytes(job) + (size_t)item * stride(job, step));
}

/* A final result: k! at item k - 1 of a list, or n! at item 0. */
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

/* Consecutive k go to consecutive stripes, so that 1 .. n fill the stripes evenly. */
static uint32_t stripe_of(const struct cache *cache, mp_limb_t k) { return (uint32_t)((k - 1) % cache->stripes); }

static struct memo *empty_stripe(const struct cache *cache, uint32_t stripe) {
  void *memory = cache->shared->stripes + stripe * cache->stripe_bytes;
  uint32_t entries = cache->entries / cache->stripes + (stripe < cache->entries % cache->stripes);
  return (cache->sharing == STRIPED ? memo_init_sieve : memo_init)(memory, entries, cache->value_bytes);
}

/* The memo of k, locked if shared, until close_memo. */
static struct memo *open_memo(const struct cache *cache, mp_limb_t k, struct worker *worker) {
  if (!cache->shared)
    return worker->scratch;
  uint32_t stripe = stripe_of(cache, k);
  if (worker_lock(worker, (int)stripe)) {
    cache->shared->wiped[stripe]++;
    return empty_stripe(cache, stripe);
  }
  return (void *)(cache->shared->stripes + stripe * cache->stripe_bytes);
}

static void close_memo(const struct cache *cache, mp_limb_t k, struct worker *worker) {
  if (cache->shared)
    worker_unlock(worker, (int)stripe_of(cache, k));
}

static int recall(struct number *out, mp_limb_t k, const struct cache *cache, struct worker *worker) {
  const struct number *kept = memo_get(open_memo(cache, k, worker), k);
  if (kept)
    copy(out, kept);
  close_memo(cache, k, worker);
  out->hits += kept != NULL;
  out->misses += kept == NULL;
  return kept != NULL;
}

static void keep(struct number *out, mp_limb_t k, const struct cache *cache, struct worker *worker) {
  struct memo *memo = open_memo(cache, k, worker);
  int64_t evictions = memo->evictions;
  struct number *kept = memo_put(memo, k);
  if (kept)
    copy(kept, out);
  out->evictions += memo->evictions - evictions;
  close_memo(cache, k, worker);
}

/* Holds no lock while it computes, so two workers may compute the same factorial; the memo keeps the first. */
static void factorial_memo(struct number *out, mp_limb_t k, const struct cache *cache, struct worker *worker) {
  if (recall(out, k, cache, worker))
    return;
  if (k <= 1) {
    set_one(out);
  } else {
    factorial_memo(out, k - 1, cache, worker);
    multiply(out, k);
  }
  keep(out, k, cache, worker);
}

static void memoised(struct job *job, int step, long item, struct worker *worker) {
  factorial_memo(number_at(job, step, item), (mp_limb_t)item + 1, job->state, worker);
}

/* Multiplies every leaves-th factor, so that all leaves are equally long, with as many factors to a word as fit. */
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

/* ---- the cost of an item, in units of the time for one limb; fitted to measured items ---- */

static double plain_cost(const struct job *job, int step, long item) {
  (void)job, (void)step;
  return (double)(item + 1) * (15 + factorial_limbs((double)item + 1));
}

/* Assumes that the worker's memo holds (k - 1)!, as on one worker and in static shares. */
static double memo_cost(const struct job *job, int step, long item) {
  (void)job, (void)step;
  return 32 + factorial_limbs((double)item + 1);
}

/* The cost per limb grows with the level: fast multiplication costs a logarithmic factor above linear. */
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
  const struct cache *cache = job->state;
  if (cache && cache->shared)
    memset(cache->shared->wiped, 0, sizeof cache->shared->wiped);
  for (uint32_t stripe = 0; cache && cache->shared && stripe < cache->stripes; stripe++)
    empty_stripe(cache, stripe);
  for (int w = 0; cache && !cache->shared && w < job->workers; w++)
    memo_init(job_scratch(job, w), cache->entries, cache->value_bytes);
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
  const struct cache *cache = job->state;
  if (!cache->shared)
    return 3;
  out[3] = (struct counter){"wiped", 0};
  for (uint32_t stripe = 0; stripe < cache->stripes; stripe++)
    out[3].value += (double)cache->shared->wiped[stripe];
  return 4;
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

/* ---- the oracle: residues by word arithmetic, and mpz_fac_ui for all other methods ---- */

#define PRIMES 3
/* The largest primes below 2^64. They exceed any n, so no residue of n! is 0. */
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
    return job_say(job, "%lld! has %ld limbs (expected 1 to %ld), or a leading zero limb", name, (long)number->length,
                   (long)room(job));
  for (int i = 0; i < PRIMES; i++)
    if (mpn_mod_1(number->limbs, number->length, primes[i]) != residues[i])
      return job_say(job, "%lld! is wrong modulo the prime %llu", name, (unsigned long long)primes[i]);
  if (method_of(job) != GMP && !equals_gmp(number, k))
    return job_say(job, "%lld! differs from mpz_fac_ui", name);
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
     .meaning = "list: 1!, 2!, ... n!, each an item; one: only n!"},
    {"n", PARAM_SIZE, PARAM_INT, "499", 1, INT64_MAX, .unit = "", .meaning = "the largest factorial"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "plain", .choices = "plain|memo|tree|gmp", .unit = "",
     .meaning = "for a list: plain recursion or memo; for one: product tree, or gmp (mpz_fac_ui)"},
    {"bound", PARAM_METHOD, PARAM_INT, "128", 1, MEMO_BOUND_MAX, .when = "method=memo", .unit = "",
     .meaning = "entries of a memo"},
    {"cache", PARAM_OPTION, PARAM_CHOICE, "private", .choices = "private|exact|striped", .when = "method=memo",
     .unit = "",
     .meaning =
         "private: a memo for each worker; exact: one memo under one lock; striped: one memo, a lock for each stripe"},
    {"stripes", PARAM_METHOD, PARAM_INT, "16", 1, JOB_LOCKS_MAX, .when = "cache=striped", .unit = "",
     .meaning = "stripes of the shared memo"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "factorial",
               .summary = "each factorial up to n!, or one large one",
               .doc = "A unit is one factor of the definition k! = 1 * 2 * ... * k, so n! counts n and the list "
                      "1!, ..., n! counts n (n + 1) / 2, for every method. memo has the semantics of Python's "
                      "functools.lru_cache, private to each worker; cache=exact is one such memo for all workers "
                      "under one lock; cache=striped splits it into stripes, each with its own lock and SIEVE "
                      "eviction. With a shared memo, workers find what others computed, and wait for each other. "
                      "Checked modulo three 64-bit primes and, except for method=gmp, against mpz_fac_ui.",
               .unit = "factors",
               .params = params,
               .needs = NEED_SHARED | NEED_LOCKS, /* for a shared memo; all variants offer both */
               .bound = BOUND_CPU,
               .layout = layout,
               .items = items,
               .setup = setup,
               .teardown = teardown,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost,
               .counters = counters};
