/* Shows the progress of a run on stderr: one redrawn line on a terminal, else a line per step. */
#ifndef NWAY_PROGRESS_H
#define NWAY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
  bool terminal, shown;
  int64_t stepped_ns; /* when the last progress_step was shown */
};

void progress_begin(struct progress *progress);
/* Prints a line that stays. */
void progress_say(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Redraws the progress line, only on a terminal. `left_ns` is the expected time to the end, or negative if unknown. */
void progress_at(struct progress *progress, double done_ratio, int64_t left_ns, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Prints a line that stays, only without a terminal and at most every 5 s. */
void progress_step(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
void progress_clear(struct progress *progress);

#endif
