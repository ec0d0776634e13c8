/* Refuses expectations with unknown names before the run measures. */
#ifndef NWAY_EXPECT_LOOKUP_H
#define NWAY_EXPECT_LOOKUP_H

#include "base/config.h"
#include "base/fault.h"
#include "catalog.h"

/* Reads every line of the [expect] sections and looks its words up: kernels, variants, and the words and values of
 * parameters in the catalog, labels in the configuration, schedules and the like as [run] reads them. Returns 0, or -1
 * and a fault (EXIT_USAGE) with file, line, the unknown word and the nearest known one. Does not check that the
 * plan has a matching cell; expect_stray does. */
int expect_lookup(const struct config *config, const struct catalog *catalog, struct fault *fault);

#endif
