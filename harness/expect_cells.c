/* Tells of expectations that speak of no cell of the plan, before anything is measured. */
#include "expect_cells.h"

#include "words.h"

#include <string.h>

/* `asked` is "" where any will do. */
static bool is_asked(const char *asked, const char *own) {
  return !*asked || strcmp(asked, own) == 0 || text_has_word(own, asked);
}

/* As the judging does (reports/expectations.c), by what the plan knows of a cell. */
static bool fits(const struct plan *plan, const struct plan_cell *cell, const struct expect *e) {
  const struct task *task = &plan->tasks[cell->task];
  char schedule[40];
  schedule_text(cell->schedule, schedule, sizeof schedule);
  bool fit = strcmp(e->labelled ? task->section->label : task->kernel->name, e->subject) == 0 &&
             (e->workers <= 0 || e->workers == cell->workers) &&
             is_asked(e->selectors[EXPECT_VARIANT], cell->variant->name) &&
             is_asked(e->selectors[EXPECT_METHOD], task->method) && is_asked(e->selectors[EXPECT_SCHEDULE], schedule) &&
             is_asked(e->selectors[EXPECT_PROBLEM], task->problem);
  for (int i = 0; i < e->word_count; i++)
    fit &= strcmp(e->words[i], cell->variant->name) == 0 || strcmp(e->words[i], task->method) == 0 ||
           text_has_word(task->method, e->words[i]) || text_has_word(task->problem, e->words[i]);
  return fit;
}

bool expect_stray(const struct plan *plan, struct expect_reader *reader, char line[EXPECT_BYTES]) {
  struct expect expect;
  struct fault fault;
  while (expect_next(reader, line)) {
    int found = expect_parse(line, &expect, &fault) != 0;
    for (int i = 0; i < plan->cell_count && !found; i++)
      found = fits(plan, &plan->cells[i], &expect);
    if (!found)
      return true;
  }
  return false;
}
