/* Looks of variants: a colour, a marker and a dash for each, the same in all charts of a run. Pure. */
#ifndef NWAY_REPORT_LOOK_H
#define NWAY_REPORT_LOOK_H

#include "data/results.h"

struct look {
  char rgb[8];        /* "#0072B2" */
  int filled, hollow; /* gnuplot's point types */
  char dash[40];      /* gnuplot's "(12,4)", or "1": solid */
};

/* The looks of the run's variants, in its order; free() them.
 * No two of up to APART_MAX variants have the same three, and up to SHAPES variants of the run's cells share no colour,
 * marker or dash. What the catalog declares is kept, by the first that declares it where so few variants must differ;
 * the rest comes from tables, from a place that the variant's name decides, so that it seldom depends on the other
 * variants. */
enum { SHAPES = 6, APART_MAX = 200 };
struct look *looks_of(const struct run *);

/* A look by a number, for what has no name to go by: those of 0 to 4 share nothing. */
struct look look_numbered(size_t number);

#endif
