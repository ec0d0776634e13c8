/* Lists of worker counts: parsing, defaults, and thinning when time is short. */
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

/* Inserts a count in order, unless it is there; -1 and a fault if the list is full. */
int workers_add(struct counts *counts, int workers, struct fault *fault);

/* The values of the words in a list on this machine. */
struct capacity {
  int usable; /* usable CPUs: `max`; `2x` is twice as many, to oversubscribe on purpose */
  int cores;  /* physical cores among them: `phys`; 0: unknown */
};

/* "1,2,4..max": parses a list of numbers, `max`, `phys`, `2x` and ranges. a..b is every count from a to b or, if the
 * number before a is half of a, doubles from a up to b. b is always included; if b is a word, it may be less than a.
 * Refuses 0, signs, unknown words, `phys` where the cores are unknown, and counts above WORKERS_MAX, to which only
 * `max` and `phys` are cut. */
int workers_parse(const char *text, struct capacity capacity, struct counts *counts, struct fault *fault);

/* True if the list contains `word`, one of those above. */
bool workers_names(const char *text, const char *word);

/* All counts up to 8, powers of two above, the physical cores where they are known, and the usable CPUs. */
void workers_default(struct capacity capacity, struct counts *counts);

/* Removes the least informative count: the one whose neighbours are nearest to each other on a log scale. Keeps 1, 2
 * and the largest. Returns the count removed, or 0 if none can be. */
int workers_thin(struct counts *counts);

#endif
