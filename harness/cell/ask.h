/* Asks a kernel about the answer in its memory, in a child, because the check may crash on a wrong answer. */
#ifndef NWAY_ASK_H
#define NWAY_ASK_H

#include "kernel.h"
#include "variant.h"

/* Writes to `why` the reason that kernel->check gives for the answer in the job's memory, cut to `size` bytes; "" if
 * the kernel has no check, or if the check accepts the answer, crashes or takes longer than limit_ns. The check runs in
 * a child process, so it cannot change the cell. */
void ask_check(struct job *job, int64_t limit_ns, char *why, size_t size);

/* Writes to `why` where the declared result of a kernel without a digest of its own begins to differ from that of
 * worker 0 alone, which a child computes; "" if it does not, cannot be computed so, or takes longer. */
void ask_difference(struct team *team, int64_t limit_ns, char *why, size_t size);

/* The digest of what is in the job's memory, which may be an invalid answer. Returns 1, or 0 where the kernel crashes
 * over it or takes longer. */
int ask_digest(struct job *job, int64_t limit_ns, uint64_t *digest);

#endif
