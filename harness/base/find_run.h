/* Which run a user means: a folder, @N, or a name below the results; the same words for measuring and reporting. */
#ifndef NWAY_FIND_RUN_H
#define NWAY_FIND_RUN_H

#include "fault.h"

#include <stddef.h>

/* The names of the run folders under `results`, newest first: they begin with the date. Free each and the list; NULL
 * if there is none. Returns how many. */
size_t runs_list(const char *results, char ***names);
void runs_free(char **names, size_t count);

/* From the user's word (a folder, @N: the N-th newest, or a name below `results`) to a folder with a samples.csv, in
 * `folder`. 0, or -1 and a fault that names the nearest, or what run_is_plain refuses. */
int find_run(const char *results, const char *word, char *folder, size_t size, struct fault *fault);

/* A run's folder may come from a stranger: 0 if its files are plain files or missing, and its folders folders; else -1
 * and the one that is a link, a FIFO or another thing, by name. */
int run_is_plain(const char *folder, struct fault *fault);

#endif
