/* Reads the JSON that hyperfine exports: a list of commands, each with the times of its executions. */
#ifndef NWAY_HYPERFINE_JSON_H
#define NWAY_HYPERFINE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Number of commands in the export; 0 for any other JSON. */
size_t hyperfine_results(const json_t *root);

/* Number of executions of a command; 0 if it has none. */
size_t hyperfine_times(const json_t *root, size_t result);

/* Time of an execution in ns; NAN unless it is a positive time of at most 1e9 s. */
double hyperfine_ns(const json_t *root, size_t result, size_t execution);

/* Whether the execution ended with another exit code than 0, or by a signal. */
bool hyperfine_failed(const json_t *root, size_t result, size_t execution);

/* Whether a line of stderr, without blanks before it, is hyperfine's remark on a program that failed: no reason. */
bool hyperfine_remarks(const char *line, size_t length);

#endif
