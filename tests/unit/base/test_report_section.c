/* Tests what the section [report] of a configuration accepts, and what it refuses with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/report_section.h"

static char results[64], run[100], samples[128];

/* A results folder with one run. */
static int make_results(void **state) {
  (void)state;
  strcpy(results, "/tmp/nway-test-XXXXXX");
  if (!mkdtemp(results))
    return -1;
  snprintf(run, sizeof run, "%s/20260101-a", results), snprintf(samples, sizeof samples, "%s/samples.csv", run);
  FILE *file = mkdir(run, 0777) == 0 ? fopen(samples, "w") : NULL;
  return file ? fclose(file) : -1;
}

static int drop_results(void **state) {
  (void)state;
  return unlink(samples) | rmdir(run) | rmdir(results);
}

static int check(const char *text, struct fault *why) {
  struct config config;
  assert_int_equal(config_read_text("c.conf", text, &config, why), 0);
  int result = report_section_check(&config, results, why);
  config_free(&config);
  return result;
}

static void a_reference_that_is_there_is_accepted(void **state) {
  (void)state;
  struct fault why = {0};
  struct config config;
  assert_int_equal(check("[run]\nrounds = 6\n", &why), 0);
  assert_int_equal(check("[report]\n", &why), 0);
  assert_int_equal(check("[report]\nreference = 20260101-a\n", &why), 0);
  assert_int_equal(config_read_text("c.conf", "[run]\n[report]\nreference = x\n", &config, &why), 0);
  assert_string_equal(report_reference(&config)->value, "x");
  assert_int_equal(report_reference(&config)->line, 3);
  config_free(&config);
}

static void what_is_wrong_is_refused_with_its_line(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"[report]\nreferrence = x\n", "c.conf:2: unknown setting 'referrence'; did you mean 'reference'?"},
      {"[report]\nreference = 20260101-b\n", "c.conf:2: '20260101-b': no such run"},
      {"[report]\nreference = gone.html\n", "c.conf:2: 'gone.html': no such run"},
      {"[report]\nreference = @1\n", "c.conf:2: '@N' is another run after each run"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct fault why = {0};
    assert_int_equal(check(cases[i][0], &why), -1);
    if (!strstr(why.text, cases[i][1]))
      fail_msg("%s", why.text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reference_that_is_there_is_accepted),
      cmocka_unit_test(what_is_wrong_is_refused_with_its_line),
  };
  return cmocka_run_group_tests(tests, make_results, drop_results);
}
