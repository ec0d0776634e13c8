/* Measures the rounds of a plan: blocks in random order, cells of a block in random order, until all are settled. */
#include "phases.h"

#include "base/clock.h"
#include "base/manifest.h"
#include "base/random.h"
#include "base/translate.h"
#include "cell/cell.h"
#include "plan/balance.h"
#include "plan/warmup.h"
#include "second.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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
  phase_show(run, &visit, "measuring");
  int64_t began = clock_ns();
  if (visit_run(&visit, &result) != 0)
    return -1;
  cell->took_ns = clock_ns() - began;
  if (phase_has_failed(&result))
    tell_failed_process(run, cell, &result);
  if (phase_has_failed(&result) && ++cell->failures == CELL_FAILURES_MAX)
    phase_fail_cell(run, cell, &result, "three times");
  warmup_see(cell, result.executions, result.status == STATUS_NONE ? result.execution_count : 0);
  process->execution_ns = phase_execution(&result);
  cell->valued |= !isnan(process->execution_ns);
  return 0;
}

/* Measures a block, with room for its order and its processes. */
static int block_in_order(struct run *run, int block, int round, int *order, struct block_process *processes) {
  int failed = 0, done = 0;
  run->reached.random = run_random(run, round, block);
  run->reached.home = -1;
  int count = plan_round_order(&run->plan, block, round, order, run->fault);
  for (int i = 0; i < count && !failed && !run_stopped(run); i++) {
    processes[done] = (struct block_process){order[i], NAN};
    if (run->plan.cells[order[i]].state == CELL_PLANNED)
      failed = measure_cell(run, &processes[done], round, i);
    done++;
  }
  if (count < 0 || failed)
    return -1;
  if (!run_stopped(run) && settle_block(run->reached.settle, block, processes, done) != 0)
    return fault_memory(run->fault);
  return 0;
}

static int measure_block(struct run *run, int block, int round) {
  size_t most = 2 * (size_t)run->plan.cell_count + 2;
  int *order = calloc(most, sizeof *order);
  struct block_process *processes = calloc(most, sizeof *processes);
  int failed = order && processes ? block_in_order(run, block, round, order, processes) : fault_memory(run->fault);
  free(order);
  free(processes);
  return failed;
}

/* Whether the block has cells to measure in this round: all blocks in the common rounds, later only unsettled cells. */
static bool block_wants(const struct run *run, int block) {
  return run->reached.rounds_done < run->plan.rounds || plan_processes(&run->plan, block) > 1;
}

/* The time of a block as the pilot expects it, or longer by as much as its latest processes were: a program that is
 * slow only later would exceed the budget by a block each. */
static int64_t expected_ns(const struct run *run, int block) {
  double expected = 0, took = 0;
  for (int i = block_first(&run->plan, block); i >= 0; i = block_next(&run->plan, i)) {
    const struct plan_cell *cell = &run->plan.cells[i];
    if (cell->state != CELL_PLANNED || cell->process_ns <= 0)
      continue;
    expected += (double)cell->process_ns;
    took += (double)(cell->took_ns > 0 ? cell->took_ns : cell->process_ns);
  }
  double ns = (double)plan_block_ns(&run->plan, block);
  return (int64_t)(took > expected ? ns * took / expected : ns);
}

/* Whether the block would exceed the budget. Up to ROUNDS_MIN rounds may exceed it by 5 %, since an interval needs
 * them; the first one by all of it, and its first block always, since a run without a round is lost. */
static bool spent(const struct run *run, int block) {
  int64_t budget = run->plan.budget_ns;
  if (budget == 0)
    return false;
  int64_t next = run_elapsed_ns(run) + expected_ns(run, block);
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

int phase_rounds(struct run *run) {
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
