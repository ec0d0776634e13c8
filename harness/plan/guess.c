/* Guesses what a plan takes before its pilot has measured anything, and thins it by that. */
#include "cell/cell.h"
#include "plan.h"

#include <math.h>

enum { PILOT_ROUNDS = 5 }; /* a pilot takes as long as so many processes of one sample */

int64_t plan_guess_execution(const struct task *task) {
  return task->oracle_ns > 0 ? task->oracle_ns : (int64_t)fmin(task->units * task->kernel->min_unit_ns, 1e13);
}

int64_t plan_guess_process(const struct plan *plan, int64_t one, int64_t samples) {
  return PROCESS_GUESS_NS + one + samples * (one > plan->sample_ns ? one : plan->sample_ns);
}

/* Time of one execution of a cell in ns. Half of the attainable speedup is expected of several workers: most cells do
 * better, and one that does not is still piloted in the time of the others. */
static int64_t cell_guess(const struct plan *plan, const struct plan_cell *cell) {
  const struct task *task = &plan->tasks[cell->task];
  int64_t serial = plan_guess_execution(task);
  double speedup = cell->workers > 1 ? task->attainable[cell->count_index] / 2 : 1;
  return speedup > 1 ? (int64_t)((double)serial / speedup) : serial;
}

int64_t plan_long_execution(const struct task *task) {
  return task->kernel->needs & NEED_OWN ? LONG_PROGRAM_NS : LONG_EXECUTION_NS;
}

/* Time of a process of one sample. */
static int64_t process_guess(const struct plan *plan, const struct plan_cell *cell) {
  const struct task *task = &plan->tasks[cell->task];
  int64_t one = cell_guess(plan, cell), process = plan_guess_process(plan, one, 1);
  return task->kernel->needs & NEED_OWN && one >= plan_long_execution(task) ? process - one : process;
}

int64_t plan_thin_by_guess(struct plan *plan, int64_t left_ns) {
  int pilot = 1; /* its length in rounds */
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    cell->process_ns = process_guess(plan, cell);
    if (cell_runs(cell) &&
        plan_guess_execution(&plan->tasks[cell->task]) < plan_long_execution(&plan->tasks[cell->task]))
      pilot = PILOT_ROUNDS;
  }
  plan_thin(plan, left_ns, ROUNDS_MIN + pilot, CURVE_COUNTS);
  plan_thin(plan, left_ns, 1 + pilot, 0);
  plan_drop(plan, left_ns, 1 + pilot);
  plan_drop_cells(plan, left_ns, 1 + pilot);
  return plan_round_ns(plan) * (1 + pilot);
}
