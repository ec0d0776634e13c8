/* Reads the files of an interrupted run and continues the run from there. */
#include "resume.h"

#include "base/counters.h"
#include "base/json_file.h"
#include "base/lines.h"
#include "base/manifest.h"
#include "base/paired.h"
#include "base/row_check.h"
#include "base/translate.h"
#include "inputs.h"
#include "plan/warmup.h"
#include "plan_index.h"
#include "resume_plan.h"
#include "resume_state.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- samples.csv ---- */

struct reading {
  struct run *run;
  char path[4200];
  int line;
  bool torn;
  struct row row;
  int64_t round, block; /* of the last row that counts */
  /* while replaying */
  struct plan_index index;
  FILE *copy;
  int64_t cut_round, cut_block; /* the block that is run again; round -1: none. Round 0 here: everything */
  struct block_process *processes;
  double *executions;
  int process_count, execution_count, order;
};

/* Reads a line into r->row; refuses one that does not have this nway's columns. Changes `line`. */
static int check_line(struct reading *r, char *line) {
  char header[HEADER_BYTES], why[300];
  struct fault *fault = r->run->fault;
  if (r->line == 1)
    return strcmp(line, row_header(header)) == 0
               ? 0
               : fault_set(fault, EXIT_USAGE, "%s:1: columns differ from those of this nway; start a new run", r->path);
  if (!row_parse(line, &r->row))
    return fault_set(fault, EXIT_USAGE,
                     "%s:%d: invalid row: the number of fields differs from the header; start a new run", r->path,
                     r->line);
  return row_check(&r->row, why, sizeof why)
             ? 0
             : fault_set(fault, EXIT_USAGE, "%s:%d: invalid row: %s; start a new run", r->path, r->line, why);
}

/* Calls `each` for every whole line; r->line is then the one that it ends in: 1 if not even the header is whole. */
static int read_samples(struct reading *r, int (*each)(struct reading *, const char *line)) {
  struct lines lines = {.file = fopen(r->path, "re")};
  int failed = 0;
  if (!lines.file)
    return fault_set(r->run->fault, EXIT_USAGE, "%s: cannot read: %s; start a new run", r->path, strerror(errno));
  for (r->line = 1; !failed && lines_next(&lines); r->line++) {
    lines.line[lines.length - 1] = '\0';
    char *copy = strdup(lines.line);
    failed = copy ? check_line(r, copy) : fault_memory(r->run->fault);
    if (!failed)
      failed = each(r, lines.line);
    free(copy);
  }
  r->torn = lines.torn;
  if (!failed && lines.failed)
    failed = fault_set(r->run->fault, EXIT_USAGE, "%s:%d: %s; start a new run", r->path, lines.number, lines.failed);
  lines_close(&lines);
  return failed;
}

static int64_t field_number(const struct row *row, enum column column) { return atoll(row->field[column]); }

static enum status status_of_row(const struct reading *r) { return status_of(r->row.field[COL_status]); }

static int find_end(struct reading *r, const char *line) {
  (void)line;
  if (r->line == 1 || status_of_row(r) == STATUS_SUPERSEDED || field_number(&r->row, COL_round) == 0)
    return 0;
  r->round = field_number(&r->row, COL_round);
  r->block = field_number(&r->row, COL_block);
  return 0;
}

/* ---- replaying ---- */

static int find_cell(const struct reading *r) {
  struct cell_id id = row_cell_id(&r->row);
  return plan_index_cell(&r->index, &id, field_number(&r->row, COL_block));
}

static void end_process(struct reading *r) {
  struct block_process *process = r->process_count ? &r->processes[r->process_count - 1] : NULL;
  if (process && r->execution_count > 0 && !isinf(process->execution_ns)) {
    warmup_see(&r->run->plan.cells[process->cell], r->executions, r->execution_count);
    sort_doubles(r->executions, (size_t)r->execution_count);
    process->execution_ns = median_sorted(r->executions, (size_t)r->execution_count);
    r->run->plan.cells[process->cell].valued = true;
  } else if (process) {
    process->execution_ns = NAN;
  }
  r->execution_count = 0;
}

static int end_block(struct reading *r) {
  end_process(r);
  int failed = settle_block(r->run->reached.settle, (int)r->block, r->processes, r->process_count);
  r->process_count = 0;
  return failed ? fault_memory(r->run->fault) : 0;
}

/* Checks that a round that is over has rows of every block that had cells to measure; in later rounds few may have. */
static int check_blocks(struct reading *r) {
  const struct plan *plan = &r->run->plan;
  for (int i = 0; r->round <= plan->rounds && i < plan->cell_count; i++)
    if (plan->cells[i].state == CELL_PLANNED && !r->run->reached.done[plan->cells[i].block])
      return fault_set(r->run->fault, EXIT_USAGE,
                       "%s:%d: round %d has no rows of block %d, so rows are lost; start a new run without --resume",
                       r->path, r->line, (int)r->round, plan->cells[i].block);
  return 0;
}

/* Ends a round and repeats the decisions that the run took after it. */
static int end_round(struct reading *r) {
  if (check_blocks(r) != 0 || end_block(r) != 0)
    return -1;
  for (int i = 0; i < r->run->plan.block_count; i++)
    r->run->reached.done[i] = false;
  r->run->reached.rounds_done = (int)r->round;
  return run_enough(r->run, (int)r->round) < 0 ? -1 : 0;
}

static void begin_process(struct reading *r, int cell) {
  end_process(r);
  r->processes[r->process_count++] = (struct block_process){cell, NAN};
  r->order = (int)field_number(&r->row, COL_order);
}

/* An infinite time stands for a failure until the process ends. */
static int take_measured(struct reading *r, struct plan *plan) {
  int cell = find_cell(r);
  if (cell < 0)
    return 0;
  if (plan->cells[cell].state == CELL_SPARE)
    return fault_set(r->run->fault, EXIT_USAGE, "%s:%d: plan.csv has no line for this row's cell; start a new run",
                     r->path, r->line);
  if (field_number(&r->row, COL_cpu_khz) > plan->cells[cell].most_khz)
    plan->cells[cell].most_khz = field_number(&r->row, COL_cpu_khz);
  if (r->process_count == 0 || field_number(&r->row, COL_order) != r->order)
    begin_process(r, cell);
  if (status_of_row(r) != STATUS_OK) {
    if (!isinf(r->processes[r->process_count - 1].execution_ns) && ++plan->cells[cell].failures == CELL_FAILURES_MAX) {
      plan->cells[cell].state = CELL_FAILED;
      r->run->reached.bad_cells++;
    }
    r->processes[r->process_count - 1].execution_ns = INFINITY;
  } else if (phase_of(r->row.field[COL_phase]) == PHASE_SAMPLE && r->execution_count < SAMPLES_KEPT) {
    r->run->reached.ok_rows++;
    r->executions[r->execution_count++] =
        execution_ns((double)field_number(&r->row, COL_wall_ns), fmax(1, (double)field_number(&r->row, COL_iterations)),
                     r->row.field[COL_counters]);
  }
  return 0;
}

/* Restores the checked answer of a task from its oracle's row. */
static void take_answer(struct reading *r) {
  struct cell_id id = row_cell_id(&r->row);
  int index = plan_index_task(&r->index, &id);
  if (index < 0)
    return;
  struct task *task = &r->run->plan.tasks[index];
  snprintf(task->digest, sizeof task->digest, "%s", r->row.field[COL_digest]);
  task->oracle_ns = field_number(&r->row, COL_wall_ns);
}

/* A trial that fails makes no run bad. */
static void take_pilot(struct reading *r) {
  const struct plan *plan = &r->run->plan;
  int cell = find_cell(r);
  bool spare = cell >= 0 && plan->cells[cell].state == CELL_SPARE;
  bool trial =
      field_number(&r->row, COL_order) >= plan->cell_count; /* another process of a serial cell, see try_cell */
  if (cell >= 0 && !spare && !trial && status_of_row(r) != STATUS_OK && status_of_row(r) != STATUS_SKIPPED)
    r->run->reached.bad_cells++;
}

/* Rows come round by round, each block in one piece, its processes in their order. */
static int check_turn(struct reading *r, int64_t round, int64_t block) {
  bool same_round = round == r->round, same_block = same_round && block == r->block;
  if (round >= r->round && (!same_round || same_block || !r->run->reached.done[block]) &&
      (!same_block || r->process_count == 0 || field_number(&r->row, COL_order) >= r->order))
    return 0;
  return fault_set(r->run->fault, EXIT_USAGE,
                   "%s:%d: round %d, block %d, order %lld: the row comes after later ones; start a new run", r->path,
                   r->line, (int)round, (int)block, (long long)field_number(&r->row, COL_order));
}

static int replay_row(struct reading *r) {
  int64_t round = field_number(&r->row, COL_round), block = field_number(&r->row, COL_block);
  if (round == 0) {
    if (phase_of(r->row.field[COL_phase]) == PHASE_ORACLE)
      take_answer(r);
    else
      take_pilot(r);
    return 0;
  }
  if (block < 0 || block >= r->run->plan.block_count || r->process_count > 2 * r->run->plan.cell_count)
    return fault_set(r->run->fault, EXIT_USAGE, "%s:%d: the row's block is not in this plan; start a new run", r->path,
                     r->line);
  if (check_turn(r, round, block) != 0)
    return -1;
  if (r->round && round != r->round && end_round(r) != 0)
    return -1;
  if (r->round && round == r->round && block != r->block && end_block(r) != 0)
    return -1;
  r->round = round;
  r->block = block;
  r->run->reached.done[block] = true;
  return take_measured(r, &r->run->plan);
}

/* Copies a line after the header; rows of the block to be repeated become superseded. */
static int copy_line(struct reading *r, const char *line) {
  if (r->line == 1)
    return 0;
  bool again = r->cut_round == 0 ||
               (field_number(&r->row, COL_round) == r->cut_round && field_number(&r->row, COL_block) == r->cut_block);
  bool counts = status_of_row(r) != STATUS_SUPERSEDED;
  char out[2 * COLUMNS * FIELD_BYTES] = "";
  if (again && counts) {
    row_text(&r->row, COL_status, status_word(STATUS_SUPERSEDED));
    for (int i = 0; i < COLUMNS; i++)
      csv_field(out, sizeof out, r->row.field[i], i == 0);
    line = out;
  }
  if (fprintf(r->copy, "%s\n", line) < 0)
    return fault_set(r->run->fault, EXIT_UNDECIDED, "%s.new: cannot write: %s; make room and resume again", r->path,
                     strerror(errno));
  return counts && !again ? replay_row(r) : 0;
}

/* Checks that the oracles' answers are there: later samples are checked against them. */
static int check_answers(struct reading *r) {
  const struct plan *plan = &r->run->plan;
  for (int i = 0; r->run->reached.planned && i < plan->cell_count; i++) {
    const struct task *task = &plan->tasks[plan->cells[i].task];
    if (plan->cells[i].state == CELL_PLANNED && !task->digest[0])
      return fault_set(
          r->run->fault, EXIT_USAGE,
          "%s:%d: the checked answer of %s %s is missing, so rows are lost; start a new run without --resume", r->path,
          r->line, task->kernel->name, task->problem);
  }
  return 0;
}

/* Rows that count go through replay_row while all are copied; the last block is then over too. */
static int replay_into(struct reading *r, const char *temporary) {
  char header[HEADER_BYTES];
  if (fputs(row_header(header), r->copy) < 0 || fputc('\n', r->copy) == EOF)
    return fault_set(r->run->fault, EXIT_UNDECIDED, "%s: cannot write: %s; make room and resume again", temporary,
                     strerror(errno));
  return read_samples(r, copy_line) || check_answers(r) ? -1 : end_block(r);
}

/* The file that the rows are copied to, in r->copy. */
static int open_copy(struct reading *r) {
  int fd = place_create(&r->run->folder.at, "samples.csv.new", r->run->fault);
  r->copy = fd >= 0 ? fdopen(fd, "w") : NULL;
  if (fd < 0 || r->copy)
    return fd < 0 ? -1 : 0;
  close(fd);
  unlinkat(r->run->folder.at.fd, "samples.csv.new", 0);
  return fault_memory(r->run->fault);
}

static int replay(struct reading *r) {
  struct plan *plan = &r->run->plan;
  char temporary[4300];
  snprintf(temporary, sizeof temporary, "%s.new", r->path);
  if (open_copy(r) != 0)
    return -1;
  r->processes = calloc(2 * (size_t)plan->cell_count + 2, sizeof *r->processes);
  r->executions = calloc(SAMPLES_KEPT, sizeof *r->executions);
  r->run->reached.done = calloc((size_t)plan->block_count + 1, sizeof *r->run->reached.done);
  int failed = plan_index_open(&r->index, plan, r->run->fault);
  if (!failed)
    failed =
        r->processes && r->executions && r->run->reached.done ? replay_into(r, temporary) : fault_memory(r->run->fault);
  plan_index_close(&r->index);
  free(r->processes);
  free(r->executions);
  if (fclose(r->copy) != 0 && !failed)
    failed = fault_set(r->run->fault, EXIT_UNDECIDED, "%s: cannot write: %s; make room and resume again", temporary,
                       strerror(errno));
  /* The manifest goes first: it may know fewer rows than there are, never more. */
  if (!failed)
    failed = r->cut_round == 0 ? manifest_create(&r->run->folder.at, r->run->fault)
                               : manifest_reopen(&r->run->folder.at, r->run->fault);
  if (!failed)
    failed = place_rename(&r->run->folder.at, "samples.csv.new", "samples.csv", r->run->fault);
  if (failed)
    unlinkat(r->run->folder.at.fd, "samples.csv.new", 0);
  return failed;
}

/* ---- the whole run ---- */

static void tell_reading(struct run *run, const struct reading *r) {
  char note[300];
  if (r->line == 1)
    run_note(run, "resumed: rewrote the incomplete header of samples.csv");
  else if (r->torn)
    run_note(run, "resumed: dropped the last line of samples.csv, which was cut off");
  if (!run->reached.planned)
    snprintf(note, sizeof note, N_("resumed: nothing was measured yet, so the run starts over"));
  else if (r->cut_round > 0)
    snprintf(note, sizeof note, N_("resumed in round %d: block %d was incomplete and is repeated"),
             run->reached.first_round, (int)r->cut_block);
  else
    snprintf(note, sizeof note, N_("resumed with round %d"), run->reached.first_round);
  run_note(run, note);
}

/* Keeps complete blocks: those that the manifest closes. In a run without one, the last block is complete if its round
 * is. */
static int restore_samples(struct run *run, const json_t *json) {
  struct reading r = {.run = run, .cut_round = -1};
  struct manifest_tail tail = {0};
  folder_file(&run->folder, "samples.csv", r.path, sizeof r.path);
  if (read_samples(&r, find_end) != 0 ||
      (run->reached.planned && manifest_check(run->folder.path, &tail, run->fault) != 0))
    return -1;
  if (run->reached.planned && !tail.known && json_is_true(json_object_get(json, "listed")))
    return fault_set(run->fault, EXIT_USAGE,
                     "%s/blocks.csv: missing, so nothing says which rows are whole; restore the file as nway wrote it, "
                     "or start a new run",
                     run->folder.path);
  run->reached.listed = tail.known || !run->reached.planned;
  bool over = r.round > 0 && resume_number(json, NULL, "rounds_done") >= r.round;
  if (!run->reached.planned || r.round == 0)
    r.cut_round = run->reached.planned ? -1 : 0;
  else if (tail.known && tail.rows > 0)
    r.cut_round = tail.round, r.cut_block = tail.block;
  else if (!tail.known && !over)
    r.cut_round = r.round, r.cut_block = r.block;
  int64_t last = r.round;
  r.round = r.block = 0;
  if (replay(&r) != 0)
    return -1;
  run->reached.first_round = !run->reached.planned || last == 0 ? 1 : over ? (int)last + 1 : (int)last;
  if (r.round > 0 && r.round < run->reached.first_round && end_round(&r) != 0)
    return -1;
  tell_reading(run, &r);
  if (samples_append(&run->samples, r.path, run->fault) != 0)
    return -1;
  manifest_follow(&run->folder.at, &run->samples);
  return 0;
}

int resume_open(struct run *run) {
  char path[4200];
  const char *root = run->asked.options->results ? run->asked.options->results : "results";
  if (folder_reopen(&run->folder, root, run->asked.options->resume, run->fault) != 0)
    return -1;
  json_t *json =
      json_file_read(folder_file(&run->folder, "run.json", path, sizeof path), "start a new run", run->fault);
  if (!json)
    return -1;
  int failed = resume_check(run, json, path);
  if (!failed) {
    resume_state(run, json);
    failed = (run->reached.planned && resume_plan(run) != 0) || restore_samples(run, json) != 0 ||
             (!run->asked.options->force && inputs_write(run) != 0) || /* forced: they may be those of another */
             run_write_state(run, RUN_RUNNING) != 0;                   /* on the disk before anything is measured */
  }
  json_decref(json);
  return failed ? -1 : 0;
}
