/* Tests that every word of a state leads to its enum and back, and that no other word does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/states.h"

/* Walks one set from its first word to UNKNOWN. */
#define CHECK_SET(set, UNKNOWN)                                                                                        \
  do {                                                                                                                 \
    for (int i = 1; i < (UNKNOWN); i++) {                                                                              \
      assert_true(set##_word((enum set)i)[0] != '\0');                                                                 \
      assert_int_equal(set##_of(set##_word((enum set)i)), i);                                                          \
    }                                                                                                                  \
    assert_int_equal(set##_of(""), 0);                                                                                 \
    assert_int_equal(set##_of(NULL), 0);                                                                               \
    assert_int_equal(set##_of("no such word"), (UNKNOWN));                                                             \
    assert_string_equal(set##_word((enum set)0), "");                                                                  \
    assert_string_equal(set##_word((UNKNOWN)), "");                                                                    \
  } while (0)

static void words_and_enums_are_each_other(void **state) {
  (void)state;
  CHECK_SET(status, STATUS_UNKNOWN);
  CHECK_SET(run_state, RUN_UNKNOWN);
  CHECK_SET(phase, PHASE_UNKNOWN);
  CHECK_SET(mode, MODE_UNKNOWN);
  CHECK_SET(cell_state, CELL_UNKNOWN);
  CHECK_SET(scale, SCALE_UNKNOWN);
  CHECK_SET(trust, TRUST_UNKNOWN);
}

/* Files hold these words; another spelling would make old runs unreadable. */
static void words_of_old_runs_are_known(void **state) {
  (void)state;
  assert_int_equal(status_of("ok"), STATUS_OK);
  assert_int_equal(status_of("superseded"), STATUS_SUPERSEDED);
  assert_int_equal(run_state_of("budget"), RUN_BUDGET);
  assert_int_equal(phase_of("cold"), PHASE_COLD);
  assert_int_equal(cell_state_of("thinned"), CELL_THINNED);
  assert_int_equal(scale_of("weak"), SCALE_WEAK);
  assert_int_equal(status_of("OK"), STATUS_UNKNOWN);
  assert_int_equal(status_of("ok "), STATUS_UNKNOWN);
  assert_string_equal(status_word((enum status)(STATUS_UNKNOWN + 1)), "");
  assert_string_equal(status_word((enum status) - 1), "");
}

static void trust_words_are_joined_by_blanks(void **state) {
  (void)state;
  char words[40] = "";
  trust_add(words, sizeof words, TRUST_STEAL);
  assert_string_equal(words, "steal");
  trust_add(words, sizeof words, TRUST_UNPINNED);
  assert_string_equal(words, "steal unpinned");
}

static void trust_words_become_bits(void **state) {
  (void)state;
  assert_int_equal(trust_bits(""), 0);
  assert_int_equal(trust_bits("steal"), TRUST_BIT(TRUST_STEAL));
  assert_int_equal(trust_bits("throttled  clock-drop "), TRUST_BIT(TRUST_THROTTLED) | TRUST_BIT(TRUST_CLOCK_DROP));
  assert_int_equal(trust_bits("stealth"), TRUST_BIT(TRUST_UNKNOWN));
  assert_true(trust_disturbed(trust_bits("unpinned suspended")));
  assert_false(trust_disturbed(trust_bits("unpinned fewer-workers unchecked")));
  assert_false(trust_disturbed(trust_bits("stealth")));
  assert_false(trust_disturbed(0));
}

static void the_words_of_a_baseline_are_read_back(void **state) {
  (void)state;
  for (int naive = 0; naive < 2; naive++)
    for (int best = 0; best < 2; best++) {
      const char *words = baseline_words(naive, best);
      assert_int_equal(baseline_is_naive(words), naive);
      assert_int_equal(baseline_is_best(words), best);
    }
  assert_false(baseline_is_best("best-serials"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_words_of_a_baseline_are_read_back),
      cmocka_unit_test(words_and_enums_are_each_other),
      cmocka_unit_test(words_of_old_runs_are_known),
      cmocka_unit_test(trust_words_are_joined_by_blanks),
      cmocka_unit_test(trust_words_become_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
