/* Tests of what is told of work that takes no time, and of answers without an oracle. */
#include "words/work_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct scene {
  struct cell cell;
  struct figures figures;
  struct problem problem;
};

/* A serial cell that does `units` in `ns`. */
static struct scene scene(double ns, double units, char *bound) {
  static char x[] = "x";
  struct scene s = {.cell = {.serial = true, .workers = 1, .units = units},
                    .figures = {.valid = true, .time = {.n = 12, .median = ns}},
                    .problem = {.bound = bound, .unit = x}};
  return s;
}

static void says(struct scene s, const char *words) {
  struct text out = {0};
  s.figures.cell = &s.cell;
  work_sentence(&out, &(struct analysis){.problem = &s.problem, .figures = &s.figures, .count = 1});
  if (*words ? !strstr(text_of(&out), words) : out.length != 0)
    fail_msg("'%s' does not say '%s'", text_of(&out), words);
  text_free(&out);
}

static char cpu[] = "cpu", waits[] = "wait";

static void work_that_was_removed_is_told(void **state) {
  (void)state;
  says(scene(551, 20e6, cpu), "20M x in 551 ns are 2.8e-05 ns each, less than a core needs");
  says(scene(551, 64, cpu), "One execution takes 551 ns, about as long as starting and timing it");
  says(scene(551, 20e6, waits), "One execution takes 551 ns");
}

static void work_that_takes_time_is_not_mentioned(void **state) {
  (void)state;
  says(scene(20e6, 20e6, cpu), "");
  says(scene(20e6, 0, cpu), "");      /* units unknown */
  says(scene(1e6, 100e9, waits), ""); /* units that need no CPU */
  struct scene failed = scene(551, 64, cpu), probe = failed, program = failed;
  failed.figures.valid = false;
  probe.problem.probes_granularity = true;
  program.problem.runs_programs = true;
  says(failed, ""), says(probe, ""), says(program, "");
}

static void a_kernel_without_a_check_is_told(void **state) {
  (void)state;
  struct text out = {0};
  oracle_sentence(&out, &(struct problem){.lacks_check = false});
  assert_int_equal(out.length, 0);
  oracle_sentence(&out, &(struct problem){.lacks_check = true});
  assert_non_null(strstr(text_of(&out), "compared with the serial one"));
  text_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(work_that_was_removed_is_told),
      cmocka_unit_test(work_that_takes_time_is_not_mentioned),
      cmocka_unit_test(a_kernel_without_a_check_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
