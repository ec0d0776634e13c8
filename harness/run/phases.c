/* Executes a plan: probe, oracle, pilot, rounds. The rows of each process are on disk before the next one starts. */
#include "run_state.h"

#include "base/clock.h"
#include "base/manifest.h"
#include "base/paired.h"
#include "base/random.h"
#include "base/translate.h"
#include "cell/cell.h"
#include "plan/balance.h"
#include "plan/builds.h"
#include "plan/warmup.h"
#include "refine.h"
#include "second.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS = 7, TRIALS_LEAST = 3 }; /* processes of each serial cell that may become the baseline */
enum { PILOT_SHARE = 3 };              /* oracle, pilot and trials: at most a third of the budget */

/* ---- probe: may it be laid out at all? ---- */

static int refused(struct run *run, const struct visit *visit, const struct visit_result *result) {
  const struct section *section = visit->task->section;
  const struct setting *setting = section_find(section, result->param);
  const char *name = setting ? setting->name : result->param[0] ? result->param : section->label;
  int line = setting ? setting->line : section->line;
  fault_set(run->fault, EXIT_USAGE, "%s", result->note);
  if (!line && visit->task->kernel->command)
    return fault_at(run->fault, "%s", name);
  return line ? fault_at(run->fault, "%s:%d: %s", run->asked.config.file, line, name)
              : fault_at(run->fault, "kernel %s: %s", visit->task->kernel->name, name);
}

/* Returns true and fills the reason if one execution exceeds the time limit even at the kernel's stated minimum time.
 */
static bool too_long(const struct run *run, const struct task *task, struct visit_result *result) {
  double least = task->units * task->kernel->min_unit_ns;
  char needed[40], limit[40];
  const struct param *params = task->kernel->params;
  if (least <= (double)run->plan.limit_ns)
    return false;
  for (int i = 0; params && params[i].name; i++)
    if (params[i].role == PARAM_SIZE)
      snprintf(result->param, sizeof result->param, "%s", params[i].name);
  snprintf(result->note, sizeof result->note,
           N_("one execution takes at least %s, more than the time limit of a process, %s; raise it with --limit"),
           format_duration(least < 9e18 ? (int64_t)least : INT64_MAX, needed, sizeof needed),
           format_duration(run->plan.limit_ns, limit, sizeof limit));
  return true;
}

/* Returns true and fills the reason if a weak-scaling problem does not do as many times the work as it has workers. */
static bool ungrown(const struct run *run, const struct task *task, struct visit_result *result) {
  for (const struct task *one = run->plan.tasks; task->weak && one < task; one++) {
    double times = task->units / one->units;
    if (one->block != task->block || one->weak != 1 || strcmp(one->method, task->method) != 0 ||
        fabs(times / task->weak - 1) < 0.01)
      continue;
    snprintf(result->param, sizeof result->param, "%s", task->kernel->weak);
    snprintf(result->note, sizeof result->note,
             N_("for %d workers the work grows %.3g times, expected %d; leave out scale = weak"), task->weak, times,
             task->weak);
    return true;
  }
  return false;
}

/* Whether any cell of the task can run; only then does it need an oracle. */
static bool is_planned(const struct plan *plan, int task) {
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].task == task && plan->cells[i].state != CELL_SKIPPED)
      return true;
  return false;
}

int phase_probe(struct run *run) {
  char note[FIELD_BYTES];
  for (int i = 0; i < run->plan.task_count; i++) {
    struct task *task = &run->plan.tasks[i];
    struct visit visit = {.run = run, .mode = MODE_PROBE, .task = task};
    struct visit_result result;
    if (task->kernel->missing || (task->kernel->command && !is_planned(&run->plan, i)))
      continue; /* a program that is missing cannot be probed */
    visit_run(&visit, &result);
    if (result.refused || too_long(run, task, &result) || ungrown(run, task, &result))
      return refused(run, &visit, &result);
    if (result.outcome.status != STATUS_OK)
      return fault_set(run->fault, EXIT_USAGE, "kernel %s (%s, %s) cannot be laid out: %s: %s", task->kernel->name,
                       task->problem, task->method, status_word(result.outcome.status),
                       printable(result.outcome.note, note, sizeof note));
  }
  return 0;
}

/* ---- oracle, pilot, rounds ---- */

static int write_skipped(struct run *run) {
  for (int i = 0; i < run->plan.cell_count; i++)
    if (run->plan.cells[i].state == CELL_SKIPPED &&
        visit_unrun(run, &run->plan.cells[i], STATUS_SKIPPED, run->plan.cells[i].note) != 0)
      return -1;
  return 0;
}

/* Gives every cell of a task without a checked answer the oracle's status as its row; none of them is measured. */
static int fail_task(struct run *run, int task, enum status status, const char *why) {
  char note[FIELD_BYTES], told[FIELD_BYTES];
  snprintf(note, sizeof note, "oracle: %s", why);
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

static void show_at(struct run *run, const struct visit *visit, const char *doing) {
  double done = run->reached.processes_expected
                    ? fmin(1, (double)run->reached.processes_done / (double)run->reached.processes_expected)
                    : 0;
  int64_t rounds = run->reached.rounds_done < run->plan.rounds ? run->plan.rounds - run->reached.rounds_done : 1;
  int64_t left = run->reached.rounds_done > 0 ? plan_round_ns(&run->plan) * rounds : -1;
  progress_at(&run->progress, done, left, "%s: %s %s %s %s x%d", doing, visit->task->kernel->name, visit->task->problem,
              visit->task->method, (visit->cell ? visit->cell->variant : run->plan.serial)->name,
              visit->cell ? visit->cell->workers : 1);
}

/* Whether the process failed; one that the user stopped did not. */
static bool has_failed(const struct visit_result *result) {
  return result->status != STATUS_NONE && result->status != STATUS_INTERRUPTED;
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
    if (!is_planned(plan, i))
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
  show_at(run, &visit, "oracle");
  if (visit_run(&visit, &result) != 0)
    return -1;
  *answers += !has_failed(&result);
  return has_failed(&result) ? fail_task(run, task, result.status, result.note) : 0;
}

static int oracle_all(struct run *run) {
  int64_t began = clock_ns();
  size_t tasks = (size_t)run->plan.task_count + 1;
  int *order = calloc(tasks, sizeof *order), answers = 0, failed = 0;
  bool *unasked = calloc(tasks, sizeof *unasked);
  if (!order || !unasked)
    failed = fault_memory(run->fault);
  int count = failed ? 0 : oracle_order(&run->plan, order);
  for (int i = 0; i < count && !failed && !run_stopped(run); i++)
    if (oracles_are_over(run, &run->plan.tasks[order[i]], began, answers))
      unask(run, order[i]), unasked[order[i]] = true;
    else
      failed = oracle_one(run, order[i], &answers);
  if (!failed)
    tell_unasked(run, unasked);
  free(order);
  free(unasked);
  run->reached.oracle_ns = clock_ns() - began;
  return failed;
}

static void fail_cell(struct run *run, struct plan_cell *cell, const struct visit_result *result, const char *where) {
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
    cell->iterations = 1, cell->pilot_ns = task->oracle_ns;
    plan_expect_process(cell, task, PROCESS_GUESS_NS, task->oracle_ns);
    return 0;
  }
  struct visit visit = {
      .run = run, .mode = MODE_PILOT, .task = &run->plan.tasks[cell->task], .cell = cell, .order = index};
  struct visit_result result;
  show_at(run, &visit, "pilot");
  if (visit_run(&visit, &result) != 0)
    return -1;
  if (has_failed(&result))
    fail_cell(run, cell, &result, "in the pilot");
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
  for (int i = 0; i < count && !run_stopped(run) && !failed; i++)
    failed = pilot_planned_cell(run, order[i]);
  free(order);
  run->reached.pilot_ns = clock_ns() - began;
  return failed;
}

/* Returns the median time of one execution in ns; NAN if the process failed. */
static double median_execution(struct visit_result *result) {
  if (result->status != STATUS_NONE || result->execution_count == 0)
    return NAN;
  sort_doubles(result->executions, (size_t)result->execution_count);
  return median_sorted(result->executions, (size_t)result->execution_count);
}

/* ---- which serial cell is the baseline? ---- */

/* Fills `cells` with the serial cells of a block and returns how many, without those that are too long to run again. */
static int serial_cells(const struct plan *plan, int block, int *cells) {
  int count = 0;
  for (int i = 0; i < plan->cell_count; i++) {
    const struct plan_cell *cell = &plan->cells[i];
    if (cell->block == block && cell->variant->serial && cell_runs(cell) && cell->pilot_ns > 0 &&
        cell->pilot_ns < LONG_EXECUTION_NS)
      cells[count++] = i;
  }
  return count;
}

/* Runs one more process of a serial cell, in round 0; its rows have the phase pilot. */
static int try_cell(struct run *run, int index, int order, double *ns) {
  struct plan_cell *cell = &run->plan.cells[index];
  struct visit visit = {
      .run = run, .mode = MODE_MEASURE, .task = &run->plan.tasks[cell->task], .cell = cell, .order = order};
  struct visit_result result;
  show_at(run, &visit, "choosing the baseline");
  if (visit_run(&visit, &result) != 0)
    return -1;
  *ns = median_execution(&result);
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

/* The pilot's time of each serial cell becomes the median over processes, taken in turn in random order: a single
 * process is the wrong choice too often. */
static int try_block(struct run *run, int block, int *cells, double (*ns)[TRIALS]) {
  int count = serial_cells(&run->plan, block, cells);
  int trials = count < 2 ? 0 : trials_that_fit(run, cells, count);
  for (int t = 0; t < trials; t++) {
    random_shuffle(cells, count, &run->reached.random);
    for (int i = 0; i < count; i++)
      if (run_stopped(run) || try_cell(run, cells[i], run->plan.cell_count + t * count + i, &ns[cells[i]][t]) != 0)
        return run_stopped(run) ? 0 : -1;
  }
  for (int i = 0; i < count && trials > 0; i++) {
    double median = median_of_known(ns[cells[i]], (size_t)trials);
    if (!isnan(median))
      run->plan.cells[cells[i]].pilot_ns = (int64_t)median;
  }
  return 0;
}

static int try_serial_cells(struct run *run) {
  int64_t began = clock_ns();
  size_t cells = (size_t)run->plan.cell_count + 1;
  int *order = calloc(cells, sizeof *order), failed = 0;
  double(*ns)[TRIALS] = calloc(cells, sizeof *ns);
  if (!order || !ns)
    failed = fault_memory(run->fault);
  for (int block = 0; block < run->plan.block_count && !failed && !run_stopped(run); block++)
    failed = try_block(run, block, order, ns);
  free(order);
  free(ns);
  run->reached.pilot_ns += clock_ns() - began;
  return failed;
}

/* ---- rounds ---- */

static void tell_failed_process(struct run *run, const struct plan_cell *cell, const struct visit_result *result) {
  char why[FIELD_BYTES];
  snprintf(why, sizeof why, "%s in a round: %.*s", status_word(result->status), FIELD_BYTES - 40, result->note);
  run_tell_failure(run, &run->plan.tasks[cell->task], cell, why);
}

static int measure_cell(struct run *run, struct block_process *process, int round, int order) {
  struct plan_cell *cell = &run->plan.cells[process->cell];
  struct visit visit = {.run = run,
                        .mode = MODE_MEASURE,
                        .task = &run->plan.tasks[cell->task],
                        .cell = cell,
                        .round = round,
                        .order = order};
  struct visit_result result;
  show_at(run, &visit, "measuring");
  if (visit_run(&visit, &result) != 0)
    return -1;
  if (has_failed(&result))
    tell_failed_process(run, cell, &result);
  if (has_failed(&result) && ++cell->failures == CELL_FAILURES_MAX)
    fail_cell(run, cell, &result, "three times");
  warmup_see(cell, result.executions, result.status == STATUS_NONE ? result.execution_count : 0);
  process->execution_ns = median_execution(&result);
  cell->valued |= !isnan(process->execution_ns);
  return 0;
}

static int measure_block(struct run *run, int block, int round) {
  size_t most = 2 * (size_t)run->plan.cell_count + 2;
  int *order = calloc(most, sizeof *order), failed = 0, done = 0;
  struct block_process *processes = calloc(most, sizeof *processes);
  if (!order || !processes)
    failed = fault_memory(run->fault);
  run->reached.random = run_random(run, round, block);
  int count = failed ? 0 : plan_round_order(&run->plan, block, round, order, run->fault);
  failed |= count < 0;
  for (int i = 0; i < count && !failed && !run_stopped(run); i++) {
    processes[done] = (struct block_process){order[i], NAN};
    if (run->plan.cells[order[i]].state == CELL_PLANNED)
      failed = measure_cell(run, &processes[done], round, i);
    done++;
  }
  if (!failed && !run_stopped(run) && settle_block(run->reached.settle, block, processes, done) != 0)
    failed = fault_memory(run->fault);
  free(order);
  free(processes);
  return failed;
}

/* Whether the block has cells to measure in this round: all blocks in the common rounds, later only unsettled cells. */
static bool block_wants(const struct run *run, int block) {
  return run->reached.rounds_done < run->plan.rounds || plan_processes(&run->plan, block) > 1;
}

/* Whether the block would exceed the budget. Up to ROUNDS_MIN rounds may exceed it by 5 %, since an interval needs
 * them; the first one by all of it, and its first block always, since a run without a round is lost. */
static bool spent(const struct run *run, int block) {
  int64_t budget = run->plan.budget_ns;
  if (budget == 0)
    return false;
  int64_t next = run_elapsed_ns(run) + plan_block_ns(&run->plan, block);
  if (run->reached.rounds_done == 0)
    return run->reached.processes_done > 0 && next > 2 * budget;
  return next > budget + budget / 20 || (run->reached.rounds_done >= ROUNDS_MIN && next > budget);
}

static int measure_round(struct run *run, int round) {
  int *blocks = calloc((size_t)run->plan.block_count + 1, sizeof *blocks), failed = 0;
  if (!blocks)
    return fault_memory(run->fault);
  for (int i = 0; i < run->plan.block_count; i++)
    blocks[i] = i;
  run->reached.random = run_random(run, round, -1);
  if (!run->plan.sequential)
    random_shuffle(blocks, run->plan.block_count, &run->reached.random);
  for (int i = 0; i < run->plan.block_count && !failed && !run_stopped(run); i++) {
    bool done = run->reached.done && round == run->reached.first_round && run->reached.done[blocks[i]];
    if (done || !block_wants(run, blocks[i]))
      continue;
    if (spent(run, blocks[i])) {
      run->reached.state = RUN_BUDGET;
      break;
    }
    failed = measure_block(run, blocks[i], round);
    if (!failed && !run_stopped(run))
      failed = manifest_add(&run->folder.at, &run->samples, "block", round, blocks[i], run->fault);
  }
  free(blocks);
  return failed;
}

int run_enough(struct run *run, int round) {
  if (round == run->plan.give_up)
    settle_give_up(run->reached.settle);
  bool last = round >= run->plan.max_rounds && round >= run->plan.rounds, look = round >= run->plan.rounds && !last;
  int unsettled = look ? settle_look(run->reached.settle, run->plan.width) : !last;
  if (unsettled < 0)
    return fault_memory(run->fault);
  if (round == WARMUP_ROUND && unsettled > 0)
    run->reached.grown_problems = warmup_grow(&run->plan, &run->reached.grown_cells);
  return unsettled == 0;
}

/* Notes the methods that were given up: "after 3 rounds power_digits string keeps 2 of its 5 cells: ...". */
static int tell_given_up(struct run *run) {
  bool any = false;
  for (int i = 0; i < run->plan.task_count; i++) {
    const struct task *task = &run->plan.tasks[i];
    int given = 0, all = 0;
    char note[700];
    for (const struct plan_cell *cell = run->plan.cells; cell < run->plan.cells + run->plan.cell_count; cell++)
      if (cell->task == i && cell->state == CELL_PLANNED)
        given += cell->given_up, all++;
    snprintf(note, sizeof note,
             N_("after %d rounds %s %s keeps %d of its %d cells: it is slower at every worker count"),
             (int)run->plan.give_up, task->kernel->name, task->method, all - given, all);
    if (given)
      run_note(run, note);
    any |= given > 0;
  }
  return any ? run_write_plan(run) : 0;
}

/* Notes the problems that discard a first sample from now on. */
static int tell_grown(struct run *run) {
  char note[300];
  int cells = run->reached.grown_cells, problems = run->reached.grown_problems;
  if (problems == 0)
    return 0;
  snprintf(
      note, sizeof note,
      N_("after %d rounds the %d cells of %d problem%s discard the first sample of a process: it tends to be over 2 %% "
         "longer than the later ones"),
      WARMUP_ROUND, cells, problems, plural(problems));
  run_note(run, note);
  return run_write_plan(run);
}

static int measure_rounds(struct run *run) {
  int64_t began = clock_ns();
  char took[40];
  second_choose(run);
  for (int round = run->reached.first_round; !run_stopped(run); round++) {
    if (measure_round(run, round) != 0)
      return -1;
    if (run->reached.state == RUN_RUNNING && second_ask(run, round) != 0)
      return -1;
    run->reached.rounds_ns = clock_ns() - began;
    if (run->reached.state != RUN_RUNNING || run_stopped(run))
      return 0;
    run->reached.rounds_done = round;
    if (run_write_state(run, RUN_RUNNING) != 0)
      return -1;
    progress_step(&run->progress, "round %d%s%d done after %s", round,
                  translated(round > run->plan.rounds ? N_(", for the wide ones, of at most ") : N_(" of ")),
                  (int)(round > run->plan.rounds ? run->plan.max_rounds : run->plan.rounds),
                  format_duration(run_elapsed_ns(run), took, sizeof took));
    int enough = run_enough(run, round);
    if (enough < 0 || (round == run->plan.give_up && tell_given_up(run) != 0) ||
        (round == WARMUP_ROUND && tell_grown(run) != 0))
      return -1;
    if (enough)
      return 0;
  }
  return 0;
}

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

int phase_measure(struct run *run) {
  const struct plan asked = run->plan;
  bool goes_on = run->reached.planned && run->reached.first_round > 1;
  int over = goes_on ? run_enough(run, run->reached.first_round - 1) : 0;
  if (over < 0)
    return -1;
  if (run->reached.planned)
    return over ? 0 : measure_rounds(run);
  if (write_skipped(run) != 0 || oracle_all(run) != 0)
    return -1;
  if (run_stopped(run))
    return 0;
  if (guess_and_thin(run) != 0)
    return -1;
  if (!run->asked.options->resume)
    folder_point_latest(&run->folder);
  if (pilot_all(run) != 0)
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
  return measure_rounds(run);
}
