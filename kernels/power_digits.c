/* Finds the leading decimal digits of large powers: two methods by big numbers, one by logarithms. */
/* needs: gmp */
/* may need: mpfr */
#include "kernel.h"
#include "lib/digits.h"

#include <gmp.h>
#include <math.h>
#ifdef NWAY_HAVE_MPFR
#include <mpfr.h>
#endif

enum method { STRING, DIVIDE, CERTIFIED };

/* NULL, or why this build cannot certify digits. */
static const char *no_certified(void) {
#ifdef NWAY_HAVE_MPFR
  return mpfr_buildopt_tls_p() ? NULL : "this MPFR was built without thread safety";
#else
  return "built without MPFR (libmpfr-dev): make deps, make clean, make";
#endif
}

/* Peak heap of GMP, in bytes per byte of the power. Counted with mp_set_memory_functions for powers of up to 37 MB: 4.2
 * to raise the power with FFT products, as much for the power of ten and the quotient, 8.1 to write it in decimal. The
 * digits are in scratch memory. `certified` uses numbers of a few words. */
static const int heap_times[] = {[STRING] = 9, [DIVIDE] = 5, [CERTIFIED] = 0};

/* Refuses powers that are too long for the method. Memory and time limit `string` and `divide`; `certified` is limited
 * only by the 63 bits of the number of digits. */
static int check_length(struct job *job, double longest) {
  if (job_choice(job, "method") != CERTIFIED)
    return digits_check_text(job, longest, " (method=certified has no such limit)");
  if (no_certified())
    return job_refuse(job, "method", "certified: %s", no_certified());
  if (longest > 9.2e18)
    return job_refuse(job, "exponent", "%lld gives a power of %.3g digits; at most 9.2e18",
                      (long long)job_int(job, "exponent"), longest);
  return 0;
}

static int layout(struct job *job) {
  double longest = digits_longest(job);
  if (check_length(job, longest) != 0 || digits_lay_out(job, 0) != 0)
    return -1;
  /* mpz_get_str may need 1 extra digit, a sign and the final zero. */
  job->scratch_bytes = job_choice(job, "method") == STRING ? (size_t)longest + 3 : 0;
  job->heap_bytes = (size_t)(heap_times[job_choice(job, "method")] * digits_bytes(longest));
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* ---- the work ---- */

/* The request to a method. */
struct power {
  unsigned long base, exponent;
  size_t wanted; /* digits */
};

static void raise(mpz_t power, const struct power *p) { mpz_ui_pow_ui(power, p->base, p->exponent); }

static void lead_by_string(struct digits *out, const struct power *p, char *scratch) {
  mpz_t power;
  mpz_init(power);
  raise(power, p);
  digits_keep(out, mpz_get_str(scratch, 10, power), p->wanted, 0);
  mpz_clear(power);
}

static void lead_by_division(struct digits *out, const struct power *p, char *scratch) {
  (void)scratch;
  mpz_t power, ten;
  mpz_inits(power, ten, NULL);
  raise(power, p);
  /* mpz_sizeinbase may be 1 too large; cutting one digit less always leaves the digits wanted. */
  size_t size = mpz_sizeinbase(power, 10), cut = size > p->wanted + 1 ? size - p->wanted - 1 : 0;
  char text[DIGITS_MAX + 4];
  mpz_ui_pow_ui(ten, 10, cut);
  mpz_tdiv_q(power, power, ten);
  digits_keep(out, mpz_get_str(text, 10, power), p->wanted, cut);
  mpz_clears(power, ten, NULL);
}

#ifdef NWAY_HAVE_MPFR

#define BITS_FIRST 128
#define BITS_MAX (1 << 20)

/* Computes the leading digits of 10^log, and returns the number of its digits. Rounds every step one way: MPFR_RNDD
 * with a log rounded down gives a lower bound, MPFR_RNDU with a log rounded up an upper bound. */
static int64_t lead_of_log(mpz_t lead, mpfr_t log, size_t wanted, mpfr_rnd_t way) {
  mpfr_t whole;
  mpfr_init2(whole, mpfr_get_prec(log));
  mpfr_floor(whole, log); /* exact: it has no more bits than the log */
  int64_t above = mpfr_get_sj(whole, MPFR_RNDD);
  mpfr_sub(log, log, whole, way);
  mpfr_add_ui(log, log, wanted - 1, way);
  mpfr_exp10(log, log, way);
  mpfr_get_z(lead, log, MPFR_RNDD);
  mpfr_clear(whole);
  return above + 1;
}

/* 1 if the lower and upper bound from `bits` bits have the same leading digits, which are then the power's. */
static int certify(struct digits *out, const struct power *p, mpfr_prec_t bits) {
  static const mpfr_rnd_t ways[] = {MPFR_RNDD, MPFR_RNDU};
  int64_t total[2];
  mpz_t lead[2];
  for (int i = 0; i < 2; i++) {
    mpfr_t log;
    mpfr_init2(log, bits);
    mpz_init(lead[i]);
    mpfr_set_ui(log, p->base, ways[i]); /* exact in 128 bits */
    mpfr_log10(log, log, ways[i]);
    mpfr_mul_ui(log, log, p->exponent, ways[i]);
    total[i] = lead_of_log(lead[i], log, p->wanted, ways[i]);
    mpfr_clear(log);
  }
  int agree = total[0] == total[1] && mpz_cmp(lead[0], lead[1]) == 0;
  if (agree) {
    char text[DIGITS_MAX + 4];
    digits_keep(out, mpz_get_str(text, 10, lead[0]), p->wanted, 0);
    out->total = total[0];
  }
  mpz_clears(lead[0], lead[1], NULL);
  return agree;
}

/* Computes a short power exactly. If a power has no digits after those wanted, the bounds around it never agree; such a
 * power is short. Returns 0 if the power is long. The base of `p` must not be a multiple of 10. */
static int lead_if_short(struct digits *out, const struct power *p) {
  if (digits_bound((int64_t)p->base, (int64_t)p->exponent) > 2 * DIGITS_MAX)
    return 0;
  mpz_t power;
  mpz_init(power);
  raise(power, p);
  char text[2 * DIGITS_MAX + 4];
  digits_keep(out, mpz_get_str(text, 10, power), p->wanted, 0);
  mpz_clear(power);
  return 1;
}

static void lead_by_interval(struct digits *out, const struct power *p, char *scratch) {
  (void)scratch;
  struct power odd = *p; /* without the base's factors of 10, which only add zeros */
  int64_t zeros = 0;
  for (; odd.base % 10 == 0; odd.base /= 10)
    zeros += (int64_t)p->exponent;
  *out = (struct digits){0};
  if (!lead_if_short(out, &odd))
    for (mpfr_prec_t bits = BITS_FIRST; bits <= BITS_MAX && !certify(out, &odd, bits);)
      bits *= 2;
  if (zeros > 0 && out->total < (int64_t)p->wanted)
    for (size_t i = strlen(out->text); i < p->wanted && (int64_t)i < out->total + zeros; i++)
      out->text[i] = '0';
  out->total += zeros;
}

/* Frees the constants that MPFR caches in each thread. */
static void forget_constants(struct job *job, struct worker *worker) {
  (void)job, (void)worker;
  mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
}

#else
#define lead_by_interval NULL /* refused by layout */
#define forget_constants NULL
#endif

static void (*const methods[])(struct digits *, const struct power *, char *) = {
    [STRING] = lead_by_string, [DIVIDE] = lead_by_division, [CERTIFIED] = lead_by_interval};

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  size_t count;
  const int64_t *bases = job_list(job, "bases", &count);
  struct digits *out = job->memory;
  struct power power = {.exponent = (unsigned long)job_int(job, "exponent"), .wanted = (size_t)job_int(job, "digits")};
  for (long i = lo; i < hi; i++) {
    power.base = (unsigned long)bases[i];
    methods[job_choice(job, "method")](&out[i], &power, worker->scratch);
  }
}

/* ---- the oracle: bounds of the power with a few dozen decimal digits ---- */

/* lo * 10^cut <= the power <= hi * 10^cut. */
struct between {
  mpz_t lo, hi;
  int64_t cut;
};

static void trim(struct between *b, size_t precision) {
  size_t size = mpz_sizeinbase(b->hi, 10);
  if (size <= precision)
    return;
  mpz_t ten;
  mpz_init(ten);
  mpz_ui_pow_ui(ten, 10, size - precision);
  mpz_fdiv_q(b->lo, b->lo, ten);
  mpz_cdiv_q(b->hi, b->hi, ten);
  b->cut += (int64_t)(size - precision);
  mpz_clear(ten);
}

static void raise_to(struct between *b, unsigned long base, uint64_t exponent, size_t precision) {
  mpz_set_ui(b->lo, 1);
  mpz_set_ui(b->hi, 1);
  b->cut = 0;
  for (int bit = 63; bit >= 0; bit--) {
    mpz_mul(b->lo, b->lo, b->lo);
    mpz_mul(b->hi, b->hi, b->hi);
    b->cut *= 2;
    if (exponent >> bit & 1) {
      mpz_mul_ui(b->lo, b->lo, base);
      mpz_mul_ui(b->hi, b->hi, base);
    }
    trim(b, precision);
  }
}

#define PRECISION_MAX 2000

/* 1 if both bounds have the same leading digits, which are then the power's. */
static int agree(const struct between *b, size_t wanted, struct digits *out) {
  char lo[PRECISION_MAX + 3], hi[PRECISION_MAX + 3];
  mpz_get_str(lo, 10, b->lo);
  mpz_get_str(hi, 10, b->hi);
  digits_keep(out, lo, wanted, (size_t)b->cut);
  return strlen(lo) == strlen(hi) && strncmp(lo, hi, wanted) == 0;
}

static int expect(unsigned long base, int64_t exponent, size_t wanted, struct digits *out) {
  struct between b;
  mpz_inits(b.lo, b.hi, NULL);
  int sure = 0;
  for (size_t precision = wanted + 60; !sure && precision <= PRECISION_MAX; precision *= 2) {
    raise_to(&b, base, (uint64_t)exponent, precision);
    sure = agree(&b, wanted, out);
  }
  mpz_clears(b.lo, b.hi, NULL);
  return sure;
}

static const char *check(struct job *job) {
  size_t count, wanted = (size_t)job_int(job, "digits");
  const int64_t *bases = job_list(job, "bases", &count);
  const struct digits *found = job->memory;
  int64_t exponent = job_int(job, "exponent");
  for (size_t i = 0; i < count; i++) {
    struct digits expected;
    if (!expect((unsigned long)bases[i], exponent, wanted, &expected))
      return job_say(job, "%lld^%lld: the oracle cannot determine the digits", (long long)bases[i],
                     (long long)exponent);
    if (memcmp(&expected, &found[i], sizeof expected) != 0)
      return job_say(job, "%lld^%lld: %.50s and %lld digits in all, expected %s and %lld", (long long)bases[i],
                     (long long)exponent, found[i].text, (long long)found[i].total, expected.text,
                     (long long)expected.total);
  }
  return NULL;
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

static double cost(const struct job *job, int step, long item) {
  (void)step;
  size_t count;
  double digits = digits_bound(job_list(job, "bases", &count)[item], job_int(job, "exponent"));
  return job_choice(job, "method") == CERTIFIED ? 1 : digits * log2(digits);
}

static const struct param params[] = {
    {"bases", PARAM_PROBLEM, PARAM_LIST, "5+3", 1, INT64_MAX, .unit = "", .meaning = "bases of the powers"},
    {"exponent", PARAM_SIZE, PARAM_INT, "1000000", 0, INT64_MAX, .unit = "", .meaning = "exponent of every base"},
    {"digits", PARAM_PROBLEM, PARAM_INT, "20", 1, DIGITS_MAX, .unit = "",
     .meaning = "number of leading digits to find"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "divide", .choices = "string|divide|certified", .unit = "",
     .meaning = "string: write all digits, keep the first; divide: remove the others by one division; certified: "
                "10 to the fraction of the logarithm, rounded down and up, with more bits until both agree"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "power_digits",
               .summary = "the leading digits of each base to a large exponent",
               .doc = "Each base is an item. The items are few and uneven, so the largest limits the speedup. `string` "
                      "and `divide` compute the whole power; only `string` writes all of it in decimal. `certified` "
                      "(needs MPFR) computes a logarithm of 128 bits rounded down and one rounded up, and doubles the "
                      "bits until both give the same digits; a power that is short without its trailing zeros is "
                      "computed exactly. Checked by interval arithmetic on truncated decimals.",
               .unit = "powers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .leave = forget_constants,
               .digest = digest,
               .check = check,
               .cost = cost};
