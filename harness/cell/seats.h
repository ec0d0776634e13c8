/* Binds threads to CPUs, and finds which CPUs the workers' real affinity masks leave them, whoever set the masks. */
#ifndef NWAY_SEATS_H
#define NWAY_SEATS_H

#include "variant.h"

#include <stdbool.h>

/* Fills `mask` with the calling thread's affinity; all 0 if it cannot be read. */
void seats_mask(uint64_t mask[MASK_WORDS]);

/* Binds the calling thread, and what it starts afterwards, to these CPUs. Returns 0, or -1 and errno. */
int seats_bind(const int *cpus, int count);

/* Keeps the calling thread on a CPU ("3"), or on the one where it is ("here"). Returns that CPU; -1 if `where` is NULL
 * or the thread may not be there. */
int seats_stay(const char *where);

/* Fills the masks of the stamps with those of this process's threads, if there are as many as workers: a kernel that
 * brings its own workers has no thread of theirs call nway. Otherwise all but the calling thread's become unknown. */
void seats_of_threads(struct stamps *stamps, int workers);

/* Whether the masks of all workers are known and one differs from `own`, that of the process before it loaded any
 * module. */
bool seats_are_moved(const struct stamps *stamps, int workers, const uint64_t own[MASK_WORDS]);

/* Gives each worker a CPU that its mask allows, as many different CPUs as possible (a maximum matching by augmenting
 * paths: Berge 1957, doi 10.1073/pnas.43.9.842); a worker for whom none is left gets the first of its mask, one without
 * a known mask -1. Returns the number of different CPUs. */
int seats_find(const struct stamps *stamps, int workers, int cpus[WORKERS_MAX]);

#endif
