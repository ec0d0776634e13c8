/* Tests that lines are read whole within bounded memory, and bytes written completely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/lines.h"

/* What write() does: at most `limit` bytes a call (0: as it is), an interruption at every second, EIO at call `bad`. */
static struct {
  size_t limit;
  int calls, bad;
} fake_disk;

ssize_t write(int fd, const void *bytes, size_t count) {
  if (fake_disk.limit == 0)
    return syscall(SYS_write, fd, bytes, count);
  if (++fake_disk.calls == fake_disk.bad)
    return errno = EIO, -1;
  if (fake_disk.calls % 2 == 0)
    return errno = EINTR, -1;
  return syscall(SYS_write, fd, bytes, count < fake_disk.limit ? count : fake_disk.limit);
}

static struct lines lines_of(const char *bytes, size_t count) {
  struct lines lines = {.file = tmpfile()};
  assert_non_null(lines.file);
  assert_int_equal(fwrite(bytes, 1, count, lines.file), count);
  rewind(lines.file);
  return lines;
}

static void lines_come_whole_with_their_numbers(void **state) {
  (void)state;
  struct lines lines = lines_of("one\n\nthree", 10);
  assert_true(lines_next(&lines));
  assert_string_equal(lines.line, "one\n");
  assert_int_equal(lines.length, 4);
  assert_int_equal(lines.number, 1);
  assert_true(lines_next(&lines));
  assert_string_equal(lines.line, "\n");
  assert_int_equal(lines.number, 2);
  assert_false(lines.torn);
  assert_false(lines_next(&lines));
  assert_true(lines.torn);
  assert_null(lines.failed);
  assert_int_equal(lines.number, 3);
  assert_false(lines_next(&lines));
  lines_close(&lines);
  lines = lines_of("", 0);
  assert_false(lines_next(&lines));
  assert_false(lines.torn);
  assert_int_equal(lines.number, 0);
  lines_close(&lines);
  lines = (struct lines){0};
  assert_false(lines_next(&lines));
}

static void a_nul_byte_stops_the_reader(void **state) {
  (void)state;
  struct lines lines = lines_of("one\ntw\0o\n", 9);
  assert_true(lines_next(&lines));
  assert_false(lines_next(&lines));
  assert_string_equal(lines.failed, "NUL byte");
  assert_int_equal(lines.number, 2);
  assert_false(lines_next(&lines));
  lines_close(&lines);
}

/* I1, I3: a line without an end. */
static void a_line_is_at_most_a_megabyte(void **state) {
  (void)state;
  size_t size = 2 * LINE_BYTES_MAX + 10;
  char *bytes = malloc(size);
  assert_non_null(bytes);
  memset(bytes, 'x', size);
  bytes[LINE_BYTES_MAX / 2] = '\n';
  struct lines lines = lines_of(bytes, size);
  assert_true(lines_next(&lines));
  assert_int_equal(lines.length, LINE_BYTES_MAX / 2 + 1);
  assert_false(lines_next(&lines));
  assert_string_equal(lines.failed, "line longer than 1 MiB");
  assert_true(lines.size <= 2 * LINE_BYTES_MAX);
  lines_close(&lines);
  free(bytes);
}

/* F23. */
static void short_writes_are_completed_and_errors_told(void **state) {
  (void)state;
  int ends[2];
  char got[40] = "";
  assert_int_equal(pipe(ends), 0);
  fake_disk.limit = 5;
  assert_int_equal(write_whole(ends[1], "a text of 24 bytes, all.", 24), 0);
  assert_true(fake_disk.calls >= 9);
  assert_int_equal(read(ends[0], got, sizeof got), 24);
  assert_string_equal(got, "a text of 24 bytes, all.");
  fake_disk.calls = 0, fake_disk.bad = 3;
  assert_int_equal(write_whole(ends[1], "a text of 24 bytes, all.", 24), -1);
  assert_int_equal(errno, EIO);
  fake_disk.limit = 0;
  close(ends[0]), close(ends[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_come_whole_with_their_numbers),
      cmocka_unit_test(a_nul_byte_stops_the_reader),
      cmocka_unit_test(a_line_is_at_most_a_megabyte),
      cmocka_unit_test(short_writes_are_completed_and_errors_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
