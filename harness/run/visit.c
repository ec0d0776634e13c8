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

/* ---- what a process says ---- */

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

static void judge_row(struct visit *visit) {
  struct row *row = &visit->row;
  if (strcmp(row->field[COL_status], "ok") == 0) {
    visit->run->ok_rows += strcmp(row->field[COL_phase], "sample") == 0;
    return;
  }
  row_without_figures(row);
  if (visit->status[0])
    return;
  snprintf(visit->status, sizeof visit->status, "%s", row->field[COL_status]);
  snprintf(visit->note, sizeof visit->note, "%s", row->field[COL_note]);
}

/* Against the cell's own best: how fast a processor may run depends on how many of its cores do. */
static void watch_clock(struct visit *visit) {
  int64_t khz = atoll(visit->row.field[COL_cpu_khz]);
  char trust[FIELD_BYTES];
  if (khz > visit->cell->most_khz)
    visit->cell->most_khz = khz;
  if (khz <= 0 || (double)khz >= clock_drop * (double)visit->cell->most_khz)
    return;
  snprintf(trust, sizeof trust, "%s%sclock-drop", visit->row.field[COL_trust],
           visit->row.field[COL_trust][0] ? " " : "");
  row_text(&visit->row, COL_trust, trust);
}

static void take_row(struct visit *visit, char *line) {
  struct row identity = visit->row;
  record_read(line, take_column, &visit->row);
  int64_t wall = atoll(visit->row.field[COL_wall_ns]);
  visit->rows_wall_ns += wall;
  visit->rows++;
  if (strcmp(visit->row.field[COL_phase], "cold") == 0)
    visit->cold_wall_ns = wall;
  if (strcmp(visit->row.field[COL_phase], "sample") == 0) {
    visit->timed_ns += wall;
    if (visit->execution_count < SAMPLES_KEPT)
      visit->executions[visit->execution_count++] = (double)wall / (double)atoll(visit->row.field[COL_iterations]);
  }
  if (visit->cell && visit->cell->pss_bytes > 0)
    row_int(&visit->row, COL_pss_bytes, visit->cell->pss_bytes);
  if (visit->cell)
    watch_clock(visit);
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
  } fields[] = {{"iterations", &cell->iterations},
                {"warmup", &cell->warmup},
                {"pilot_ns", &cell->pilot_ns},
                {"pss_bytes", &cell->pss_bytes}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (strcmp(name, fields[i].name) == 0)
      *fields[i].field = atoll(value);
  if (strcmp(name, "clock_overhead_ns") == 0)
    visit->clock_overhead_ns = atoll(value);
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

/* Where the process says its own time went. */
static void take_spent(const char *name, const char *value, void *with) {
  struct visit *visit = with;
  if (strcmp(name, "warmup_ns") == 0)
    visit->warmup_ns = atoll(value);
  if (strcmp(name, "inside_ns") == 0)
    visit->inside_ns = atoll(value);
}

static void take_line(char *line, void *with) {
  static const struct {
    const char *kind;
    void (*each)(const char *, const char *, void *);
  } kinds[] = {{"plan\t", take_plan}, {"probe\t", take_probe}, {"refused\t", take_refusal}, {"spent\t", take_spent}};
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
  struct plan_identity identity;
  char utc[32];
  memset(row, 0, sizeof *row);
  row_int(row, COL_schema, SCHEMA);
  row_text(row, COL_run_id, run->folder.run_id);
  row_text(row, COL_machine_id, run->machine.id);
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
static void make_arguments(const struct visit *visit, const char *mode, struct arguments *a) {
  const struct run *run = visit->run;
  const struct plan_cell *cell = visit->cell;
  const struct known_variant *variant = cell ? cell->variant : run->plan.serial;
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

/* What the process left in `logs/`, for those who want more than a note. */
static void keep_output(struct visit *visit, const struct outcome *outcome) {
  char name[100];
  struct fault ignored;
  if (outcome->output[0] == '\0')
    return;
  snprintf(name, sizeof name, "logs/round%d-block%d-order%d.txt", visit->round,
           visit->cell ? visit->cell->block : visit->task->block, visit->order);
  folder_write(&visit->run->folder, name, outcome->output, strlen(outcome->output), &ignored);
}

/* Every nanosecond of a process is one of: timed samples, warm-up, checks, start. */
static void add_duty(const struct visit *visit, const char *mode, const struct outcome *outcome) {
  struct duty *duty = &visit->run->duty;
  if (strcmp(mode, "oracle") == 0 || strcmp(mode, "probe") == 0) {
    duty->checks_ns += outcome->wall_ns;
    return;
  }
  int64_t warmup = visit->warmup_ns + visit->rows_wall_ns - visit->timed_ns;
  duty->timed_ns += visit->timed_ns;
  duty->warmup_ns += warmup;
  duty->checks_ns += visit->inside_ns > 0 ? visit->inside_ns - visit->timed_ns - warmup : 0;
  duty->starts_ns += visit->inside_ns > 0 ? outcome->wall_ns - visit->inside_ns : outcome->wall_ns;
}

int visit_run(struct visit *visit, const char *mode, struct outcome *outcome) {
  struct run *run = visit->run;
  struct arguments arguments;
  struct environment environment;
  struct plan_identity identity;
  const struct cell_id *id = plan_identify(&run->plan, visit->task, visit->cell, &identity);
  struct fault fault;
  char note[FIELD_BYTES];
  make_arguments(visit, mode, &arguments);
  if (visit->write)
    fill_identity(visit);
  bool writes = visit->write;
  struct launch launch = {.argv = arguments.list,
                          .environment = environment_set(id->text[CELL_ID_env], (int)id->workers, &environment),
                          .stop = run->options->stop,
                          .line = take_line,
                          .with = visit,
                          .limit_ns = writes ? run->plan.limit_ns : probe_limit_ns,
                          .padding = random_next(&run->random) % 4096};
  launch_run(&launch, outcome, &fault);
  add_duty(visit, mode, outcome);
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

int visit_unrun(struct run *run, struct plan_cell *cell, const char *status, const char *note) {
  struct visit visit = {.run = run, .task = &run->plan.tasks[cell->task], .cell = cell};
  fill_identity(&visit);
  row_text(&visit.row, COL_phase, "pilot");
  row_text(&visit.row, COL_status, status);
  row_text(&visit.row, COL_note, note);
  return samples_write(&run->samples, &visit.row, run->fault);
}
