/* Asks a kernel about the answer in its memory, in a child: it may never have seen such a one. */
#ifndef NWAY_ASK_H
#define NWAY_ASK_H

#include "kernel.h"

/* The reason that kernel->check gives for the answer in the job's memory goes to `why`, cut to `size`; "" where there
 * is no check, or it finds nothing wrong, crashes, or takes longer than limit_ns. All that it does, it does in a child.
 */
void ask_check(struct job *job, int64_t limit_ns, char *why, size_t size);

/* The digest of what is in the job's memory, perhaps no answer at all. Returns 1, or 0 where the kernel crashes over it
 * or takes longer. */
int ask_digest(struct job *job, int64_t limit_ns, uint64_t *digest);

#endif
