/* The leading digits of large powers, as kernels keep them: what one cache line holds, and how long a power gets. */
#ifndef NWAY_LIB_DIGITS_H
#define NWAY_LIB_DIGITS_H

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

/* The bytes of a number of so many digits. */
static inline double digits_bytes(double digits) { return digits * log2(10) / 8; }

/* Keeps the first `wanted` of the digits in `text`, which lacks the last `cut` digits of the power. */
static inline void digits_keep(struct digits *out, const char *text, size_t wanted, size_t cut) {
  size_t length = strlen(text);
  *out = (struct digits){.total = (int64_t)(length + cut)};
  memcpy(out->text, text, length < wanted ? length : wanted);
}

#endif
