/* Replays the kept inputs of tests/fuzz/corpus: seeds of each target, and what fuzzing once found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>

#include "fuzz/targets.c"

static int begin(void **state) {
  (void)state;
  fuzz_begin();
  return 0;
}

static int finish(void **state) {
  (void)state;
  fuzz_end();
  return 0;
}

static void replay(const struct fuzz_target *target, const char *path) {
  static uint8_t bytes[1 << 20];
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t count = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  target->run(bytes, count);
}

/* Each target has its folder with some inputs; an input that is wrongly taken ends the program. */
static void kept_inputs_are_taken_or_refused(void **state) {
  (void)state;
  for (const struct fuzz_target *target = fuzz_targets; target->name; target++) {
    char path[400];
    int inputs = 0;
    snprintf(path, sizeof path, "tests/fuzz/corpus/%s", target->name);
    DIR *inside = opendir(path);
    assert_non_null(inside);
    for (struct dirent *entry; (entry = readdir(inside));) {
      if (entry->d_name[0] == '.')
        continue;
      snprintf(path, sizeof path, "tests/fuzz/corpus/%s/%s", target->name, entry->d_name);
      replay(target, path);
      inputs++;
    }
    closedir(inside);
    if (inputs == 0)
      fail_msg("no inputs of %s", target->name);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(kept_inputs_are_taken_or_refused)};
  return cmocka_run_group_tests(tests, begin, finish);
}
