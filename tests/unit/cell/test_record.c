/* Tests that what a cell says in a line arrives as it was said, and that a line stays a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/words.h"
#include "cell/record.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* While write_limit is set, write() takes no more bytes than that, and every third call is interrupted. */
static size_t write_limit;
static int write_calls;

ssize_t write(int fd, const void *bytes, size_t count) {
  if (write_limit && ++write_calls % 3 == 0)
    return errno = EINTR, -1;
  return syscall(SYS_write, fd, bytes, write_limit && write_limit < count ? write_limit : count);
}

/* ---- what was heard ---- */

struct heard {
  int count;
  char names[200][64], values[200][RECORD_BYTES];
};

static void hear(const char *name, const char *value, void *with) {
  struct heard *heard = with;
  snprintf(heard->names[heard->count], sizeof heard->names[0], "%s", name);
  snprintf(heard->values[heard->count++], sizeof heard->values[0], "%s", value);
}

/* Sends the record through a pipe: the bytes that come out of it. */
static size_t through_a_pipe(struct record *record, char *out, size_t size) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(record_send(record, ends[1]), 0);
  close(ends[1]);
  ssize_t n = read(ends[0], out, size);
  close(ends[0]);
  assert_true(n > 0);
  return (size_t)n;
}

/* The same, read as a line; the caller frees. */
static struct heard *heard_of(struct record *record, const char *kind) {
  char line[RECORD_BYTES + 1];
  size_t n = through_a_pipe(record, line, sizeof line);
  struct heard *heard = calloc(1, sizeof *heard);
  assert_non_null(heard);
  assert_true(n <= RECORD_BYTES && n < PIPE_BUF);
  assert_ptr_equal(memchr(line, '\n', n), line + n - 1); /* one line end, at the end */
  assert_null(memchr(line, '\0', n));
  line[n - 1] = '\0';
  assert_string_equal(record_read(line, hear, heard), kind);
  return heard;
}

static void everything_arrives_in_order(void **state) {
  (void)state;
  struct record record;
  record_begin(&record, "row");
  record_text(&record, "phase", "sample");
  record_int(&record, "wall_ns", 123456789);
  record_text(&record, "note", "");
  record_real(&record, "work_units", 0.5);
  struct heard *heard = heard_of(&record, "row");
  static const char *const wanted[][2] = {
      {"phase", "sample"}, {"wall_ns", "123456789"}, {"note", ""}, {"work_units", "0.5"}};
  assert_int_equal(heard->count, LENGTH(wanted));
  for (size_t i = 0; i < LENGTH(wanted); i++) {
    assert_string_equal(heard->names[i], wanted[i][0]);
    assert_string_equal(heard->values[i], wanted[i][1]);
  }
  free(heard);
}

static void numbers_arrive_exactly(void **state) {
  (void)state;
  static const int64_t ints[] = {0, -1, 1, INT64_MAX, INT64_MIN, 1000000007};
  static const double reals[] = {0, 0.1, 1e300, 1e-300, 1.0 / 3, -2.5, 9007199254740993.0, 5e-324};
  struct record record;
  record_begin(&record, "row");
  for (size_t i = 0; i < LENGTH(ints); i++)
    record_int(&record, "i", ints[i]);
  for (size_t i = 0; i < LENGTH(reals); i++)
    record_real(&record, "r", reals[i]);
  struct heard *heard = heard_of(&record, "row");
  assert_int_equal(heard->count, LENGTH(ints) + LENGTH(reals));
  for (size_t i = 0; i < LENGTH(ints); i++)
    assert_int_equal(strtoll(heard->values[i], NULL, 10), ints[i]);
  for (size_t i = 0; i < LENGTH(reals); i++)
    assert_true(strtod(heard->values[LENGTH(ints) + i], NULL) == reals[i]);
  free(heard);
}

static void control_characters_of_a_text_become_blanks(void **state) {
  (void)state;
  struct record record;
  char all[32];
  for (int i = 0; i < 31; i++)
    all[i] = (char)(i + 1);
  all[31] = '\0';
  record_begin(&record, "row");
  record_text(&record, "note", "a\tstatus=ok\nend\rb\x1b[31mc");
  record_text(&record, "all", all);
  record_text(&record, "utf8", "caf\xc3\xa9 = \xe2\x82\xac");
  record_text(&record, "status", "wrong");
  struct heard *heard = heard_of(&record, "row");
  assert_int_equal(heard->count, 4); /* no field and no line was smuggled in */
  assert_string_equal(heard->values[0], "a status=ok end b [31mc");
  assert_string_equal(heard->values[1], "                               ");
  assert_string_equal(heard->values[2], "caf\xc3\xa9 = \xe2\x82\xac");
  assert_string_equal(heard->values[3], "wrong");
  free(heard);
}

static char *letters(size_t count) {
  char *text = malloc(count + 1);
  assert_non_null(text);
  memset(text, 'x', count);
  text[count] = '\0';
  return text;
}

static void text_that_does_not_fit_is_cut_and_the_line_stays_whole(void **state) {
  (void)state;
  for (size_t length = RECORD_BYTES - 40; length < RECORD_BYTES + 40; length++) {
    struct record record;
    char *text = letters(length);
    record_begin(&record, "row");
    record_int(&record, "wall_ns", 5);
    record_text(&record, "note", text);
    struct heard *heard = heard_of(&record, "row");
    assert_string_equal(heard->values[0], "5");
    assert_string_equal(heard->names[1], "note");
    size_t arrived = strlen(heard->values[1]);
    assert_true(arrived == length || (arrived < length && arrived > RECORD_BYTES - 40));
    assert_int_equal(strncmp(heard->values[1], text, arrived), 0);
    free(heard);
    free(text);
  }
}

static void a_million_letters_do_no_harm(void **state) {
  (void)state;
  struct record record;
  char *text = letters(1000000);
  record_begin(&record, "row");
  for (int i = 0; i < 50; i++)
    record_text(&record, "note", text);
  struct heard *heard = heard_of(&record, "row");
  assert_int_equal(heard->count, 1);
  free(heard);
  record_begin(&record, "end"); /* and the next line starts anew */
  heard = heard_of(&record, "end");
  assert_int_equal(heard->count, 0);
  free(heard);
  free(text);
}

/* Half of a number is another number. */
static void a_number_that_does_not_fit_is_left_out_never_cut(void **state) {
  (void)state;
  char cut[100] = "";
  for (size_t length = RECORD_BYTES - 60; length < RECORD_BYTES; length++) {
    struct record record;
    char *text = letters(length);
    record_begin(&record, "row");
    record_text(&record, "note", text);
    record_int(&record, "wall_ns", 123456789);
    record_real(&record, "units", 123456789.25);
    struct heard *heard = heard_of(&record, "row");
    for (int i = 1; i < heard->count; i++) {
      const char *whole = strcmp(heard->names[i], "wall_ns") == 0 ? "123456789" : "123456789.25";
      if (strcmp(heard->values[i], whole) != 0)
        snprintf(cut, sizeof cut, "%s=%.20s", heard->names[i], heard->values[i]);
    }
    free(heard);
    free(text);
  }
  assert_string_equal(cut, "");
}

static void short_and_interrupted_writes_are_completed(void **state) {
  (void)state;
  struct record record;
  char line[RECORD_BYTES + 1];
  record_begin(&record, "row");
  record_text(&record, "note", "a text that takes several writes of seven bytes");
  write_limit = 7, write_calls = 0;
  size_t n = through_a_pipe(&record, line, sizeof line);
  write_limit = 0;
  assert_true(write_calls > 8); /* the injection did fire */
  line[n] = '\0';
  assert_string_equal(line, "row\tnote=a text that takes several writes of seven bytes\n");
}

static void a_line_is_one_write(void **state) {
  (void)state;
  struct record record;
  char line[RECORD_BYTES + 1], *text = letters(RECORD_BYTES);
  record_begin(&record, "row");
  record_text(&record, "note", text);
  write_limit = PIPE_BUF, write_calls = 0;
  through_a_pipe(&record, line, sizeof line);
  write_limit = 0;
  assert_int_equal(write_calls, 1);
  free(text);
}

static void a_reader_that_is_gone_is_told(void **state) {
  (void)state;
  struct record record;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  close(ends[0]);
  void (*before)(int) = signal(SIGPIPE, SIG_IGN);
  record_begin(&record, "row");
  assert_int_equal(record_send(&record, ends[1]), -1);
  close(ends[1]);
  record_begin(&record, "row");
  assert_int_equal(record_send(&record, ends[1]), -1);
  signal(SIGPIPE, before);
}

static void lines_of_others_are_read_without_harm(void **state) {
  (void)state;
  static const struct {
    const char *line, *kind, *fields;
  } table[] = {
      {"", "", ""},
      {"end", "end", ""},
      {"row\t", "row", ""},
      {"row\t\t\t", "row", ""},
      {"row\ta=1", "row", "[a:1]"},
      {"row\ta=1\tb", "row", "[a:1]"},
      {"row\tnoise\tb=2", "row", "[b:2]"},
      {"row\ta=b=c\t=d\te=", "row", "[a:b=c][:d][e:]"},
      {"\ta=1", "", "[a:1]"},
      {"row a=1", "row a=1", ""},
      {"row\t\xff\xfe=\x01\tb=2", "row", "[\xff\xfe:\x01][b:2]"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    char line[100], fields[200] = "";
    struct heard *heard = calloc(1, sizeof *heard);
    assert_non_null(heard);
    snprintf(line, sizeof line, "%s", table[i].line);
    assert_string_equal(record_read(line, hear, heard), table[i].kind);
    for (int j = 0; j < heard->count; j++)
      append(fields, sizeof fields, "[%s:%s]", heard->names[j], heard->values[j]);
    free(heard);
    assert_string_equal(fields, table[i].fields);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_arrives_in_order),
      cmocka_unit_test(numbers_arrive_exactly),
      cmocka_unit_test(control_characters_of_a_text_become_blanks),
      cmocka_unit_test(text_that_does_not_fit_is_cut_and_the_line_stays_whole),
      cmocka_unit_test(a_million_letters_do_no_harm),
      cmocka_unit_test(a_number_that_does_not_fit_is_left_out_never_cut),
      cmocka_unit_test(short_and_interrupted_writes_are_completed),
      cmocka_unit_test(a_line_is_one_write),
      cmocka_unit_test(a_reader_that_is_gone_is_told),
      cmocka_unit_test(lines_of_others_are_read_without_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
