/* The leading digits of large powers, as kernels keep them: what one cache line holds, and how long a power gets. */
#ifndef NWAY_LIB_DIGITS_H
#define NWAY_LIB_DIGITS_H

#include "../kernel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define DIGITS_MAX 50
#define TEXT_MAX ((int64_t)1 << 30) /* digits of the largest power that is worth the wait */

/* One cache line. */
struct digits {
  int64_t total; /* digits of the whole power */
  char text[56]; /* the leading ones (all of a shorter power), padded with zero bytes */
};

/* At least the number of digits of base^exponent. */
static inline double digits_bound(int64_t base, int64_t exponent) {
  return (double)exponent * log10((double)base) * (1 + 1e-12) + 2;
}

/* The same of the longest of the powers that a job asks for. */
static inline double digits_longest(const struct job *job) {
  size_t count;
  const int64_t *bases = job_list(job, "bases", &count);
  double longest = 0;
  for (size_t i = 0; i < count; i++)
    longest = fmax(longest, digits_bound(bases[i], job_int(job, "exponent")));
  return longest;
}

/* The bytes of a number of so many digits. */
static inline double digits_bytes(double digits) { return digits * log2(10) / 8; }

/* For layout: refuses powers of more than TEXT_MAX digits. `hint` says more, or is "". */
static inline int digits_check_text(struct job *job, double longest, const char *hint) {
  if (longest <= (double)TEXT_MAX)
    return 0;
  return job_refuse(job, "exponent", "%lld makes a power of %.3g digits; at most %lld%s",
                    (long long)job_int(job, "exponent"), longest, (long long)TEXT_MAX, hint);
}

/* For layout: one step of one item a base and `more`, each of which is answered by a struct digits. */
static inline int digits_lay_out(struct job *job, size_t more) {
  size_t count, most = JOB_BYTES_MAX / sizeof(struct digits) - more;
  job_list(job, "bases", &count);
  if (count == 0 || count > most)
    return job_refuse(job, "bases", "%zu bases: it takes at least 1 and at most %zu", count, most);
  job->steps = 1;
  job->items = (long)(count + more);
  job->bytes = (size_t)job->items * sizeof(struct digits);
  job->units = (double)job->items;
  return 0;
}

/* Keeps the first `wanted` of the digits in `text`, which lacks the last `cut` digits of the power. */
static inline void digits_keep(struct digits *out, const char *text, size_t wanted, size_t cut) {
  size_t length = strlen(text);
  *out = (struct digits){.total = (int64_t)(length + cut)};
  memcpy(out->text, text, length < wanted ? length : wanted);
}

#endif
