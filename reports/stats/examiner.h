/* Whether a handed-in run is of the problems that another configuration, the examiner's, asks for. */
#ifndef NWAY_REPORT_EXAMINER_H
#define NWAY_REPORT_EXAMINER_H

#include "base/config.h"
#include "base/expect.h"
#include "base/fault.h"
#include "result.h"

/* Another configuration by whose [expect] sections a run is judged. Owns its lists; free with examiner_free, also after
 * a fault of examiner_read. */
struct examiner {
  struct config config; /* its definitions put in */
};

int examiner_read(struct examiner *examiner, const char *path, struct fault *fault);
void examiner_free(struct examiner *examiner);

/* Why a cell that a line speaks of is none of the examiner's, raw foreign text; nothing where it is one.
 *
 * The examiner's sections of the line's subject say what the problem is: its kernel, every parameter of that (also
 * those that are left at their defaults), its scale and, for a gain, its naive method. The run must have all their
 * alternatives and the cell no other. What may differ: the order of a list's numbers, a parameter that the line leaves
 * open (NAME=*), and all that is no part of the problem: variants, schedules, placement, worker counts, rounds.
 * Where the examiner has no section of the subject, nothing is fixed but what the line says. */
void examiner_objects(struct text *why, const struct examiner *examiner, const struct result *r,
                      const struct analysis *a, const struct cell *c, const struct expect *e);

#endif
