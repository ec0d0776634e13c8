/* libFuzzer's entry: one program for all targets; FUZZ_TARGET names the one. */
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *name = getenv("FUZZ_TARGET");
  for (target = fuzz_targets; target->name && (!name || strcmp(target->name, name) != 0); target++)
    ;
  if (!target->name) {
    fputs("FUZZ_TARGET names no target of tests/fuzz/targets.c\n", stderr);
    exit(2);
  }
  fuzz_begin();
  atexit(fuzz_end);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  target->run(bytes, count);
  return 0;
}
