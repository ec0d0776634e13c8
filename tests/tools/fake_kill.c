/* Fakes a blow that falls at a certain row: by LD_PRELOAD, a process that has written FAKE_KILL_LINES lines to a
 * samples.csv ends by SIGKILL, right behind the last of them. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long lines;

static int is_samples(int fd) {
  static const char name[] = "/samples.csv";
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path);
  return n >= (ssize_t)(sizeof name - 1) && memcmp(path + n - (sizeof name - 1), name, sizeof name - 1) == 0;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  const char *most = getenv("FAKE_KILL_LINES");
  ssize_t n = syscall(SYS_write, fd, bytes, count);
  if (n <= 0 || !most || !is_samples(fd))
    return n;
  for (const char *at = bytes; at < (const char *)bytes + n; at++)
    lines += *at == '\n';
  if (lines >= atol(most))
    raise(SIGKILL);
  return n;
}
