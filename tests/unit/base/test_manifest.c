/* Holds blocks.csv to its purpose: no row of samples.csv is lost, doubled or changed unnoticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/manifest.h"
#include "base/samples.h"

static size_t fake_short; /* write() writes so many bytes at most; 0: as it is */
static int fake_error;    /* what fdatasync() fails with; 0: it works */

ssize_t write(int fd, const void *bytes, size_t count) {
  return syscall(SYS_write, fd, bytes, fake_short && fake_short < count ? fake_short : count);
}

int fdatasync(int fd) { return fake_error ? (errno = fake_error, -1) : (int)syscall(SYS_fdatasync, fd); }

static char folder[64], rows_path[100], blocks_path[100];
static struct place place;
static struct samples samples;
static struct fault fault;

static void put(int round, int block, int order, const char *status) {
  struct row row = {0};
  row_int(&row, COL_round, round);
  row_int(&row, COL_block, block);
  row_int(&row, COL_order, order);
  row_text(&row, COL_status, status);
  row_text(&row, COL_note, "a, \"note\"");
  assert_int_equal(samples_write(&samples, &row, &fault), 0);
}

static void close_block(const char *what, int round, int block) {
  assert_int_equal(manifest_add(&place, &samples, what, round, block, &fault), 0);
}

/* A run of 2 rows before the rounds and 2 rounds of 2 blocks of 3 rows, a block of which was begun before in vain. */
static int begin(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/nway-manifest-XXXXXX");
  assert_non_null(mkdtemp(folder));
  snprintf(rows_path, sizeof rows_path, "%s/samples.csv", folder);
  snprintf(blocks_path, sizeof blocks_path, "%s/blocks.csv", folder);
  assert_int_equal(place_open(&place, folder, &fault), 0);
  assert_int_equal(samples_create(&samples, rows_path, &fault), 0);
  assert_int_equal(manifest_create(&place, &fault), 0);
  manifest_follow(&place, &samples);
  put(0, 0, 0, "ok"), put(0, 1, 1, "ok");
  close_block("pilot", 0, 0);
  for (int round = 1; round <= 2; round++)
    for (int block = 0; block < 2; block++) {
      for (int order = 0; order < 3; order++)
        put(round, block, order, order == 1 ? "crash" : "ok");
      close_block("block", round, block);
    }
  return 0;
}

static int end(void **state) {
  (void)state;
  samples_close(&samples, &fault);
  place_close(&place);
  unlink(rows_path), unlink(blocks_path);
  return rmdir(folder);
}

static int check(struct manifest_tail *tail) { return manifest_check(folder, tail, &fault); }

static char *slurp(const char *path) {
  char *text = NULL;
  size_t size = 0;
  FILE *file = fopen(path, "r");
  assert_true(getdelim(&text, &size, '\0', file) > 0);
  fclose(file);
  return text;
}

static void spill(const char *path, const char *text, size_t bytes) {
  FILE *file = fopen(path, "w");
  assert_int_equal(fwrite(text, 1, bytes, file), bytes);
  fclose(file);
}

static void a_whole_run_holds_and_so_does_one_that_goes_on(void **state) {
  (void)state;
  struct manifest_tail tail;
  assert_int_equal(check(&tail), 0);
  assert_true(tail.known);
  assert_int_equal(tail.rows, 0);
  put(3, 1, 0, "ok"), put(3, 1, 1, "ok");
  assert_int_equal(check(&tail), 0);
  assert_int_equal(tail.rows, 2);
  assert_int_equal(tail.round, 3);
  assert_int_equal(tail.block, 1);
  put(3, 0, 0, "ok"); /* only one block can be open */
  assert_int_equal(check(&tail), -1);
}

/* F19, F20, issue 12.2: whichever line is lost, doubled or changed. */
static void no_row_is_lost_doubled_or_changed_unnoticed(void **state) {
  (void)state;
  assert_int_equal(manifest_end(&place, &samples, &fault), 0);
  char *whole = slurp(rows_path), other[20000];
  struct manifest_tail tail;
  assert_int_equal(check(&tail), 0);
  int line = 0;
  for (char *at = strchr(whole, '\n') + 1, *next; *at; at = next, line++) {
    next = strchr(at, '\n') + 1;
    const int before = (int)(at - whole), length = (int)(next - at);
    int lost = snprintf(other, sizeof other, "%.*s%s", before, whole, next);
    spill(rows_path, other, (size_t)lost);
    if (check(&tail) == 0 || !strstr(fault.text, "rows are lost"))
      fail_msg("line %d lost: %s", line + 2, fault.text);
    int doubled = snprintf(other, sizeof other, "%.*s%.*s%s", before, whole, length, at, at);
    spill(rows_path, other, (size_t)doubled);
    if (check(&tail) == 0)
      fail_msg("line %d doubled", line + 2);
    int changed = snprintf(other, sizeof other, "%s", whole);
    other[before + length - 5] ^= 1; /* in its note */
    spill(rows_path, other, (size_t)changed);
    if (check(&tail) == 0 || !strstr(fault.text, "the rows before this line were changed"))
      fail_msg("line %d changed: %s", line + 2, fault.text);
  }
  assert_int_equal(line, 14);
  free(whole);
}

static void no_line_of_its_own_is_lost_once_the_run_is_over(void **state) {
  (void)state;
  assert_int_equal(manifest_end(&place, &samples, &fault), 0);
  char *whole = slurp(blocks_path), other[2000];
  struct manifest_tail tail;
  int lines = 0;
  for (char *at = whole, *next; *(next = strchr(at, '\n') + 1); at = next, lines++) { /* all but the run's own */
    int lost = snprintf(other, sizeof other, "%.*s%s", (int)(at - whole), whole, next);
    spill(blocks_path, other, (size_t)lost);
    assert_int_equal(check(&tail), -1);
  }
  assert_int_equal(lines, 6);
  /* a torn last line was never there */
  spill(blocks_path, whole, strlen(whole) - 1);
  assert_int_equal(check(&tail), 0);
  free(whole);
}

static void superseded_rows_do_not_count(void **state) {
  (void)state;
  struct manifest_tail tail;
  put(3, 0, 0, "superseded");
  assert_int_equal(check(&tail), 0);
  assert_int_equal(tail.rows, 0);
}

static void a_cut_block_is_known_and_is_measured_again(void **state) {
  (void)state;
  struct manifest_tail tail;
  put(3, 1, 0, "ok"), put(3, 1, 1, "interrupted");
  assert_int_equal(manifest_end(&place, &samples, &fault), 0);
  assert_int_equal(check(&tail), 0);
  assert_int_equal(tail.rows, 2);
  assert_int_equal(tail.round, 3);
  char *ended = slurp(blocks_path);
  assert_non_null(strstr(ended, "\ncut,3,1,2,"));
  assert_non_null(strstr(ended, "\nrun,0,0,16,"));
  assert_int_equal(manifest_reopen(&place, &fault), 0);
  char *reopened = slurp(blocks_path);
  assert_null(strstr(reopened, "\ncut"));
  assert_null(strstr(reopened, "\nrun"));
  assert_int_equal(strncmp(ended, reopened, strlen(reopened)), 0);
  assert_int_equal(check(&tail), 0);
  assert_int_equal(tail.rows, 2);
  free(ended);
  free(reopened);
}

static void a_run_of_an_older_nway_has_none_and_gets_none(void **state) {
  (void)state;
  struct manifest_tail tail;
  unlink(blocks_path);
  manifest_follow(&place, &samples);
  put(3, 0, 0, "ok");
  close_block("block", 3, 0);
  assert_int_equal(manifest_end(&place, &samples, &fault), 0);
  assert_int_equal(manifest_reopen(&place, &fault), 0);
  assert_int_equal(check(&tail), 0);
  assert_false(tail.known);
  assert_int_equal(access(blocks_path, F_OK), -1);
}

static void what_others_do_to_the_manifest_is_noticed(void **state) {
  (void)state;
  static const char *const words[] = {"was written to", "was cut", "was removed"};
  for (int way = 0; way < 3; way++) {
    put(3, 0, 0, "ok");
    close_block("block", 3, 0); /* the control */
    char *whole = slurp(blocks_path);
    size_t bytes = strlen(whole);
    if (way == 0) {
      FILE *file = fopen(blocks_path, "w");
      fprintf(file, "%sx\n", whole);
      fclose(file);
    } else if (way == 1) {
      assert_int_equal(truncate(blocks_path, 0), 0);
    } else {
      assert_int_equal(unlink(blocks_path), 0);
    }
    assert_int_not_equal(manifest_add(&place, &samples, "block", 3, 1, &fault), 0);
    assert_non_null(strstr(fault.text, "/blocks.csv: "));
    assert_non_null(strstr(fault.text, words[way]));
    assert_int_not_equal(manifest_end(&place, &samples, &fault), 0);
    spill(blocks_path, whole, bytes);
    free(whole);
  }
}

static void the_line_of_the_run_is_told(void **state) {
  (void)state;
  struct manifest_tail tail;
  assert_int_equal(check(&tail), 0);
  assert_false(tail.ended);
  assert_int_equal(manifest_end(&place, &samples, &fault), 0);
  assert_int_equal(check(&tail), 0);
  assert_true(tail.ended);
}

static void what_is_no_line_of_it_is_refused_with_its_number(void **state) {
  (void)state;
  static const char *const table[] = {"block,1,0,3,12",
                                      "block,1,0,x,0123456789abcdef",
                                      "block,1,0,-1,0123456789abcdef",
                                      "block,1,0,99999999999999999999,0123456789abcdef",
                                      "block,1,0,3,0123456789abcdef,7",
                                      "",
                                      "pilot"};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    char text[200];
    struct manifest_tail tail;
    int length = snprintf(text, sizeof text, "what,round,block,rows,digest\n%s\n", table[i]);
    spill(blocks_path, text, (size_t)length);
    assert_int_equal(check(&tail), -1);
    assert_non_null(strstr(fault.text, "blocks.csv:2: not a line of this file"));
  }
}

/* F23: a line that the disk takes in parts is whole; rows that did not reach the disk are told. */
static void short_writes_are_completed_and_a_failed_flush_is_told(void **state) {
  (void)state;
  struct manifest_tail tail;
  fake_short = 3;
  put(3, 0, 0, "ok"), put(3, 0, 1, "ok");
  close_block("block", 3, 0);
  fake_short = 0;
  assert_int_equal(check(&tail), 0);
  assert_int_equal(tail.rows, 0);
  put(3, 1, 0, "ok");
  fake_error = EIO;
  int failed = manifest_add(&place, &samples, "block", 3, 1, &fault);
  fake_error = 0;
  assert_int_equal(failed, -1);
  assert_non_null(strstr(fault.text, "cannot flush to disk: Input/output error"));
}

/* I1, I3, I5: lines without an end and NUL bytes in either file. */
static void what_is_no_text_is_refused_with_its_line(void **state) {
  (void)state;
  static const char *const paths[] = {rows_path, blocks_path};
  struct manifest_tail tail;
  enum { HUGE_BYTES = (1 << 20) + 10000 };
  char *huge = calloc(1, HUGE_BYTES);
  for (int i = 0; i < 2; i++) {
    char *whole = slurp(paths[i]);
    size_t bytes = strlen(whole);
    memcpy(huge, whole, bytes);
    spill(paths[i], huge, bytes + 1);
    assert_int_equal(check(&tail), -1);
    assert_non_null(strstr(fault.text, "NUL byte; restore"));
    memset(huge + bytes, 'x', HUGE_BYTES - bytes);
    spill(paths[i], huge, HUGE_BYTES);
    assert_int_equal(check(&tail), -1);
    assert_non_null(strstr(fault.text, "line longer than 1 MiB; restore"));
    assert_non_null(strstr(fault.text, i ? "/blocks.csv:7:" : "/samples.csv:16:"));
    memset(huge, 0, HUGE_BYTES);
    spill(paths[i], whole, bytes);
    free(whole);
  }
  free(huge);
  assert_int_equal(check(&tail), 0);
}

/* What a kernel does to the file by its path; each is noticed when the block ends, with the word for it. */
static void what_others_do_to_the_rows_is_noticed(void **state) {
  (void)state;
  static const char *const words[] = {"was written to", "was cut", "was replaced", "was removed"};
  for (int way = 0; way < 4; way++) {
    char aside[120];
    snprintf(aside, sizeof aside, "%s.away", rows_path);
    put(3, 0, 0, "ok");
    close_block("block", 3, 0); /* the control */
    int fd = open(rows_path, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    int64_t length = lseek(fd, 0, SEEK_END);
    if (way == 0)
      assert_int_equal(write(fd, "x\n", 2), 2);
    else if (way == 1)
      assert_int_equal(ftruncate(fd, length - 1), 0);
    else
      assert_int_equal(rename(rows_path, aside), 0);
    if (way == 2)
      close(open(rows_path, O_CREAT | O_WRONLY, 0600));
    assert_int_not_equal(manifest_add(&place, &samples, "block", 3, 1, &fault), 0);
    assert_non_null(strstr(fault.text, words[way]));
    assert_int_not_equal(manifest_end(&place, &samples, &fault), 0);
    if (way > 1)
      assert_int_equal(rename(aside, rows_path), 0);
    else
      assert_int_equal(ftruncate(fd, length), 0);
    close(fd);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_whole_run_holds_and_so_does_one_that_goes_on, begin, end),
      cmocka_unit_test_setup_teardown(no_row_is_lost_doubled_or_changed_unnoticed, begin, end),
      cmocka_unit_test_setup_teardown(no_line_of_its_own_is_lost_once_the_run_is_over, begin, end),
      cmocka_unit_test_setup_teardown(superseded_rows_do_not_count, begin, end),
      cmocka_unit_test_setup_teardown(a_cut_block_is_known_and_is_measured_again, begin, end),
      cmocka_unit_test_setup_teardown(a_run_of_an_older_nway_has_none_and_gets_none, begin, end),
      cmocka_unit_test_setup_teardown(what_others_do_to_the_manifest_is_noticed, begin, end),
      cmocka_unit_test_setup_teardown(the_line_of_the_run_is_told, begin, end),
      cmocka_unit_test_setup_teardown(what_is_no_line_of_it_is_refused_with_its_number, begin, end),
      cmocka_unit_test_setup_teardown(short_writes_are_completed_and_a_failed_flush_is_told, begin, end),
      cmocka_unit_test_setup_teardown(what_is_no_text_is_refused_with_its_line, begin, end),
      cmocka_unit_test_setup_teardown(what_others_do_to_the_rows_is_noticed, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
