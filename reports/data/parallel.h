/* Independent work of a report, by a thread for each usable CPU. */
#ifndef NWAY_REPORT_PARALLEL_H
#define NWAY_REPORT_PARALLEL_H

#include <stddef.h>

/* Does the work number `i`, which shares nothing with that of another number. */
typedef void parallel_work(void *with, size_t i);

/* Does the works from 0 to count - 1, each once, by at most `threads` threads and at least the calling one; returns
 * when all are done. */
void parallel_each(size_t count, unsigned threads, parallel_work *, void *with);
enum {
  THREADS_MOST = 8,
  ROWS_FEW = 20000 /* a run of fewer rows is not worth a thread */
};
/* Usable CPUs, at least 1 and at most THREADS_MOST. */
unsigned usable_threads(void);

#endif
