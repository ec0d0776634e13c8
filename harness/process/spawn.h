/* Runs an external program from start to end, without a shell, under a keeper. */
#ifndef NWAY_SPAWN_H
#define NWAY_SPAWN_H

#include <signal.h>
#include <stdint.h>

struct spawn {
  const char *const *argv;           /* ends with NULL; argv[0] is searched on PATH */
  const char *const *environment;    /* ends with NULL; NULL: the caller's own */
  int output;                        /* its stdout and stderr; stdin is empty; SPAWN_INHERIT: inherit all three */
  int folder;                        /* working directory; SPAWN_INHERIT: the caller's */
  int64_t limit_ns;                  /* after it TERM, then KILL, to all its processes; 0: no limit */
  const volatile sig_atomic_t *stop; /* stops the program likewise once non-zero; may be NULL */
};

enum { SPAWN_INHERIT = -1, SPAWN_NOT_STARTED = -1, SPAWN_TIMEOUT = -2, SPAWN_STOPPED = -3 };

/* Returns the exit code, 128 + signal if a signal killed the program, or one of the values above; SPAWN_NOT_STARTED
 * sets errno. All its descendants are dead afterwards, also if a signal kills the caller. */
int spawn_run(const struct spawn *spawn);

#endif
