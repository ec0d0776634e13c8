/* Waits for a name while computing large powers, to show that a wait overlaps with computation. */
/* needs: gmp */
#include "kernel.h"
#include "lib/digits.h"
#include "lib/waits.h"

#include <gmp.h>
#include <math.h>

static const char name_waited_for[] = "Daniel";

/* An item's answer is a struct digits: of a power, or the name if the wait lasted as long as requested. */

static int layout(struct job *job) {
  double longest = digits_longest(job);
  if (digits_check_text(job, longest, "") != 0 || digits_lay_out(job, 1) != 0)
    return -1;
  if (waits_too_long(1, job_int(job, "wait")))
    return job_refuse(job, "wait", "%lld us is longer than an hour", (long long)job_int(job, "wait"));
  job->scratch_bytes = (size_t)longest + 3; /* for mpz_get_str: up to 1 extra digit, a sign and the final zero */
  job->heap_bytes = (size_t)(9 * digits_bytes(longest)); /* for GMP to write it in decimal; see power_digits.c */
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* ---- the work: the wait is item 0, the powers follow ---- */

static void wait_for_name(struct job *job, struct digits *out, struct worker *worker) {
  if (worker_waited(worker, job_int(job, "wait") * 1000))
    digits_keep(out, name_waited_for, sizeof out->text - 1, 0);
}

/* Writes all digits and keeps a few, as the notebook does; kernel power_digits has faster methods. */
static void compute_power(struct job *job, int64_t base, struct digits *out, struct worker *worker) {
  mpz_t power;
  mpz_init(power);
  mpz_ui_pow_ui(power, (unsigned long)base, (unsigned long)job_int(job, "exponent"));
  digits_keep(out, mpz_get_str(worker->scratch, 10, power), (size_t)job_int(job, "digits"), 0);
  mpz_clear(power);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  size_t count;
  const int64_t *bases = job_list(job, "bases", &count);
  struct digits *answers = job->memory;
  for (long i = lo; i < hi; i++)
    if (i == 0)
      wait_for_name(job, &answers[i], worker);
    else
      compute_power(job, bases[i - 1], &answers[i], worker);
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

/* ---- the oracle: powers in 512-bit floating point, truncated at every step ---- */

#define BITS 512
#define SURE 100 /* digits not affected by the truncations, whose sum is below 2^-440 of the power */

/* Computes the leading digits of base^exponent for a base that does not end in 0. Such a power does not end in 0
 * either, so the text has all its digits or SURE of them. Returns 0 if the digits after those wanted are all 9, so that
 * the truncation leaves the wanted digits uncertain; else 1. */
static int lead(unsigned long base, unsigned long exponent, size_t wanted, struct digits *out) {
  char text[SURE + 2];
  mp_exp_t total;
  mpf_t power;
  mpf_init2(power, BITS);
  mpf_set_ui(power, base);
  mpf_pow_ui(power, power, exponent);
  mpf_get_str(text, &total, 10, SURE, power);
  mpf_clear(power);
  size_t length = strlen(text);
  *out = (struct digits){.total = (int64_t)total};
  memcpy(out->text, text, length < wanted ? length : wanted);
  return (size_t)total == length || (length > wanted && strspn(text + wanted, "9") < length - wanted);
}

static int expect(int64_t base, int64_t exponent, size_t wanted, struct digits *out) {
  int64_t zeros = 0;
  for (; base % 10 == 0; base /= 10)
    zeros += exponent;
  if (!lead((unsigned long)base, (unsigned long)exponent, wanted, out))
    return 0;
  for (size_t i = strlen(out->text); i < wanted && i < (size_t)(out->total + zeros); i++)
    out->text[i] = '0';
  out->total += zeros;
  return 1;
}

static const char *fault_in_name(struct job *job, const struct digits *found) {
  struct digits expected;
  digits_keep(&expected, name_waited_for, sizeof expected.text - 1, 0);
  if (memcmp(found, &expected, sizeof expected) == 0)
    return NULL;
  return job_say(job, "waited for \"%.55s\", expected \"%s\"%s", found->text, expected.text,
                 found->text[0] ? "" : ": the wait did not last as long as requested");
}

static const char *check(struct job *job) {
  size_t count, wanted = (size_t)job_int(job, "digits");
  const int64_t *bases = job_list(job, "bases", &count);
  const struct digits *found = job->memory;
  int64_t exponent = job_int(job, "exponent");
  for (size_t i = 0; i < count; i++) {
    struct digits expected;
    if (!expect(bases[i], exponent, wanted, &expected))
      return job_say(job, "%lld^%lld: the oracle cannot determine the digits", (long long)bases[i],
                     (long long)exponent);
    if (memcmp(&expected, &found[i + 1], sizeof expected) != 0)
      return job_say(job, "%lld^%lld: %.50s and %lld digits in all, expected %s and %lld", (long long)bases[i],
                     (long long)exponent, found[i + 1].text, (long long)found[i + 1].total, expected.text,
                     (long long)expected.total);
  }
  return fault_in_name(job, &found[0]);
}

/* In ns: the requested wait; for a power, a rough fit to a current core. */
static double cost(const struct job *job, int step, long item) {
  (void)step;
  if (item == 0)
    return (double)job_int(job, "wait") * 1000;
  size_t count;
  double digits = digits_bound(job_list(job, "bases", &count)[item - 1], job_int(job, "exponent"));
  return 3 * digits * log2(digits);
}

static const struct param params[] = {
    {"bases", PARAM_PROBLEM, PARAM_LIST, "5+3", 1, INT64_MAX, .unit = "", .meaning = "bases of the powers"},
    {"exponent", PARAM_SIZE, PARAM_INT, "1000000", 0, INT64_MAX, .unit = "", .meaning = "exponent of every base"},
    {"digits", PARAM_PROBLEM, PARAM_INT, "2", 1, DIGITS_MAX, .unit = "", .meaning = "number of leading digits to find"},
    {"wait", PARAM_PROBLEM, PARAM_INT, "50000", 1, INT64_MAX, .unit = "us",
     .meaning = "time until the name arrives, in microseconds"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "overlap",
               .summary = "wait for a name while computing large powers",
               .doc = "The notebook waits 10 s for a name and finds that 5^1000000 begins with 10: 20.70 s one after "
                      "the other, 12.22 s in two threads; with 3^1000000 (17) as a third task 23.84 s, and 12.80 s as "
                      "coroutines. The default wait here is 50 ms, about the same share of the time as in the "
                      "notebook. With two workers the wait overlaps with the powers; the powers overlap with one "
                      "another only on two cores.",
               .unit = "tasks",
               .params = params,
               .needs = NEED_WAIT,
               .bound = BOUND_MIXED,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost};
