/* Fills the readings of a machine stage by stage: reads its facts, then measures it within a time limit. */
#ifndef NWAY_EXAM_H
#define NWAY_EXAM_H

#include "health.h"

struct exam {
  const char *root; /* /proc and /sys are read below it; "" for this machine */
  struct readings readings;
  struct cpu_list usable, cores; /* `cores`: one CPU of each physical core */
  uint64_t random;
  /* counters at the start */
  struct ticks ticks;
  int64_t throttled_ns, cpu_ns, wall_ns;
};

/* Reads nothing but the counters that are compared at the end. */
void exam_start(struct exam *exam, const char *root);

/* Takes the readings of one stage. All stages but the trial together end within EXAM_LIMIT_S unless a bound thread
 * does not run; the trial takes about two minutes. */
void exam_stage(struct exam *exam, enum stage stage);

enum { EXAM_LIMIT_S = 29 };

#endif
