/* Matches expectations with the cells of a plan. */
#include "expect_cells.h"

#include <string.h>

/* Matches a planned cell as the evaluation of expectations does (reports/stats/expectations.c). */
static bool fits(const struct plan *plan, const struct plan_cell *cell, const struct expect *e) {
  const struct task *task = &plan->tasks[cell->task];
  struct plan_identity own;
  struct expect_cell c = {.params = task->kernel->params};
  memcpy(c.own, plan_identify(plan, task, cell, &own)->text, sizeof c.own);
  return strcmp(e->labelled ? task->section->label : task->kernel->name, e->subject) == 0 &&
         (e->workers <= 0 || e->workers == cell->workers) && expect_missed(e, &c) == 0;
}

bool expect_stray(const struct plan *plan, struct expect_reader *reader, char line[EXPECT_BYTES]) {
  struct expect expect;
  struct fault fault;
  while (expect_next(reader, line)) {
    bool found = expect_parse(line, &expect, &fault) != 0;
    for (int i = 0; i < plan->cell_count && !found; i++)
      found = plan->cells[i].state != CELL_SPARE && fits(plan, &plan->cells[i], &expect);
    if (!found)
      return true;
  }
  return false;
}

void expect_mark(struct plan *plan, const char *config_text) {
  struct expect_reader reader = {.at = config_text};
  char line[EXPECT_BYTES];
  struct expect expect;
  struct fault fault;
  while (expect_next(&reader, line))
    for (int i = 0; expect_parse(line, &expect, &fault) == 0 && i < plan->cell_count; i++)
      plan->cells[i].expected |= fits(plan, &plan->cells[i], &expect);
}
