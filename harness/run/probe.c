/* Lays out every task in a process of its own, before anything is measured; refuses what will not fit or grow. */
#include "phases.h"

#include "base/translate.h"
#include "cell/cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

bool phase_is_planned(const struct plan *plan, int task) {
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
    if (task->kernel->missing || (task->kernel->command && !phase_is_planned(&run->plan, i)))
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
