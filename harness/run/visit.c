/* Runs one process of a run and turns its lines into rows. */
#include "run_state.h"

#include "base/hyperfine.h"
#include "base/random.h"
#include "base/translate.h"
#include "hear.h"
#include "plan/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t probe_limit_ns = 20000000000, warmup_time_ns = 250000000;

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
  char texts[COUNTS_MAX + 11][40];
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
  if (plan_stays(&run->plan, cell) && run->reached.home < 0)
    argue(a, "--home", "here");
  else if (plan_stays(&run->plan, cell))
    argue_number(a, "--home", run->reached.home, "");
  if (strcmp(run->plan.pins[cell->pin].memory, MEMORY_LOCAL) != 0)
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

/* The last line before `end` that says something; its end goes to *line_end. Both are 0 if there is none. */
static size_t last_words(const char *said, size_t end, size_t *line_end) {
  size_t begin;
  while (end > 0 && strchr(" \n\r\t", said[end - 1]))
    end--;
  for (begin = end; begin > 0 && said[begin - 1] != '\n';)
    begin--;
  size_t blanks = strspn(said + begin, " \t");
  bool says_nothing = hyperfine_remarks(said + begin + blanks, end - begin - blanks) ||
                      strncmp(said + begin + blanks, "Try '", 5) == 0; /* GNU: "Try 'sort --help' for more ..." */
  if (end > 0 && says_nothing)
    return last_words(said, begin, line_end);
  return *line_end = end, begin;
}

/* Adds the last line that a program wrote to stderr to the reason of its failure: it may say more than an exit code. */
static void add_last_words(const struct visit *visit, struct visit_result *result) {
  enum { WORDS_MOST = 160 };
  const char *said = result->outcome.output;
  size_t end, begin = last_words(said, strlen(said), &end);
  char shown[4 * WORDS_MOST + 1], line[WORDS_MOST + 1];
  if (begin == end || !visit->task->kernel->command ||
      (result->status != STATUS_WRONG && result->status != STATUS_NORES))
    return;
  begin += strspn(said + begin, " \t");
  begin = end - begin > WORDS_MOST ? end - WORDS_MOST : begin;
  snprintf(line, sizeof line, "%.*s", (int)(end - begin), said + begin);
  append(result->note, sizeof result->note, "; stderr: %s", printable(line, shown, sizeof shown));
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

/* Notes processes of a cell that are, or may be, still there. */
static void tell_left(struct run *run, int left) {
  char note[200];
  if (left == 0)
    return;
  if (left < 0)
    snprintf(note, sizeof note, "the keeper of a cell was killed, so processes that it started may be left; end them");
  else
    snprintf(note, sizeof note,
             "a cell left %d process%s that SIGKILL did not end within 10 s; they disturb what is measured now", left,
             left == 1 ? "" : "es");
  run_note(run, note);
}

enum { TASK_NAME_BYTES = 700 };

static const char *task_name(const struct task *task, char out[TASK_NAME_BYTES]) {
  snprintf(out, TASK_NAME_BYTES, "%s%s%s%s%s", task->kernel->name, task->problem[0] ? " " : "", task->problem,
           task->method[0] ? " " : "", task->method);
  return out;
}

/* Notes the first process of a task that left others in the background. */
static void tell_background(const struct visit *visit, const struct outcome *outcome) {
  struct task *task = visit->task;
  char name[TASK_NAME_BYTES], note[TASK_NAME_BYTES + 300], shown[4 * sizeof outcome->name];
  if (outcome->background == 0 || outcome->status != STATUS_OK || task->background)
    return;
  task->background = true;
  snprintf(
      note, sizeof note,
      N_("%s left processes in the background (%d, '%s'), which nway ended; until then they took time from what was "
         "measured: have it wait for them, or end them by --conclude"),
      task_name(task, name), outcome->background, printable(outcome->name, shown, sizeof shown));
  run_note(visit->run, note);
}

/* Starts the process of a visit and hears it to its end. `stop` (may be NULL): the signal that ends it. */
static void launch_visit(const struct visit *visit, struct listener *listener, const volatile sig_atomic_t *stop) {
  struct run *run = visit->run;
  struct arguments arguments;
  struct environment environment;
  struct plan_identity identity;
  const struct cell_id *id = plan_identify(&run->plan, visit->task, visit->cell, &identity);
  struct fault fault;
  *listener->result = (struct visit_result){.status = STATUS_NONE};
  make_arguments(visit, &arguments);
  fill_identity(visit, &listener->row);
  struct launch launch = {.argv = arguments.list,
                          .environment = environment_set(id->text[CELL_ID_env], (int)id->workers, &environment),
                          .stop = stop,
                          .line = hear_line,
                          .with = listener,
                          .with_bytes = sizeof *listener,
                          .limit_ns = visit->mode == MODE_PROBE ? probe_limit_ns : run->plan.limit_ns,
                          .padding = random_next(&run->reached.random) % 4096};
  launch_run(&launch, &listener->result->outcome, &fault);
  tell_left(run, listener->result->outcome.left);
  tell_background(visit, &listener->result->outcome);
}

/* Notes the first thing that the kernel of a task says at the end of a process. */
static void tell_last(const struct visit *visit, const char *why) {
  struct task *task = visit->task;
  char name[TASK_NAME_BYTES], note[TASK_NAME_BYTES + FIELD_BYTES], shown[FIELD_BYTES];
  if (!why[0] || task->left)
    return;
  task->left = true;
  snprintf(note, sizeof note, "%s: %s", task_name(task, name), printable(why, shown, sizeof shown));
  run_note(visit->run, note);
}

/* Has a process of its own undo what one that ended early left behind, such as the files of a program. A first Ctrl-C
 * does not end it. */
static void recover(const struct visit *visit) {
  struct visit own = *visit;
  struct visit_result result = {.status = STATUS_NONE};
  struct listener listener = {.visit = &own, .result = &result};
  own.mode = MODE_RECOVER;
  if (run_stopped(visit->run))
    progress_say(&visit->run->progress, "cleaning up; Ctrl-C again ends this too");
  launch_visit(&own, &listener, NULL);
  bool whole = result.outcome.status == STATUS_OK;
  tell_last(visit, result.refused ? result.note : whole ? result.left : result.outcome.note);
}

int visit_run(const struct visit *visit, struct visit_result *result) {
  struct run *run = visit->run;
  bool writes = visit->mode != MODE_PROBE;
  struct listener listener = {.visit = visit, .result = result, .writes = writes, .kills = oom_read("")};
  launch_visit(visit, &listener, run->asked.options->stop);
  if (hear_left_open(&listener))
    recover(visit);
  tell_last(visit, result->left);
  add_duty(visit, result);
  run->reached.processes_done++;
  hear_end(&listener);
  add_last_words(visit, result);
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
