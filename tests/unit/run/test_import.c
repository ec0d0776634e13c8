/* Tests that a file of another benchmark program is taken as it is or refused with its entry, whoever wrote it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/import_read.h"

static char path[64];

static int begin(void **state) {
  (void)state;
  strcpy(path, "/tmp/nway-import-XXXXXX");
  int fd = mkstemp(path);
  return fd < 0 ? -1 : close(fd);
}

static int finish(void **state) {
  (void)state;
  return unlink(path);
}

static void put(const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static int read_text(const char *text, struct import *import, struct fault *fault) {
  put(text);
  *fault = (struct fault){0};
  return import_read(import, &(struct import_options){.file = path}, fault);
}

#define GOOGLE(entries) "{\"benchmarks\": [" entries "]}"
#define HYPERFINE(entries) "{\"results\": [" entries "]}"
#define TIMES "\"times\": [1, 2]"

static void what_cannot_be_is_refused_with_its_entry(void **state) {
  (void)state;
  static const struct {
    const char *text, *says;
  } table[] = {
      {GOOGLE("{\"name\": \"a\", \"real_time\": 1e17, \"iterations\": 9223372036854775807}"), "benchmarks[0]"},
      {GOOGLE("{\"name\": \"a\", \"real_time\": 1e308, \"time_unit\": \"s\"}"), "benchmarks[0]"},
      {GOOGLE("{\"name\": \"a\", \"real_time\": -1}"), "benchmarks[0]"},
      {GOOGLE("{\"name\": \"a\", \"real_time\": 1, \"threads\": 0}"), "benchmarks[0]"},
      {GOOGLE("{\"name\": \"a\", \"real_time\": 1, \"threads\": 9223372036854775807}"), "benchmarks[0]"},
      {GOOGLE("{\"name\": \"a\", \"real_time\": 1, \"time_unit\": \"hours\"}"), "benchmarks[0]"},
      {GOOGLE("{\"name\": \"a\", \"real_time\": 1, \"repetition_index\": 0}, "
              "{\"name\": \"b\", \"real_time\": 1, \"repetition_index\": 0}, "
              "{\"name\": \"a\", \"real_time\": 3, \"repetition_index\": 0}"),
       "benchmarks[2] is the same repetition of the same benchmark as benchmarks[0]"},
      {GOOGLE("7"), "benchmarks[0]"},
      {HYPERFINE("{\"command\": \"a\", " TIMES "}, {\"command\": \"b\", " TIMES "}, {\"command\": \"a\", " TIMES "}"),
       "results[2] is the same command as results[0]"},
      {HYPERFINE("{\"command\": \"a\", \"times\": [1, 0]}"), "results[0].times[1]"},
      {HYPERFINE("{\"command\": \"a\", \"times\": [1e999]}"), ":1:"},
      {HYPERFINE("{\"command\": \"a\", \"times\": []}"), "results[0]"},
      {HYPERFINE("{\"command\": \"a\\u0000b\", " TIMES "}"), ":1:"},
      {HYPERFINE("{\"command\": \"\xff\", " TIMES "}"), ":1:"},
      {"{\"results\": [], \"results\": []}", ":1:"},
      {"[]", "neither JSON of hyperfine"},
      {"", ":1:"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct import import;
    struct fault fault;
    int failed = read_text(table[i].text, &import, &fault);
    import_free(&import);
    if (failed != -1 || fault.code != EXIT_USAGE || !strstr(fault.text, table[i].says) || !strstr(fault.text, path))
      fail_msg("%s: %d, '%s'", table[i].text, failed, fault.text);
  }
}

static void what_is_no_plain_file_is_refused_and_not_waited_for(void **state) {
  (void)state;
  struct import import;
  struct fault fault;
  put("");
  assert_int_equal(truncate(path, (off_t)10 << 30), 0);
  assert_int_equal(import_read(&import, &(struct import_options){.file = path}, &fault), -1);
  assert_non_null(strstr(fault.text, "not a regular file of at most 16 MiB"));
  import_free(&import);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(mkfifo(path, 0600), 0);
  const char *const files[] = {path, "/dev/zero", "/tmp"};
  alarm(60); /* a reader that waits ends this program */
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    assert_int_equal(import_read(&import, &(struct import_options){.file = files[i]}, &fault), -1);
    assert_non_null(strstr(fault.text, "not a regular file"));
    import_free(&import);
  }
  alarm(0);
  assert_int_equal(unlink(path), 0);
}

/* A line break would end the row. */
static void foreign_texts_stay_in_their_line(void **state) {
  (void)state;
  struct import import;
  struct fault fault;
  assert_int_equal(read_text("{\"context\": {\"date\": \"x\\ny\"}, \"benchmarks\": [{\"name\": \"a\\n\\u001b[0mb\", "
                             "\"error_occurred\": true, \"error_message\": \"1\\r\\n2\"}]}",
                             &import, &fault),
                   0);
  assert_string_equal(import.date, "x y");
  assert_string_equal(import.cells[0].problem, "a  [0mb");
  assert_string_equal(import.cells[0].samples[0].failed, "1  2");
  import_free(&import);
}

/* Names that are equal in what a row holds of them would be one cell. */
static void long_names_stay_apart(void **state) {
  (void)state;
  struct import import;
  struct fault fault;
  char text[4000], name[1000];
  memset(name, 'x', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  snprintf(text, sizeof text, HYPERFINE("{\"command\": \"%s1\", " TIMES "}, {\"command\": \"%s2\", " TIMES "}"), name,
           name);
  assert_int_equal(read_text(text, &import, &fault), 0);
  assert_int_equal(import.count, 2);
  assert_string_not_equal(import.cells[0].method, import.cells[1].method);
  import_free(&import);
}

/* Each number of each command was once held against each number of each other one. */
static void ten_thousand_commands_with_many_numbers_are_read(void **state) {
  (void)state;
  enum { COMMANDS = 10000 };
  struct import import;
  struct fault fault = {0};
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("{\"results\": [", file);
  for (int i = 0; i < COMMANDS; i++)
    fprintf(file,
            "%s{\"command\": \"tool -T%d 1 2 3 4 5 6 7 8 9 10 11 12\", \"times\": [1], \"parameters\": {\"threads\": "
            "\"%d\"}}",
            i ? "," : "", i + 20, i + 20);
  fputs("]}", file);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(import_read(&import, &(struct import_options){.file = path}, &fault), 0);
  assert_int_equal(import.count, COMMANDS);
  assert_string_equal(import.cells[COMMANDS - 1].problem, "tool -T{threads} 1 2 3 4 5 6 7 8 9 10 11 12");
  assert_string_equal(import.cells[COMMANDS - 1].method, ""); /* one program alone is the problem */
  assert_int_equal(import.cells[COMMANDS - 1].workers, COMMANDS + 19);
  import_free(&import);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_cannot_be_is_refused_with_its_entry, begin, finish),
      cmocka_unit_test_setup(what_is_no_plain_file_is_refused_and_not_waited_for, begin),
      cmocka_unit_test_setup_teardown(foreign_texts_stay_in_their_line, begin, finish),
      cmocka_unit_test_setup_teardown(long_names_stay_apart, begin, finish),
      cmocka_unit_test_setup_teardown(ten_thousand_commands_with_many_numbers_are_read, begin, finish),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
