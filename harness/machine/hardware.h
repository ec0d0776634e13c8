/* Hardware performance counters over all workers of a cell, read through perf_event_open(2) if the system allows it. */
#ifndef NWAY_HARDWARE_H
#define NWAY_HARDWARE_H

#include <stdint.h>

/* Counters in this order, named as in columns.def. They count user mode only, which perf_event_paranoid 2 allows. */
enum { HARDWARE_COUNTERS = 4 };
extern const char *const hardware_names[HARDWARE_COUNTERS];

struct hardware {
  int fds[HARDWARE_COUNTERS]; /* -1: not available */
};

/* Starts counting in the calling thread and in all threads and processes that it creates later. */
struct hardware hardware_open(void);
void hardware_close(struct hardware *hardware);

/* Reads the counts so far, or -1 for an unavailable counter. Scales the counts if the kernel multiplexed the counters.
 */
void hardware_read(const struct hardware *hardware, int64_t counts[HARDWARE_COUNTERS]);

#endif
