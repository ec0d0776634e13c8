/* Plain decimal numbers from untrusted text: no nan, inf, hexadecimal, blanks, commas or overflow such as "1e999". */
#ifndef NWAY_DECIMAL_H
#define NWAY_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* Each returns false, unless the whole text is such a number. */
bool read_int(const char *text, int64_t *value);
bool read_real(const char *text, double *value);

#endif
