/* Runs an external program from start to end, without a shell, under a keeper. */
#ifndef NWAY_SPAWN_H
#define NWAY_SPAWN_H

#include <signal.h>
#include <stdint.h>

struct spawn {
  const char *const *argv;        /* NULL at the end; argv[0] is looked for on PATH */
  const char *const *environment; /* NULL at the end; or NULL for the caller's own */
  int output;                     /* its stdout and stderr, with nothing on its stdin; SPAWN_INHERIT: all three ours */
  int folder;                     /* where it runs; SPAWN_INHERIT: where the caller does */
  int64_t limit_ns;               /* then TERM, KILL, for all that it started; 0: no limit */
  const volatile sig_atomic_t *stop; /* the same once it is non-zero; may be NULL */
};

enum { SPAWN_INHERIT = -1, SPAWN_NOT_STARTED = -1, SPAWN_TIMEOUT = -2, SPAWN_STOPPED = -3 };

/* Returns its exit code, 128 + signal if it died of one, or one of the above; errno says why it was not started.
 * Nothing that it started is alive afterwards, nor once the caller has died, by whatever signal. */
int spawn_run(const struct spawn *spawn);

#endif
