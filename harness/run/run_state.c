/* Keeps the state of a run: its notes, its plan and run.json on disk. */
#include "run_state.h"

#include "base/clock.h"
#include "base/json_foreign.h"
#include "base/json_list.h"
#include "base/random.h"
#include "base/text.h"
#include "base/translate.h"
#include "inputs.h"
#include "machine/usage.h"
#include "plan/balance.h"
#include "plan/choose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool run_stopped(const struct run *run) { return run->asked.options->stop && *run->asked.options->stop; }
int64_t run_elapsed_ns(const struct run *run) { return clock_ns() - run->reached.began_ns; }

uint64_t run_random(const struct run *run, int round, int block) { return plan_random(&run->plan, round, block); }

/* Prints the lines of a note in the reader's language. */
static void say_note(struct run *run, const char *text) {
  for (const char *at = text; *at; at += *at == '\n') {
    struct text line = {0}, said = {0};
    text_bytes(&line, at, strcspn(at, "\n"));
    translated_note(&said, text_of(&line), NULL);
    progress_say(&run->progress, "%s", text_of(&said));
    at += strcspn(at, "\n");
    text_free(&line), text_free(&said);
  }
}

void run_note(struct run *run, const char *text) {
  if (!text[0])
    return;
  append(run->reached.notes, sizeof run->reached.notes, "%s%s", run->reached.notes[0] ? "\n" : "", text);
  say_note(run, text);
}

void run_tell_failure(struct run *run, struct task *task, const struct plan_cell *cell, const char *why) {
  char shown[FIELD_BYTES];
  struct text said = {0};
  if (task->told)
    return;
  task->told = true;
  translated_note(&said, why, NULL);
  progress_say(&run->progress, "%s%s%s%s%s %s x%d: %s; the run goes on with the rest, Ctrl-C ends it",
               task->kernel->name, task->problem[0] ? " " : "", task->problem, task->method[0] ? " " : "", task->method,
               (cell ? cell->variant : run->plan.serial)->name, cell ? cell->workers : 1,
               printable(text_of(&said), shown, sizeof shown));
  text_free(&said);
}

/* A list of the text's lines. */
static json_t *lines_json(char *text) {
  json_t *list = json_array();
  for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
    if (rest || *line)
      json_list_add(&list, json_foreign(line));
  return list;
}

const char *run_label(struct run *run) {
  const struct setting *setting = section_find(config_run(&run->asked.config), "name");
  return setting ? setting->value : NULL;
}

/* The configuration's name: its file name without folder and ending. */
char *run_config_name(const struct run *run, char *out, size_t size) {
  const char *slash = strrchr(run->asked.config.file, '/'), *base = slash ? slash + 1 : run->asked.config.file;
  const char *dot = strrchr(base, '.');
  char name[100];
  snprintf(name, sizeof name, "%.*s", dot ? (int)(dot - base) : 99, base);
  return slug_of(name, out, size);
}

/* CPU time of this process and its reaped descendants, ns. */
static int64_t own_cpu_ns(void) {
  struct usage usage = usage_of_process();
  return usage.cpu_ns;
}

void run_watch(struct run *run) {
  struct run_watch *watch = &run->reached.watch;
  vitals_usable(&watch->usable);
  watch->began = vitals_ticks("", &watch->usable);
  watch->own_ns = own_cpu_ns();
}

void run_watched(const struct run *run, int64_t *foreign_ns, int64_t *watched_ns) {
  const struct run_watch *watch = &run->reached.watch;
  struct ticks now = vitals_ticks("", &watch->usable);
  double tick_ns = 1e9 / (double)sysconf(_SC_CLK_TCK);
  double busy = (now.busy - watch->began.busy) * tick_ns - (double)(own_cpu_ns() - watch->own_ns);
  double all = (now.busy + now.idle + now.steal - watch->began.busy - watch->began.idle - watch->began.steal) * tick_ns;
  *foreign_ns = watch->foreign_ns + (int64_t)fmax(0, busy);
  *watched_ns = watch->watched_ns + (watch->began.cpus > 0 ? (int64_t)fmax(0, all) : 0);
}

int run_write_state(struct run *run, enum run_state state) {
  int64_t foreign_ns, watched_ns;
  char started[32], ended[32], name[60], options[INPUTS_BYTES], modules[17], notes[NOTES_BYTES];
  run_inputs(run, options, modules);
  snprintf(notes, sizeof notes, "%s", run->reached.notes);
  int64_t rounds = run->reached.rounds_done > run->plan.rounds ? run->reached.rounds_done
                                                               : run->plan.rounds; /* some cells have more rounds */
  json_t *command = json_array();
  for (int i = 0; run->asked.options->argv[i]; i++)
    json_list_add(&command, json_foreign(run->asked.options->argv[i]));
  json_t *json = json_pack(
      "{si ss ss so ss so ss so sI ss so ss sb so ss sI si si sI sI s{sI sI sI} s{sI sI sI sI} so}", "schema", 1,
      "run_id", run->folder.run_id, "machine_id", run->asked.machine.id, "name", json_foreign(run_label(run)), "nway",
      NWAY_VERSION, "command", command, "config_name", run_config_name(run, name, sizeof name), "config_text",
      json_foreign(run->asked.config.text), "seed", (json_int_t)run->plan.seed, "started_utc",
      utc_text(run->reached.started, started, sizeof started), "ended_utc",
      state == RUN_RUNNING ? json_null() : json_string(utc_text(time(NULL), ended, sizeof ended)), "state",
      run_state_word(state), "planned", (int)run->reached.planned, "options", json_foreign(options), "modules", modules,
      "rounds_fitted", (json_int_t)run->plan.rounds, "rounds_planned", (int)rounds, "rounds_done",
      run->reached.rounds_done, "time_budget_ns", (json_int_t)run->plan.budget_ns, "elapsed_ns",
      (json_int_t)run->reached.before_ns + run_elapsed_ns(run), "phases_ns", "oracle",
      (json_int_t)run->reached.oracle_ns, "pilot", (json_int_t)run->reached.pilot_ns, "rounds",
      (json_int_t)run->reached.rounds_ns, "duty_ns", "timed", (json_int_t)run->reached.duty.timed_ns, "warmup",
      (json_int_t)run->reached.duty.warmup_ns, "checks", (json_int_t)run->reached.duty.checks_ns, "starts",
      (json_int_t)run->reached.duty.starts_ns, "notes", lines_json(notes));
  run_watched(run, &foreign_ns, &watched_ns);
  json_object_set_new(json, "listed", json_boolean(run->reached.listed));
  json_object_set_new(json, "foreign_ns", json_integer(foreign_ns));
  json_object_set_new(json, "watched_ns", json_integer(watched_ns));
  if (run->plan.max_rounds > run->plan.rounds)
    json_object_set_new(json, "width", json_real(run->plan.width));
  json_object_set_new(json, "config_file", json_foreign(run->asked.config.file));
  json_object_set_new(json, "sizes", chosen_sizes(&run->asked.config));
  int failed = folder_write_json(&run->folder, "run.json", json, run->fault);
  json_decref(json);
  return failed;
}

int run_write_plan(struct run *run) {
  char path[4200];
  return plan_write(&run->plan, folder_file(&run->folder, "plan.csv", path, sizeof path), run->fault);
}
