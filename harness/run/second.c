/* The second opinion: in each round hyperfine times one kernel of the run from outside, as a program of its own. */
#include "second.h"

#include "base/hyperfine.h"
#include "base/json_list.h"
#include "base/words.h"
#include "process/spawn.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const int64_t wished_ns = 100000000, whole_ns = 300000000; /* of an execution; of all that are timed */
static const int64_t limit_ns = 60000000000;                      /* of one call of hyperfine */
enum { LINE_BYTES = 8000 };

/* ---- which cell ---- */

static double distance(const struct plan_cell *cell) { return fabs(log((double)cell->pilot_ns / (double)wished_ns)); }

static bool may_be_asked(const struct run *run, const struct plan_cell *cell) {
  const struct task *task = &run->plan.tasks[cell->task];
  return cell->best_serial && cell->pilot_ns > 0 && cell_runs(cell) && cell->env == 0 && !task->kernel->command;
}

static void refuse(struct run *run, const char *why) {
  struct second *second = &run->reached.second;
  if (!second->skipped[0])
    snprintf(second->skipped, sizeof second->skipped, "%s", why);
}

void second_choose(struct run *run) {
  struct second *second = &run->reached.second;
  *second = (struct second){.cell = -1, .rounds = json_array()};
  if (!run->asked.options->second_opinion)
    return;
  for (int i = 0; i < run->plan.cell_count; i++) {
    const struct plan_cell *cell = &run->plan.cells[i];
    if (may_be_asked(run, cell) && (second->cell < 0 || distance(cell) < distance(&run->plan.cells[second->cell])))
      second->cell = i;
  }
  if (second->cell < 0) {
    refuse(run, "no serial baseline that hyperfine can time");
    return;
  }
  int64_t executions = whole_ns / run->plan.cells[second->cell].pilot_ns;
  second->executions = executions > 1 ? executions : 1;
}

/* ---- asking ---- */

static void add_word(char *line, const char *word) {
  append(line, LINE_BYTES, "%s", line[0] ? " " : "");
  append_quoted(line, LINE_BYTES, word);
}

/* The command line of `nway kernel` for the cell, with so many executions. */
static const char *command_of(const struct run *run, int64_t executions, char *line) {
  const struct plan_cell *cell = &run->plan.cells[run->reached.second.cell];
  const struct task *task = &run->plan.tasks[cell->task];
  char self[4096], number[40], schedule[40];
  line[0] = '\0';
  snprintf(number, sizeof number, "%lld", (long long)executions);
  const char *words[] = {launch_self(self, sizeof self),
                         "kernel",
                         task->kernel->path,
                         "--variant",
                         cell->variant->path,
                         "--iterations",
                         number,
                         "--schedule",
                         schedule_text(cell->schedule, schedule, sizeof schedule)};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    add_word(line, words[i]);
  for (int i = 0; task->sets[i]; i++)
    add_word(line, "--set"), add_word(line, task->sets[i]);
  return line;
}

/* The last line of what hyperfine printed, without control characters. */
static void last_line(int fd, char *out, size_t size) {
  off_t length = lseek(fd, 0, SEEK_END), from = length > (off_t)size ? length - (off_t)size + 1 : 0;
  ssize_t n = pread(fd, out, size - 1, from);
  for (n = n > 0 ? n : 0; n > 0 && (unsigned char)out[n - 1] <= ' ';)
    n--;
  out[n] = '\0';
  char *line = strrchr(out, '\n');
  memmove(out, line ? line + 1 : out, strlen(line ? line + 1 : out) + 1);
}

/* Why a call gave no times, as a reason that people read. */
static void say_failure(struct run *run, int code, int output) {
  char why[sizeof run->reached.second.skipped], last[200] = "", shown[300];
  if (output >= 0)
    last_line(output, last, sizeof last);
  if (code == SPAWN_NOT_STARTED)
    snprintf(why, sizeof why, "hyperfine cannot be started: %s; install it (make deps)", strerror(errno));
  else if (code == SPAWN_TIMEOUT)
    snprintf(why, sizeof why, "hyperfine did not end within %d s", (int)(limit_ns / 1000000000));
  else
    snprintf(why, sizeof why, "hyperfine ended with %d: %s", code, printable(last, shown, sizeof shown));
  refuse(run, why);
}

/* Calls hyperfine once for both programs; returns its JSON, or NULL after refuse. */
static json_t *call(struct run *run, bool swapped) {
  char start[LINE_BYTES], whole[LINE_BYTES], path[64];
  json_error_t error;
  int json = memfd_create("hyperfine", MFD_CLOEXEC), output = memfd_create("output", MFD_CLOEXEC);
  command_of(run, 1, start), command_of(run, run->reached.second.executions + 1, whole);
  snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getpid(), json);
  const char *const argv[] = {
      "hyperfine", "--runs=1", "--style=none",          "--shell=none",          "--export-json",
      path,        "--",       swapped ? whole : start, swapped ? start : whole, NULL};
  int code = json < 0 || output < 0 ? SPAWN_NOT_STARTED
                                    : spawn_run(&(struct spawn){.argv = argv,
                                                                .output = output,
                                                                .folder = SPAWN_INHERIT,
                                                                .limit_ns = limit_ns,
                                                                .stop = run->asked.options->stop});
  json_t *root = NULL;
  if (code != 0 && code != SPAWN_STOPPED)
    say_failure(run, code, output);
  if (code == 0) {
    lseek(json, 0, SEEK_SET);
    root = json_loadfd(json, JSON_REJECT_DUPLICATES, &error);
    if (!root)
      refuse(run, "hyperfine wrote invalid JSON");
  }
  close(json), close(output);
  return root;
}

static void take_times(struct run *run, const json_t *root, int round, bool swapped) {
  double start = hyperfine_ns(root, swapped, 0), whole = hyperfine_ns(root, !swapped, 0);
  if (isnan(start) || isnan(whole)) {
    refuse(run, "hyperfine's JSON has no time of both programs");
    return;
  }
  json_list_add(&run->reached.second.rounds,
                json_pack("{si sf sf}", "round", round, "start_ns", start, "whole_ns", whole));
}

static int write_file(struct run *run) {
  const struct second *second = &run->reached.second;
  struct plan_identity identity;
  json_t *cell = json_object();
  if (second->cell >= 0) {
    const struct plan_cell *own = &run->plan.cells[second->cell];
    const struct cell_id *id = plan_identify(&run->plan, &run->plan.tasks[own->task], own, &identity);
    for (int axis = 0; axis < CELL_IDS; axis++)
      json_object_set_new(cell, cell_axes[axis].name, json_string(id->text[axis]));
    json_object_set_new(cell, "workers", json_integer(own->workers));
  }
  json_t *json = json_pack("{si ss so sI so sO}", "schema", 1, "by", "hyperfine", "cell", cell, "executions",
                           (json_int_t)second->executions, "skipped",
                           second->skipped[0] ? json_string(second->skipped) : json_null(), "rounds", second->rounds);
  int failed = folder_write_json(&run->folder, "second.json", json, run->fault);
  json_decref(json);
  return failed;
}

int second_ask(struct run *run, int round) {
  const struct second *second = &run->reached.second;
  bool asks = second->cell >= 0 && !second->skipped[0], swapped = round % 2 == 0;
  if (!run->asked.options->second_opinion || run_stopped(run))
    return 0;
  json_t *root = asks ? call(run, swapped) : NULL;
  if (root)
    take_times(run, root, round, swapped);
  json_decref(root);
  return run_stopped(run) ? 0 : write_file(run);
}

void second_close(struct run *run) { json_decref(run->reached.second.rounds); }
