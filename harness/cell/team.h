/* The team of a cell: its memory, workers and services. The cell creates it, the variant uses it. */
#ifndef NWAY_TEAM_H
#define NWAY_TEAM_H

#include "base/fault.h"
#include "variant.h"

#include <stdbool.h>

/* Allocates the job's memory (after layout) and a team of `workers` workers. With `processes` children share all of the
 * memory; else it is private to the process. Fills the job's memory, scratch and workers. -1 and a fault if memory runs
 * out. */
int team_create(struct team *team, struct job *job, int workers, struct schedule schedule, bool processes,
                struct fault *fault);
void team_destroy(struct team *team);

/* Clears the stamps and counters of the last iteration. */
void team_reset(struct team *team);
/* Clears the workers' resource usage of the last sample. */
void team_begin_sample(struct team *team);

/* By enum schedule_kind. */
#define SCHEDULES 4
extern const char *const schedule_names[SCHEDULES];

/* "static", "dynamic:4", "guided" <-> struct schedule; the text is canonical (chunk 1 is not written). */
int schedule_parse(const char *text, struct schedule *schedule, struct fault *fault);
char *schedule_text(struct schedule schedule, char *out, size_t size);

#endif
