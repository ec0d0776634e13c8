/* Finds earlier runs of the same machine, configuration and programs beside a run's folder. */
#ifndef NWAY_REPORT_EARLIER_H
#define NWAY_REPORT_EARLIER_H

#include "results.h"

/* Lists the folders of the latest such runs before `run`, at most `most`, newest first. A run matches if its machine
 * identity, configuration text, modules and measuring options (all but seed and name) are the same. Skips runs whose
 * run.json is unreadable and runs still in progress. `folders` is NULL if none match; the caller frees each entry and
 * the list. Returns their number. */
size_t earlier_runs(const struct run *, size_t most, char ***folders);

/* Loads them, without those that cannot be read; the caller frees each run and the list. Returns their number. */
size_t earlier_load(const struct run *, size_t most, struct run **runs);

#endif
