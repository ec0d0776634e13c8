/* Fakes a disk that fails late: by LD_PRELOAD, what FAKE_DISK says happens to files whose path ends in FAKE_DISK_FILE,
 * and a line INJECTED is appended to the file FAKE_DISK_LOG. FAKE_DISK: "sync" (fsync and fdatasync fail with EIO),
 * "close" (close does, after closing), "short" (write writes 2 bytes at most). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_hit(int fd, const char *fault) {
  const char *asked = getenv("FAKE_DISK"), *name = getenv("FAKE_DISK_FILE");
  char link[64], path[4096];
  int error = errno;
  if (!asked || !name || strcmp(asked, fault) != 0)
    return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1), length = (ssize_t)strlen(name);
  errno = error;
  if (n < length || memcmp(path + n - length, name, (size_t)length) != 0)
    return 0;
  int log = (int)syscall(SYS_open, getenv("FAKE_DISK_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0 || syscall(SYS_write, log, "INJECTED\n", 9) != 9)
    abort();
  syscall(SYS_close, log);
  return 1;
}

int fsync(int fd) { return is_hit(fd, "sync") ? (errno = EIO, -1) : (int)syscall(SYS_fsync, fd); }

int fdatasync(int fd) { return is_hit(fd, "sync") ? (errno = EIO, -1) : (int)syscall(SYS_fdatasync, fd); }

int close(int fd) {
  int hit = is_hit(fd, "close"), failed = (int)syscall(SYS_close, fd);
  return hit ? (errno = EIO, -1) : failed;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  return syscall(SYS_write, fd, bytes, count > 2 && is_hit(fd, "short") ? 2 : count);
}
