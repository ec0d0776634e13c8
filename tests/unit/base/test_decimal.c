/* Tests the grammar of decimal numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* I8. */
static void decimals_have_a_grammar_of_their_own(void **state) {
  (void)state;
  static const char *const good[] = {"0", "-1", "1.5", "-0.25", "1e9", "2E-3", "12345678901234567890"};
  static const char *const bad[] = {"",   "nan", "inf", "-inf", "1e999", "0x10", "1,5", " 1", "1 ",
                                    "+1", ".5",  "5.",  "1e",   "1e+",   "--1",  "1_0", "١",  "1f"};
  double real;
  int64_t number;
  for (size_t i = 0; i < LENGTH(good); i++)
    assert_true(read_real(good[i], &real));
  for (size_t i = 0; i < LENGTH(bad); i++)
    assert_false(read_real(bad[i], &real));
  assert_true(read_real("-0.25", &real));
  assert_true(real == -0.25);
  assert_true(read_int("-9223372036854775808", &number) && number == INT64_MIN);
  assert_false(read_int("9223372036854775808", &number));
  assert_false(read_int("1.0", &number));
  assert_false(read_int("4abc", &number));
  assert_false(read_int("-", &number));
  assert_false(read_int("", &number));
  assert_false(read_int("0:", &number));
  assert_false(read_int("/", &number));
  assert_true(read_int("90", &number) && number == 90);
  assert_true(read_real("9.09E+09", &real) && real == 9.09e9);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(decimals_have_a_grammar_of_their_own)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
