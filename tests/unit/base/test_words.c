/* Tests that words are read strictly, written so that they read back, and shown without harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/words.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static uint64_t next_random(uint64_t *seed) {
  *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
  return *seed;
}

/* ---- counts ---- */

static void counts_are_read_in_every_form_that_is_promised(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t count;
  } table[] = {
      {"0", 0},
      {"499", 499},
      {"007", 7},
      {"10k", 10000},
      {"5M", 5000000},
      {"2G", 2000000000},
      {"1e6", 1000000},
      {"9e18", 9000000000000000000},
      {"10^12", 1000000000000},
      {"2^62", (int64_t)1 << 62},
      {"1^5", 1},
      {"0k", 0},
      {"-5", -5},
      {"-10k", -10000},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775807", -INT64_MAX},
      {"9223372036G", 9223372036000000000},
      {"3*10k", 30000},
      {"2*3*7", 42},
      {"2^3*1e2", 800},
      {"0*5M", 0},
      {"-2*3k", -6000},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct fault fault = {0};
    int64_t count = 77;
    if (parse_count(table[i].text, &count, &fault) != 0 || count != table[i].count)
      fail_msg("'%s' became %lld (%s)", table[i].text, (long long)count, fault.text);
  }
}

static void what_is_no_whole_number_is_refused_and_named(void **state) {
  (void)state;
  static const char *const table[] = {
      "",    " ",     "-",    "+5",   "--5",   "4abc", "1,5",  "1.5",      "0x10",   "5 ",    " 5",    "5\t",
      "5\n", "5\r",   "10 k", "k",    "e6",    "^3",   "10kk", "10G0",     "1e",     "1e-3",  "1e+3",  "1e6k",
      "10^", "10^-1", "inf",  "nan",  "max",   "5K",   "5m",   "1_0",      "10kB",   "1e6e1", "2^3^2", "*",
      "2*",  "*2",    "2**3", "2*-3", "2 * 3", "2*3x", "2*x",  "\xd9\xa3", "10^12 ", "5;",    "0b1",   "1'000",
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct fault fault = {0};
    int64_t count;
    if (parse_count(table[i], &count, &fault) == 0)
      fail_msg("'%s' was taken for %lld", table[i], (long long)count);
    assert_int_equal(fault.code, EXIT_USAGE);
    assert_non_null(strstr(fault.text, "is not a whole number"));
  }
  struct fault fault;
  int64_t count;
  parse_count("50*9223372036854775807", &count, &fault);
  assert_non_null(strstr(fault.text, "is too large for a whole number of 63 bits; the limit is 9223372036854775807"));
  parse_count("10^19k", &count, &fault);
  assert_null(strstr(fault.text, "63 bits"));
  parse_count("4abc", &count, &fault);
  assert_non_null(strstr(fault.text, "'4abc'"));
}

static void what_does_not_fit_in_63_bits_is_refused(void **state) {
  (void)state;
  static const char *const table[] = {
      "9223372036854775808",
      "10^19",
      "1e19",
      "10e18",
      "2^63",
      "2^64",
      "-2^64",
      "9223372036854775807k",
      "10^99",
      "1e99",
      "99999999999999999999",
      "18446744073709551617",
      "9999999999G",
      "-9223372036854775809",
      "3^40",
      "10^99999999999999999999",
      "2^9223372036854775807",
      "5G*2G",
      "2^32*2^31",
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct fault fault = {0};
    int64_t count;
    if (parse_count(table[i], &count, &fault) == 0)
      fail_msg("'%s' was taken for %lld", table[i], (long long)count);
  }
}

/* In a child with an alarm: a reader that multiplies by 1 as often as a stranger says never comes back. */
static void a_huge_power_of_one_does_not_hang(void **state) {
  (void)state;
  pid_t pid = fork();
  if (pid == 0) {
    struct fault fault;
    int64_t count;
    alarm(2);
    parse_count("1^9223372036854775807", &count, &fault);
    _exit(0);
  }
  int status = -1;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
}

static void assert_reads_back(int64_t count) {
  char text[40];
  int64_t again = 0;
  struct fault fault = {0};
  assert_ptr_equal(format_count(count, text, sizeof text), text);
  if (parse_count(text, &again, &fault) != 0 || again != count)
    fail_msg("%lld was written as '%s', which reads as %lld", (long long)count, text, (long long)again);
}

static void every_count_reads_back_as_it_was_written(void **state) {
  (void)state;
  uint64_t seed = 88172645463325252ULL;
  for (int64_t i = -20000; i <= 20000; i++)
    assert_reads_back(i);
  for (int64_t factor = 1; factor <= 1000000000000000; factor *= 10)
    for (int64_t i = -999; i <= 1000; i++)
      assert_reads_back(i * factor);
  for (int i = 0; i < 20000; i++)
    assert_reads_back((int64_t)(next_random(&seed) >> (1 + i % 60)));
  assert_reads_back(INT64_MAX);
  assert_reads_back(-INT64_MAX);
}

static void round_counts_are_written_with_a_letter(void **state) {
  (void)state;
  static const struct {
    int64_t count;
    const char *text;
  } table[] = {{499, "499"},       {10000, "10k"},   {100000, "100k"}, {5000000, "5M"},         {1500000, "1500k"},
               {2000000000, "2G"}, {10001, "10001"}, {0, "0"},         {1000000000000, "1000G"}};
  for (size_t i = 0; i < LENGTH(table); i++) {
    char text[40];
    assert_string_equal(format_count(table[i].count, text, sizeof text), table[i].text);
  }
}

/* ---- durations ---- */

static void durations_are_read_with_their_unit(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t ns;
  } table[] = {
      {"20ms", 20000000},
      {"1.5s", 1500000000},
      {"3min", 180000000000},
      {"2h", 7200000000000},
      {"500us", 500000},
      {"100ns", 100},
      {"1ns", 1},
      {"0.5h", 1800000000000},
      {"0.001us", 1},
      {"26s", 26000000000},
      {"10m", 600000000000},
      {"1h30m", 5400000000000},
      {"1min30s", 90000000000},
      {"1.5s20ms", 1520000000},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct fault fault = {0};
    int64_t ns = 0;
    if (parse_duration(table[i].text, &ns, &fault) != 0 || ns != table[i].ns)
      fail_msg("'%s' became %lld ns (%s)", table[i].text, (long long)ns, fault.text);
  }
}

static void what_is_no_duration_is_refused(void **state) {
  (void)state;
  static const char *const table[] = {
      "",
      "5",
      "s",
      "min",
      "0s",
      "0ms",
      "0.0s",
      "-1s",
      "+1s",
      ".5s",
      "1..5s",
      "1.5.5s",
      "1e3s",
      "nans",
      "infs",
      "0x10s",
      "5 s",
      " 5s",
      "5s ",
      "5S",
      "5sec",
      "1,5s",
      "5d",
      "30m1h",
      "5s5s",
      "1h30",
      "1h0m",
      "0.5ns",
      "5ss",
      "5s5",
      "5s.",
      "1.5.s",
      "9999999999999h",
      "99999999999999999999s",
      "999999999999999999999999999999h",
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct fault fault = {0};
    int64_t ns;
    if (parse_duration(table[i], &ns, &fault) == 0)
      fail_msg("'%s' was taken for %lld ns", table[i], (long long)ns);
    assert_int_equal(fault.code, EXIT_USAGE);
    bool no_unit = strspn(table[i], "0123456789.") == strlen(table[i]) && *table[i];
    assert_non_null(strstr(fault.text, no_unit ? "has no unit; write " : "is not a duration"));
  }
}

static void a_decimal_duration_is_exact_to_the_nanosecond(void **state) {
  (void)state;
  for (int64_t ms = 1; ms < 5000; ms++) {
    char text[40];
    int64_t ns = 0;
    struct fault fault;
    snprintf(text, sizeof text, "%d.%03ds", (int)(ms / 1000), (int)(ms % 1000));
    assert_int_equal(parse_duration(text, &ns, &fault), 0);
    if (ns != ms * 1000000)
      fail_msg("'%s' became %lld ns", text, (long long)ns);
  }
}

static void nothing_behind_the_end_of_a_duration_is_read(void **state) {
  (void)state;
  static const char text[] = "1234.5s\0.........";
  struct fault fault;
  int64_t ns = 0;
  assert_int_equal(parse_duration(text, &ns, &fault), 0);
  assert_int_equal(ns, 1234500000000);
}

static void durations_are_shown_for_people(void **state) {
  (void)state;
  static const struct {
    int64_t ns;
    const char *text;
  } table[] = {
      {820000, "820 us"},           {12300000, "12.3 ms"}, {3100000000, "3.1 s"},
      {135000000000, "2 min 15 s"}, {500, "0.5 us"},       {99000000000, "99 s"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    char text[40];
    assert_string_equal(format_duration(table[i].ns, text, sizeof text), table[i].text);
  }
}

static void no_duration_is_shown_with_an_exponent_or_a_sign(void **state) {
  (void)state;
  static const int64_t table[] = {999499,
                                  999500,
                                  999999,
                                  1000000,
                                  999499999,
                                  999500000,
                                  999999999,
                                  1000000000,
                                  99949999999,
                                  99950000000,
                                  99999999999,
                                  100000000000,
                                  3600000000000,
                                  8640000000000000,
                                  2147483647000000000,
                                  9000000000000000000};
  for (size_t i = 0; i < LENGTH(table); i++) {
    char text[40];
    format_duration(table[i], text, sizeof text);
    if (strstr(text, "e+") || strchr(text, '-'))
      fail_msg("%lld ns is shown as '%s'", (long long)table[i], text);
  }
}

/* ---- near words ---- */

static void a_mistyped_word_finds_its_nearest(void **state) {
  (void)state;
  static const char *const words[] = {"factorial", "countdown", "power_sum", "power_digits",
                                      "seq",       "pthread",   "omp",       "fork"};
  static const struct {
    const char *text, *near;
  } table[] = {
      {"factoral", "factorial"},
      {"factorail", "factorial"},
      {"countdwon", "countdown"},
      {"FACTORIAL", "factorial"},
      {"pthreads", "pthread"},
      {"powersum", "power_sum"},
      {"power_digit", "power_digits"},
      {"sqe", "seq"},
      {"frok", "fork"},
      {"seq", "seq"},
      {"openmpi", NULL},
      {"xyzzy", NULL},
      {"", NULL},
      {"zz", NULL},
      {"\xff\xfe\x80", NULL},
      {"afctorila", "factorial"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    const char *near = nearest_word(table[i].text, words, LENGTH(words));
    if ((near == NULL) != (table[i].near == NULL) || (near && strcmp(near, table[i].near) != 0))
      fail_msg("'%s' is near '%s'", table[i].text, near ? near : "nothing");
  }
}

static void words_of_any_length_have_no_near_word_that_is_none(void **state) {
  (void)state;
  char longest[2000];
  const char *const words[] = {"factorial", "seq"};
  memset(longest, 'a', sizeof longest);
  for (size_t length = 10; length < sizeof longest; length += 13) {
    longest[length] = '\0';
    assert_null(nearest_word(longest, words, LENGTH(words)));
    longest[length] = 'a';
  }
  assert_null(nearest_word("seq", NULL, 0));
}

/* ---- parts ---- */

struct parts {
  char text[4096];
  int count, stop_after;
};

static int collect(const char *part, void *with) {
  struct parts *parts = with;
  append(parts->text, sizeof parts->text, "[%s]", part);
  return ++parts->count == parts->stop_after ? 42 : 0;
}

static void lists_are_split_and_trimmed_and_keep_empty_parts(void **state) {
  (void)state;
  static const struct {
    const char *text, *parts;
  } table[] = {{"a", "[a]"},
               {"a,b", "[a][b]"},
               {" a , b\t,\nc\r\n", "[a][b][c]"},
               {"", "[]"},
               {",", "[][]"},
               {"a,,b", "[a][][b]"},
               {"a b,c", "[a b][c]"},
               {"   ", "[]"}};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct parts parts = {.text = ""};
    assert_int_equal(each_part(table[i].text, ',', collect, &parts), 0);
    assert_string_equal(parts.text, table[i].parts);
  }
}

static void a_list_ends_where_the_caller_says_so(void **state) {
  (void)state;
  struct parts parts = {.stop_after = 2};
  assert_int_equal(each_part("a,b,c,d", ',', collect, &parts), 42);
  assert_string_equal(parts.text, "[a][b]");
}

static void a_part_of_1023_bytes_is_whole(void **state) {
  (void)state;
  char text[1030] = "", wanted[1030] = "[";
  struct parts parts = {.text = ""};
  memset(text, 'x', 1023);
  memset(wanted + 1, 'x', 1023);
  strcpy(wanted + 1024, "]");
  assert_int_equal(each_part(text, ',', collect, &parts), 0);
  assert_string_equal(parts.text, wanted);
}

static void append_stays_within_its_buffer(void **state) {
  (void)state;
  for (size_t size = 1; size < 20; size++) {
    char buffer[32];
    memset(buffer, '#', sizeof buffer);
    buffer[0] = '\0';
    for (int i = 0; i < 5; i++)
      append(buffer, size, "%d%s", i, "abc");
    assert_true(strlen(buffer) == (size < 20 ? size - 1 : 20));
    assert_true(strncmp(buffer, "0abc1abc2abc3abc4abc", size - 1) == 0);
    for (size_t i = size; i < sizeof buffer; i++)
      assert_true(buffer[i] == '#');
  }
}

/* ---- what may be shown ---- */

static void what_is_not_printable_is_shown_as_hex(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *shown;
  } table[] = {
      {"plain", "factorial n=499 ~!", "factorial n=499 ~!"},
      {"escape", "a\x1b[31mb", "a\\x1b[31mb"},
      {"OSC", "\x1b]0;title\x07", "\\x1b]0;title\\x07"},
      {"line ends", "a\r\n\tb", "a\\x0d\\x0a\\x09b"},
      {"DEL", "\x7f", "\\x7f"},
      {"two bytes", "caf\xc3\xa9", "caf\xc3\xa9"},
      {"three bytes", "\xe2\x82\xac", "\xe2\x82\xac"},
      {"four bytes", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
      {"the last character", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"first of two bytes", "\xc2\xa0", "\xc2\xa0"},
      {"C1 CSI",
       "\xc2\x9b"
       "31m",
       "\\xc2\\x9b31m"},
      {"raw C1",
       "\x9b"
       "31m",
       "\\x9b31m"},
      {"overlong slash", "\xc0\xaf", "\\xc0\\xaf"},
      {"overlong escape", "\xc0\x9b", "\\xc0\\x9b"},
      {"overlong by three", "\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
      {"overlong by four", "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"},
      {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"too large", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"five bytes", "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"},
      {"no such bytes", "\xff\xfe", "\\xff\\xfe"},
      {"cut at the end", "\xe2\x82", "\\xe2\\x82"},
      {"cut in the middle",
       "\xe2\x82"
       "a",
       "\\xe2\\x82a"},
      {"continuation alone", "\x80", "\\x80"},
      {"right to left",
       "a\xe2\x80\xae"
       "b",
       "a\\xe2\\x80\\xaeb"},
      {"isolate", "\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
      {"no width", "\xe2\x80\x8b\xef\xbb\xbf", "\\xe2\\x80\\x8b\\xef\\xbb\\xbf"},
      {"punctuation beside them", "\xe2\x80\x93\xe2\x80\xb0", "\xe2\x80\x93\xe2\x80\xb0"},
      {"empty", "", ""},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    char shown[100];
    if (strcmp(printable(table[i].text, shown, sizeof shown), table[i].shown) != 0)
      fail_msg("%s: shown as '%s'", table[i].name, shown);
  }
}

static void printable_cuts_between_characters_and_within_its_buffer(void **state) {
  (void)state;
  static const char text[] = "a\x1b\xc3\xa9\xff\xf0\x9f\x98\x80z", whole[] = "a\\x1b\xc3\xa9\\xff\xf0\x9f\x98\x80z";
  for (size_t size = 1; size < 40; size++) {
    char shown[64], again[64];
    memset(shown, '#', sizeof shown);
    printable(text, shown, size);
    assert_true(strlen(shown) < size);
    assert_true(shown[size] == '#');
    assert_true(strncmp(shown, whole, strlen(shown)) == 0);
    assert_string_equal(printable(shown, again, sizeof again), shown); /* so no character was cut */
  }
}

static void random_bytes_become_printable(void **state) {
  (void)state;
  uint64_t seed = 2463534242;
  for (int round = 0; round < 3000; round++) {
    char text[32], shown[200], again[200];
    for (size_t i = 0; i < sizeof text; i++)
      text[i] = (char)next_random(&seed);
    text[sizeof text - 1] = '\0';
    printable(text, shown, sizeof shown);
    for (const char *at = shown; *at; at++)
      assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
    assert_string_equal(printable(shown, again, sizeof again), shown);
  }
}

static void lists_and_plurals_read_as_english(void **state) {
  (void)state;
  static const char *const words[] = {"a", "b", "c"};
  char out[80];
  assert_string_equal(list_words(out, sizeof out, words, 0, "or"), "");
  assert_string_equal(list_words(out, sizeof out, words, 1, "or"), "a");
  assert_string_equal(list_words(out, sizeof out, words, 2, "or"), "a or b");
  assert_string_equal(list_words(out, sizeof out, words, 3, "and"), "a, b and c");
  assert_string_equal(list_words(out, 14, words, 3, "or"), "a, b ...");
  assert_string_equal(plural(0), "s");
  assert_string_equal(plural(1), "");
  assert_string_equal(plural(2), "s");
}

static void a_suggestion_is_the_nearest_word_or_all(void **state) {
  (void)state;
  static const char *const words[] = {"static", "dynamic", "gui\033ded"};
  char out[80];
  struct fault fault;
  assert_string_equal(suggest(out, sizeof out, "dynamc", words, 3, "see this"), "did you mean 'dynamic'?");
  assert_string_equal(suggest(out, sizeof out, "zzzz", words, 3, "see this"), "see this");
  assert_string_equal(suggest(out, sizeof out, "zzzz", words, 3, NULL), "expected static, dynamic or gui\\x1bded");
  assert_string_equal(suggest(out, sizeof out, "zzzz", words, 0, NULL), "there are none");
  assert_int_equal(unknown_word(&fault, "schedule", "stat\tic", words, 3, NULL), -1);
  assert_int_equal(fault.code, EXIT_USAGE);
  assert_string_equal(fault.text, "unknown schedule 'stat\\x09ic'; did you mean 'static'?");
}

static void a_word_is_quoted_where_a_shell_needs_it(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"-j{workers}", "-j{workers}"}, {"", "''"},      {"a b", "'a b'"}, {"$HOME", "'$HOME'"},
      {"it's", "'it'\\''s'"},         {"a;b", "'a;b'"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char out[40] = "";
    append_quoted(out, sizeof out, cases[i][0]);
    assert_string_equal(out, cases[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_word_is_quoted_where_a_shell_needs_it),
      cmocka_unit_test(counts_are_read_in_every_form_that_is_promised),
      cmocka_unit_test(what_is_no_whole_number_is_refused_and_named),
      cmocka_unit_test(what_does_not_fit_in_63_bits_is_refused),
      cmocka_unit_test(a_huge_power_of_one_does_not_hang),
      cmocka_unit_test(every_count_reads_back_as_it_was_written),
      cmocka_unit_test(round_counts_are_written_with_a_letter),
      cmocka_unit_test(durations_are_read_with_their_unit),
      cmocka_unit_test(what_is_no_duration_is_refused),
      cmocka_unit_test(a_decimal_duration_is_exact_to_the_nanosecond),
      cmocka_unit_test(nothing_behind_the_end_of_a_duration_is_read),
      cmocka_unit_test(durations_are_shown_for_people),
      cmocka_unit_test(no_duration_is_shown_with_an_exponent_or_a_sign),
      cmocka_unit_test(a_mistyped_word_finds_its_nearest),
      cmocka_unit_test(lists_and_plurals_read_as_english),
      cmocka_unit_test(a_suggestion_is_the_nearest_word_or_all),
      cmocka_unit_test(words_of_any_length_have_no_near_word_that_is_none),
      cmocka_unit_test(lists_are_split_and_trimmed_and_keep_empty_parts),
      cmocka_unit_test(a_list_ends_where_the_caller_says_so),
      cmocka_unit_test(a_part_of_1023_bytes_is_whole),
      cmocka_unit_test(append_stays_within_its_buffer),
      cmocka_unit_test(what_is_not_printable_is_shown_as_hex),
      cmocka_unit_test(printable_cuts_between_characters_and_within_its_buffer),
      cmocka_unit_test(random_bytes_become_printable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
