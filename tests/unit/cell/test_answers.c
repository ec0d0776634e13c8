/* Tests that poison covers a result of any length, that what survives is found, and how many executions are checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "cell/answers.h"

enum { BYTES = 200, AT = 8 };

static uint64_t digest(struct job *job) { return digest_of(0, (char *)job->memory + AT, job->result_bytes); }
static const struct kernel kernel = {.digest = digest};

static void every_word_that_is_not_written_is_found(void **state) {
  (void)state;
  unsigned char memory[BYTES + 16];

  for (size_t bytes = 8; bytes <= 64; bytes++) {
    struct answers answers = answers_begin(bytes);
    struct job job = {.kernel = &kernel, .memory = memory, .bytes = BYTES, .result_at = AT, .result_bytes = bytes};
    for (size_t left_out = 0; left_out + 8 <= bytes; left_out += 8) {
      memset(memory, 0, sizeof memory);
      answers_before(&answers, &job, true, false);
      for (size_t i = 0; i < bytes; i++)
        if (i < left_out || i >= left_out + 8)
          memory[AT + i] = 1;
      /* the last word ends with the result: bytes before it may be all that is left of the one beside it */
      bool whole = left_out + 16 <= bytes || left_out + 8 == bytes;
      const char *wrong = answers_after(&answers, &job, 1000);
      if (whole && !wrong)
        fail_msg("%zu bytes, %zu left out", bytes, left_out);
    }
    answers_before(&answers, &job, true, false);
    memset(memory + AT, 1, bytes);
    assert_null(answers_after(&answers, &job, 1000));
  }
}

static void nothing_beside_the_result_is_touched(void **state) {
  (void)state;
  unsigned char memory[BYTES];
  for (size_t bytes = 1; bytes <= 64; bytes++) {
    struct answers answers = answers_begin(7);
    struct job job = {.kernel = &kernel, .memory = memory, .bytes = BYTES, .result_at = AT, .result_bytes = bytes};
    memset(memory, 0, sizeof memory);
    answers_before(&answers, &job, true, false);
    size_t poisoned = 0;
    for (size_t i = 0; i < BYTES; i++) {
      bool inside = i >= AT && i < AT + bytes;
      poisoned += inside && memory[i] != 0;
      assert_true(inside || memory[i] == 0);
    }
    assert_true(poisoned > 0);
  }
}

static void memory_that_workers_touch_first_is_left_alone(void **state) {
  (void)state;
  unsigned char memory[BYTES] = {0}, zeros[BYTES] = {0};
  struct answers answers = answers_begin(7);
  struct job job = {.kernel = &kernel, .memory = memory, .bytes = BYTES, .result_at = AT, .result_bytes = 64};

  answers_before(&answers, &job, true, true);
  assert_memory_equal(memory, zeros, BYTES);
  assert_null(answers_after(&answers, &job, 1000));
  assert_int_equal(answers.digest, digest(&job));
}

/* With a cost of a check that is given, not measured. */
static void cheap_checks_are_made_always_and_dear_ones_at_random(void **state) {
  (void)state;
  static const struct {
    int64_t execution_ns, check_ns;
    double share;
  } table[] = {{1000000, 10000, 1}, {1000000, 9000, 1}, {1000000, 100000, 0.1}, {10000, 100000, 0.001}};
  enum { EXECUTIONS = 100000 };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct answers answers = answers_begin(42);
    struct job job = {.kernel = &kernel, .memory = NULL};
    double chosen = 0;
    answers.check_ns = table[i].check_ns, answers.execution_ns = table[i].execution_ns;
    for (int n = 0; n < EXECUTIONS; n++) {
      answers_before(&answers, &job, false, false);
      chosen += answers.chosen;
    }
    if (fabs(chosen / EXECUTIONS - table[i].share) > 5 * sqrt(table[i].share / EXECUTIONS) * (table[i].share < 1))
      fail_msg("row %zu: %g of %g", i, chosen / EXECUTIONS, table[i].share);
  }
}

static void the_chance_is_one_only_where_all_were_checked(void **state) {
  (void)state;
  struct answers answers = {.executions = 50, .checked = 50};
  assert_true(answers_chance(&answers) == 1);
  answers.checked = 49;
  assert_true(fabs(answers_chance(&answers) - (1 - pow(0.99, 49))) < 1e-12);
  answers.checked = 1;
  assert_true(fabs(answers_chance(&answers) - 0.01) < 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_word_that_is_not_written_is_found),
      cmocka_unit_test(nothing_beside_the_result_is_touched),
      cmocka_unit_test(memory_that_workers_touch_first_is_left_alone),
      cmocka_unit_test(cheap_checks_are_made_always_and_dear_ones_at_random),
      cmocka_unit_test(the_chance_is_one_only_where_all_were_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
