/* Tests that environments are read as written, refused with the word, and filled in for the workers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "plan/environment.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static int note(const char *alternative, void *with) {
  append(with, 1000, "<%s>", alternative);
  return 0;
}

static void bars_separate_cells_and_quotes_protect(void **state) {
  (void)state;
  static const char *const table[][2] = {
      {"A=1", "<A=1>"},
      {"A=1 | B=2", "<A=1><B=2>"},
      {"  A=1   B=2\t|C=3 ", "<A=1 B=2><C=3>"},
      {"| A=1", "<><A=1>"},
      {"A=1 |", "<A=1><>"},
      {"", "<>"},
      {"A=\"x | y\" | B='p q|r'", "<A=\"x | y\"><B='p q|r'>"},
      {"A=", "<A=>"},
      {"OMP_PLACES=\"{0},{1}\"", "<OMP_PLACES=\"{0},{1}\">"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct fault fault = {0};
    char said[1000] = "";
    if (environment_each(table[i][0], note, said, &fault) != 0)
      fail_msg("%s: refused: %s", table[i][0], fault.text);
    assert_string_equal(said, table[i][1]);
  }
}

static void bad_variables_are_refused_with_their_word(void **state) {
  (void)state;
  static const char *const table[][2] = {
      {"A", "'A': not a variable (write NAME=VALUE, in each alternative)"},
      {"=1", "'=1': not a variable"},
      {"1A=2", "'1A=2': not a variable"},
      {"A-B=2", "'A-B=2': not a variable"},
      {"A=1 | \xff=2", "'\\xff=2': not a variable"},
      {"A=1 A=2", "'A=2': given twice"},
      {"A=\"1", "'A=\"1': a quote is not closed"},
      {"NWAY_PADDING=x", "names starting with NWAY_ are reserved"},
      {"A={threads}", "only {workers} and {workers-1} are replaced here"},
      {"A=1 B={workers}/{workers*2}", "'B={workers}/{workers*2}': only {workers}"},
      {"A=1 B=2 C=3 D=4 E=5 F=6 G=7 H=8 I=9 J=1 K=1 L=1 M=1 N=1 O=1 P=1 Q=1", "'Q=1': too many variables"},
  };
  char said[1000] = "", wide[ENVIRONMENT_BYTES + 10];
  struct fault fault = {0};
  for (size_t i = 0; i < LENGTH(table); i++) {
    if (environment_each(table[i][0], note, said, &fault) == 0)
      fail_msg("%s: taken", table[i][0]);
    assert_int_equal(fault.code, EXIT_USAGE);
    if (!strstr(fault.text, table[i][1]))
      fail_msg("%s: %s", table[i][0], fault.text);
  }
  memset(wide, 'x', sizeof wide);
  memcpy(wide, "A=", 2), wide[sizeof wide - 1] = '\0';
  assert_int_equal(environment_each(wide, note, said, &fault), -1);
  assert_int_equal(environment_each("AB=1 A=1", note, said, &fault), 0); /* another name that ends like it */
  assert_int_equal(environment_each("B=\"A=1 A=2\" A=3", note, said, &fault), 0);
}

static void workers_are_filled_in(void **state) {
  (void)state;
  static const struct {
    const char *alternative;
    int workers;
    const char *joined;
  } table[] = {
      {"A={workers} B={workers-1}", 4, "A=4;B=3;"},
      {"A='0-{workers-1}'", 1, "A=0-0;"},
      {"OMP_PLACES=\"{0},{1}\"", 2, "OMP_PLACES={0},{1};"},
      {"A={workers-2}", 4, "A={workers-2};"},
      {"A=\"x | y\" B='\"'", 4, "A=x | y;B=\";"},
      {"A=", 4, "A=;"},
      {"", 4, ""},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct environment environment;
    char joined[1000] = "";
    for (const char *const *v = environment_set(table[i].alternative, table[i].workers, &environment); *v; v++)
      append(joined, sizeof joined, "%s;", *v);
    assert_string_equal(joined, table[i].joined);
  }
}

static int stop(const char *alternative, void *with) {
  (void)alternative;
  return ++*(int *)with == 2 ? 7 : 0;
}

static void the_caller_may_stop(void **state) {
  (void)state;
  struct fault fault;
  int calls = 0;
  assert_int_equal(environment_each("A=1 | B=2 | C", stop, &calls, &fault), 7);
  assert_int_equal(calls, 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bars_separate_cells_and_quotes_protect),
      cmocka_unit_test(bad_variables_are_refused_with_their_word),
      cmocka_unit_test(workers_are_filled_in),
      cmocka_unit_test(the_caller_may_stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
