/* Runs an external program from start to end, without a shell. */
#ifndef NWAY_SPAWN_H
#define NWAY_SPAWN_H

/* Runs a program found on PATH (argv ends with NULL) with nothing on its input and its output and errors on `output`.
 * Returns its exit code, 128 + signal if it died of one, or -1 and errno if it could not be started. */
int spawn_run(const char *const *argv, int output);

#endif
