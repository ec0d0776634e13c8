/* Tests that lists of worker counts are read strictly, made sensibly and thinned without losing their ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "plan/workers.h"

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
      {"phys", 8, "4"},
      {"1..phys", 6, "1,2,3"},
      {"1,2,4..phys", 64, "1,2,4,8,16,32"},
      {"1,2,4..phys", 4, "1,2"},
      {"phys,max", 12, "6,12"},
      {"phys..max", 6, "3,4,5,6"},
      {"2x", 6, "12"},
      {"max,2x", 4, "4,8"},
      {"1,2,4..2x", 12, "1,2,4,8,16,24"},
      {"max..2x", 2, "2,3,4"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct counts counts;
    struct fault fault = {0};
    struct capacity capacity = {table[i].usable, (table[i].usable + 1) / 2};
    if (workers_parse(table[i].text, capacity, &counts, &fault) != 0)
      fail_msg("'%s' is refused: %s", table[i].text, fault.text);
    if (strcmp(text_of(&counts), table[i].counts) != 0)
      fail_msg("'%s' at max %d gives %s", table[i].text, table[i].usable, text_of(&counts));
  }
}

static const struct capacity eight = {8, 4};

static void what_is_no_worker_count_is_refused_before_anything_runs(void **state) {
  (void)state;
  static const char *const table[] = {
      "",        "0",      "-1",        "+1",          "4abc",
      "1,,2",    "1,",     ",1",        "1;2",         "10^6",
      "1025",    "1.5",    "8..4",      "4..",         "..4",
      "0..4",    "1...3",  "1..2..3",   "max..1025",   "all",
      "Max",     "maxmax", "1 2",       "0x2",         "9223372036854775808",
      "1..1024", "-max",   "\x1b[31m4", "max-1",       "3x",
      "x",       "2x2",    "x2",        "2xphys",      "2X",
      "phy",     "physs",  "1..core",   "\x1b[31mmax",
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct counts counts;
    struct fault fault = {0};
    if (workers_parse(table[i], eight, &counts, &fault) == 0)
      fail_msg("'%s' gives %s", table[i], text_of(&counts));
    assert_int_equal(fault.code, EXIT_USAGE);
    assert_null(strchr(fault.text, '\x1b'));
  }
}

/* F13, I27: an OpenMP runtime that is asked for 200,000 threads dies. */
static void a_refusal_names_the_word_and_the_limit(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault = {0};
  assert_int_equal(workers_parse("1,1000000", eight, &counts, &fault), -1);
  assert_non_null(strstr(fault.text, "'1000000'"));
  assert_non_null(strstr(fault.text, "1024"));
  assert_int_equal(workers_parse("8..4", eight, &counts, &fault), -1);
  assert_non_null(strstr(fault.text, "'8..4'"));
  assert_int_equal(workers_parse("1,banana", eight, &counts, &fault), -1);
  assert_non_null(strstr(fault.text, "max, phys, 2x"));
  assert_int_equal(workers_parse("1..phsy", eight, &counts, &fault), -1);
  assert_non_null(strstr(fault.text, "did you mean 'phys'?"));
}

static void cores_that_are_not_known_are_refused_not_made_up(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault = {0};
  assert_int_equal(workers_parse("1..phys", (struct capacity){8, 0}, &counts, &fault), -1);
  assert_int_equal(fault.code, EXIT_USAGE);
  assert_non_null(strstr(fault.text, "'phys'"));
}

/* A run that is to be oversubscribed would not be, were the count cut. */
static void twice_the_machine_is_refused_where_it_is_too_many(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault = {0};
  assert_int_equal(workers_parse("2x", (struct capacity){512, 256}, &counts, &fault), 0);
  assert_string_equal(text_of(&counts), "1024");
  assert_int_equal(workers_parse("2x", (struct capacity){600, 300}, &counts, &fault), -1);
  assert_non_null(strstr(fault.text, "1200"));
  assert_int_equal(workers_parse("phys,max", (struct capacity){4096, 2048}, &counts, &fault), 0);
  assert_string_equal(text_of(&counts), "1024");
}

static void a_word_is_found_wherever_it_stands_and_nowhere_else(void **state) {
  (void)state;
  static const char *const with[] = {"phys", "1, phys", "1..phys", "phys..max", "1,2,4..phys,2x"};
  static const char *const without[] = {"", "1,2,4..max", "physical", "2x", "xphys", "1..phys2"};
  for (size_t i = 0; i < LENGTH(with); i++)
    assert_true(workers_names(with[i], "phys"));
  for (size_t i = 0; i < LENGTH(without); i++)
    assert_false(workers_names(without[i], "phys"));
}

static void a_count_is_never_cut_to_another_one(void **state) {
  (void)state;
  char text[100];
  struct counts counts;
  struct fault fault;
  for (int zeros = 0; zeros < 80; zeros++) {
    snprintf(text, sizeof text, "%0*d", zeros + 2, 12);
    if (workers_parse(text, eight, &counts, &fault) == 0 && strcmp(text_of(&counts), "12") != 0)
      fail_msg("'%s' gives %s", text, text_of(&counts));
  }
}

static void as_many_counts_as_fit_are_taken_and_no_more(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault;
  assert_int_equal(workers_parse("1..64", eight, &counts, &fault), 0);
  assert_int_equal(counts.count, COUNTS_MAX);
  assert_int_equal(workers_add(&counts, 64, &fault), 0);
  assert_int_equal(workers_add(&counts, 65, &fault), -1);
  assert_int_equal(counts.count, COUNTS_MAX);
  assert_int_equal(counts.workers[COUNTS_MAX - 1], 64);
}

static void the_default_fits_the_machine(void **state) {
  (void)state;
  static const struct {
    struct capacity capacity;
    const char *counts;
  } table[] = {
      {{1, 1}, "1"},
      {{2, 1}, "1,2"},
      {{6, 3}, "1,2,3,4,5,6"},
      {{8, 8}, "1,2,3,4,5,6,7,8"},
      {{12, 0}, "1,2,3,4,5,6,7,8,12"},
      {{16, 16}, "1,2,3,4,5,6,7,8,16"},
      {{16, 12}, "1,2,3,4,5,6,7,8,12,16"},
      {{24, 12}, "1,2,3,4,5,6,7,8,12,16,24"},
      {{96, 48}, "1,2,3,4,5,6,7,8,16,32,48,64,96"},
      {{128, 64}, "1,2,3,4,5,6,7,8,16,32,64,128"},
      {{1024, 512}, "1,2,3,4,5,6,7,8,16,32,64,128,256,512,1024"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct counts counts;
    workers_default(table[i].capacity, &counts);
    if (strcmp(text_of(&counts), table[i].counts) != 0)
      fail_msg("%d usable CPUs of %d cores give %s", table[i].capacity.usable, table[i].capacity.cores,
               text_of(&counts));
  }
}

static void no_machine_is_too_large_for_the_default(void **state) {
  (void)state;
  struct counts counts;
  struct fault fault = {0};
  workers_default((struct capacity){4096, 2048}, &counts);
  assert_true(counts.workers[counts.count - 1] <= WORKERS_MAX);
  assert_int_equal(workers_parse("1,max", (struct capacity){4096, 2048}, &counts, &fault), 0);
}

static void thinning_takes_the_densest_first(void **state) {
  (void)state;
  struct counts counts;
  workers_default((struct capacity){128, 64}, &counts);
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
    workers_default((struct capacity){usable, 0}, &counts);
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
      cmocka_unit_test(cores_that_are_not_known_are_refused_not_made_up),
      cmocka_unit_test(twice_the_machine_is_refused_where_it_is_too_many),
      cmocka_unit_test(a_word_is_found_wherever_it_stands_and_nowhere_else),
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
