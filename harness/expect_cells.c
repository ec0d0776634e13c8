/* Tells of expectations that speak of no cell of the plan, before anything is measured. */
#include "expect_cells.h"

#include <string.h>

/* As the judging does (reports/expectations.c), by what the plan knows of a cell. */
static bool fits(const struct plan *plan, const struct plan_cell *cell, const struct expect *e) {
  const struct task *task = &plan->tasks[cell->task];
  const char *variant = cell->variant->name;
  char schedule[40];
  bool fit = strcmp(e->labelled ? task->section->label : task->kernel->name, e->subject) == 0 &&
             (e->workers <= 0 || e->workers == cell->workers) && expect_selector_fits(e, EXPECT_VARIANT, variant) &&
             expect_selector_fits(e, EXPECT_METHOD, task->method) &&
             expect_selector_fits(e, EXPECT_SCHEDULE, schedule_text(cell->schedule, schedule, sizeof schedule)) &&
             expect_selector_fits(e, EXPECT_PROBLEM, task->problem);
  for (int i = 0; i < e->word_count; i++)
    fit &= expect_word_fits(e->words[i], variant, task->method, task->problem);
  return fit;
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
