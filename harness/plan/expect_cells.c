/* Tells of expectations that speak of no cell of the plan, before anything is measured. */
#include "expect_cells.h"

#include <string.h>

/* As the judging does (reports/words/expectations.c), by what the plan knows of a cell. */
static bool fits(const struct plan *plan, const struct plan_cell *cell, const struct expect *e) {
  const struct task *task = &plan->tasks[cell->task];
  const struct pin *pin = &plan->pins[cell->pin];
  char schedule[40];
  struct expect_cell c = {.own = {[EXPECT_VARIANT] = cell->variant->name,
                                  [EXPECT_METHOD] = task->method,
                                  [EXPECT_SCHEDULE] = schedule_text(cell->schedule, schedule, sizeof schedule),
                                  [EXPECT_PIN] = pin->policy,
                                  [EXPECT_MEMORY] = pin->memory,
                                  [EXPECT_SCALE] = task->weak ? "weak" : "strong",
                                  [EXPECT_BUILD] = task->build ? task->build : "",
                                  [EXPECT_PROBLEM] = task->problem},
                          .params = task->kernel->params};
  return strcmp(e->labelled ? task->section->label : task->kernel->name, e->subject) == 0 &&
         (e->workers <= 0 || e->workers == cell->workers) && expect_missed(e, &c) == 0;
}

bool expect_stray(const struct plan *plan, struct expect_reader *reader, char line[EXPECT_BYTES]) {
  struct expect expect;
  struct fault fault;
  while (expect_next(reader, line)) {
    bool found = expect_parse(line, &expect, &fault) != 0;
    for (int i = 0; i < plan->cell_count && !found; i++)
      found = fits(plan, &plan->cells[i], &expect);
    if (!found)
      return true;
  }
  return false;
}
