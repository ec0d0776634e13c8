/* Names the resource limit that caused a system error. */
#include "limits.h"

#include "words.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* What nway needs at the least, in units. */
struct need {
  enum __rlimit_resource resource;
  const char *option, *what;
  rlim_t unit, least;
};

static const struct limit {
  int error;
  enum __rlimit_resource resource;
  const char *option; /* of the shell's ulimit */
  rlim_t unit;        /* bytes per unit of ulimit; 1: it counts objects, not bytes */
} limits[] = {{EMFILE, RLIMIT_NOFILE, "-n", 1}, {EFBIG, RLIMIT_FSIZE, "-f", 1024}, {EAGAIN, RLIMIT_NPROC, "-u", 1}};

char *error_text(int error, char *out, size_t size) {
  struct rlimit limit;
  snprintf(out, size, "%s", strerror(error));
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    if (limits[i].error == error && getrlimit(limits[i].resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      append(out, size, " (limited to %llu by 'ulimit %s'; raise it)",
             (unsigned long long)(limit.rlim_cur / limits[i].unit), limits[i].option);
  if (error == ENOSPC)
    append(out, size, " (free disk space or choose another folder)");
  return out;
}

static int check(const struct need *need, struct fault *fault) {
  struct rlimit limit;
  if (getrlimit(need->resource, &limit) != 0 || limit.rlim_cur / need->unit >= need->least)
    return 0;
  return fault_set(fault, EXIT_USAGE, "only %llu %s (limited by 'ulimit %s'); nway needs %llu: raise it",
                   (unsigned long long)(limit.rlim_cur / need->unit), need->what, need->option,
                   (unsigned long long)need->least);
}

int limits_check_stack(struct fault *fault) {
  static const struct need stack = {RLIMIT_STACK, "-s", "KiB of stack", 1024, 2048};
  return check(&stack, fault);
}

int limits_check_files(struct fault *fault) {
  static const struct need files = {RLIMIT_NOFILE, "-n", "file descriptors", 1, 64};
  return check(&files, fault);
}

void limits_report_file_size(void) { signal(SIGXFSZ, SIG_IGN); }
