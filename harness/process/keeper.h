/* The process between nway and a program that it starts: it ends the program and all that the program leaves, also when
 * nway itself has been killed. */
#ifndef NWAY_KEEPER_H
#define NWAY_KEEPER_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What is run, without a shell. */
struct program {
  const char *const *argv;        /* NULL at the end; argv[0] is looked for on PATH */
  const char *path;               /* the file to run instead of argv[0], or NULL; tried first is /proc/self/exe */
  const char *const *environment; /* NULL at the end; or NULL for the caller's own */
  int output;                     /* its stdout and stderr, with /dev/null as its stdin; -1: the caller's three */
  int extra, as;                  /* one more descriptor, and its number in the program; extra -1: none */
  int folder;                     /* where it runs; -1: where the caller does */
};

struct keeper {
  pid_t pid;
  int leash; /* readable once there is a report; its end is how the keeper learns of our death */
};

/* How a program ended. */
struct ending {
  int status; /* as waitpid gives it */
  int left;   /* processes that could not be ended within 10 s; -1: some, but not known how many */
};

/* Starts a keeper and by it the program, as the leader of a session of its own that is killed when its keeper dies.
 * Returns 0 once the program runs; -1 with errno and a fault ("cannot be started: ...") if it does not. */
int keeper_start(struct keeper *keeper, const struct program *program, struct fault *fault);

/* Sends a signal to the program's group and to the program. Does nothing once it has ended. */
void keeper_signal(const struct keeper *keeper, int signal_number);

/* Waits for the report, which comes when nothing of the program is left, and closes the keeper. False if the keeper was
 * killed. */
bool keeper_end(struct keeper *keeper, struct ending *ending);

#endif
