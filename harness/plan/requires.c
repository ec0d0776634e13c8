/* Finds out whether what a problem needs beside its kernel is there, by running a command. */
#include "requires.h"

#include "base/words.h"
#include "lib/command_line.h"
#include "process/spawn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The last line that is not empty of what was written to `fd`; "" if there is none. */
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

int requires_check(const char *line, char *why, size_t size, struct fault *fault) {
  struct words words;
  char shown[200], said[150] = "";
  const char *wrong = split_command(line, 1, &words);
  printable(line, shown, sizeof shown);
  if (wrong)
    return fault_set(fault, EXIT_USAGE, "'%s': %s", shown, wrong);
  int output = memfd_create("nway requires", MFD_CLOEXEC);
  int code = spawn_run((const char *const *)words.word, output), error = errno;
  why[0] = '\0';
  if (code < 0)
    snprintf(why, size, "requires '%s', which cannot be run: %s", shown, strerror(error));
  else if (code > 0) {
    last_line(output, said, sizeof said);
    snprintf(why, size, "requires '%s', which ended with exit code %d%s%s", shown, code, said[0] ? ": " : "", said);
  }
  if (output >= 0)
    close(output);
  return 0;
}
