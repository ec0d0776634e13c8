/* Tests that lists of worker counts are read strictly, made sensibly and thinned without losing their ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "../harness/words.h"
#include "../harness/workers.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const char *text_of(const struct counts *counts) {
  static char text[1000];
  text[0] = '\0';
  for (int i = 0; i < counts->count; i++)
    append(text, sizeof text, "%s%d", i ? "," : "", counts->workers[i]);
  return text;
}

static void lists_give_each_count_once_in_order(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int usable;
    const char *counts;
  } table[] = {
      {"1", 2, "1"},
      {"1,2,4..max", 2, "1,2"},
      {"1,2,4..max", 6, "1,2,4,6"},
      {"1,2,4..max", 8, "1,2,4,8"},
      {"1,2,4..max", 128, "1,2,4,8,16,32,64,128"},
      {"1,2,4..max", 12, "1,2,4,8,12"},
      {"max", 6, "6"},
      {"1..4", 2, "1,2,3,4"},
      {"2..max", 5, "2,3,4,5"},
      {"1,2..9", 2, "1,2,4,8,9"},
      {"3..3", 2, "3"},
      {"1..max", 1, "1"},
      {"4,2,1", 2, "1,2,4"},
      {"2,2,1,2", 2, "1,2"},
      {"1..4,2..6", 2, "1,2,3,4,5,6"},
      {" 1 , 2 ", 2, "1,2"},
      {"1e2,1k", 2, "100,1000"},
      {"1024", 2, "1024"},
      {"max,1", 3, "1,3"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct counts counts;
    struct fault fault = {0};
    if (workers_parse(table[i].text, table[i].usable, &counts, &fault) != 0)
      fail_msg("'%s' is refused: %s", table[i].text, fault.text);
    if (strcmp(text_of(&counts), table[i].counts) != 0)
      fail_msg("'%s' at max %d gives %s", table[i].text, table[i].usable, text_of(&counts));
  }
}

static void what_is_no_worker_count_is_refused_before_anything_runs(void **state) {
  (void)state;
  static const char *const table[] = {
      "",        "0",      "-1",        "+1",        "4abc",
      "1,,2",    "1,",     ",1",        "1;2",       "10^6",
      "1025",    "1.5",    "8..4",      "4..",       "..4",
      "0..4",    "1...3",  "1..2..3",   "max..1025", "all",
      "Max",     "maxmax", "1 2",       "0x2",       "9223372036854775808",
      "1..1024", "-max",   "\x1b[31m4", "max-1",
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct counts counts;
    struct fault fault = {0};
    if (workers_parse(table[i], 8, &counts, &fault) == 0)
      fail_msg("'%s' gives %s", table[i], text_of(&counts));
    assert_int_equal(fault.code, EXIT_USAGE);
    assert_null(strchr(fault.text, '\x1b'));
  }
}

static void a_refusal_names_the_word_and_the_limit(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault = {0};
  assert_int_equal(workers_parse("1,1000000", 8, &counts, &fault), -1);
  assert_non_null(strstr(fault.text, "'1000000'"));
  assert_non_null(strstr(fault.text, "1024"));
  assert_int_equal(workers_parse("8..4", 8, &counts, &fault), -1);
  assert_non_null(strstr(fault.text, "'8..4'"));
}

static void a_count_is_never_cut_to_another_one(void **state) {
  (void)state;
  char text[100];
  struct counts counts;
  struct fault fault;
  for (int zeros = 0; zeros < 80; zeros++) {
    snprintf(text, sizeof text, "%0*d", zeros + 2, 12);
    if (workers_parse(text, 8, &counts, &fault) == 0 && strcmp(text_of(&counts), "12") != 0)
      fail_msg("'%s' gives %s", text, text_of(&counts));
  }
}

static void as_many_counts_as_fit_are_taken_and_no_more(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault;
  assert_int_equal(workers_parse("1..64", 8, &counts, &fault), 0);
  assert_int_equal(counts.count, COUNTS_MAX);
  assert_int_equal(workers_add(&counts, 64, &fault), 0);
  assert_int_equal(workers_add(&counts, 65, &fault), -1);
  assert_int_equal(counts.count, COUNTS_MAX);
  assert_int_equal(counts.workers[COUNTS_MAX - 1], 64);
}

static void the_default_fits_the_machine(void **state) {
  (void)state;
  static const struct {
    int usable;
    const char *counts;
  } table[] = {
      {1, "1"},
      {2, "1,2"},
      {6, "1,2,3,4,5,6"},
      {8, "1,2,3,4,5,6,7,8"},
      {12, "1,2,3,4,5,6,7,8,12"},
      {16, "1,2,3,4,5,6,7,8,16"},
      {128, "1,2,3,4,5,6,7,8,16,32,64,128"},
      {1024, "1,2,3,4,5,6,7,8,16,32,64,128,256,512,1024"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct counts counts;
    workers_default(table[i].usable, &counts);
    if (strcmp(text_of(&counts), table[i].counts) != 0)
      fail_msg("%d usable CPUs give %s", table[i].usable, text_of(&counts));
  }
}

static void no_machine_is_too_large_for_the_default(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault = {0};
  workers_default(4096, &counts);
  assert_true(counts.workers[counts.count - 1] <= WORKERS_MAX);
  assert_int_equal(workers_parse("1,max", 4096, &counts, &fault), 0);
}

static void thinning_takes_the_densest_first(void **state) {
  (void)state;
  struct counts counts;
  workers_default(128, &counts);
  assert_int_equal(workers_thin(&counts), 7); /* 6 and 8 are nearest to each other */
  assert_string_equal(text_of(&counts), "1,2,3,4,5,6,8,16,32,64,128");
  assert_int_equal(workers_thin(&counts), 5);
  assert_string_equal(text_of(&counts), "1,2,3,4,6,8,16,32,64,128");
  /* 3 and 6 have neighbours that differ by a factor of 2: both go before any power of two does. */
  workers_thin(&counts);
  workers_thin(&counts);
  assert_string_equal(text_of(&counts), "1,2,4,8,16,32,64,128");
}

static void thinning_never_takes_one_two_or_the_largest(void **state) {
  (void)state;
  for (int usable = 1; usable <= 1024; usable++) {
    struct counts counts;
    workers_default(usable, &counts);
    for (int count = counts.count, out; (out = workers_thin(&counts)) != 0; count = counts.count) {
      assert_int_equal(counts.count, count - 1);
      assert_true(out > 2 && out < usable);
      for (int i = 0; i < counts.count; i++)
        assert_true(counts.workers[i] != out);
    }
    char left[40];
    snprintf(left, sizeof left, usable > 2 ? "1,2,%d" : usable == 2 ? "1,2" : "1", usable);
    assert_string_equal(text_of(&counts), left);
    assert_int_equal(workers_thin(&counts), 0);
  }
}

static void thinning_nothing_takes_nothing(void **state) {
  (void)state;
  struct counts none = {.count = 0}, one = {1, {16}}, two = {2, {8, 16}};
  assert_int_equal(workers_thin(&none), 0);
  assert_int_equal(workers_thin(&one), 0);
  assert_int_equal(workers_thin(&two), 0);
  assert_string_equal(text_of(&two), "8,16");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_give_each_count_once_in_order),
      cmocka_unit_test(what_is_no_worker_count_is_refused_before_anything_runs),
      cmocka_unit_test(a_refusal_names_the_word_and_the_limit),
      cmocka_unit_test(a_count_is_never_cut_to_another_one),
      cmocka_unit_test(as_many_counts_as_fit_are_taken_and_no_more),
      cmocka_unit_test(the_default_fits_the_machine),
      cmocka_unit_test(no_machine_is_too_large_for_the_default),
      cmocka_unit_test(thinning_takes_the_densest_first),
      cmocka_unit_test(thinning_never_takes_one_two_or_the_largest),
      cmocka_unit_test(thinning_nothing_takes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
