/* Resolves the user's name for a run: a folder, @N, or a name below the results folder. Measuring and reporting share
 * it. */
#ifndef NWAY_FIND_RUN_H
#define NWAY_FIND_RUN_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>

/* Folder below the results with a link to each run that --save named. */
#define SAVED_RUNS ".saved"

/* Lists the run folders under `results`, newest first (names begin with the date); none if it cannot be read. Returns
 * 0, or -1 and a fault without memory. Free with runs_free in both cases. */
int runs_list(const char *results, char ***names, size_t *count, struct fault *fault);
void runs_free(char **names, size_t count);

/* Whether --save may give a run this name: letters, digits, '-', '_' and '.', not first. */
bool run_may_be_called(const char *name);

/* Resolves `word` (a folder, @N for the N-th newest run, a name below `results` or one that --save gave) to a folder
 * that has a samples.csv. Returns 0, or -1 and a fault that suggests the nearest name or repeats that of run_is_plain.
 */
int find_run(const char *results, const char *word, char *folder, size_t size, struct fault *fault);

/* Checks a run's folder, which may come from an untrusted source. Returns 0 if each of its files is a regular file or
 * missing, else -1 and a fault that names the link, FIFO or other object. */
int run_is_plain(const char *folder, struct fault *fault);

#endif
