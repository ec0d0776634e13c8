/* Finds the leading decimal digits of large powers: two big-number ways to the same few digits. */
/* needs: gmp */
#include "kernel.h"

#include <gmp.h>
#include <math.h>

#define DIGITS_MAX 50
#define TEXT_MAX ((int64_t)1 << 30) /* digits of the largest power that is worth the wait */

enum method { STRING, DIVIDE };

/* One cache line a power. */
struct digits {
  int64_t total; /* digits of the whole power */
  char text[56]; /* the leading ones (all of a shorter power), padded with zero bytes */
};

/* At least the number of digits of base^exponent. */
static double digits_bound(int64_t base, int64_t exponent) {
  return (double)exponent * log10((double)base) * (1 + 1e-12) + 2;
}

static int layout(struct job *job) {
  size_t count;
  const int64_t *bases = job_list(job, "bases", &count);
  int64_t exponent = job_int(job, "exponent");
  double longest = 0;
  for (size_t i = 0; i < count; i++)
    longest = fmax(longest, digits_bound(bases[i], exponent));
  if (longest > (double)TEXT_MAX)
    return job_refuse(job, "exponent", "%lld makes a power of %.3g digits; at most %lld", (long long)exponent, longest,
                      (long long)TEXT_MAX);
  if (count == 0 || count > JOB_BYTES_MAX / sizeof(struct digits))
    return job_refuse(job, "bases", "%zu bases: it takes at least 1 and at most %zu", count,
                      JOB_BYTES_MAX / sizeof(struct digits));
  job->bytes = count * sizeof(struct digits);
  /* mpz_get_str may need 1 digit more than there are, a sign and the end. */
  job->scratch_bytes = job_choice(job, "method") == STRING ? (size_t)longest + 3 : 0;
  job->steps = 1;
  job->items = (long)count;
  job->units = (double)count;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* ---- the work ---- */

/* Keeps the first digits of a text that the rest of the power, `cut` digits, would follow. */
static void keep(struct digits *out, const char *text, size_t wanted, size_t cut) {
  size_t length = strlen(text);
  *out = (struct digits){.total = (int64_t)(length + cut)};
  memcpy(out->text, text, length < wanted ? length : wanted);
}

static void lead_by_string(struct digits *out, mpz_t power, size_t wanted, char *scratch) {
  keep(out, mpz_get_str(scratch, 10, power), wanted, 0);
}

static void lead_by_division(struct digits *out, mpz_t power, size_t wanted, char *scratch) {
  (void)scratch;
  /* mpz_sizeinbase may be 1 too large: cutting one digit less leaves at least those wanted in any case. */
  size_t size = mpz_sizeinbase(power, 10), cut = size > wanted + 1 ? size - wanted - 1 : 0;
  char text[DIGITS_MAX + 4];
  mpz_t ten;
  mpz_init(ten);
  mpz_ui_pow_ui(ten, 10, cut);
  mpz_tdiv_q(power, power, ten);
  keep(out, mpz_get_str(text, 10, power), wanted, cut);
  mpz_clear(ten);
}

static void (*const methods[])(struct digits *, mpz_t, size_t,
                               char *) = {[STRING] = lead_by_string, [DIVIDE] = lead_by_division};

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  size_t count, wanted = (size_t)job_int(job, "digits");
  const int64_t *bases = job_list(job, "bases", &count);
  struct digits *out = job->memory;
  for (long i = lo; i < hi; i++) {
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, (unsigned long)bases[i], (unsigned long)job_int(job, "exponent"));
    methods[job_choice(job, "method")](&out[i], power, wanted, worker->scratch);
    mpz_clear(power);
  }
}

/* ---- the oracle: the power between two decimal numbers of a few dozen digits ---- */

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

/* 1 if both bounds begin with the digits wanted, which then are the power's. */
static int agree(const struct between *b, size_t wanted, struct digits *out) {
  char lo[PRECISION_MAX + 3], hi[PRECISION_MAX + 3];
  mpz_get_str(lo, 10, b->lo);
  mpz_get_str(hi, 10, b->hi);
  keep(out, lo, wanted, (size_t)b->cut);
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
      return job_say(job, "%lld^%lld: the oracle cannot tell its digits", (long long)bases[i], (long long)exponent);
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
  return digits * log2(digits);
}

static const struct param params[] = {
    {"bases", PARAM_PROBLEM, PARAM_LIST, "5+3", 1, INT64_MAX, .unit = "", .meaning = "what is raised to the exponent"},
    {"exponent", PARAM_SIZE, PARAM_INT, "1000000", 0, INT64_MAX, .unit = "", .meaning = "of every base"},
    {"digits", PARAM_PROBLEM, PARAM_INT, "20", 1, DIGITS_MAX, .unit = "", .meaning = "leading digits to find"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "divide", .choices = "string|divide", .unit = "",
     .meaning = "string: write all digits, keep the first; divide: cut the rest off by one division"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "power_digits",
               .summary = "the leading digits of each base to a large exponent",
               .doc = "One item a base: few, uneven items, so the largest bounds what more workers can gain. Both "
                      "methods compute the whole power; only `string` writes all of it in decimal. Checked by "
                      "interval arithmetic on truncated decimals.",
               .unit = "powers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost};
