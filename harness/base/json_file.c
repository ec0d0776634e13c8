/* Reads JSON from a file that may come from a stranger. */
#include "json_file.h"

#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const off_t bytes_most = 16 << 20;

/* Reads through stdio: json_loadfd calls read() for every byte. */
static json_t *read_file(FILE *file, const char *path, const char *advice, struct fault *fault) {
  char shown[200];
  struct stat about;
  json_error_t error;
  if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > bytes_most) {
    fault_set(fault, EXIT_USAGE, "%s: not a regular file of at most 16 MiB; %s", path, advice);
    return NULL;
  }
  json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
  if (!root)
    fault_set(fault, EXIT_USAGE, "%s:%d: %s; %s", path, error.line > 0 ? error.line : 1,
              printable(error.text, shown, sizeof shown), advice);
  return root;
}

json_t *json_file_read(const char *path, const char *advice, struct fault *fault) {
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
  if (!file) {
    fault_set(fault, EXIT_USAGE, "%s: cannot be read: %s; %s", path, strerror(errno), advice);
    if (fd >= 0)
      close(fd);
    return NULL;
  }
  json_t *root = read_file(file, path, advice, fault);
  fclose(file);
  return root;
}
