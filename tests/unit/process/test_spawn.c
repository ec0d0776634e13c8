/* Tests that an external program is run to its end, within its limit, and leaves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/spawn.h"
#include "process/stop.h"

static volatile sig_atomic_t stop;
static const int64_t second = 1000000000;

/* Runs a script of sh; `said` gets what it wrote. */
static int run_sh(const char *script, int64_t limit_ns, char *said, size_t size) {
  const char *const argv[] = {"sh", "-c", script, NULL};
  int output = memfd_create("output", MFD_CLOEXEC);
  int code = spawn_run(
      &(struct spawn){.argv = argv, .output = output, .folder = SPAWN_INHERIT, .limit_ns = limit_ns, .stop = &stop});
  ssize_t n = pread(output, said, size - 1, 0);
  said[n > 0 ? n : 0] = '\0';
  close(output);
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  return code;
}

static void every_way_to_end_has_its_code(void **state) {
  (void)state;
  static const struct {
    const char *script;
    int code;
    const char *said;
  } table[] = {{"echo out; echo err >&2", 0, "out\nerr\n"},
               {"exit 7", 7, ""},
               {"kill -9 $$", 128 + 9, ""},
               {"cat; echo end", 0, "end\n"},           /* nothing on its stdin */
               {"sleep 30 & echo first", 0, "first\n"}, /* what it leaves is not waited for */
               {"sleep 30", SPAWN_TIMEOUT, ""},
               {"trap '' TERM; sleep 30; sleep 30", SPAWN_TIMEOUT, ""}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    char said[200];
    bool ends = table[i].code != SPAWN_TIMEOUT;
    int code = run_sh(table[i].script, ends ? 25 * second : second / 5, said, sizeof said);
    if (code != table[i].code || strcmp(said, table[i].said) != 0)
      fail_msg("%s: %d, '%s'", table[i].script, code, said);
  }
}

/* Issue 12.5: by the number that the script wrote, the program that fled is looked for. */
static void what_flees_is_ended(void **state) {
  (void)state;
  for (int timeout = 0; timeout < 2; timeout++) {
    char said[200];
    int code = run_sh(timeout ? "setsid sleep 30 & echo $!; sleep 30" : "setsid sleep 30 & echo $!",
                      timeout ? second / 2 : 25 * second, said, sizeof said);
    assert_int_equal(code, timeout ? SPAWN_TIMEOUT : 0);
    assert_true(atoi(said) > 1);
    assert_int_equal(kill(atoi(said), 0), -1);
    assert_int_equal(errno, ESRCH);
  }
}

static void a_request_to_stop_ends_it(void **state) {
  (void)state;
  char said[20];
  stop = SIGTERM;
  int code = run_sh("sleep 30", 0, said, sizeof said);
  stop = 0;
  assert_int_equal(code, SPAWN_STOPPED);
}

static void what_cannot_be_started_has_its_errno(void **state) {
  (void)state;
  static const struct {
    const char *program;
    int error;
  } table[] = {{"/no/such/program", ENOENT}, {"no-such-program-on-path", ENOENT}, {"/dev/null", EACCES}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const char *const argv[] = {table[i].program, NULL};
    errno = 0;
    int code = spawn_run(&(struct spawn){.argv = argv, .output = STDERR_FILENO, .folder = SPAWN_INHERIT});
    if (code != SPAWN_NOT_STARTED || errno != table[i].error)
      fail_msg("%s: %d, %s", table[i].program, code, strerror(errno));
  }
}

/* Issue 12.15: in a child, whose limits end with it. */
static void a_lack_of_descriptors_is_told(void **state) {
  (void)state;
  pid_t pid = fork();
  if (pid == 0) {
    const char *const argv[] = {"true", NULL};
    struct rlimit few = {4, 4};
    setrlimit(RLIMIT_NOFILE, &few);
    errno = 0;
    int code = spawn_run(&(struct spawn){.argv = argv, .output = STDERR_FILENO, .folder = SPAWN_INHERIT});
    _exit(code == SPAWN_NOT_STARTED && errno == EMFILE ? 0 : 1);
  }
  int status = -1;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void it_runs_where_and_with_what_it_is_told(void **state) {
  (void)state;
  const char *const argv[] = {"sh", "-c", "pwd; echo $ONLY; env | wc -l", NULL};
  const char *const environment[] = {"ONLY=this", "PATH=/usr/bin:/bin", "PWD=/usr", NULL};
  int output = memfd_create("output", MFD_CLOEXEC), folder = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char said[200] = "";
  int code = spawn_run(&(struct spawn){.argv = argv, .environment = environment, .output = output, .folder = folder});
  assert_true(pread(output, said, sizeof said - 1, 0) > 0);
  assert_int_equal(code, 0);
  assert_non_null(strstr(said, "/usr\nthis\n"));
  close(output), close(folder);
}

/* nohup(1) has its child ignore SIGHUP. The other signals stop it also where a shell started it in the background. In a
 * child, whose signals end with it. */
static void a_hangup_that_is_ignored_from_the_start_stays_ignored(void **state) {
  (void)state;
  static const struct {
    int number;
    bool ignored, stops;
  } table[] = {{SIGHUP, true, false}, {SIGHUP, false, true}, {SIGINT, true, true}, {SIGTERM, true, true}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
      signal(table[i].number, table[i].ignored ? SIG_IGN : SIG_DFL);
      stop_on_signals();
      raise(table[i].number);
      _exit(*stop_flag() == (table[i].stops ? table[i].number : 0) ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
      fail_msg("signal %d, %s before: status %d", table[i].number, table[i].ignored ? "ignored" : "not", status);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_way_to_end_has_its_code),
      cmocka_unit_test(what_flees_is_ended),
      cmocka_unit_test(a_request_to_stop_ends_it),
      cmocka_unit_test(what_cannot_be_started_has_its_errno),
      cmocka_unit_test(a_lack_of_descriptors_is_told),
      cmocka_unit_test(it_runs_where_and_with_what_it_is_told),
      cmocka_unit_test(a_hangup_that_is_ignored_from_the_start_stays_ignored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
