/* The team of a cell: its memory, workers and services, made by the cell and used by the variant. */
#ifndef NWAY_TEAM_H
#define NWAY_TEAM_H

#include "base/fault.h"
#include "variant.h"

#include <stdbool.h>

/* Memory of the job (after layout) and a team of `workers` on it. With `processes` all of it is a mapping
 * shared with children; else private memory of the same policy. Fills job->memory, scratch, workers. */
int team_create(struct team *team, struct job *job, int workers, struct schedule schedule, bool processes,
                struct fault *fault);
void team_destroy(struct team *team);

/* Forgets the stamps and counters of the last iteration. */
void team_reset(struct team *team);
/* Forgets what the workers used in the last sample. */
void team_begin_sample(struct team *team);

/* By enum schedule_kind. */
#define SCHEDULES 4
extern const char *const schedule_names[SCHEDULES];

/* "static", "dynamic:4", "guided" <-> struct schedule; the text is canonical (chunk 1 is not written). */
int schedule_parse(const char *text, struct schedule *schedule, struct fault *fault);
char *schedule_text(struct schedule schedule, char *out, size_t size);

#endif
