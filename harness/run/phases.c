/* Executes a plan: oracles, pilot, choice of the baseline, fit to the budget, rounds. The rows of each process are on
 * disk before the next one starts. */
#include "phases.h"

#include "base/clock.h"
#include "base/manifest.h"
#include "base/paired.h"
#include "base/random.h"
#include "base/translate.h"
#include "cell/cell.h"
#include "plan/builds.h"
#include "refine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Processes of each serial cell that may become the baseline, and their samples: another turn tells more than another
 * sample of the same turn. */
enum { TRIALS = 7, TRIALS_LEAST = 3, TRIAL_SAMPLES = 2 };

/* ---- shared with the other phases ---- */

void phase_show(struct run *run, const struct visit *visit, const char *doing) {
  double done = run->reached.processes_expected
                    ? fmin(1, (double)run->reached.processes_done / (double)run->reached.processes_expected)
                    : 0;
  int64_t rounds = run->reached.rounds_done < run->plan.rounds ? run->plan.rounds - run->reached.rounds_done : 1;
  int64_t left = run->reached.rounds_done > 0 ? plan_round_ns(&run->plan) * rounds : -1;
  progress_at(&run->progress, done, left, "%s: %s %s %s %s x%d", doing, visit->task->kernel->name, visit->task->problem,
              visit->task->method, (visit->cell ? visit->cell->variant : run->plan.serial)->name,
              visit->cell ? visit->cell->workers : 1);
}

bool phase_has_failed(const struct visit_result *result) {
  return result->status != STATUS_NONE && result->status != STATUS_INTERRUPTED;
}

/* ---- pilot ---- */

void phase_fail_cell(struct run *run, struct plan_cell *cell, const struct visit_result *result, const char *where) {
  cell->state = CELL_FAILED;
  run->reached.bad_cells++;
  snprintf(cell->note, sizeof cell->note, "%s %s: %s", status_word(result->status), where, result->note);
}

/* Sets the expected time of a measuring process from the pilot's, which has one execution more (to read the memory). */
static void expect(struct plan_cell *cell, const struct task *task, const struct visit_result *result) {
  int64_t overhead = result->outcome.wall_ns - result->rows_wall_ns - cell->pilot_ns;
  overhead = overhead > 0 ? overhead : 0;
  int64_t per_row = result->rows > 0 ? overhead / result->rows : 0;
  overhead = overhead < PROCESS_GUESS_NS ? overhead : PROCESS_GUESS_NS + per_row * cell->samples;
  plan_expect_process(cell, task, overhead, result->cold_wall_ns);
}

/* Whether the oracle ran exactly what a long pilot of this cell would run: one execution, sequentially. Where several
 * serial cells may become the baseline each has its pilot, since the first oracle may have met cold files. */
static bool is_oracles(const struct run *run, const struct plan_cell *cell) {
  const struct task *task = &run->plan.tasks[cell->task];
  const struct pin *pin = &run->plan.pins[cell->pin];
  for (const struct plan_cell *other = run->plan.cells; other < run->plan.cells + run->plan.cell_count; other++)
    if (other != cell && other->block == cell->block && other->variant->serial && other->state == CELL_PLANNED)
      return false;
  return cell->variant == run->plan.serial && cell->workers == 1 && cell->env == task->env &&
         pin->placement.count == 0 && strcmp(pin->memory, "local") == 0 && task->oracle_ns >= plan_long_execution(task);
}

int phase_pilot_cell(struct run *run, int index) {
  struct plan_cell *cell = &run->plan.cells[index];
  if (is_oracles(run, cell)) {
    struct task *task = &run->plan.tasks[cell->task];
    cell->iterations = 1, cell->pilot_ns = task->oracle_ns, cell->unit_ns = task->unit_ns;
    plan_expect_process(cell, task, PROCESS_GUESS_NS, task->oracle_ns);
    return 0;
  }
  struct visit visit = {
      .run = run, .mode = MODE_PILOT, .task = &run->plan.tasks[cell->task], .cell = cell, .order = index};
  struct visit_result result;
  phase_show(run, &visit, "pilot");
  if (visit_run(&visit, &result) != 0)
    return -1;
  if (phase_has_failed(&result))
    phase_fail_cell(run, cell, &result, "in the pilot");
  cell->unit_ns = result.unit_ns;
  /* Each iteration takes two clock readings; they should be under 5 % of its time. */
  if (cell->pilot_ns > 0 && cell->pilot_ns < 2 * result.clock_overhead_ns * 20)
    snprintf(cell->note, sizeof cell->note,
             N_("two clock readings (2 x %lld ns) take over 5 %% of an execution; make the problem larger"),
             (long long)result.clock_overhead_ns);
  expect(cell, visit.task, &result);
  return 0;
}

/* What fails is told now, not only in the result: the rounds take minutes. */
static int pilot_planned_cell(struct run *run, int index) {
  struct plan_cell *cell = &run->plan.cells[index];
  int failed = phase_pilot_cell(run, index);
  if (cell->state == CELL_FAILED)
    run_tell_failure(run, &run->plan.tasks[cell->task], cell, cell->note);
  return failed;
}

static int pilot_all(struct run *run) {
  int64_t began = clock_ns();
  int *order = calloc((size_t)run->plan.cell_count + 1, sizeof *order), count = 0, failed = 0;
  if (!order)
    return fault_memory(run->fault);
  for (int i = 0; i < run->plan.cell_count; i++)
    if (run->plan.cells[i].state == CELL_PLANNED)
      order[count++] = i;
  if (!run->plan.sequential)
    random_shuffle(order, count, &run->reached.random);
  run->reached.home = -1;
  for (int i = 0; i < count && !run_stopped(run) && !failed; i++)
    failed = pilot_planned_cell(run, order[i]);
  free(order);
  run->reached.pilot_ns = clock_ns() - began;
  return failed;
}

static bool has_rate(const struct plan *plan, int block) {
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    if (plan->cells[i].unit_ns > 0)
      return true;
  return false;
}

/* The time of a whole execution cannot be compared with that of a unit: where programs of a problem print a rate, the
 * others are left out. */
static int leave_unrated(struct run *run, int block) {
  for (int i = block_first(&run->plan, block); i >= 0; i = block_next(&run->plan, i)) {
    struct plan_cell *cell = &run->plan.cells[i];
    if (cell->state != CELL_PLANNED || cell->unit_ns > 0)
      continue;
    cell->state = CELL_SKIPPED;
    run->reached.bad_cells++;
    snprintf(cell->note, sizeof cell->note,
             N_("it has no rate, as other programs of its problem do; give all of them one, or another title"));
    run_tell_failure(run, &run->plan.tasks[cell->task], cell, cell->note);
    if (visit_unrun(run, cell, STATUS_SKIPPED, cell->note) != 0)
      return -1;
  }
  return 0;
}

static int keep_rates_apart(struct run *run) {
  for (int block = 0; block < run->plan.block_count; block++)
    if (has_rate(&run->plan, block) && leave_unrated(run, block) != 0)
      return -1;
  return 0;
}

double phase_execution(struct visit_result *result) {
  if (result->status != STATUS_NONE || result->execution_count == 0)
    return NAN;
  sort_doubles(result->executions, (size_t)result->execution_count);
  return median_sorted(result->executions, (size_t)result->execution_count);
}

/* ---- which serial cell is the baseline? ---- */

/* Fills `cells` with the serial cells of a block and returns how many, without those that are too long to run again. */
static int serial_cells(const struct plan *plan, int block, int *cells) {
  int count = 0;
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i)) {
    const struct plan_cell *cell = &plan->cells[i];
    if (cell->variant->serial && cell_runs(cell) && cell->pilot_ns > 0 && cell->pilot_ns < LONG_EXECUTION_NS)
      cells[count++] = i;
  }
  return count;
}

/* Runs one more process of a serial cell, in round 0; its rows have the phase pilot. */
static int try_cell(struct run *run, int index, int order, double *ns) {
  struct plan_cell cell = run->plan.cells[index];
  cell.samples = cell.samples < TRIAL_SAMPLES ? cell.samples : TRIAL_SAMPLES;
  struct visit visit = {
      .run = run, .mode = MODE_MEASURE, .task = &run->plan.tasks[cell.task], .cell = &cell, .order = order};
  struct visit_result result;
  phase_show(run, &visit, "choosing the baseline");
  if (visit_run(&visit, &result) != 0)
    return -1;
  *ns = phase_execution(&result);
  return 0;
}

/* Returns how many turns of these cells fit in the pilot's share of the budget: at most TRIALS, and no more than the
 * run has rounds, since they are not to take longer than what they prepare. */
static int trials_that_fit(const struct run *run, const int *cells, int count) {
  int64_t round = 0, left = run->plan.budget_ns / PILOT_SHARE - run_elapsed_ns(run);
  int64_t trials = run->plan.rounds < TRIALS ? run->plan.rounds : TRIALS;
  for (int i = 0; i < count; i++)
    round += run->plan.cells[cells[i]].process_ns;
  if (run->plan.budget_ns > 0 && round > 0 && left / round < trials)
    trials = left / round;
  return trials < TRIALS_LEAST ? 0 : (int)trials;
}

/* Programs may be slower than their pilot showed, so more turns than one are taken only within its share. */
static bool share_is_used(const struct run *run) {
  return run->plan.budget_ns > 0 && run_elapsed_ns(run) > run->plan.budget_ns / PILOT_SHARE;
}

static void take_median(struct plan_cell *cell, double median) {
  if (cell->unit_ns > 0)
    cell->unit_ns = median;
  else
    cell->pilot_ns = (int64_t)median;
}

/* The pilot's time of each serial cell becomes the median over processes, taken in turn in random order: a single
 * process is the wrong choice too often. */
static int try_block(struct run *run, int block, int *cells, double (*ns)[TRIALS]) {
  int count = serial_cells(&run->plan, block, cells);
  int trials = count < 2 ? 0 : trials_that_fit(run, cells, count), t = 0;
  for (; t < trials && !(t > 0 && share_is_used(run)); t++) {
    random_shuffle(cells, count, &run->reached.random);
    run->reached.home = -1;
    for (int i = 0; i < count; i++)
      if (run_stopped(run) || try_cell(run, cells[i], run->plan.cell_count + t * count + i, &ns[cells[i]][t]) != 0)
        return run_stopped(run) ? 0 : -1;
  }
  for (int i = 0; i < count && t > 0; i++) {
    double median = median_of_known(ns[cells[i]], (size_t)t);
    if (!isnan(median))
      take_median(&run->plan.cells[cells[i]], median);
  }
  return 0;
}

static int try_blocks(struct run *run, int *cells, double (*ns)[TRIALS]) {
  int failed = 0;
  for (int block = 0; block < run->plan.block_count && !failed && !run_stopped(run); block++)
    failed = try_block(run, block, cells, ns);
  return failed;
}

static int try_serial_cells(struct run *run) {
  int64_t began = clock_ns();
  size_t cells = (size_t)run->plan.cell_count + 1;
  int *order = calloc(cells, sizeof *order);
  double(*ns)[TRIALS] = calloc(cells, sizeof *ns);
  int failed = order && ns ? try_blocks(run, order, ns) : fault_memory(run->fault);
  free(order);
  free(ns);
  run->reached.pilot_ns += clock_ns() - began;
  return failed;
}

/* ---- the budget ---- */

int64_t phase_estimate(struct run *run) {
  struct plan *plan = &run->plan;
  for (int i = 0; i < plan->cell_count; i++) {
    const struct task *task = &plan->tasks[plan->cells[i].task];
    double least = task->units * task->kernel->min_unit_ns / plan->cells[i].workers;
    plan->cells[i].process_ns = plan_guess_process(plan, (int64_t)fmin(least, 1e15), plan->cells[i].samples);
  }
  return plan_round_ns(plan) * plan->rounds;
}

static const char *first_failure(const struct plan *plan) {
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].state == CELL_FAILED)
      return plan->cells[i].note;
  return NULL;
}

/* The shortest execution of a block's tasks that have cells to run (block -1: of all), by guess; INT64_MAX if none has.
 */
static int64_t shortest_execution(const struct plan *plan, int block) {
  int64_t least = INT64_MAX;
  for (int i = 0; i < plan->cell_count; i++) {
    int64_t ns = plan_guess_execution(&plan->tasks[plan->cells[i].task]);
    if (cell_runs(&plan->cells[i]) && (block < 0 || plan->cells[i].block == block) && ns < least)
      least = ns;
  }
  return least;
}

static const struct task *task_of_block(const struct plan *plan, int block) {
  int i = 0;
  while (i + 1 < plan->task_count && plan->tasks[i].block != block)
    i++;
  return &plan->tasks[i];
}

/* Refuses a budget that is shorter than the shortest execution, with what one execution of each problem takes. Names
 * the first failure, which may have used the time, such as a limit that expired. */
static int nothing_fits(struct run *run) {
  const struct plan *plan = &run->plan;
  const char *failure = first_failure(plan), *between = "";
  char costs[600] = "", took[40], budget[40];
  for (int block = 0; block < plan->block_count; block++) {
    int64_t ns = shortest_execution(plan, block);
    const struct task *task = task_of_block(plan, block);
    if (ns == INT64_MAX)
      continue;
    append(costs, sizeof costs, "%s%s%s%s %s", between, task->kernel->name, task->problem[0] ? " " : "", task->problem,
           format_duration(ns, took, sizeof took));
    between = "; ";
  }
  return fault_set(run->fault, EXIT_USAGE,
                   "time_budget: %s is too short for one cell; one execution takes at least: %s%s%.200s%s; raise the "
                   "budget",
                   format_duration(plan->budget_ns, budget, sizeof budget), costs, failure ? " (failed: " : "",
                   failure ? failure : "", failure ? ")" : "");
}

int phase_afford(struct run *run) {
  int64_t least = shortest_execution(&run->plan, -1);
  bool asked = run->plan.budget_ns > 0 && !run->asked.options->resume && least < INT64_MAX;
  return asked && least > run->plan.budget_ns ? nothing_fits(run) : 0;
}

/* The time left for pilot and rounds; at least a third of the budget asked for, whatever came before them took. */
static int64_t time_left(const struct run *run, int64_t asked_ns) {
  int64_t left = run->plan.budget_ns - run_elapsed_ns(run), least = asked_ns / PILOT_SHARE;
  return left > least ? left : least;
}

/* Lengthens the budget if `needed_ns` more do not fit. */
static void stretch(struct run *run, int64_t needed_ns) {
  int64_t least = run_elapsed_ns(run) + needed_ns;
  if (run->plan.budget_ns < least)
    run->plan.budget_ns = least;
}

static void tell_stretched(struct run *run, int64_t asked_ns, int64_t before_ns) {
  char note[300], asked[40], longer[40], before[40], after[40];
  if (run->plan.budget_ns <= asked_ns)
    return;
  snprintf(
      note, sizeof note,
      N_("the budget of %s is extended to %s: preparation, oracles and pilot took %s, and what is left of the plan "
         "takes %s"),
      format_duration(asked_ns, asked, sizeof asked), format_duration(run->plan.budget_ns, longer, sizeof longer),
      format_duration(before_ns, before, sizeof before),
      format_duration(plan_round_ns(&run->plan) * run->plan.rounds, after, sizeof after));
  run_note(run, note);
}

/* Fits the plan to the budget before the pilot, so that the pilot cannot use it up. */
static int guess_and_thin(struct run *run) {
  struct plan *plan = &run->plan;
  if (plan->budget_ns == 0)
    return 0;
  int64_t shortest = shortest_execution(plan, -1);
  if (shortest < INT64_MAX && shortest > plan->budget_ns) {
    run->reached.state = RUN_REFUSED;
    return nothing_fits(run);
  }
  stretch(run, plan_thin_by_guess(plan, time_left(run, plan->budget_ns)));
  return 0;
}

static void fit(struct run *run, const struct plan *asked) {
  char notes[NOTES_BYTES] = "";
  int64_t before = run_elapsed_ns(run), left = time_left(run, asked->budget_ns);
  if (run->asked.options->builds[0])
    plan_twin(&run->plan);
  else
    plan_choose_baselines(&run->plan);
  if (run->plan.budget_ns > 0) {
    plan_fit(&run->plan, left);
    stretch(run, plan_round_ns(&run->plan) * run->plan.rounds);
    tell_stretched(run, asked->budget_ns, before);
    left = run->plan.budget_ns - before;
    plan_tell(&run->plan, asked, left, notes, sizeof notes);
  }
  run_note(run, notes);
  for (int block = 0; block < run->plan.block_count; block++)
    run->reached.processes_expected += run->plan.rounds * plan_processes(&run->plan, block);
  run->reached.processes_done = 0;
}

static int write_skipped(struct run *run) {
  for (int i = 0; i < run->plan.cell_count; i++)
    if (run->plan.cells[i].state == CELL_SKIPPED &&
        visit_unrun(run, &run->plan.cells[i], STATUS_SKIPPED, run->plan.cells[i].note) != 0)
      return -1;
  return 0;
}

int phase_measure(struct run *run) {
  const struct plan asked = run->plan;
  bool goes_on = run->reached.planned && run->reached.first_round > 1;
  int over = goes_on ? run_enough(run, run->reached.first_round - 1) : 0;
  if (over < 0)
    return -1;
  if (run->reached.planned)
    return over ? 0 : phase_rounds(run);
  if (write_skipped(run) != 0 || phase_oracles(run) != 0)
    return -1;
  if (run_stopped(run))
    return 0;
  if (guess_and_thin(run) != 0)
    return -1;
  if (!run->asked.options->resume)
    folder_point_latest(&run->folder);
  if (pilot_all(run) != 0 || (!run_stopped(run) && keep_rates_apart(run) != 0))
    return -1;
  if (!run->asked.options->builds[0] && (refine_plan(run) != 0 || try_serial_cells(run) != 0))
    return -1;
  if (run_stopped(run)) /* an incomplete pilot gives no plan, so a resumed run starts over */
    return 0;
  fit(run, &asked);
  run->reached.planned = true;
  if (manifest_add(&run->folder.at, &run->samples, "pilot", 0, 0, run->fault) != 0 || run_write_plan(run) != 0 ||
      run_write_state(run, RUN_RUNNING) != 0)
    return -1;
  return phase_rounds(run);
}
