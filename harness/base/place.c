/* Opens, creates and replaces files with openat in folders opened once; never follows links inside them. */
#include "place.h"

#include "limits.h"
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const struct place *place, const char *name, const char *what, int error, struct fault *fault) {
  char why[LIMIT_TEXT];
  return fault_set(fault, EXIT_UNDECIDED, "%s/%s: %s: %s", place->path, name, what, error_text(error, why, sizeof why));
}

static const char *kind_of(mode_t mode) {
  return S_ISLNK(mode)    ? "a symbolic link"
         : S_ISDIR(mode)  ? "a folder"
         : S_ISFIFO(mode) ? "a FIFO"
                          : "not a plain file";
}

static int refuse(const struct place *place, const char *name, mode_t mode, const char *wanted, struct fault *fault) {
  return fault_set(fault, EXIT_USAGE, "%s/%s: is %s, expected %s; remove it", place->path, name, kind_of(mode), wanted);
}

int place_make(const char *path, const char *option, struct fault *fault) {
  char part[4096], why[LIMIT_TEXT];
  for (const char *at = path; *at; at++) {
    at += strspn(at, "/");
    at += strcspn(at, "/");
    snprintf(part, sizeof part, "%.*s", (int)(at - path), path);
    if (mkdir(part, 0777) != 0 && errno != EEXIST)
      return fault_set(fault, EXIT_USAGE, "%s: cannot create the folder: %s; choose another with %s", part,
                       error_text(errno, why, sizeof why), option);
    if (*at == '\0')
      break;
  }
  return 0;
}

int place_open(struct place *place, const char *path, struct fault *fault) {
  snprintf(place->path, sizeof place->path, "%s", path);
  place->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char why[LIMIT_TEXT];
  return place->fd >= 0
             ? 0
             : fault_set(fault, EXIT_USAGE, "%s: cannot open the folder: %s", path, error_text(errno, why, sizeof why));
}

int place_below(struct place *place, const struct place *parent, const char *name, struct fault *fault) {
  struct stat facts;
  place->fd = -1;
  if (snprintf(place->path, sizeof place->path, "%s/%s", parent->path, name) >= (int)sizeof place->path)
    return fault_set(fault, EXIT_USAGE, "%.200s...: the path is too long; choose a shorter one", parent->path);
  if (mkdirat(parent->fd, name, 0777) != 0 && errno != EEXIST)
    return fail(parent, name, "cannot create the folder", errno, fault);
  place->fd = openat(parent->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int error = errno;
  if (place->fd >= 0)
    return 0;
  if (fstatat(parent->fd, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(facts.st_mode))
    return refuse(parent, name, facts.st_mode, "a folder", fault);
  return fail(parent, name, "cannot open the folder", error, fault);
}

void place_close(struct place *place) {
  if (place->fd >= 0)
    close(place->fd);
  place->fd = -1;
}

int place_plain(const struct place *place, const char *name, struct fault *fault) {
  struct stat facts;
  if (fstatat(place->fd, name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? 0 : fail(place, name, "cannot be inspected", errno, fault);
  return S_ISREG(facts.st_mode) ? 0 : refuse(place, name, facts.st_mode, "a plain file", fault);
}

int place_create(const struct place *place, const char *name, struct fault *fault) {
  if (place_plain(place, name, fault) != 0)
    return -1;
  unlinkat(place->fd, name, 0);
  int fd = openat(place->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  return fd >= 0 ? fd : fail(place, name, "cannot create", errno, fault);
}

int place_read(const struct place *place, const char *name, struct fault *fault) {
  if (place_plain(place, name, fault) != 0)
    return -1;
  int fd = openat(place->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  return fd >= 0 ? fd : fail(place, name, "cannot read", errno, fault);
}

int place_rename(const struct place *place, const char *from, const char *to, struct fault *fault) {
  if (place_plain(place, to, fault) != 0)
    return -1;
  return renameat(place->fd, from, place->fd, to) == 0 ? 0 : fail(place, to, "cannot write", errno, fault);
}

int place_write(const struct place *place, const char *name, const void *bytes, size_t count, struct fault *fault) {
  char temporary[300];
  if (snprintf(temporary, sizeof temporary, "%s.new", name) >= (int)sizeof temporary)
    return fail(place, name, "cannot create", ENAMETOOLONG, fault);
  int fd = place_plain(place, name, fault) == 0 ? place_create(place, temporary, fault) : -1;
  if (fd < 0)
    return -1;
  int error = write_whole(fd, bytes, count) != 0 ? errno : 0;
  if (close(fd) != 0 && !error)
    error = errno;
  int failed = error ? fail(place, name, "cannot write", error, fault) : place_rename(place, temporary, name, fault);
  if (failed)
    unlinkat(place->fd, temporary, 0);
  return failed;
}

int place_write_path(const char *path, const void *bytes, size_t count, struct fault *fault) {
  struct place place;
  const char *slash = strrchr(path, '/');
  char folder[sizeof place.path];
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + (slash == path) : 1, slash ? path : ".");
  if (place_open(&place, folder, fault) != 0)
    return fault_at(fault, "%s", path);
  int failed = place_write(&place, slash ? slash + 1 : path, bytes, count, fault);
  place_close(&place);
  return failed;
}
