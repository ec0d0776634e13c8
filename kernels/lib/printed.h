/* Finds the time or the rate that a program printed, by a regular expression. */
#ifndef NWAY_PRINTED_H
#define NWAY_PRINTED_H

#include <stddef.h>

enum { TAIL_BYTES = 4096 };

/* The end of what a program wrote, at least its last TAIL_BYTES. */
struct tail {
  char text[2 * TAIL_BYTES + 1];
  size_t length;
};

/* Adds what the program wrote next. */
void tail_keep(struct tail *tail, const char *block, size_t length);
/* Adds the end of a file. */
void tail_read(struct tail *tail, int fd);

/* What is wrong with the extended regular expression, whose first group is to hold `what`; NULL if nothing is. Writes
 * to `out`. */
const char *printed_fault(const char *pattern, const char *what, char *out, size_t size);

/* The last match, in seconds; 0: none, or no time of an execution. A second group is the unit: ms, us, ns, min; any
 * other is s. */
double printed_seconds(const struct tail *tail, const char *pattern);

/* The last match, a number above 0; 0: none. A second group that begins with k, M, G or T multiplies it, by powers of
 * 1024 where an i follows: "12.5 (GiB)". */
double printed_rate(const struct tail *tail, const char *pattern);

#endif
