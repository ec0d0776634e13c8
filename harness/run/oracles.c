/* Executes every task once and keeps the digest of the right answer; a task without one is not measured. */
#include "phases.h"

#include "base/clock.h"
#include "base/translate.h"

#include <stdio.h>
#include <stdlib.h>

/* Gives every cell of a task without a checked answer the oracle's status as its row; none of them is measured. */
static int fail_task(struct run *run, int task, enum status status, const char *why) {
  char note[FIELD_BYTES], told[FIELD_BYTES];
  snprintf(note, sizeof note, "%s%s", run->plan.tasks[task].kernel->command ? "" : "oracle: ", why);
  snprintf(told, sizeof told, "%s: %.*s", status_word(status), FIELD_BYTES - 40, why);
  run_tell_failure(run, &run->plan.tasks[task], NULL, told);
  for (int i = 0; i < run->plan.cell_count; i++) {
    struct plan_cell *cell = &run->plan.cells[i];
    if (cell->task != task || cell->state != CELL_PLANNED)
      continue;
    cell->state = CELL_FAILED;
    snprintf(cell->note, sizeof cell->note, "%s: %s", status_word(status), note);
    run->reached.bad_cells++;
    if (visit_unrun(run, cell, status, note) != 0)
      return -1;
  }
  return 0;
}

/* Whether the oracles, which began at `began`, have used their share of the budget, or this one alone is longer. At
 * least one oracle runs. */
static bool oracles_are_over(const struct run *run, const struct task *task, int64_t began, int answers) {
  int64_t share = run->plan.budget_ns / PILOT_SHARE;
  return share > 0 && answers > 0 && (clock_ns() - began > share || plan_guess_execution(task) > share);
}

/* Leaves out the cells of a task whose oracle has no time. */
static void unask(struct run *run, int task) {
  for (int i = 0; i < run->plan.cell_count; i++) {
    struct plan_cell *cell = &run->plan.cells[i];
    if (cell->task != task || cell->state != CELL_PLANNED)
      continue;
    cell->state = CELL_THINNED;
    cell->unasked = true;
    snprintf(cell->note, sizeof cell->note,
             N_("left out to keep the time budget: its oracle did not fit into a third of it"));
  }
}

/* Notes the tasks without an answer: "to keep the budget: left out without an oracle: command sleep 3; ...". What has
 * no room is counted. */
static void tell_unasked(struct run *run, const bool *unasked) {
  char names[NOTES_BYTES / 2] = "", note[NOTES_BYTES / 2 + 100], item[FIELD_BYTES];
  int more = 0;
  for (int i = 0; i < run->plan.task_count; i++) {
    const struct task *task = &run->plan.tasks[i];
    if (!unasked[i])
      continue;
    snprintf(item, sizeof item, "%s%s%s%s%s", task->kernel->name, task->problem[0] ? " " : "", task->problem,
             task->method[0] ? " " : "", task->method);
    if (more > 0 || strlen(names) + strlen(item) + 40 > sizeof names)
      more++;
    else
      append(names, sizeof names, "%s%s", names[0] ? "; " : "", item);
  }
  if (more > 0)
    append(names, sizeof names, N_(" and %d more"), more);
  snprintf(note, sizeof note, N_("to keep the budget: left out without an oracle: %s"), names);
  if (names[0])
    run_note(run, note);
}

/* Oracles run in the order of their stated minimum, the shortest first; those without one follow. */
static int64_t turn_of(const struct task *task) {
  int64_t least = plan_guess_execution(task);
  return least > 0 ? least : INT64_MAX;
}

/* Fills `order` with the tasks whose oracles run, in that order; returns their number. */
static int oracle_order(const struct plan *plan, int *order) {
  int count = 0;
  for (int i = 0; i < plan->task_count; i++) {
    int at = count;
    if (!phase_is_planned(plan, i))
      continue;
    for (; at > 0 && turn_of(&plan->tasks[order[at - 1]]) > turn_of(&plan->tasks[i]); at--)
      order[at] = order[at - 1];
    order[at] = i, count++;
  }
  return count;
}

/* Runs the oracle of a task; if it fails, so do the cells of the task. Counts the answers. */
static int oracle_one(struct run *run, int task, int *answers) {
  struct visit visit = {.run = run, .mode = MODE_ORACLE, .task = &run->plan.tasks[task], .order = task};
  struct visit_result result;
  phase_show(run, &visit, "oracle");
  if (visit_run(&visit, &result) != 0)
    return -1;
  *answers += !phase_has_failed(&result);
  return phase_has_failed(&result) ? fail_task(run, task, result.status, result.note) : 0;
}

/* Runs the oracles of all tasks, with room for their order and for those that get none. */
static int oracles_in_order(struct run *run, int *order, bool *unasked) {
  int64_t began = clock_ns();
  int count = oracle_order(&run->plan, order), answers = 0, failed = 0;
  for (int i = 0; i < count && !failed && !run_stopped(run); i++)
    if (oracles_are_over(run, &run->plan.tasks[order[i]], began, answers))
      unask(run, order[i]), unasked[order[i]] = true;
    else
      failed = oracle_one(run, order[i], &answers);
  if (!failed)
    tell_unasked(run, unasked);
  run->reached.oracle_ns = clock_ns() - began;
  return failed;
}

int phase_oracles(struct run *run) {
  size_t tasks = (size_t)run->plan.task_count + 1;
  int *order = calloc(tasks, sizeof *order);
  bool *unasked = calloc(tasks, sizeof *unasked);
  int failed = order && unasked ? oracles_in_order(run, order, unasked) : fault_memory(run->fault);
  free(order);
  free(unasked);
  return failed;
}
