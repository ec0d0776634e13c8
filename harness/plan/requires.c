/* Runs the command that checks a problem's requirements. */
#include "requires.h"

#include "base/limits.h"
#include "base/translate.h"
#include "base/words.h"
#include "lib/command_line.h"
#include "process/spawn.h"
#include "process/stop.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Reads the last line of `fd` that is not empty; "" if there is none. */
static void last_line(int fd, char *out, size_t size) {
  char tail[1001], line[1001] = "";
  off_t end = lseek(fd, 0, SEEK_END);
  ssize_t n = pread(fd, tail, sizeof tail - 1, end > 1000 ? end - 1000 : 0);
  tail[n > 0 ? n : 0] = '\0';
  for (char *rest = tail, *next; (next = strsep(&rest, "\n"));)
    if (*next)
      snprintf(line, sizeof line, "%s", next);
  printable(line, out, size);
}

int requires_check(const char *line, int64_t limit_ns, char *why, size_t size, struct fault *fault) {
  struct words words;
  char shown[200], last[150] = "", error[LIMIT_TEXT], limit[32];
  const char *wrong = split_command(line, 1, &words);
  printable(line, shown, sizeof shown);
  if (wrong)
    return fault_set(fault, EXIT_USAGE, "'%s': %s", shown, wrong);
  int output = memfd_create("nway requires", MFD_CLOEXEC);
  int code = output < 0 ? SPAWN_NOT_STARTED
                        : spawn_run(&(struct spawn){.argv = (const char *const *)words.word,
                                                    .output = output,
                                                    .folder = SPAWN_INHERIT,
                                                    .limit_ns = limit_ns,
                                                    .stop = stop_flag()});
  error_text(errno, error, sizeof error);
  why[0] = '\0';
  if (code == SPAWN_NOT_STARTED)
    snprintf(why, size, N_("requires '%s', which cannot be run: %s"), shown, error);
  else if (code == SPAWN_TIMEOUT)
    snprintf(why, size, N_("requires '%s', which did not end within %s"), shown,
             format_duration(limit_ns, limit, sizeof limit));
  else if (code > 0) {
    last_line(output, last, sizeof last);
    snprintf(why, size, N_("requires '%s', which ended with exit code %d%s%s"), shown, code, last[0] ? ": " : "", last);
  }
  if (output >= 0)
    close(output);
  if (code == SPAWN_STOPPED)
    return fault_set(fault, EXIT_UNDECIDED, "'%s': stopped by the user", shown);
  return 0;
}
