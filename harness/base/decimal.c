/* Parses decimal numbers by a grammar of their own, stricter than that of strtod. */
#include "decimal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static const char *skip_digits(const char *at) {
  while (*at >= '0' && *at <= '9')
    at++;
  return at;
}

bool read_int(const char *text, int64_t *value) {
  const char *digits = text + (*text == '-'), *end = skip_digits(digits);
  if (end == digits || *end)
    return false;
  errno = 0;
  *value = strtoll(text, NULL, 10);
  return errno == 0;
}

static bool is_decimal(const char *text) {
  const char *digits = text + (*text == '-'), *end = skip_digits(digits);
  if (end == digits)
    return false;
  if (*end == '.') {
    digits = end + 1;
    end = skip_digits(digits);
    if (end == digits)
      return false;
  }
  if (*end == 'e' || *end == 'E') {
    digits = end + 1 + (end[1] == '-' || end[1] == '+');
    end = skip_digits(digits);
    if (end == digits)
      return false;
  }
  return *end == '\0';
}

bool read_real(const char *text, double *value) {
  if (!is_decimal(text))
    return false;
  *value = strtod(text, NULL); /* the locale is always C */
  return isfinite(*value);
}
