/* Tests that regular expressions match as users write them, and that none runs for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "plan/pattern.h"

static void patterns_match_as_written(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *text;
    bool matches;
  } table[] = {{"sum", "power_sum", true},
               {"^sum", "power_sum", false},
               {"^(power_sum|triad)$", "triad", true},
               {"^(power_sum|triad)$", "triads", false},
               {"t[a-r]{3}d", "triad", true},
               {"", "anything", true},
               {"[[:digit:]]+k", "items=10k", true},
               {"triad$", "triad\n", false}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct fault fault;
    struct pattern *pattern = pattern_open(table[i].pattern, &fault);
    assert_non_null(pattern);
    if (pattern_matches(pattern, table[i].text) != table[i].matches || pattern_overran(pattern))
      fail_msg("'%s' on '%s'", table[i].pattern, table[i].text);
    pattern_close(pattern);
  }
}

static void what_is_no_pattern_is_refused_with_its_place(void **state) {
  (void)state;
  static const char *const table[] = {"(", "a{2,1}", "[z-a]", "*", "(?", "\\"};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct fault fault = {0};
    assert_null(pattern_open(table[i], &fault));
    assert_int_equal(fault.code, EXIT_USAGE);
    assert_non_null(strstr(fault.text, "is not a regular expression: "));
    assert_non_null(strstr(fault.text, ", at character "));
  }
}

/* Issue 12.14: the alarm ends a test program that hangs here. */
static void nested_repeats_are_refused_or_overrun(void **state) {
  (void)state;
  static const char *const table[] = {"((((a{1,250}){1,250}){1,250}){1,250})",
                                      "(((a{1,99}){1,99}){1,99}b)",
                                      "((a{0,9}){0,9}){0,9}!",
                                      "(a*)*b",
                                      "(a|a)*b",
                                      "^(([a-z])+.)+[A-Z]([a-z])+$"};
  char text[200];
  int overran = 0;
  memset(text, 'a', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct fault fault = {0};
    struct pattern *pattern = pattern_open(table[i], &fault);
    assert_true(i > 0 || !pattern); /* the one that was found */
    overran += pattern && !pattern_matches(pattern, text) && pattern_overran(pattern);
    pattern_close(pattern);
  }
  assert_true(overran > 0); /* the limit of steps is seen at work */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(patterns_match_as_written),
      cmocka_unit_test(what_is_no_pattern_is_refused_with_its_place),
      cmocka_unit_test(nested_repeats_are_refused_or_overrun),
  };
  alarm(100);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
