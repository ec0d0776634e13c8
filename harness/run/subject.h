/* What a run measures: a configuration's problems, a module's kernels, or the programs of the command line. */
#ifndef NWAY_SUBJECT_H
#define NWAY_SUBJECT_H

#include "run_state.h"

/* Reads the configuration: --config, else configs/default.conf, else built-in settings without problems. `pattern` gets
 * the kernels of --module where nothing else says what to measure. */
int subject_read(struct run *run, char *pattern, size_t size);

/* Adds the programs and the parameters of the command line to the configuration. */
int subject_add(struct run *run);

/* Refuses a kernel of --module that the plan does not measure. */
int subject_check(struct run *run);

#endif
