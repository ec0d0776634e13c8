/* Two builds of the same kernels in one plan: every cell twice, as a pair in a block of its own. */
#ifndef NWAY_BUILDS_H
#define NWAY_BUILDS_H

#include "base/fault.h"
#include "plan.h"

#include <stdbool.h>

/* True for what is a program and no build: a line whose first word is an executable file or a program on PATH; not a
 * shared object, a folder or a git revision. */
bool build_is_command(const char *word);

/* Adds a build's kernels to a catalog, which then takes them for its own: a shared object, or a folder whose
 * kernels/ has some. Returns how many, or -1 and a fault. */
int build_add(struct catalog *catalog, const char *path, struct fault *fault);

/* A build's own kernels are the last `count` of its catalog; before them stand those of nway itself. */
struct build {
  const struct catalog *catalog;
  int count;
};

/* The names of the kernels that a build has, as a regular expression that matches just these. Returns `out`. */
char *build_pattern(const struct build *build, char *out, size_t size);

/* Doubles a plan made from the old build's catalog: each task gets a sister with the new build's kernel, each cell a
 * sister beside it. A pair is a block of its own, with the old cell as its baseline, so that nothing stands between
 * the two. Refuses kernels that either build lacks, whatever nway itself has, or that take other parameters in one. */
int plan_double(struct plan *plan, const struct build *old, const struct build *new, struct fault *fault);

/* After the pilot: both cells of a pair get the same iterations and warm-up. Each would else carry what its own pilot
 * happened to find, a difference between the two that is none of the builds. The iterations fill a sample of the faster
 * one as far as the slower has time for them: a few times sample_ns, half of limit_ns. Each one's expected time
 * follows. */
void plan_twin(struct plan *plan);

/* After plan_double, where the builds are commands: gives the new one its command line, and both the same name. */
int plan_double_command(struct plan *plan, const char *old, const char *new, struct fault *fault);

#endif
