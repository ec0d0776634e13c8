/* The keeper: a process between nway and a program. It kills the program and all of its descendants, even after nway
 * itself was killed. */
#ifndef NWAY_KEEPER_H
#define NWAY_KEEPER_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A program to run without a shell. */
struct program {
  const char *const *argv;        /* ends with NULL; argv[0] is searched on PATH */
  const char *path;               /* nway's own file, run if /proc/self/exe fails; NULL: run argv[0] */
  const char *const *environment; /* ends with NULL; NULL: the caller's own */
  int output;                     /* its stdout and stderr; stdin is /dev/null; -1: inherit all three */
  int extra, as;                  /* one more descriptor and its number in the program; extra -1: none */
  int folder;                     /* working directory; -1: the caller's */
};

struct keeper {
  pid_t pid;
  int channel; /* socket to the keeper: readable once the report arrived; its close tells the keeper that nway died */
  bool alone;  /* the caller had no other child: what it inherits from a killed keeper is the program's */
};

/* How a program ended. */
struct ending {
  int status;     /* wait status, as from waitpid */
  int left;       /* processes still alive after 10 s of SIGKILL; -1: unknown */
  int background; /* processes, each with its own, that ran on when the program had ended with exit code 0, and were
                     killed */
  char name[16];  /* that of one of them, as in /proc/PID/comm */
};

/* Starts a keeper, which starts the program as the leader of its own session; the program is killed if the keeper dies.
 * Returns 0 once the program runs, or the keeper was killed before it could say so; -1 with errno and a fault ("cannot
 * be started: ..."). */
int keeper_start(struct keeper *keeper, const struct program *program, struct fault *fault);

/* Sends a signal to the program and its process group; does nothing after the program ended.
 * Wakes a keeper that the program stopped. SIGKILL also kills a keeper that the program holds by ptrace(2): keeper_end
 * then returns false. */
void keeper_signal(const struct keeper *keeper, int signal_number);

/* Waits for the report, sent when no descendant of the program is left, and closes the keeper. Returns false if the
 * keeper was killed: the caller, which keeper_start made a subreaper (prctl(2)), then inherits what the program left,
 * and kills it here. That is not possible if the caller had other children when it called keeper_start: `left` is then
 * -1. */
bool keeper_end(struct keeper *keeper, struct ending *ending);

#endif
