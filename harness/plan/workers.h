/* Lists of worker counts as users write them, and which of them to leave out when time is short. */
#ifndef NWAY_WORKERS_H
#define NWAY_WORKERS_H

#include "base/fault.h"
#include "variant.h"

#include <stdbool.h>

#define COUNTS_MAX 64 /* worker counts in one list */

struct counts {
  int count;
  int workers[COUNTS_MAX]; /* ascending, each once */
};

/* Puts one count in its place, once. */
int workers_add(struct counts *counts, int workers, struct fault *fault);

/* What the words in a list stand for on this machine. */
struct capacity {
  int usable; /* CPUs: `max`; twice as many, oversubscribed on purpose: `2x` */
  int cores;  /* physical cores among them: `phys`; 0 unknown */
};

/* "1,2,4..max": numbers, `max`, `phys`, `2x`, and a..b: every count from a to b, or doubling where the number before
 * a is half of a; b is always in, and a word as b may be less than a. Refuses 0, signs, other words, `phys` where the
 * cores are not known, and more than WORKERS_MAX; only `max` and `phys` are cut to that. */
int workers_parse(const char *text, struct capacity capacity, struct counts *counts, struct fault *fault);

/* True if the list names `word`, one of those above. */
bool workers_names(const char *text, const char *word);

/* All counts up to 8, powers of two above, the physical cores where they are known, and the usable CPUs. */
void workers_default(struct capacity capacity, struct counts *counts);

/* Takes out the count that says least: the one whose neighbours are nearest to each other on a log scale.
 * Never 1, 2 or the largest. Returns the count taken out, or 0 if none can go. */
int workers_thin(struct counts *counts);

#endif
