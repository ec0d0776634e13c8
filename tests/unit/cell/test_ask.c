/* Tests how a kernel's check is asked: its reason comes back, and whatever else it does harms nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "cell/ask.h"

static const int64_t second = 1000000000;

static const char *tells(struct job *job) { return job_say(job, "%d is not 7", *(int *)job->memory); }
static const char *finds_nothing(struct job *job) { return (void)job, NULL; }
static const char *dies(struct job *job) { return (void)job, raise(SIGKILL), "dead"; }
static const char *leaves(struct job *job) { return (void)job, _exit(0), "gone"; }
static const char *hangs(struct job *job) {
  for (;;)
    pause();
  return job->message;
}
static const char *is_long(struct job *job) {
  memset(job->message, 'x', sizeof job->message - 1);
  return job->message;
}
static const char *changes(struct job *job) { return *(int *)job->memory = 7, tells(job); }

static const char *ask(const char *(*check)(struct job *), int64_t limit_ns, char *why, size_t size) {
  int answer = 6;
  struct kernel kernel = {.check = check};
  struct job job = {.kernel = &kernel, .memory = &answer};
  memset(why, '?', size);
  ask_check(&job, limit_ns, why, size);
  assert_int_equal(answer, 6);
  assert_string_equal(job.message, "");
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  assert_int_equal(errno, ECHILD);
  return why;
}

static void a_reason_comes_back_and_nothing_else(void **state) {
  (void)state;
  char why[100];
  assert_string_equal(ask(tells, 10 * second, why, sizeof why), "6 is not 7");
  assert_string_equal(ask(changes, 10 * second, why, sizeof why), "7 is not 7");
  assert_string_equal(ask(finds_nothing, 10 * second, why, sizeof why), "");
  assert_string_equal(ask(NULL, 10 * second, why, sizeof why), "");
  assert_int_equal(strlen(ask(is_long, 10 * second, why, sizeof why)), sizeof why - 1);
}

static void a_check_that_cannot_answer_has_no_reason(void **state) {
  (void)state;
  char why[100];
  assert_string_equal(ask(dies, 10 * second, why, sizeof why), "");
  assert_string_equal(ask(leaves, 10 * second, why, sizeof why), "");
  assert_string_equal(ask(hangs, second / 50, why, sizeof why), "");
  assert_string_equal(ask(tells, 0, why, sizeof why), ""); /* there is no time */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reason_comes_back_and_nothing_else),
      cmocka_unit_test(a_check_that_cannot_answer_has_no_reason),
  };
  alarm(60);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
