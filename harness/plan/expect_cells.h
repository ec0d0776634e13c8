/* Finds expectations that match no cell of a plan, so that they are reported before the run measures. */
#ifndef NWAY_EXPECT_CELLS_H
#define NWAY_EXPECT_CELLS_H

#include "base/expect.h"
#include "plan.h"

/* Finds the next expectation that matches no cell of the plan; sets `line` and reader->line. False at the end. */
bool expect_stray(const struct plan *plan, struct expect_reader *reader, char line[EXPECT_BYTES]);

#endif
