/* Runs one process of nway with a time limit, reads its lines from a pipe and reports how it ended. */
#ifndef NWAY_LAUNCH_H
#define NWAY_LAUNCH_H

#include "base/fault.h"
#include "base/states.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAUNCH_FD 3 /* descriptor of the pipe in the child */
enum { LAUNCH_STACK = 160 << 10 };

struct launch {
  const char *const *argv;              /* arguments of nway, ends with NULL; argv[0] is "nway" */
  int64_t limit_ns;                     /* after it TERM, then KILL 0.3 s later, to the process group; 0: no limit */
  const char *const *environment;       /* variables to set, as "NAME=VALUE", ends with NULL; may be NULL */
  size_t padding;                       /* bytes added to the environment to vary its size */
  const volatile sig_atomic_t *stop;    /* non-zero once the user asked to stop; may be NULL */
  void (*line)(char *line, void *with); /* called for each complete line, without newline; may modify it */
  void *with;
  size_t with_bytes; /* of what `with` points to and `line` writes to; may be 0 */
};

struct outcome {
  enum status status; /* OK, CRASH, EXIT, TIMEOUT, NORES or INTERRUPTED */
  char note[600];     /* reason and last output of the process; empty if ok */
  int64_t wall_ns;    /* from its start until its last descendant ended */
  int background;     /* processes that it left running when it had ended with exit code 0; they are dead too */
  char name[16];      /* that of one of them */
  int left;           /* processes that could not be killed, normally 0; -1: unknown */
  char output[4096];  /* the end of its stdout and stderr */
};

/* Runs the process and waits for it. While the process starts, touches the memory that its lines will be handled in
 * (`with`, and LAUNCH_STACK bytes of stack), so that `line` causes no page faults beside what the process times: after
 * a fork each first write to a page is one. `status` is STATUS_OK only if the process wrote an "end" line and exited
 * with 0. All its descendants are dead afterwards except outcome->left, also if the caller dies. Returns -1 and a fault
 * if the process cannot be created. */
int launch_run(const struct launch *launch, struct outcome *outcome, struct fault *fault);

/* Writes the path of this program, from /proc or, without /proc, from its command name; call it before any chdir.
 * Returns `out`. */
char *launch_self(char *out, size_t size);

#endif
