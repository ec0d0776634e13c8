/* Asks a kernel's check why an answer that is not the checked one is wrong. */
#ifndef NWAY_ASK_H
#define NWAY_ASK_H

#include "kernel.h"

/* The reason that kernel->check gives for the answer in the job's memory goes to `why`, cut to `size`; "" where there
 * is no check, or it finds nothing wrong, crashes, or takes longer than limit_ns. All that it does, it does in a child.
 */
void ask_check(struct job *job, int64_t limit_ns, char *why, size_t size);

#endif
