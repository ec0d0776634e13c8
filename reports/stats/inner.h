/* Programs by the time that they measured of themselves, without their start-up. */
#ifndef NWAY_REPORT_INNER_H
#define NWAY_REPORT_INNER_H

#include "scaling.h"

/* A problem with the times that its programs measured (counter inner_ns) in place of those of whole processes. */
struct inner {
  struct problem problem;
  struct analysis analysis; /* the figures stand in the order of the problem's */
};

/* NULL if no process reports an inner time. Its intervals are widened and withheld as those of the whole. Free with
 * inner_free. */
struct inner *inner_of(const struct analysis *whole);
void inner_free(struct inner *);

/* The figures of a cell of the whole problem by its inner time; NULL if there are none. */
const struct figures *inner_figures(const struct inner *, const struct analysis *whole, const struct figures *);

#endif
