/* What the CPU time of a program says about its workers. */
#ifndef NWAY_REPORT_PROGRAM_WORDS_H
#define NWAY_REPORT_PROGRAM_WORDS_H

#include "base/text.h"
#include "stats/scaling.h"

/* Sentences for a program that uses more CPUs than it was given workers, or that uses no more where it was given more;
 * nothing for other problems. */
void program_sentences(struct text *, const struct analysis *);

#endif
