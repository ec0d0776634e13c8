/* Leading digits of large powers: the result of one power in one cache line, and bounds of a power's length. */
#ifndef NWAY_LIB_DIGITS_H
#define NWAY_LIB_DIGITS_H

#include "../kernel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define DIGITS_MAX 50
#define TEXT_MAX ((int64_t)1 << 30) /* largest power accepted, in digits */

/* One cache line. */
struct digits {
  int64_t total; /* digits of the whole power */
  char text[56]; /* the leading digits (all digits of a short power), padded with zero bytes */
};

/* An upper bound of the number of digits of base^exponent. */
static inline double digits_bound(int64_t base, int64_t exponent) {
  return (double)exponent * log10((double)base) * (1 + 1e-12) + 2;
}

/* The same for the job's longest power. */
static inline double digits_longest(const struct job *job) {
  size_t count;
  const int64_t *bases = job_list(job, "bases", &count);
  double longest = 0;
  for (size_t i = 0; i < count; i++)
    longest = fmax(longest, digits_bound(bases[i], job_int(job, "exponent")));
  return longest;
}

/* Bytes of a number with `digits` decimal digits. */
static inline double digits_bytes(double digits) { return digits * log2(10) / 8; }

/* For layout: refuses powers of more than TEXT_MAX digits. The message ends with `hint`, which may be "". */
static inline int digits_check_text(struct job *job, double longest, const char *hint) {
  if (longest <= (double)TEXT_MAX)
    return 0;
  return job_refuse(job, "exponent", "%lld gives a power of %.3g digits; at most %lld%s",
                    (long long)job_int(job, "exponent"), longest, (long long)TEXT_MAX, hint);
}

/* For layout: one step with an item per base and `more` further items; the result of each is a struct digits. */
static inline int digits_lay_out(struct job *job, size_t more) {
  size_t count, most = JOB_BYTES_MAX / sizeof(struct digits) - more;
  job_list(job, "bases", &count);
  if (count == 0 || count > most)
    return job_refuse(job, "bases", "%zu bases; expected 1 to %zu", count, most);
  job->steps = 1;
  job->items = (long)(count + more);
  job->bytes = (size_t)job->items * sizeof(struct digits);
  job->units = (double)job->items;
  return 0;
}

/* Stores the first `wanted` digits of `text`, which lacks the last `cut` digits of the power. */
static inline void digits_keep(struct digits *out, const char *text, size_t wanted, size_t cut) {
  size_t length = strlen(text);
  *out = (struct digits){.total = (int64_t)(length + cut)};
  memcpy(out->text, text, length < wanted ? length : wanted);
}

#endif
