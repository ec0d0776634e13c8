/* Runs one process of nway with a time limit, takes its lines from a pipe and says how it ended. */
#ifndef NWAY_LAUNCH_H
#define NWAY_LAUNCH_H

#include "base/fault.h"
#include "base/states.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAUNCH_FD 3 /* where the child finds the pipe */

struct launch {
  const char *const *argv;              /* arguments of nway itself, NULL at the end; argv[0] is "nway" */
  int64_t limit_ns;                     /* then TERM, grace, KILL, for the whole process group; 0: none */
  const char *const *environment;       /* "NAME=VALUE" of variables to set, NULL at the end; may be NULL */
  size_t padding;                       /* bytes added to the environment, so that its size varies */
  const volatile sig_atomic_t *stop;    /* becomes non-zero when the user wants to stop; may be NULL */
  void (*line)(char *line, void *with); /* each complete line, without its newline; may be cut up */
  void *with;
};

struct outcome {
  enum status status; /* OK, CRASH, EXIT, TIMEOUT, NORES or INTERRUPTED */
  char note[600];     /* why, with the last output of the process; empty if ok */
  int64_t wall_ns;    /* from its start until nothing of it was left */
  int left;           /* of its processes: that could not be ended; 0 is the rule, -1: some */
  char output[4096];  /* the last of what it wrote to stdout and stderr */
};

/* Runs and waits. `status` is STATUS_OK only if the process told its end by an "end" line and exited with 0.
 * Nothing that it started is alive afterwards, but for outcome->left; nor once the caller has died. -1 if no process
 * could be made at all. */
int launch_run(const struct launch *launch, struct outcome *outcome, struct fault *fault);

/* The path of this program, by /proc or, where there is none, by how it was called; before any chdir. Returns `out`. */
char *launch_self(char *out, size_t size);

#endif
