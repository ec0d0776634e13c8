/* Tests the reader of a reader's scaling tables: names, separators, decimal marks, groups, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/dialect.h"
#include "data/scaling_columns.h"
#include "data/scaling_number.h"
#include "data/scaling_table.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static char path[64];

static int make_file(void **state) {
  (void)state;
  strcpy(path, "/tmp/nway-test-XXXXXX");
  int fd = mkstemp(path);
  return fd < 0 ? -1 : close(fd);
}

static int drop_file(void **state) {
  (void)state;
  return unlink(path);
}

static void put(const char *bytes) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, strlen(bytes), file), strlen(bytes));
  assert_int_equal(fclose(file), 0);
}

static struct scaling_table read_as(const char *bytes, struct table_choice choice) {
  struct scaling_table s;
  struct fault why = {0};
  put(bytes);
  if (scaling_table_read(&s, path, &choice, &why) != 0)
    fail_msg("%s", why.text);
  return s;
}

/* ---- names ---- */

static void names_are_known_as_people_write_them(void **state) {
  static const struct {
    const char *name;
    enum column_kind kind;
  } cases[] = {{"Threads", COLUMN_COUNT},
               {"processors", COLUMN_COUNT},
               {"users", COLUMN_COUNT},
               {"cpus", COLUMN_COUNT},
               {"procs", COLUMN_COUNT},
               {"n_threads", COLUMN_COUNT},
               {"Number of nodes", COLUMN_COUNT},
               {"#cores", COLUMN_COUNT},
               {"parameter_threads", COLUMN_COUNT},
               {"virtual users", COLUMN_COUNT},
               {"time (s)", COLUMN_TIME},
               {"Time / s", COLUMN_TIME},
               {"wall_time_ms", COLUMN_TIME},
               {"elapsed time [ms]", COLUMN_TIME},
               {"mean", COLUMN_TIME},
               {"execution time", COLUMN_TIME},
               {"real", COLUMN_TIME},
               {"TPS", COLUMN_RATE},
               {"requests/s", COLUMN_RATE},
               {"users/s", COLUMN_RATE},
               {"items_per_second", COLUMN_RATE},
               {"Throughput (GB/s)", COLUMN_RATE},
               {"speedup", COLUMN_RATE},
               {"rep", COLUMN_REPEAT},
               {"Std. Dev.", COLUMN_MEASURE},
               {"parallel efficiency", COLUMN_MEASURE},
               {"cpu time", COLUMN_MEASURE},
               {"start time", COLUMN_OTHER},
               {"threads_per_core", COLUMN_OTHER},
               {"size", COLUMN_OTHER},
               {"n", COLUMN_OTHER},
               {"", COLUMN_OTHER},
               {"((((", COLUMN_OTHER},
               {"a b c d e f g h i j k l m", COLUMN_OTHER}};
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++)
    if (column_role(cases[i].name).kind != cases[i].kind)
      fail_msg("'%s' is %d", cases[i].name, (int)column_role(cases[i].name).kind);
  assert_true(column_role("median time").rank < column_role("mean time").rank);
  assert_true(column_role("threads").rank < column_role("core").rank);
}

static void numbers_are_read_with_either_mark(void **state) {
  static const struct {
    const char *text;
    bool commas, good;
    double value;
  } cases[] = {{"10.5", true, true, 10.5},
               {"10,5", true, true, 10.5},
               {"10,5", false, false, 0},
               {"1.234,5", true, true, 1234.5},
               {"1,234.5", true, true, 1234.5},
               {"1,234", false, true, 1234},
               {"1,234", true, true, 1.234},
               {"1,234,567", true, true, 1234567},
               {"12,34,567", true, false, 0},
               {"1.23,4", true, false, 0},
               {"+3", true, true, 3},
               {"-0,5", true, true, -0.5},
               {"1e3", true, true, 1000},
               {"1,5e3", true, true, 1500},
               {"", true, false, 0},
               {",", true, false, 0},
               {"nan", true, false, 0},
               {"0x10", true, false, 0},
               {"1 234", true, false, 0},
               {"1,2,3", true, false, 0}};
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    double value = 0;
    enum decimal_mark mark;
    bool good = scaling_number(cases[i].text, cases[i].commas, &value, &mark);
    if (good != cases[i].good || (good && value != cases[i].value))
      fail_msg("'%s': %d, %g", cases[i].text, (int)good, value);
  }
}

/* ---- how the file is written ---- */

static void separators_comments_and_blanks_are_found(void **state) {
  static const struct {
    const char *bytes, *word;
  } cases[] = {{"threads,time\n1,8\n2,4\n", "commas"},
               {"threads, time\n 1 , 8\n 2,4 \n", "commas"},
               {"threads;time\r\n1;8\r\n2;4\r\n", "semicolons"},
               {"threads;time\n1;8,0\n2;4,0\n", "semicolons"},
               {"threads\ttime\n1\t8\n2\t4\n", "tabs"},
               {"threads|time\n1|8\n2|4\n", "bars"},
               {"threads time\n1 8\n2   4  \n", "blanks"},
               {"# threads time\n1 8\n2 4\n", "blanks"},
               {"# a note, with a comma\n\n#threads,time\n1,8\n# another\n2,4\n", "commas"},
               {"# a note\nthreads,time\n1,8\n\n2,4\n", "commas"},
               {"sep=;\nthreads;time\n1;8\n2;4\n", "semicolons"},
               {"\xef\xbb\xbfthreads,\"time (s), wall\"\n1,8\n2,4\n", "commas"},
               {"threads,\"time (s); wall\"\n1,8\n2,4\n", "commas"},
               {"  threads   time\n  1   8\n  2   4\n", "blanks"}};
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct scaling_table s = read_as(cases[i].bytes, (struct table_choice){0});
    bool right = s.row_count == 2 && s.rows[0].workers == 1 && s.rows[0].rate == 0.125 && s.rows[1].workers == 2 &&
                 s.rows[1].rate == 0.25 && strcmp(dialect_word(&s.dialect), cases[i].word) == 0 && !s.torn;
    if (!right)
      fail_msg("case %zu: %zu rows, %s", i, s.row_count, dialect_word(&s.dialect));
    scaling_table_free(&s);
  }
}

/* ---- columns and groups ---- */

static void a_throughput_is_taken_before_a_time_and_a_speedup_last(void **state) {
  static const struct {
    const char *bytes, *value;
    bool time;
  } cases[] = {{"threads,time,throughput\n1,8,3\n2,4,6\n", "throughput", false},
               {"threads,speedup,time\n1,1,8\n2,2,4\n", "time", true},
               {"threads,speedup\n1,1\n2,2\n", "speedup", false},
               {"command,mean,stddev,median,user,min,max,parameter_threads\nx -1,8,1,9,8,7,9,1\nx -2,4,1,5,8,3,6,2\n",
                "median", true}};
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct scaling_table s = read_as(cases[i].bytes, (struct table_choice){0});
    assert_string_equal(s.value, cases[i].value);
    assert_int_equal(s.time, cases[i].time);
    assert_int_equal(s.group_count, 1);
    assert_int_equal(s.column_count, 0);
    scaling_table_free(&s);
  }
}

static void columns_that_cannot_form_groups_are_left_out(void **state) {
  static const char bytes[] = "machine,rep,when,threads,time,stddev\na,1,09:01,1,8,0.1\na,2,09:02,1,8,0.1\n"
                              "a,1,09:03,2,4,0.1\nb,1,09:04,1,6,0.1\nb,1,09:05,2,3,0.1\n";
  (void)state;
  struct scaling_table s = read_as(bytes, (struct table_choice){0});
  assert_int_equal(s.group_count, 2);
  assert_int_equal(s.column_count, 1);
  assert_string_equal(s.columns[0], "machine");
  assert_string_equal(s.groups[0][0], "a");
  assert_string_equal(s.groups[1][0], "b");
  assert_int_equal(s.rows[4].group, 1);
  assert_int_equal(s.left_count, 3);
  assert_string_equal(s.left_out[0].name, "rep");
  scaling_table_free(&s);
  s = read_as(bytes, (struct table_choice){.group = "machine,rep"});
  assert_int_equal(s.group_count, 3);
  scaling_table_free(&s);
  s = read_as(bytes, (struct table_choice){.count = "rep", .rate = "stddev", .group = "none"});
  assert_int_equal(s.rows[1].workers, 2);
  assert_false(s.time);
  scaling_table_free(&s);
}

/* ---- refused ---- */

static void what_cannot_be_read_is_refused_with_the_place_and_a_remedy(void **state) {
  static const struct {
    const char *bytes;
    struct table_choice choice;
    const char *said;
  } cases[] = {
      {"1,2\n2,3\n", {0}, ":1: numbers where names of columns are expected; add a first line"},
      {"# x\nspeed,throughput\n1,2\n", {0}, ":2: no column is known as the number of workers"},
      {"threads,cores,time\n1,1,2\n", {0}, ":1: columns 'threads' and 'cores' are alike; choose one with --count"},
      {"threads,wall,real\n1,1,2\n", {0}, "choose one with --time COLUMN"},
      {"threads,time\n1,2\n", {.count = "thread"}, "did you mean 'threads'?"},
      {"threads,time\n1,2\n", {.time = "threads"}, "cannot be both the count and the value"},
      {"threads,time\n1,2\n", {.time = "time", .rate = "time"}, "--time and --throughput: name one column"},
      {"threads;time\n1;0,5\n2;0.25\n", {0}, ":3: '0.25': decimal commas and decimal points in one table (line 2)"},
      {"threads,time\n1,8\n2,-4\n", {0}, ":3: time: '-4' must be above 0"},
      {"threads,time\n1,8\n\n2,x\n", {0}, ":4: time: 'x' is not a decimal number"},
      {"threads,time\n1,8\n2\n", {0}, ":3: 1 fields, but the header has 2"},
      {"\xff\xfet\n", {0}, ":1: UTF-16 text; save the table as UTF-8"},
      {"PK\3\4", {0}, "save the table as CSV"},
      {"", {0}, "missing header line"},
      {"# only this\n", {0}, "no column is known as the number of workers"},
      {"threads,time\n", {0}, "no data rows"},
  };
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct scaling_table s;
    struct fault why = {0};
    put(cases[i].bytes);
    assert_int_equal(scaling_table_read(&s, path, &cases[i].choice, &why), -1);
    if (!strstr(why.text, cases[i].said))
      fail_msg("case %zu: %s", i, why.text);
    scaling_table_free(&s);
  }
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, make_file, drop_file)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_known_as_people_write_them),
      cmocka_unit_test(numbers_are_read_with_either_mark),
      WITH_FILE(separators_comments_and_blanks_are_found),
      WITH_FILE(a_throughput_is_taken_before_a_time_and_a_speedup_last),
      WITH_FILE(columns_that_cannot_form_groups_are_left_out),
      WITH_FILE(what_cannot_be_read_is_refused_with_the_place_and_a_remedy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
