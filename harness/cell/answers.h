/* Whether the executions of a cell did their work: poison before an execution, its answer after it, both untimed. */
#ifndef NWAY_ANSWERS_H
#define NWAY_ANSWERS_H

#include "kernel.h"

#include <stdbool.h>

/* What a kernel declares as its result, job->result_bytes at job->result_at, holds poison before an execution that is
 * checked: words that no two executions share. Poison that survives was not overwritten: the work was not done. */
struct answers {
  uint64_t random, poison;
  uint64_t digest;             /* of the answer that was checked last */
  int64_t check_ns;            /* least cost of a check so far; 0: not known */
  int64_t execution_ns;        /* of the last execution */
  int64_t poison_ns;           /* what poisoning took */
  int64_t executions, checked; /* of this sample */
  bool chosen, poisoned;       /* the next execution */
};

struct answers answers_begin(uint64_t seed);
void answers_begin_sample(struct answers *answers);

/* Before an execution, after reset: decides whether it is checked and, if it is, poisons the result. Every execution
 * is where a check costs less than 1 % of it, else so many at random that the checks cost 1 %. `must`: this one is in
 * any case. `untouched`: pages that workers are to touch first are left alone. */
void answers_before(struct answers *answers, struct job *job, bool must, bool untouched);

/* After it, if it was to be checked: NULL, or in job->message what of the result was not written. Digests
 * the answer. */
const char *answers_after(struct answers *answers, struct job *job, int64_t execution_ns);

/* The chance that this sample would have shown one wrong execution in a hundred: 1 if all were checked, else
 * 1 - 0.99^checked. */
double answers_chance(const struct answers *answers);

#endif
