/* Refuses expectations that name what there is not, before anything is measured. */
#ifndef NWAY_EXPECT_LOOKUP_H
#define NWAY_EXPECT_LOOKUP_H

#include "base/config.h"
#include "base/fault.h"
#include "catalog.h"

/* Reads every line of the [expect] sections and looks its words up: kernels, variants, and the words and values of
 * parameters in the catalog, labels in the configuration, schedules and the like as [run] reads them. Returns 0, or -1
 * and a fault (EXIT_USAGE) with file, line, the offending word and the nearest right one. Whether the plan has such a
 * cell is left to the judging. */
int expect_lookup(const struct config *config, const struct catalog *catalog, struct fault *fault);

#endif
