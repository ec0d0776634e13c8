/* What is fuzzed: every reader of foreign bytes and every escaper, each a function of one input. */
#ifndef NWAY_FUZZ_TARGETS_H
#define NWAY_FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_target {
  const char *name; /* also the folder of its corpus */
  void (*run)(const uint8_t *bytes, size_t count);
};
/* Ends with a NULL name. */
extern const struct fuzz_target fuzz_targets[];

/* table_target.c: the reader of tables, by one thread and by several. */
void fuzz_table(const uint8_t *bytes, size_t count);

/* Makes the folder that targets which read files write their input to, and a small run in it. */
void fuzz_begin(void);
void fuzz_end(void);

#endif
