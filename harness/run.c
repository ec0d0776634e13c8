/* Carries a plan out: probe, oracle, pilot, rounds; every process's rows are on disk before the next starts. */
#include "run.h"

#include "clock.h"
#include "folder.h"
#include "launch.h"
#include "machine.h"
#include "plan.h"
#include "progress.h"
#include "record.h"
#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAILURES_MAX = 3, PILOT_ROUNDS = 4, NOTES_BYTES = 4000 };
static const int64_t probe_limit_ns = 20000000000, warmup_time_ns = 250000000, process_guess_ns = 15000000;

struct run {
  const struct run_options *options;
  struct config config;
  struct catalog catalog;
  struct machine machine;
  struct plan plan;
  struct folder folder;
  struct samples samples;
  struct progress progress;
  struct fault *fault;
  uint64_t random;
  time_t started;
  int64_t began_ns, oracle_ns, pilot_ns, rounds_ns;
  int rounds_done, bad_cells, ok_rows;
  int64_t processes_done, processes_expected;
  const char *state; /* running, complete, interrupted, budget */
  char notes[NOTES_BYTES];
};

/* One process of the run, and what came of it. */
struct visit {
  struct run *run;
  const struct task *task;
  struct plan_cell *cell; /* NULL: the oracle's */
  struct row row;         /* identity filled in; figures as they come */
  int round, order;
  bool write;
  int64_t rows_wall_ns, cold_wall_ns;
  int rows;
  char status[16], note[FIELD_BYTES]; /* of the first row that was not ok */
  char param[64];                     /* of a refusal */
  char steady[8];
};

static bool stopped(const struct run *run) { return run->options->stop && *run->options->stop; }
static int64_t elapsed(const struct run *run) { return clock_ns() - run->began_ns; }

/* ---- what a process says ---- */

static void take_column(const char *name, const char *value, void *with) {
  int column = column_find(name);
  if (column >= COL_team_workers && column != COL_usable_cpus)
    row_text(with, (enum column)column, value);
}

static void judge_row(struct visit *visit) {
  struct row *row = &visit->row;
  const char *digest = row->field[COL_digest];
  char note[200];
  if (strcmp(row->field[COL_status], "ok") == 0 && visit->cell && strcmp(digest, visit->task->digest) != 0) {
    snprintf(note, sizeof note, "answer %s, the checked one is %s", digest, visit->task->digest);
    row_text(row, COL_status, "wrong");
    row_text(row, COL_note, note);
  }
  if (strcmp(row->field[COL_status], "ok") == 0) {
    visit->run->ok_rows += visit->cell != NULL;
    return;
  }
  row_without_figures(row);
  if (visit->status[0])
    return;
  snprintf(visit->status, sizeof visit->status, "%s", row->field[COL_status]);
  snprintf(visit->note, sizeof visit->note, "%s", row->field[COL_note]);
}

static void take_row(struct visit *visit, char *line) {
  struct row identity = visit->row;
  record_read(line, take_column, &visit->row);
  int64_t wall = atoll(visit->row.field[COL_wall_ns]);
  visit->rows_wall_ns += wall;
  visit->rows++;
  if (strcmp(visit->row.field[COL_phase], "cold") == 0)
    visit->cold_wall_ns = wall;
  if (visit->cell)
    row_real(&visit->row, COL_attainable_ratio, visit->task->attainable[visit->cell->count_index]);
  judge_row(visit);
  if (visit->write && samples_write(&visit->run->samples, &visit->row, visit->run->fault) != 0)
    visit->write = false;
  if (!visit->cell && visit->rows == 1) {
    struct task *task = (struct task *)visit->task;
    snprintf(task->digest, sizeof task->digest, "%s", visit->row.field[COL_digest]);
    task->oracle_ns = wall;
  }
  visit->row = identity;
}

static void take_plan(const char *name, const char *value, void *with) {
  struct visit *visit = with;
  struct plan_cell *cell = visit->cell;
  const struct {
    const char *name;
    int64_t *field;
  } fields[] = {{"iterations", &cell->iterations}, {"warmup", &cell->warmup}, {"pilot_ns", &cell->pilot_ns}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (strcmp(name, fields[i].name) == 0)
      *fields[i].field = atoll(value);
  if (strcmp(name, "steady") == 0)
    snprintf(visit->steady, sizeof visit->steady, "%s", value);
}

static void take_probe(const char *name, const char *value, void *with) {
  struct visit *visit = with;
  struct task *task = (struct task *)visit->task;
  const struct counts *counts = &visit->run->plan.counts;
  if (strcmp(name, "work_units") == 0)
    task->units = strtod(value, NULL);
  for (int i = 0; i < counts->count; i++) {
    char attainable[32];
    snprintf(attainable, sizeof attainable, "attainable_%d", counts->workers[i]);
    if (strcmp(name, attainable) == 0)
      task->attainable[i] = strtod(value, NULL);
  }
}

static void take_refusal(const char *name, const char *value, void *with) {
  struct visit *visit = with;
  if (strcmp(name, "param") == 0)
    snprintf(visit->param, sizeof visit->param, "%s", value);
  if (strcmp(name, "note") == 0)
    snprintf(visit->note, sizeof visit->note, "%s", value);
  snprintf(visit->status, sizeof visit->status, "refused");
}

static void take_line(char *line, void *with) {
  static const struct {
    const char *kind;
    void (*each)(const char *, const char *, void *);
  } kinds[] = {{"plan\t", take_plan}, {"probe\t", take_probe}, {"refused\t", take_refusal}};
  if (strncmp(line, "row\t", 4) == 0)
    take_row(with, line);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strncmp(line, kinds[i].kind, strlen(kinds[i].kind)) == 0)
      record_read(line, kinds[i].each, with);
}

/* ---- one process ---- */

static void fill_identity(struct visit *visit) {
  struct run *run = visit->run;
  struct row *row = &visit->row;
  char utc[32], schedule[40];
  const struct plan_cell *cell = visit->cell;
  memset(row, 0, sizeof *row);
  row_int(row, COL_schema, SCHEMA);
  row_text(row, COL_run_id, run->folder.run_id);
  row_text(row, COL_machine_id, run->machine.id);
  row_text(row, COL_started_utc, utc_text(time(NULL), utc, sizeof utc));
  row_text(row, COL_kernel, visit->task->kernel->name);
  row_text(row, COL_problem, visit->task->problem);
  row_text(row, COL_method, visit->task->method);
  row_text(row, COL_variant, cell ? cell->variant->name : "seq");
  row_text(row, COL_schedule, cell ? schedule_text(cell->schedule, schedule, sizeof schedule) : "static");
  row_text(row, COL_pin, "none");
  row_text(row, COL_scale, "strong");
  row_int(row, COL_workers, cell ? cell->workers : 1);
  row_int(row, COL_usable_cpus, run->plan.usable_cpus);
  row_int(row, COL_round, visit->round);
  row_int(row, COL_block, visit->task->block);
  row_int(row, COL_order, visit->order);
  row_text(row, COL_work_unit, visit->task->kernel->unit);
}

struct arguments {
  const char *list[2 * PARAMS_MAX + 2 * COUNTS_MAX + 32];
  int count;
  char texts[COUNTS_MAX + 10][40];
  int text_count;
};

static void argue(struct arguments *a, const char *name, const char *value) {
  a->list[a->count++] = name;
  a->list[a->count++] = value;
}

static void argue_number(struct arguments *a, const char *name, int64_t value, const char *unit) {
  char *text = a->texts[a->text_count++];
  snprintf(text, sizeof a->texts[0], "%lld%s", (long long)value, unit);
  argue(a, name, text);
}

/* The arguments of `nway cell MODE` for a task and, except for probe and oracle, a cell. */
static void make_arguments(const struct visit *visit, const char *mode, struct arguments *a) {
  const struct run *run = visit->run;
  const struct plan_cell *cell = visit->cell;
  struct fault ignored;
  const struct known_variant *variant = cell ? cell->variant : catalog_variant(&run->catalog, "seq", &ignored);
  *a = (struct arguments){.count = 0};
  argue(a, "nway", "cell");
  a->list[a->count++] = mode;
  argue(a, "--kernel", visit->task->kernel->path);
  for (int i = 0; visit->task->sets[i]; i++)
    argue(a, "--set", visit->task->sets[i]);
  argue_number(a, "--fd", LAUNCH_FD, "");
  if (strcmp(mode, "probe") == 0) {
    for (int i = 0; i < run->plan.counts.count; i++)
      argue_number(a, "--attainable", run->plan.counts.workers[i], "");
    return;
  }
  argue(a, "--variant", variant->path);
  if (!cell)
    return;
  argue_number(a, "--workers", cell->workers, "");
  argue(a, "--schedule", schedule_text(cell->schedule, a->texts[a->text_count++], sizeof a->texts[0]));
  argue_number(a, "--iterations", cell->iterations, "");
  argue_number(a, "--warmup", cell->warmup, "");
  argue_number(a, "--samples", cell->samples, "");
  argue_number(a, "--sample-time", run->plan.sample_ns, "ns");
  argue_number(a, "--warmup-time", warmup_time_ns, "ns");
}

/* What the process left in `logs/`, for those who want more than a note. */
static void keep_output(struct visit *visit, const struct outcome *outcome) {
  char name[100];
  struct fault ignored;
  if (outcome->output[0] == '\0')
    return;
  snprintf(name, sizeof name, "logs/round%d-block%d-order%d.txt", visit->round, visit->task->block, visit->order);
  folder_write(&visit->run->folder, name, outcome->output, strlen(outcome->output), &ignored);
}

/* Runs one process; a failure of it becomes a row. -1 only if the harness itself cannot go on. */
static int visit_run(struct visit *visit, const char *mode, struct outcome *outcome) {
  struct run *run = visit->run;
  struct arguments arguments;
  struct fault fault;
  char note[FIELD_BYTES];
  make_arguments(visit, mode, &arguments);
  if (visit->write)
    fill_identity(visit);
  bool writes = visit->write;
  struct launch launch = {.argv = arguments.list, .stop = run->options->stop, .line = take_line, .with = visit,
                          .limit_ns = writes ? run->plan.limit_ns : probe_limit_ns,
                          .padding = random_next(&run->random) % 4096};
  launch_run(&launch, outcome, &fault);
  run->processes_done++;
  if (strcmp(outcome->status, "ok") != 0 && !visit->status[0]) {
    row_text(&visit->row, COL_phase, strcmp(mode, "measure") == 0 ? "sample" : mode);
    row_text(&visit->row, COL_status, outcome->status);
    row_text(&visit->row, COL_note, printable(outcome->note, note, sizeof note));
    judge_row(visit);
    if (visit->write)
      visit->write = samples_write(&run->samples, &visit->row, run->fault) == 0;
  }
  if (writes && visit->status[0])
    keep_output(visit, outcome);
  return writes && !visit->write ? -1 : 0;
}

/* ---- probe: may it be laid out at all? ---- */

static int refused(struct run *run, const struct visit *visit) {
  const struct section *section = visit->task->section;
  const struct setting *setting = section_find(section, visit->param);
  const char *name = setting ? setting->name : visit->param[0] ? visit->param : section->label;
  int line = setting ? setting->line : section->line;
  fault_set(run->fault, EXIT_USAGE, "%s", visit->note);
  return line ? fault_at(run->fault, "%s:%d: %s", run->config.file, line, name)
              : fault_at(run->fault, "kernel %s: %s", visit->task->kernel->name, name);
}

static int probe_all(struct run *run) {
  for (int i = 0; i < run->plan.task_count; i++) {
    struct visit visit = {.run = run, .task = &run->plan.tasks[i]};
    struct outcome outcome;
    if (visit.task->kernel->missing)
      continue;
    visit_run(&visit, "probe", &outcome);
    if (strcmp(visit.status, "refused") == 0)
      return refused(run, &visit);
    if (strcmp(outcome.status, "ok") != 0)
      return fault_set(run->fault, EXIT_USAGE, "kernel %s (%s, %s) cannot be laid out: %s: %s", visit.task->kernel->name,
                       visit.task->problem, visit.task->method, outcome.status, outcome.note);
  }
  return 0;
}

/* ---- oracle, pilot, rounds ---- */

static int write_unrun(struct run *run, struct plan_cell *cell, const char *status, const char *note) {
  struct visit visit = {.run = run, .task = &run->plan.tasks[cell->task], .cell = cell};
  fill_identity(&visit);
  row_text(&visit.row, COL_phase, "pilot");
  row_text(&visit.row, COL_status, status);
  row_text(&visit.row, COL_note, note);
  return samples_write(&run->samples, &visit.row, run->fault);
}

static int write_skipped(struct run *run) {
  for (int i = 0; i < run->plan.cell_count; i++)
    if (run->plan.cells[i].state == CELL_SKIPPED && write_unrun(run, &run->plan.cells[i], "skipped", run->plan.cells[i].note) != 0)
      return -1;
  return 0;
}

/* No right answer, no measurement: every cell of the task gets the oracle's row. */
static int fail_task(struct run *run, int task, const char *status, const char *why) {
  char note[FIELD_BYTES];
  snprintf(note, sizeof note, "oracle: %s", why);
  for (int i = 0; i < run->plan.cell_count; i++) {
    struct plan_cell *cell = &run->plan.cells[i];
    if (cell->task != task || cell->state != CELL_PLANNED)
      continue;
    cell->state = CELL_FAILED;
    snprintf(cell->note, sizeof cell->note, "%s: %s", status, note);
    run->bad_cells++;
    if (write_unrun(run, cell, status, note) != 0)
      return -1;
  }
  return 0;
}

static void show_at(struct run *run, const struct visit *visit, const char *doing) {
  double done = run->processes_expected ? (double)run->processes_done / (double)run->processes_expected : 0;
  int64_t left = run->rounds_done > 0 ? plan_round_ns(&run->plan) * (run->plan.rounds - run->rounds_done) : -1;
  progress_at(&run->progress, done, left, "%s: %s %s %s %s x%d", doing, visit->task->kernel->name, visit->task->problem,
              visit->task->method, visit->cell ? visit->cell->variant->name : "seq", visit->cell ? visit->cell->workers : 1);
}

static int oracle_all(struct run *run) {
  int64_t began = clock_ns();
  for (int i = 0; i < run->plan.task_count && !stopped(run); i++) {
    struct visit visit = {.run = run, .task = &run->plan.tasks[i], .write = true, .order = i};
    struct outcome outcome;
    if (visit.task->kernel->missing)
      continue;
    show_at(run, &visit, "oracle");
    if (visit_run(&visit, "oracle", &outcome) != 0)
      return -1;
    if (visit.status[0] && strcmp(visit.status, "interrupted") != 0 && fail_task(run, i, visit.status, visit.note) != 0)
      return -1;
  }
  run->oracle_ns = clock_ns() - began;
  return 0;
}

static void fail_cell(struct run *run, struct plan_cell *cell, const struct visit *visit, const char *where) {
  cell->state = CELL_FAILED;
  run->bad_cells++;
  snprintf(cell->note, sizeof cell->note, "%s %s: %s", visit->status, where, visit->note);
}

/* What a process of the cell will take, from what the pilot's took. */
static void expect(struct plan_cell *cell, const struct visit *visit, const struct outcome *outcome) {
  int64_t overhead = outcome->wall_ns - visit->rows_wall_ns, sample = cell->pilot_ns * cell->iterations;
  int64_t per_row = visit->rows > 0 ? overhead / visit->rows : 0;
  overhead = overhead < process_guess_ns ? overhead : process_guess_ns + per_row * cell->samples;
  cell->process_ns = overhead + visit->cold_wall_ns + (cell->samples + cell->warmup) * sample;
}

static int pilot_cell(struct run *run, int index) {
  struct plan_cell *cell = &run->plan.cells[index];
  struct visit visit = {.run = run, .task = &run->plan.tasks[cell->task], .cell = cell, .write = true, .order = index};
  struct outcome outcome;
  show_at(run, &visit, "pilot");
  if (visit_run(&visit, "pilot", &outcome) != 0)
    return -1;
  if (visit.status[0] && strcmp(visit.status, "interrupted") != 0)
    fail_cell(run, cell, &visit, "in the pilot");
  if (cell->warmup > cell->samples)
    cell->warmup = cell->samples;
  if (strcmp(visit.steady, "no") == 0)
    snprintf(cell->note, sizeof cell->note, "never became steady in the pilot");
  expect(cell, &visit, &outcome);
  return 0;
}

static int pilot_all(struct run *run) {
  int64_t began = clock_ns();
  int *order = calloc((size_t)run->plan.cell_count + 1, sizeof *order), count = 0, failed = 0;
  if (!order)
    return fault_set(run->fault, EXIT_UNDECIDED, "out of memory");
  for (int i = 0; i < run->plan.cell_count; i++)
    if (run->plan.cells[i].state == CELL_PLANNED)
      order[count++] = i;
  plan_shuffle(order, count, &run->random);
  for (int i = 0; i < count && !stopped(run) && !failed; i++)
    failed = pilot_cell(run, order[i]);
  free(order);
  run->pilot_ns = clock_ns() - began;
  return failed;
}

static int measure_cell(struct run *run, int index, int round, int order) {
  struct plan_cell *cell = &run->plan.cells[index];
  struct visit visit = {.run = run, .task = &run->plan.tasks[cell->task], .cell = cell, .write = true, .round = round, .order = order};
  struct outcome outcome;
  show_at(run, &visit, "measuring");
  if (visit_run(&visit, "measure", &outcome) != 0)
    return -1;
  if (visit.status[0] && strcmp(visit.status, "interrupted") != 0 && ++cell->failures == FAILURES_MAX)
    fail_cell(run, cell, &visit, "three times");
  return 0;
}

static int measure_block(struct run *run, int block, int round) {
  int *order = calloc(2 * (size_t)run->plan.cell_count + 2, sizeof *order), failed = 0;
  if (!order)
    return fault_set(run->fault, EXIT_UNDECIDED, "out of memory");
  int count = plan_order(&run->plan, block, &run->random, order);
  for (int i = 0; i < count && !failed && !stopped(run); i++)
    if (run->plan.cells[order[i]].state == CELL_PLANNED)
      failed = measure_cell(run, order[i], round, i);
  free(order);
  return failed;
}

/* True when another block would overrun the budget, and there are rounds enough for an interval, or none to be had. */
static bool spent(const struct run *run) {
  int64_t budget = run->plan.budget_ns;
  if (budget == 0)
    return false;
  int64_t next = elapsed(run) + plan_round_ns(&run->plan) / (run->plan.block_count ? run->plan.block_count : 1);
  return next > budget + budget / 20 || (run->rounds_done >= ROUNDS_MIN && next > budget);
}

static int measure_round(struct run *run, int round) {
  int *blocks = calloc((size_t)run->plan.block_count + 1, sizeof *blocks), failed = 0;
  if (!blocks)
    return fault_set(run->fault, EXIT_UNDECIDED, "out of memory");
  for (int i = 0; i < run->plan.block_count; i++)
    blocks[i] = i;
  plan_shuffle(blocks, run->plan.block_count, &run->random);
  for (int i = 0; i < run->plan.block_count && !failed && !stopped(run); i++) {
    if (spent(run)) {
      run->state = "budget";
      break;
    }
    failed = measure_block(run, blocks[i], round);
  }
  free(blocks);
  return failed;
}

static int write_state(struct run *run, const char *state);

static int measure_all(struct run *run) {
  int64_t began = clock_ns();
  char took[40];
  for (int round = 1; round <= run->plan.rounds && !stopped(run); round++) {
    if (measure_round(run, round) != 0)
      return -1;
    if (strcmp(run->state, "running") != 0 || stopped(run))
      break;
    run->rounds_done = round;
    run->rounds_ns = clock_ns() - began;
    if (write_state(run, "running") != 0)
      return -1;
    progress_step(&run->progress, "round %d of %d done after %s", round, (int)run->plan.rounds,
                  format_duration(elapsed(run), took, sizeof took));
  }
  run->rounds_ns = clock_ns() - began;
  return 0;
}

/* ---- the run as a whole ---- */

static void note_line(struct run *run, const char *text) {
  if (!text[0])
    return;
  append(run->notes, sizeof run->notes, "%s%s", run->notes[0] ? "\n" : "", text);
  progress_say(&run->progress, "%s", text);
}

static json_t *lines_json(const char *text) {
  json_t *list = json_array();
  for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
    json_array_append_new(list, json_stringn(at, strcspn(at, "\n")));
  return list;
}

static const char *label_of(struct run *run) {
  const struct setting *setting = section_find(config_run(&run->config), "name");
  return setting ? setting->value : NULL;
}

/* The configuration's name: the file's without folder and ending. */
static char *config_name(const struct run *run, char *out, size_t size) {
  const char *slash = strrchr(run->config.file, '/'), *base = slash ? slash + 1 : run->config.file;
  const char *dot = strrchr(base, '.');
  char name[100];
  snprintf(name, sizeof name, "%.*s", dot ? (int)(dot - base) : 99, base);
  return slug_of(name, out, size);
}

static json_t *text_json(const char *text) {
  json_t *json = text ? json_string(text) : json_null();
  return json ? json : json_string("(not valid UTF-8; see config.conf)");
}

static int write_state(struct run *run, const char *state) {
  char started[32], ended[32], name[60];
  json_t *command = json_array();
  for (int i = 0; run->options->argv[i]; i++)
    json_array_append_new(command, text_json(run->options->argv[i]));
  json_t *json = json_pack(
      "{si ss ss so ss so ss so sI ss so ss si si sI sI s{sI sI sI} so}", "schema", 1, "run_id", run->folder.run_id,
      "machine_id", run->machine.id, "name", text_json(label_of(run)), "nway", NWAY_VERSION, "command", command,
      "config_name", config_name(run, name, sizeof name), "config_text", text_json(run->config.text), "seed",
      (json_int_t)run->plan.seed, "started_utc", utc_text(run->started, started, sizeof started), "ended_utc",
      strcmp(state, "running") == 0 ? json_null() : json_string(utc_text(time(NULL), ended, sizeof ended)), "state", state,
      "rounds_planned", (int)run->plan.rounds, "rounds_done", run->rounds_done, "time_budget_ns",
      (json_int_t)run->plan.budget_ns, "elapsed_ns", (json_int_t)elapsed(run), "phases_ns", "oracle",
      (json_int_t)run->oracle_ns, "pilot", (json_int_t)run->pilot_ns, "rounds", (json_int_t)run->rounds_ns, "notes",
      lines_json(run->notes));
  int failed = folder_write_json(&run->folder, "run.json", json, run->fault);
  json_decref(json);
  return failed;
}

static int write_plan(struct run *run) {
  char path[4200];
  return plan_write(&run->plan, folder_file(&run->folder, "plan.csv", path, sizeof path), run->fault);
}

/* Everything that can be refused for its place is refused here, before anything is measured. */
static int open_folder(struct run *run) {
  char path[4200], name[60];
  const char *root = run->options->results ? run->options->results : "results";
  if (folder_create(&run->folder, root, run->machine.slug, config_name(run, name, sizeof name), run->fault) != 0)
    return -1;
  json_t *catalog = catalog_json(&run->catalog);
  int failed = folder_write_json(&run->folder, "catalog.json", catalog, run->fault) ||
               folder_write_json(&run->folder, "machine.json", run->machine.json, run->fault) ||
               folder_write(&run->folder, "config.conf", run->config.text ? run->config.text : "", run->config.text_bytes, run->fault) ||
               folder_make(&run->folder, "logs", run->fault) || write_plan(run) || write_state(run, "running") ||
               samples_create(&run->samples, folder_file(&run->folder, "samples.csv", path, sizeof path), run->fault);
  json_decref(catalog);
  return failed ? -1 : 0;
}

/* Before the pilot: guesses from the oracle's times, so that a pilot of all cells cannot eat the budget. */
static void guess_and_thin(struct run *run) {
  struct plan *plan = &run->plan;
  char told[400] = "";
  if (plan->budget_ns == 0)
    return;
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    int64_t one = plan->tasks[cell->task].oracle_ns;
    cell->process_ns = process_guess_ns + one + cell->samples * (one > plan->sample_ns ? one : plan->sample_ns);
  }
  plan_thin(plan, plan->budget_ns - elapsed(run), plan->rounds + PILOT_ROUNDS, told, sizeof told);
  note_line(run, told);
}

static void fit(struct run *run) {
  char told[600] = "";
  plan_choose_baselines(&run->plan);
  if (run->plan.budget_ns > 0)
    plan_fit(&run->plan, run->plan.budget_ns - elapsed(run), told, sizeof told);
  note_line(run, told);
  for (int block = 0; block < run->plan.block_count; block++)
    run->processes_expected += run->plan.rounds * plan_processes(&run->plan, block);
  run->processes_done = 0;
}

static int measure(struct run *run) {
  if (write_skipped(run) != 0 || oracle_all(run) != 0)
    return -1;
  guess_and_thin(run);
  if (pilot_all(run) != 0)
    return -1;
  fit(run);
  if (write_plan(run) != 0)
    return -1;
  return measure_all(run);
}

static const char *end_state(const struct run *run) {
  return stopped(run) ? "interrupted" : strcmp(run->state, "budget") == 0 ? "budget" : "complete";
}

/* What is measured is kept, whatever happened: plan, state and latest are written on the way out. */
static int finish(struct run *run, int failed) {
  struct fault late;
  struct fault *first = run->fault;
  if (failed)
    run->fault = &late;
  progress_clear(&run->progress);
  failed |= write_plan(run) | write_state(run, failed ? "interrupted" : end_state(run));
  failed |= samples_close(&run->samples, run->fault);
  folder_close(&run->folder);
  run->fault = first;
  if (failed)
    return -1;
  if (stopped(run))
    return 128 + *run->options->stop;
  if (run->ok_rows == 0)
    return EXIT_UNDECIDED;
  return run->bad_cells > 0 ? EXIT_WRONG : EXIT_FINE;
}

static int apply_overrides(struct run *run) {
  for (int i = 0; i < run->options->override_count; i++)
    if (section_put(config_run(&run->config), run->options->overrides[i].name, run->options->overrides[i].value, 0, run->fault) != 0)
      return -1;
  return 0;
}

static int prepare(struct run *run) {
  const struct run_options *options = run->options;
  if (catalog_load(&run->catalog, run->fault) != 0)
    return -1;
  for (int i = 0; options->modules[i]; i++)
    if (catalog_add_kernel(&run->catalog, options->modules[i], run->fault) != 0)
      return fault_at(run->fault, "--module");
  if (config_read(options->config ? options->config : "configs/default.conf", &run->config, run->fault) != 0 ||
      apply_overrides(run) != 0)
    return -1;
  struct cpus cpus = cpus_read("");
  if (plan_make(&run->plan, &run->config, &run->catalog, options->kernel, cpus.usable, run->fault) != 0)
    return -1;
  run->random = (uint64_t)run->plan.seed;
  return probe_all(run);
}

static void tell_plan(struct run *run) {
  int planned = 0, skipped = 0;
  char budget[40];
  for (int i = 0; i < run->plan.cell_count; i++) {
    planned += run->plan.cells[i].state == CELL_PLANNED;
    skipped += run->plan.cells[i].state == CELL_SKIPPED;
  }
  progress_say(&run->progress, "%s: %d problems, %d cells%s, %d rounds%s%s; %d usable CPU%s", run->config.file,
               run->plan.block_count, planned, skipped ? " (and some that cannot run here)" : "", (int)run->plan.rounds,
               run->plan.budget_ns ? " at most, budget " : "",
               run->plan.budget_ns ? format_duration(run->plan.budget_ns, budget, sizeof budget) : "",
               run->plan.usable_cpus, run->plan.usable_cpus == 1 ? "" : "s");
}

static void list_cells(const struct run *run) {
  for (int i = 0; i < run->plan.cell_count; i++) {
    const struct plan_cell *cell = &run->plan.cells[i];
    const struct task *task = &run->plan.tasks[cell->task];
    char schedule[40];
    printf("%s | %s | %s | %s | %s | %d workers%s%s\n", task->kernel->name, task->problem, task->method,
           cell->variant->name, schedule_text(cell->schedule, schedule, sizeof schedule), cell->workers,
           cell->note[0] ? " | " : "", cell->note);
  }
}

static void release(struct run *run) {
  plan_free(&run->plan);
  catalog_free(&run->catalog);
  config_free(&run->config);
  machine_free(&run->machine);
}

int run_all(const struct run_options *options, char *path, size_t size, struct fault *fault) {
  struct run *run = calloc(1, sizeof *run);
  if (!run)
    return fault_set(fault, EXIT_UNDECIDED, "out of memory");
  *run = (struct run){.options = options, .fault = fault, .state = "running", .began_ns = clock_ns(), .started = time(NULL)};
  path[0] = '\0';
  progress_begin(&run->progress);
  launch_adopt_orphans();
  int result = prepare(run);
  if (result == 0)
    tell_plan(run);
  if (result == 0 && options->dry_run) {
    list_cells(run);
  } else if (result == 0) {
    machine_read(&run->machine, label_of(run));
    result = open_folder(run);
    if (result == 0) {
      snprintf(path, size, "%s", run->folder.path);
      result = finish(run, measure(run));
    }
  }
  release(run);
  free(run);
  return result;
}
