/* Counters of the processor over all workers of a cell, by perf_event_open(2), where the system allows it. */
#ifndef NWAY_HARDWARE_H
#define NWAY_HARDWARE_H

#include <stdint.h>

/* In this order; names as in columns.def. User mode only, so that a perf_event_paranoid of 2 is enough. */
enum { HARDWARE_COUNTERS = 4 };
extern const char *const hardware_names[HARDWARE_COUNTERS];

struct hardware {
  int fds[HARDWARE_COUNTERS]; /* -1: not to be had */
};

/* Starts counting in the calling process and in every thread and process that it makes from now on. */
struct hardware hardware_open(void);
void hardware_close(struct hardware *hardware);

/* What was counted so far, scaled up where the processor shared its counters among more events than it has; -1 where
 * there is no such counter. */
void hardware_read(const struct hardware *hardware, int64_t counts[HARDWARE_COUNTERS]);

#endif
