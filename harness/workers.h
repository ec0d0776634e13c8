/* Lists of worker counts as users write them, and which of them to leave out when time is short. */
#ifndef NWAY_WORKERS_H
#define NWAY_WORKERS_H

#include "fault.h"

#define WORKERS_MAX 1024 /* the largest team */
#define COUNTS_MAX 64    /* worker counts in one list */

struct counts {
  int count;
  int workers[COUNTS_MAX]; /* ascending, each once */
};

/* Puts one count in its place, once. */
int workers_add(struct counts *counts, int workers, struct fault *fault);

/* "1,2,4..max": numbers, `max` (the usable CPUs), and a..b: every count from a to b, or doubling where the
 * number before a is half of a; b is always in. Refuses 0, signs, words and more than WORKERS_MAX. */
int workers_parse(const char *text, int usable, struct counts *counts, struct fault *fault);

/* All counts up to 8, powers of two above, and `usable` itself. */
void workers_default(int usable, struct counts *counts);

/* Takes out the count that says least: the one whose neighbours are nearest to each other on a log scale.
 * Never 1, 2 or the largest. Returns the count taken out, or 0 if none can go. */
int workers_thin(struct counts *counts);

#endif
