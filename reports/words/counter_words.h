/* What a kernel or a program counted in one execution, with rates. */
#ifndef NWAY_REPORT_COUNTER_WORDS_H
#define NWAY_REPORT_COUNTER_WORDS_H

#include "base/text.h"
#include "stats/scaling.h"

/* A counter of a cell's last sample. */
struct counted {
  char name[COUNTER_NAME];
  double value, per_second; /* per_second: counter_rate */
};

/* The rate over the median time of an execution; NAN if unknown, if it counts nothing (a measure, a rate already), or
 * if another program counted: its number may be that of all executions. */
double counter_rate(const struct figures *, const char *name, double value);

/* Takes the cell's next counter, from *at on, which starts as its `counters`; false at the end. Leaves out what stands
 * elsewhere: inner_ns, alone. */
bool counted_next(const struct figures *, const char **at, struct counted *);

/* "345", "0.0120", "12.0 M": with a prefix from 1000 on; below 1 it would be read as a unit. Returns `out`. */
const char *counted_words(char out[HUMAN_MAX], double value);

/* "Counters of own, 6 workers: bytes 12.0 M (34.5 M/s), hits 120 (345/s).": of the problem's fastest cell; nothing
 * where it counts nothing. */
void counter_sentence(struct text *, const struct analysis *);

#endif
