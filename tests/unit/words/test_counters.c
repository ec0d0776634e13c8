/* Tests of the counters of a cell in words. */
#include "words/counter_words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char empty[] = "", own[] = "own";

static void says(char *counters, bool valid, const char *words) {
  struct cell cell = {.counters = counters, .workers = 2};
#define CELL_ID(name, level, label, meaning) cell.name = empty;
#include "base/cell_id.def"
#undef CELL_ID
  cell.variant = own;
  struct problem problem = {.cells = &cell, .count = 1};
  struct figures figures = {.cell = &cell, .valid = valid, .time = {.n = 12, .median = 20e6}};
  struct analysis a = {.problem = &problem, .figures = &figures, .count = 1, .best = &figures};
  struct text out = {0};
  counter_sentence(&out, &a);
  assert_string_equal(text_of(&out), words);
  text_free(&out);
}

static void counters_have_rates_over_the_time_of_an_execution(void **state) {
  (void)state;
  static char two[] = "bytes=3000000;hits=120";
  says(two, true, "Counters of own ×2: bytes 3.00 M (150 M/s), hits 120 (6.00 k/s).");
  says(two, false, "Counters of own ×2: bytes 3.00 M, hits 120.");
}

static void a_measure_has_no_rate(void **state) {
  (void)state;
  static char some[] = "error_ulp=2;late_max_us=7;at_once=1.5;off=-3;maximal=4";
  says(some, true,
       "Counters of own ×2: error_ulp 2.00, late_max_us 7.00, at_once 1.50, off -3.00, maximal 4.00 (200/s).");
}

static void a_rate_has_no_rate(void **state) {
  (void)state;
  static char some[] = "items_per_second=1000000;hits/s=7;foo bar=3";
  says(some, true, "Counters of own ×2: items_per_second 1.00 M, hits/s 7.00, foo bar 3.00 (150/s).");
}

static void what_stands_elsewhere_and_what_is_no_counter_is_left_out(void **state) {
  (void)state;
  static char some[] = "inner_ns=5;alone=1;=3;lonely;;x=2", none[] = "inner_ns=5", bad[] = "x=y",
              odd[] = "a=nan;b=inf;c=0x10;d=1e999;e= 1";
  says(some, true, "Counters of own ×2: x 2.00 (100/s).");
  says(none, true, "");
  says(NULL, true, "");
  says(bad, true, "Counters of own ×2: x –.");
  says(odd, true, "Counters of own ×2: a –, b –, c –, d –, e –.");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counters_have_rates_over_the_time_of_an_execution),
      cmocka_unit_test(a_measure_has_no_rate),
      cmocka_unit_test(a_rate_has_no_rate),
      cmocka_unit_test(what_stands_elsewhere_and_what_is_no_counter_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
