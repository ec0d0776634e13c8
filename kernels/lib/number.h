/* Reads numbers that programs print: decimal digits with a point and an exponent, no nan, inf or hexadecimal. */
#ifndef NWAY_NUMBER_H
#define NWAY_NUMBER_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Returns 1 and the value if all `length` bytes are a finite number, else 0. */
static int read_number(const char *text, size_t length, double *value) {
  char copy[64], *end;
  if (length == 0 || length >= sizeof copy)
    return 0;
  memcpy(copy, text, length);
  copy[length] = '\0';
  if (copy[strspn(copy, "0123456789.eE+-")] != '\0')
    return 0;
  *value = strtod(copy, &end);
  return *end == '\0' && end > copy && isfinite(*value);
}

#endif
