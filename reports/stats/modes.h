/* Modes of a sample: where its values gather, if in more than one place. */
#ifndef NWAY_REPORT_MODES_H
#define NWAY_REPORT_MODES_H

#include <stddef.h>

enum { MODES_MAX = 4, MODES_FROM = 8 }; /* the fewest values that are looked at */

struct modes {
  size_t count; /* 0: too few values or more than MODES_MAX; 1: they gather in one place */
  double at[MODES_MAX];
};

/* Finds the peaks of a Gaussian kernel density with Silverman's bandwidth (Density Estimation, 1986, eq. 3.31), which
 * smooths too much where there are two, so that it rather finds too few. Neighbours count as one peak unless the
 * density between them falls to two thirds of the lower one; a peak needs a tenth of the values, at least 3. A
 * description, not a test. `sorted`: ascending, finite. */
struct modes modes_of(const double *sorted, size_t n);

#endif
