/* Tests that a run is found by its names, and that one that cannot be read is told with the reason. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/find_run.h"
#include "base/scratch.h"

static char results[] = "/tmp/nway-find-XXXXXX", run[300];

static void put(const char *name) {
  char path[400];
  snprintf(path, sizeof path, "%s/%s", run, name);
  close(open(path, O_WRONLY | O_CREAT, 0644));
}

static int begin(void **state) {
  (void)state;
  strcpy(results + strlen(results) - 6, "XXXXXX");
  assert_non_null(mkdtemp(results));
  chmod(results, 0755);
  snprintf(run, sizeof run, "%s/a-run", results);
  assert_int_equal(mkdir(run, 0755), 0);
  put("samples.csv"), put("plan.csv");
  return 0;
}

static int end(void **state) {
  (void)state;
  chmod(run, 0755);
  return scratch_remove(results);
}

/* Finds a run and expects its folder, or a message with these words. */
static void expect_found(const char *word, const char *folder, const char *words) {
  char found[4200];
  struct fault fault = {0};
  int failed = find_run(results, word, found, sizeof found, &fault);
  if (folder && failed)
    fail_msg("%s: %s", word, fault.text);
  else if (folder)
    assert_string_equal(found, folder);
  else if (!failed || !strstr(fault.text, words))
    fail_msg("%s: '%s', not '%s'", word, fault.text, words);
}

static void a_run_is_found_by_path_name_and_number(void **state) {
  (void)state;
  expect_found(run, run, NULL);
  expect_found("a-run", run, NULL);
  expect_found("@0", run, NULL);
  expect_found("@1", NULL, "no such run");
  expect_found("a-rum", NULL, "no such run");
}

/* Adds a run whose rows were last written at this second. */
static void add_run(const char *name, time_t second) {
  char path[400];
  snprintf(path, sizeof path, "%s/%s", results, name);
  assert_int_equal(mkdir(path, 0755), 0);
  strcat(path, "/samples.csv");
  close(open(path, O_WRONLY | O_CREAT, 0644));
  assert_int_equal(utimensat(AT_FDCWD, path, (const struct timespec[]){{.tv_sec = second}, {.tv_sec = second}}, 0), 0);
}

/* Names of one second would go by the alphabet of machine and configuration. */
static void the_newest_of_one_second_is_the_last_written(void **state) {
  (void)state;
  char folder[400];
  add_run("20260101-000001-m-zebra", 10);
  add_run("20260101-000001-m-ant", 12);
  add_run("20260101-000001-m-ant-2", 11);
  add_run("20260101-000000-m-yak", 90);
  snprintf(run, sizeof run, "%s/a-run", results);
  static const char *const order[] = {"a-run", "20260101-000001-m-ant", "20260101-000001-m-ant-2",
                                      "20260101-000001-m-zebra", "20260101-000000-m-yak"};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    char word[8];
    snprintf(word, sizeof word, "@%zu", i);
    snprintf(folder, sizeof folder, "%s/%s", results, order[i]);
    expect_found(word, folder, NULL);
  }
}

static void a_run_whose_rows_are_gone_is_told(void **state) {
  (void)state;
  char path[400];
  snprintf(path, sizeof path, "%s/samples.csv", run);
  assert_int_equal(unlink(path), 0);
  expect_found(run, NULL, "/a-run/samples.csv: missing, so the run has no rows");
  expect_found("a-run", NULL, "/a-run/samples.csv: missing, so the run has no rows");
}

/* Root may read all: there, another user looks. */
static void a_run_that_this_user_may_not_read_is_told_by_whatever_name(void **state) {
  (void)state;
  assert_int_equal(chmod(run, 0), 0);
  pid_t pid = fork();
  if (pid == 0) {
    if (getuid() == 0 && (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0))
      _exit(2);
    expect_found(run, NULL, "/a-run: cannot read: Permission denied; check its permissions");
    expect_found("a-run", NULL, "/a-run: cannot read: Permission denied; check its permissions");
    _exit(0);
  }
  int status = -1;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_run_is_found_by_path_name_and_number, begin, end),
      cmocka_unit_test_setup_teardown(the_newest_of_one_second_is_the_last_written, begin, end),
      cmocka_unit_test_setup_teardown(a_run_whose_rows_are_gone_is_told, begin, end),
      cmocka_unit_test_setup_teardown(a_run_that_this_user_may_not_read_is_told_by_whatever_name, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
