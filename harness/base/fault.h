/* The error type of nway: a function returns 0 and a result, or -1 and a filled fault. */
#ifndef NWAY_FAULT_H
#define NWAY_FAULT_H

enum exit_code {
  EXIT_FINE = 0,
  EXIT_WRONG = 1,     /* a regression, a wrong result, a failed cell */
  EXIT_USAGE = 2,     /* bad input, reported before measuring starts */
  EXIT_UNDECIDED = 3, /* nothing could be measured */
  EXIT_TIME_LIMIT = 124
};

struct fault {
  int code; /* enum exit_code, for main */
  char text[1024];
};

/* Fills `fault` and returns -1: `return fault_set(fault, EXIT_USAGE, "unknown kernel '%s'", name);` */
int fault_set(struct fault *fault, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same in English whatever the reader's language: for what becomes a note of a row, which is data. */
int fault_note(struct fault *fault, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* fault_set or fault_note, for a caller that chooses. */
typedef int fault_sayer(struct fault *fault, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Fills `fault` with EXIT_UNDECIDED, "out of memory" and returns -1. */
int fault_memory(struct fault *fault);

/* Prefixes the text with "where: ", for a caller that knows the file and line; returns -1. */
int fault_at(struct fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
