/* Takes up a run by its run.json. */
#ifndef NWAY_RESUME_STATE_H
#define NWAY_RESUME_STATE_H

#include "run_state.h"

#include <jansson.h>

/* A whole number of run.json; `part`: the object that holds it, NULL for the root. 0 if it is not one. */
int64_t resume_number(const json_t *json, const char *part, const char *key);

/* Refuses a run that is complete, one that was measured with other inputs (unless they are forced), and values that
 * nway never writes. `path`: of run.json, for messages. */
int resume_check(struct run *run, const json_t *json, const char *path);

/* Restores whether the run has a plan, its rounds, times and notes. */
void resume_state(struct run *run, const json_t *json);

/* Appends "; its command line was: ..." of the run that the options resume, where it can be read. */
void resume_add_command(char *out, size_t size, const struct run_options *);

#endif
