/* Reads the column `counters`, and what it says about the time of a row. */
#ifndef NWAY_COUNTERS_H
#define NWAY_COUNTERS_H

#include <stdbool.h>

/* The units that the last execution did per second, as a program that runs for a fixed time printed them. */
#define COUNTER_RATE "rate_per_s"

/* Takes the next "name=value" of counters, from *at on; false at the end. A value that is not a number gives NAN. */
enum { COUNTER_NAME = 64 };
bool counter_next(const char **at, char name[COUNTER_NAME], double *value);
/* Returns the counter `name` of a text "name=value;..." (NULL: none); NAN if absent. */
double counter_in(const char *counters, const char *name);

/* The time of a sample by which its cell is compared with others, in ns: of one execution or, where its counters have
 * COUNTER_RATE, of one unit. */
double execution_ns(double wall_ns, double iterations, const char *counters);

#endif
