/* Says how two outputs differ: their sizes and the first byte that is another. */
#include "differ.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 65536 };

static int64_t size_of(int fd) {
  struct stat facts;
  return fstat(fd, &facts) == 0 ? (int64_t)facts.st_size : -1;
}

/* Reads up to a block at `at`; 0 at the end or after an error. */
static size_t read_block(int fd, char *block, int64_t at) {
  size_t filled = 0;
  for (ssize_t n = 1; n > 0 && filled<BLOCK; filled += n> 0 ? (size_t)n : 0)
    n = pread(fd, block + filled, BLOCK - filled, (off_t)(at + (int64_t)filled));
  return filled;
}

struct difference differ(int one, int other) {
  struct difference d = {.bytes = {size_of(one), size_of(other)}, .at = -1, .line = 1};
  char a[BLOCK], b[BLOCK];
  for (int64_t at = 0;; at += BLOCK) {
    size_t n = read_block(one, a, at), m = read_block(other, b, at), both = n < m ? n : m, i = 0;
    for (; i < both && a[i] == b[i]; i++)
      d.line += a[i] == '\n';
    if (i < both || n != m)
      return d.at = at + (int64_t)i, d;
    if (n < BLOCK)
      return d;
  }
}
