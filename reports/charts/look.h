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
 * Up to APART_MAX variants differ in at least one of the three; up to SHAPES variants of the run's cells differ in all
 * three. The catalog's choices are kept; of conflicting ones among so few variants the first is. Other values come from
 * tables at a position derived from the variant's name, so they rarely depend on the other variants. */
enum { SHAPES = 6, APART_MAX = 200 };
struct look *looks_of(const struct run *);

/* Returns a look by number, for series without a variant; looks 0 to 4 differ in all three. */
struct look look_numbered(size_t number);

#endif
