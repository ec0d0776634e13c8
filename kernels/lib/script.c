/* Says before a start whether a file that may be executed can be: a script needs its interpreter. */
#include "script.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HEAD = 256 };

/* Reads the first bytes of a file, at most HEAD, and ends them. Returns how many, or -1. */
static ssize_t read_head(const char *path, char head[HEAD + 1]) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t n = fd >= 0 ? read(fd, head, HEAD) : -1;
  if (fd >= 0)
    close(fd);
  head[n > 0 ? n : 0] = '\0';
  return n;
}

/* Other formats than ELF may be known to the system; what holds a zero byte is none of text. */
static int is_text(const char *head, ssize_t n) { return n > 0 && !memchr(head, '\0', (size_t)n); }

const char *script_fault(const char *path, char *out, size_t size) {
  char head[HEAD + 1];
  ssize_t n = read_head(path, head);
  if (!is_text(head, n))
    return NULL;
  if (strncmp(head, "#!", 2) != 0)
    return snprintf(out, size, "'%.60s' has no '#!' line, so only a shell runs it; write 'sh %.60s', or --shell", path,
                    path),
           out;
  char *interpreter = head + 2 + strspn(head + 2, " \t");
  interpreter[strcspn(interpreter, " \t\r\n")] = '\0';
  if (*interpreter && access(interpreter, X_OK) == 0)
    return NULL;
  return snprintf(out, size,
                  "'%.60s' is a script, and its interpreter '%.60s' is missing; install it, or mend its first line",
                  path, interpreter),
         out;
}
