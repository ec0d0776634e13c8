/* Two builds of the same kernels in one plan: each cell exists twice, as a pair in a block of its own. */
#ifndef NWAY_BUILDS_H
#define NWAY_BUILDS_H

#include "base/fault.h"
#include "plan.h"

#include <stdbool.h>

/* True for a command line: its first word is an executable file or a program on PATH. False for a build: a shared
 * object, a folder or a git revision. */
bool build_is_command(const char *word);

/* Length of NAME in "NAME=VALUE", one value of a kernel's parameter; 0 for anything else. */
size_t build_setting(const char *word);

/* Adds a build's kernels to a catalog: those of a shared object, or of a folder that has kernels/. Returns how many, or
 * -1 and a fault. */
int build_add(struct catalog *catalog, const char *path, struct fault *fault);

/* A build's own kernels are the last `count` of its catalog; those of nway itself come first. */
struct build {
  const struct catalog *catalog;
  int count;
};

/* Writes a regular expression that matches exactly the names of a build's own kernels. Returns `out`. */
char *build_pattern(const struct build *build, char *out, size_t size);

/* Doubles a plan made from the old build's catalog: adds a copy of each task with the new build's kernel and a copy of
 * each cell for it. The two cells form a block of their own, with the old one as the baseline, so that they run next to
 * each other. Refuses a kernel that one of the builds lacks (kernels of nway itself do not count) or whose parameters
 * differ between the builds. */
int plan_double(struct plan *plan, const struct build *old, const struct build *new, struct fault *fault);

/* Gives both cells of a pair the same iterations and warm-up; call it after the pilot. Otherwise each cell would keep
 * what its own pilot found, and the pair would differ in more than the build. The iterations fill a sample of the
 * faster cell, unless the slower one would take longer than a few times sample_ns, or half of limit_ns. Updates the
 * expected times. */
void plan_twin(struct plan *plan);

/* For builds that are commands; call it after plan_double: sets the new build's command line and gives both builds the
 * same problem name. */
int plan_double_command(struct plan *plan, const char *old, const char *new, struct fault *fault);

/* The same for two values of one parameter, "NAME=OLD" and "NAME=NEW": the new task gets the other value, and the
 * problem's name both values. Refuses a parameter that a task lacks or that changes the answer. */
int plan_double_setting(struct plan *plan, const char *old, const char *new, struct fault *fault);

#endif
