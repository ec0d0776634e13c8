/* Says how two outputs differ: their sizes and the first byte that is another. */
#ifndef NWAY_DIFFER_H
#define NWAY_DIFFER_H

#include <stddef.h>
#include <stdint.h>

/* The first difference of two files, read from their beginning. */
struct difference {
  int64_t bytes[2]; /* sizes; -1: cannot be read */
  int64_t at, line; /* index of the first byte that differs, from 0, and its line, from 1; at is -1 if there is none */
};

struct difference differ(int one, int other);

#endif
