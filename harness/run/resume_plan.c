/* Reads plan.csv of an interrupted run into the plan. */
#include "resume_plan.h"

#include "base/decimal.h"
#include "base/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a line holds of a cell: a column, where it goes, and its least and greatest value. */
struct plan_number {
  enum plan_column column;
  int64_t *value, least, most;
};

/* Returns NULL, or the name of a column whose value cannot be. */
static const char *restore_numbers(struct plan_cell *cell, char *const *field) {
  static const char *const names[PLAN_COLUMNS] = {
#define PLAN_COLUMN(name, type, meaning) [PLAN_##name] = #name,
#include "base/plan.def"
#undef PLAN_COLUMN
  };
  int64_t runs = cell->state == CELL_PLANNED ? 1 : 0;
  const struct plan_number all[] = {
      {PLAN_iterations, &cell->iterations, runs, INT64_MAX / 4}, {PLAN_warmup, &cell->warmup, 0, INT64_MAX / 4},
      {PLAN_samples, &cell->samples, runs, SAMPLES_MOST},        {PLAN_pilot_ns, &cell->pilot_ns, 0, INT64_MAX / 4},
      {PLAN_process_ns, &cell->process_ns, 0, INT64_MAX / 4},    {PLAN_pss_bytes, &cell->pss_bytes, 0, INT64_MAX / 4}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    int64_t number;
    if (!read_int(field[all[i].column], &number) || number < all[i].least || number > all[i].most)
      return names[all[i].column];
    *all[i].value = number;
  }
  return NULL;
}

/* Returns NULL, or the name of a column whose value cannot be. */
static const char *restore_cell(struct plan *plan, struct plan_cell *cell, char *const *field) {
  enum cell_state state = cell_state_of(field[PLAN_state]);
  if (state == CELL_NONE || state == CELL_SPARE || state == CELL_UNKNOWN)
    return "state";
  cell->state = state;
  cell->best_serial = baseline_is_best(field[PLAN_baseline]) || (cell->best_serial && plan->tasks[cell->task].build);
  snprintf(cell->note, sizeof cell->note, "%s", field[PLAN_note]);
  return restore_numbers(cell, field);
}

/* Whether the line names this cell of the plan. */
static bool names_cell(const struct plan *plan, const struct plan_cell *cell, char *const *field) {
  static const enum plan_column columns[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) [CELL_ID_##name] = PLAN_##name,
#include "base/cell_id.def"
  };
  struct plan_identity own;
  const struct cell_id *id = plan_identify(plan, &plan->tasks[cell->task], cell, &own);
  int64_t block, workers;
  for (int axis = 0; axis < CELL_IDS; axis++)
    if (strcmp(field[columns[axis]], id->text[axis]) != 0)
      return false;
  return read_int(field[PLAN_block], &block) && block == cell->block && read_int(field[PLAN_workers], &workers) &&
         workers == cell->workers;
}

/* The cell of a line, or -1 if the line does not belong to this plan. */
static int cell_of_line(const struct plan *plan, char *line, char **field) {
  char *at = line;
  int count = 0;
  int64_t index;
  for (; at && count < PLAN_COLUMNS; count++)
    if (!(field[count] = csv_take(at, &at)))
      return -1;
  if (count < PLAN_COLUMNS || at || !read_int(field[PLAN_cell], &index) || index < 0 || index >= plan->cell_count)
    return -1;
  return names_cell(plan, &plan->cells[index], field) ? (int)index : -1;
}

/* `seen`: the line of each cell; 0 if not read yet. */
static int plan_line(struct run *run, char *line, int number, const char *path, int *seen) {
  char *field[PLAN_COLUMNS];
  int index = cell_of_line(&run->plan, line, field);
  if (index < 0)
    return fault_set(run->fault, EXIT_USAGE, "%s:%d: the line does not belong to this plan; start a new run", path,
                     number);
  if (seen[index])
    return fault_set(run->fault, EXIT_USAGE, "%s:%d: duplicate cell %d (first on line %d); start a new run", path,
                     number, index, seen[index]);
  seen[index] = number;
  const char *wrong = restore_cell(&run->plan, &run->plan.cells[index], field);
  return wrong ? fault_set(run->fault, EXIT_USAGE, "%s:%d: %s: not a value that nway writes; start a new run", path,
                           number, wrong)
               : 0;
}

static int check_header(struct run *run, const char *line, const char *path) {
  char header[PLAN_HEADER_BYTES];
  return strcmp(line, plan_header(header)) == 0
             ? 0
             : fault_set(run->fault, EXIT_USAGE, "%s:1: columns differ from those of this nway; start a new run", path);
}

/* Each cell needs its line: without one it would be measured without its pilot's results. One in reserve has none. */
static int check_all_seen(struct run *run, const int *seen, int lines, const char *path) {
  for (int i = 0; i < run->plan.cell_count; i++)
    if (!seen[i] && run->plan.cells[i].state != CELL_SPARE)
      return fault_set(run->fault, EXIT_USAGE, "%s:%d: cell %d of %d is missing; start a new run", path, lines, i,
                       run->plan.cell_count);
  return 0;
}

int resume_plan(struct run *run) {
  char path[4200];
  struct lines lines = {0};
  int failed = 0, *seen = calloc((size_t)run->plan.cell_count + 1, sizeof *seen);
  if (!seen)
    return fault_memory(run->fault);
  lines.file = fopen(folder_file(&run->folder, "plan.csv", path, sizeof path), "re");
  if (!lines.file)
    failed = fault_set(run->fault, EXIT_USAGE, "%s: cannot read: %s; start a new run", path, strerror(errno));
  while (!failed && lines_next(&lines)) {
    lines.line[lines.length - 1] = '\0';
    failed =
        lines.number == 1 ? check_header(run, lines.line, path) : plan_line(run, lines.line, lines.number, path, seen);
  }
  if (!failed && lines.failed)
    failed = fault_set(run->fault, EXIT_USAGE, "%s:%d: %s; start a new run", path, lines.number, lines.failed);
  if (!failed)
    failed = check_all_seen(run, seen, lines.number, path);
  free(seen);
  lines_close(&lines);
  run->plan.samples = run->plan.cell_count ? run->plan.cells[0].samples : 0;
  return failed;
}
