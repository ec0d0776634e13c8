/* Finds expectations that speak of no cell of a plan, before anything is measured. */
#ifndef NWAY_EXPECT_CELLS_H
#define NWAY_EXPECT_CELLS_H

#include "base/expect.h"
#include "plan.h"

/* The next expectation that speaks of no cell of the plan, in `line` and reader->line; false at the end. */
bool expect_stray(const struct plan *plan, struct expect_reader *reader, char line[EXPECT_BYTES]);

#endif
