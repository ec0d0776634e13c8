/* A git revision as a build, checked out and built in a folder of its own. */
#ifndef NWAY_REVISION_H
#define NWAY_REVISION_H

#include "base/fault.h"
#include "base/scratch.h"

#include <stddef.h>

struct revision {
  struct scratch *scratch; /* NULL if there is none */
};

/* True if `word` names a commit of the repository in the current folder. */
int revision_exists(const char *word);

/* "57f831f0c1d2" or, where tracked files differ from it, "57f831f0c1d2-dirty": the commit that is checked out in the
 * current folder; "" outside a repository or without git. Returns `out`. */
char *revision_here(char *out, size_t size);

/* Checks `word` out below TMPDIR (or /tmp) and runs `make all` there; what make prints goes to stderr. `build` gets
 * the path of the build folder. Undo it by revision_remove, also after a fault; if this process is killed, the folder
 * goes too, and the repository has no trace of it. */
int revision_build(struct revision *revision, const char *word, char *build, size_t size, struct fault *fault);
void revision_remove(struct revision *revision);

#endif
