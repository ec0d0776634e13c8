/* Runs one process of a run and turns its lines into rows. */
#include "run_state.h"

#include "base/random.h"
#include "cell/record.h"
#include "plan/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t probe_limit_ns = 20000000000, warmup_time_ns = 250000000;
static const double clock_drop = 0.95;

/* Receives the lines of a process. */
struct listener {
  const struct visit *visit;
  struct visit_result *result;
  struct row row; /* identity filled in; figures as they come */
  bool writes;    /* rows go to samples.csv; false after a write has failed */
};

/* ---- lines of a process ---- */

static bool is_identity(int column) {
  for (int i = 0; i < CELL_IDS; i++)
    if ((int)cell_columns[i] == column)
      return true;
  return column < COL_team_workers || column == COL_usable_cpus;
}

static void take_column(const char *name, const char *value, void *with) {
  int column = column_find(name);
  if (column >= 0 && !is_identity(column))
    row_text(with, (enum column)column, value);
}

static void judge_row(struct listener *l) {
  struct visit_result *result = l->result;
  enum status status = status_of(l->row.field[COL_status]);
  if (status == STATUS_OK) {
    l->visit->run->reached.ok_rows += phase_of(l->row.field[COL_phase]) == PHASE_SAMPLE;
    return;
  }
  row_without_figures(&l->row);
  if (result->status != STATUS_NONE)
    return;
  result->status = status == STATUS_NONE ? STATUS_UNKNOWN : status;
  snprintf(result->note, sizeof result->note, "%s", l->row.field[COL_note]);
}

/* Compares with the cell's own highest clock, since the clock limit depends on how many cores are busy. */
static void watch_clock(struct listener *l) {
  struct plan_cell *cell = l->visit->cell;
  int64_t khz = atoll(l->row.field[COL_cpu_khz]);
  if (khz > cell->most_khz)
    cell->most_khz = khz;
  if (khz > 0 && (double)khz < clock_drop * (double)cell->most_khz)
    trust_add(l->row.field[COL_trust], FIELD_BYTES, TRUST_CLOCK_DROP);
}

static void write_row(struct listener *l) {
  struct run *run = l->visit->run;
  if (l->writes && samples_write(&run->samples, &l->row, run->fault) != 0)
    l->writes = false;
}

/* Adds a row's time to the sums. */
static void add_time(struct visit_result *result, const struct row *row) {
  int64_t wall = atoll(row->field[COL_wall_ns]);
  enum phase phase = phase_of(row->field[COL_phase]);
  result->rows++;
  result->rows_wall_ns += wall;
  if (phase == PHASE_COLD)
    result->cold_wall_ns = wall;
  if (phase != PHASE_SAMPLE)
    return;
  result->timed_ns += wall;
  if (result->execution_count < SAMPLES_KEPT)
    result->executions[result->execution_count++] = (double)wall / (double)atoll(row->field[COL_iterations]);
}

static void take_row(struct listener *l, char *line) {
  const struct visit *visit = l->visit;
  struct task *task = visit->task;
  struct row identity = l->row;
  record_read(line, take_column, &l->row);
  add_time(l->result, &l->row);
  if (visit->cell) {
    if (visit->cell->pss_bytes > 0)
      row_int(&l->row, COL_pss_bytes, visit->cell->pss_bytes);
    watch_clock(l);
    row_real(&l->row, COL_attainable_ratio, task->attainable[visit->cell->count_index]);
  } else if (l->result->rows == 1) {
    snprintf(task->digest, sizeof task->digest, "%s", l->row.field[COL_digest]);
    task->oracle_ns = l->result->rows_wall_ns;
  }
  if (visit->mode == MODE_MEASURE && visit->round == 0 && phase_of(l->row.field[COL_phase]) == PHASE_SAMPLE)
    row_text(&l->row, COL_phase, phase_word(PHASE_PILOT)); /* a trial of a serial cell, before the rounds */
  judge_row(l);
  write_row(l);
  l->row = identity;
}

static void take_plan(const char *name, const char *value, void *with) {
  struct listener *l = with;
  struct plan_cell *cell = l->visit->cell;
  const struct {
    const char *name;
    int64_t *field;
  } fields[] = {{"iterations", &cell->iterations},
                {"warmup", &cell->warmup},
                {"pilot_ns", &cell->pilot_ns},
                {"pss_bytes", &cell->pss_bytes},
                {"clock_overhead_ns", &l->result->clock_overhead_ns}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (strcmp(name, fields[i].name) == 0)
      *fields[i].field = atoll(value);
  if (strcmp(name, "steady") == 0)
    l->result->unsteady = strcmp(value, "no") == 0;
}

static void take_probe(const char *name, const char *value, void *with) {
  const struct listener *l = with;
  struct task *task = l->visit->task;
  const struct counts *counts = &l->visit->run->plan.counts;
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
  struct visit_result *result = ((struct listener *)with)->result;
  if (strcmp(name, "param") == 0)
    snprintf(result->param, sizeof result->param, "%s", value);
  if (strcmp(name, "note") == 0)
    snprintf(result->note, sizeof result->note, "%s", value);
  result->refused = true;
}

/* Takes how the process spent its time. */
static void take_spent(const char *name, const char *value, void *with) {
  struct visit_result *result = ((struct listener *)with)->result;
  if (strcmp(name, "warmup_ns") == 0)
    result->warmup_ns = atoll(value);
  if (strcmp(name, "inside_ns") == 0)
    result->inside_ns = atoll(value);
}

static void take_line(char *line, void *with) {
  static const struct {
    const char *kind;
    void (*each)(const char *, const char *, void *);
    bool of_cell; /* means nothing without a cell */
  } kinds[] = {{"plan\t", take_plan, true},
               {"probe\t", take_probe, false},
               {"refused\t", take_refusal, false},
               {"spent\t", take_spent, false}};
  struct listener *l = with;
  if (strncmp(line, "row\t", 4) == 0)
    take_row(l, line);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strncmp(line, kinds[i].kind, strlen(kinds[i].kind)) == 0 && (l->visit->cell || !kinds[i].of_cell))
      record_read(line, kinds[i].each, with);
}

/* ---- one process ---- */

static void fill_identity(const struct visit *visit, struct row *row) {
  const struct run *run = visit->run;
  struct plan_identity identity;
  char utc[32];
  memset(row, 0, sizeof *row);
  row_int(row, COL_schema, SCHEMA);
  row_text(row, COL_run_id, run->folder.run_id);
  row_text(row, COL_machine_id, run->asked.machine.id);
  row_text(row, COL_started_utc, utc_text(time(NULL), utc, sizeof utc));
  row_cell(row, plan_identify(&run->plan, visit->task, visit->cell, &identity));
  row_int(row, COL_usable_cpus, run->plan.usable_cpus);
  row_int(row, COL_round, visit->round);
  row_int(row, COL_block, visit->cell ? visit->cell->block : visit->task->block);
  row_int(row, COL_order, visit->order);
  row_text(row, COL_work_unit, visit->task->kernel->unit);
}

struct arguments {
  const char *list[2 * PARAMS_MAX + 2 * COUNTS_MAX + 32];
  int count;
  char texts[COUNTS_MAX + 10][40];
  int text_count;
  char cpus[6 * WORKERS_MAX];
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
static void make_arguments(const struct visit *visit, struct arguments *a) {
  const struct run *run = visit->run;
  const struct plan_cell *cell = visit->cell;
  const struct known_variant *variant = cell ? cell->variant : run->plan.serial;
  *a = (struct arguments){.count = 0};
  argue(a, "nway", "cell");
  a->list[a->count++] = mode_word(visit->mode);
  argue(a, "--kernel", visit->task->kernel->path);
  for (int i = 0; visit->task->sets[i]; i++)
    argue(a, "--set", visit->task->sets[i]);
  argue_number(a, "--fd", LAUNCH_FD, "");
  if (visit->mode == MODE_PROBE) {
    for (int i = 0; i < run->plan.counts.count; i++)
      argue_number(a, "--attainable", run->plan.counts.workers[i], "");
    return;
  }
  argue(a, "--variant", variant->path);
  if (!cell)
    return;
  argue(a, "--answer", visit->task->digest);
  argue_number(a, "--workers", cell->workers, "");
  if (run->plan.pins[cell->pin].placement.count > 0)
    argue(a, "--cpus", placement_text(&run->plan.pins[cell->pin].placement, cell->workers, a->cpus, sizeof a->cpus));
  if (strcmp(run->plan.pins[cell->pin].memory, "local") != 0)
    argue(a, "--memory", run->plan.pins[cell->pin].memory);
  argue(a, "--schedule", schedule_text(cell->schedule, a->texts[a->text_count++], sizeof a->texts[0]));
  argue_number(a, "--iterations", cell->iterations, "");
  argue_number(a, "--warmup", cell->warmup, "");
  argue_number(a, "--samples", cell->samples, "");
  argue_number(a, "--sample-time", run->plan.sample_ns, "ns");
  argue_number(a, "--warmup-time", warmup_time_ns, "ns");
  argue_number(a, "--limit", run->plan.limit_ns, "ns");
}

/* Keeps the output of a failed process in `logs/`. */
static void keep_output(const struct visit *visit, const struct outcome *outcome) {
  char name[100];
  struct fault ignored;
  if (outcome->output[0] == '\0')
    return;
  snprintf(name, sizeof name, "logs/round%d-block%d-order%d.txt", visit->round,
           visit->cell ? visit->cell->block : visit->task->block, visit->order);
  folder_write(&visit->run->folder, name, outcome->output, strlen(outcome->output), &ignored);
}

/* Every nanosecond of a process is one of: timed samples, warm-up, checks, start. */
static void add_duty(const struct visit *visit, const struct visit_result *result) {
  struct duty *duty = &visit->run->reached.duty;
  int64_t wall = result->outcome.wall_ns, inside = result->inside_ns;
  if (visit->mode == MODE_ORACLE || visit->mode == MODE_PROBE) {
    duty->checks_ns += wall;
    return;
  }
  int64_t warmup = result->warmup_ns + result->rows_wall_ns - result->timed_ns;
  duty->timed_ns += result->timed_ns;
  duty->warmup_ns += warmup;
  duty->checks_ns += inside > 0 ? inside - result->timed_ns - warmup : 0;
  duty->starts_ns += inside > 0 ? wall - inside : wall;
}

/* Writes a row for a process that failed without sending one. */
static void write_failure(struct listener *l, enum status status, const char *why) {
  static const enum phase phases[MODE_UNKNOWN] = {
      [MODE_ORACLE] = PHASE_ORACLE, [MODE_PILOT] = PHASE_PILOT, [MODE_MEASURE] = PHASE_SAMPLE};
  char note[FIELD_BYTES];
  row_text(&l->row, COL_phase, phase_word(phases[l->visit->mode]));
  row_text(&l->row, COL_status, status_word(status));
  row_text(&l->row, COL_note, printable(why, note, sizeof note));
  judge_row(l);
  write_row(l);
}

int visit_run(const struct visit *visit, struct visit_result *result) {
  struct run *run = visit->run;
  bool writes = visit->mode != MODE_PROBE;
  struct listener listener = {.visit = visit, .result = result, .writes = writes};
  struct arguments arguments;
  struct environment environment;
  struct plan_identity identity;
  const struct cell_id *id = plan_identify(&run->plan, visit->task, visit->cell, &identity);
  struct fault fault;
  *result = (struct visit_result){.status = STATUS_NONE};
  make_arguments(visit, &arguments);
  fill_identity(visit, &listener.row);
  struct launch launch = {.argv = arguments.list,
                          .environment = environment_set(id->text[CELL_ID_env], (int)id->workers, &environment),
                          .stop = run->asked.options->stop,
                          .line = take_line,
                          .with = &listener,
                          .limit_ns = writes ? run->plan.limit_ns : probe_limit_ns,
                          .padding = random_next(&run->reached.random) % 4096};
  launch_run(&launch, &result->outcome, &fault);
  if (result->outcome.left != 0)
    run_note(run, "a cell left processes that could not be ended within 10 s; they disturb what is measured now");
  add_duty(visit, result);
  run->reached.processes_done++;
  if (writes && result->refused && result->status == STATUS_NONE) /* its layout succeeded in the probe */
    write_failure(&listener, STATUS_NORES, result->note);
  else if (result->outcome.status != STATUS_OK && result->status == STATUS_NONE && !result->refused)
    write_failure(&listener, result->outcome.status, result->outcome.note);
  if (writes && result->status != STATUS_NONE)
    keep_output(visit, &result->outcome);
  return writes && !listener.writes ? -1 : 0;
}

int visit_unrun(struct run *run, struct plan_cell *cell, enum status status, const char *note) {
  struct visit visit = {.run = run, .task = &run->plan.tasks[cell->task], .cell = cell};
  struct row row;
  fill_identity(&visit, &row);
  row_text(&row, COL_phase, phase_word(PHASE_PILOT));
  row_text(&row, COL_status, status_word(status));
  row_text(&row, COL_note, note);
  return samples_write(&run->samples, &row, run->fault);
}
