/* Matches expectations with the cells of a plan, before the run measures. */
#ifndef NWAY_EXPECT_CELLS_H
#define NWAY_EXPECT_CELLS_H

#include "base/expect.h"
#include "plan.h"

/* Finds the next expectation that matches no cell of the plan; sets `line` and reader->line. False at the end. */
bool expect_stray(const struct plan *plan, struct expect_reader *reader, char line[EXPECT_BYTES]);

/* Marks the cells that the expectations of a configuration's text judge (plan_cell.expected). */
void expect_mark(struct plan *plan, const char *config_text);

#endif
