/* Runs a program, with or without a shell, and says what is wrong with a command line before anything runs. */
#ifndef NWAY_PROGRAM_H
#define NWAY_PROGRAM_H

#include <stddef.h>
#include <sys/types.h>

struct program {
  const char *line;        /* program and arguments, quoted as in a shell; {workers} and {workers-1} are replaced */
  const char *const *argv; /* instead of `line`, its words, which end with NULL; NULL: none */
  int workers;             /* what replaces them */
  int shell;               /* run by sh -c */
  const char *input;       /* file that is its stdin; NULL or "": /dev/null */
  int input_fd;            /* where `input` is NULL, its stdin, at its current offset; 0: none */
  int output_fd;           /* its stdout; 0: /dev/null */
  int all_output;          /* output_fd is its stderr too */
  int counters_fd;         /* duplicated to the descriptor counters_as; 0 or less: none */
  int counters_as;
  const char *folder; /* its working folder; NULL or "": the caller's */
};

enum { PROGRAM_LINE_BYTES = 4096 };

/* Copies text with {workers} and {workers-1} replaced; -1 if it does not fit. */
int program_fill(const char *text, int workers, char *out, size_t size);

/* Starts the program; the caller waits for it. Returns 0, or an errno. */
int program_start(const struct program *program, pid_t *pid);

/* Waits for it; returns its status as waitpid gives it, or -1. */
int program_wait(pid_t pid);

/* Runs the program to its end. Returns 0, or an errno if it could not be started; `status` as waitpid gives it. */
int program_run(const struct program *program, int *status);

/* Writes what is wrong with a placeholder of the text, outside quotes: {threads}, {workers*2}, {{workers}}. `shell`: a
 * shell reads the text, so that ${name} is its own. Returns `out`, or NULL if nothing is wrong. */
const char *program_misspelt(const char *text, int shell, char *out, size_t size);

/* Writes what is wrong with the line: a word that only a shell understands, an unknown placeholder, a program that is
 * not there. Returns `out`, or NULL if nothing is wrong. */
const char *program_fault(const struct program *program, char *out, size_t size);

#endif
