/* Makes the tasks of a section: one for each combination of its parameters' values, in blocks of one problem. */
#include "making.h"

#include "base/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds a task to those of the section, unless it is there. */
static int add_section_task(struct making *m, int task) {
  for (int i = 0; i < m->task_count; i++)
    if (m->tasks[i] == task)
      return 0;
  int *grown = realloc(m->tasks, ((size_t)m->task_count + 1) * sizeof *grown);
  if (!grown)
    return fault_memory(m->fault);
  m->tasks = grown;
  grown[m->task_count++] = task;
  return 0;
}

/* The problem at hand, grown for m->weak workers; its name stays that of one. `ungrown` gets what was there. */
static int grow_problem(struct making *m, struct ungrown *ungrown, int *index) {
  *index = m->weak ? params_find(m->kernel->name, m->settings.params, m->kernel->weak, m->fault) : -1;
  if (*index < 0)
    return m->weak ? -1 : 0;
  return params_grow(&m->settings, *index, m->weak, ungrown, m->fault);
}

/* Writes the parameters as a cell's command line takes them. */
static int set_task(struct making *m, struct task *task) {
  for (int i = 0; i < params_count(m->settings.params); i++) {
    char text[16384];
    snprintf(text, sizeof text, "%s=", m->settings.params[i].name);
    params_text(&m->settings, i, text + strlen(text), sizeof text - strlen(text));
    if (strlen(text) + 1 == sizeof text) {
      fault_set(m->fault, EXIT_USAGE, "the list of %zu numbers is too long for a command line; shorten it",
                m->settings.values[i].count);
      return making_fault_in(m);
    }
    task->sets[i] = strdup(text);
    if (!task->sets[i])
      return fault_memory(m->fault);
  }
  return 0;
}

void making_free_task(struct task *task) {
  for (int i = 0; task->sets[i]; i++)
    free(task->sets[i]);
}

int making_keep_task(struct making *m, const struct task *task) {
  struct plan *plan = m->plan;
  struct task *grown = realloc(plan->tasks, ((size_t)plan->task_count + 1) * sizeof *grown);
  if (!grown)
    return fault_memory(m->fault);
  plan->tasks = grown;
  grown[plan->task_count++] = *task;
  return 0;
}

/* Whether the program at hand is that of a task; true for kernels that run none. */
static bool same_program(const struct making *m, const struct task *task) {
  const char *name = m->kernel->command;
  struct fault ignored;
  int index = name ? params_find(m->kernel->name, m->settings.params, name, &ignored) : -1;
  const char *own = index >= 0 ? strchr(task->sets[index], '=') + 1 : NULL;
  return !own || strcmp(own, m->settings.values[index].text) == 0;
}

static int refuse_name(struct making *m, const struct task *task) {
  char shown[80];
  bool problem = strlen(task->problem) + 1 == sizeof task->problem;
  fault_set(m->fault, EXIT_USAGE,
            "the name '%s...' is too long; shorten lists (8x2M), or give programs a title and names (--title, --name)",
            printable(problem ? task->problem : task->method, shown, 44));
  return making_fault_in(m);
}

static int refuse_program(struct making *m, const struct task *task) {
  fault_set(m->fault, EXIT_USAGE,
            "two programs are called '%s'; give each a name of its own (name = LABEL, --name LABEL)",
            task->method[0] ? task->method : task->problem);
  return making_fault_in(m);
}

static int add_task(struct making *m) {
  struct plan *plan = m->plan;
  struct task task = {.kernel = m->kernel, .section = m->section, .block = plan->block_count, .weak = m->weak};
  struct ungrown ungrown;
  int grown_index;
  for (int i = 0; i < params_count(m->settings.params); i++)
    m->counted[i] |= params_counts(&m->settings, i);
  params_problem(&m->settings, task.problem, sizeof task.problem);
  params_method(&m->settings, task.method, sizeof task.method);
  if (strlen(task.problem) + 1 == sizeof task.problem || strlen(task.method) + 1 == sizeof task.method)
    return refuse_name(m, &task);
  for (int i = 0; i < plan->task_count; i++) {
    const struct task *other = &plan->tasks[i];
    if (other->kernel != task.kernel || strcmp(other->problem, task.problem) != 0 || !other->weak != !task.weak)
      continue;
    if (strcmp(other->method, task.method) == 0 && other->weak == task.weak)
      return same_program(m, other) ? add_section_task(m, i) /* planned already, or different without effect */
                                    : refuse_program(m, &task);
    task.block = other->block;
  }
  if (grow_problem(m, &ungrown, &grown_index) != 0)
    return fault_at(m->fault, "grown for %d workers", m->weak), making_fault_in(m);
  plan->block_count += task.block == plan->block_count;
  int failed = set_task(m, &task);
  if (grown_index >= 0)
    params_ungrow(&m->settings, grown_index, ungrown);
  if (failed || making_keep_task(m, &task) != 0)
    return making_free_task(&task), -1;
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): making_keep_task, of another file, copies the task into the plan */
  return add_section_task(m, plan->task_count - 1);
}

struct product {
  struct making *m;
  int param;
};

static int each_value(const char *text, void *with);

/* Adds a task for every combination of the values of parameters `param` and later. */
static int combine(struct making *m, int param) {
  if (param == params_count(m->kernel->params))
    return add_task(m);
  const struct setting *setting = section_find(m->section, m->kernel->params[param].name);
  if (!setting)
    return combine(m, param + 1);
  return params_each(&m->kernel->params[param], setting->value, each_value, &(struct product){m, param});
}

static int each_value(const char *text, void *with) {
  struct product *product = with;
  struct making *m = product->m;
  const char *name = m->kernel->params[product->param].name;
  if (params_set(&m->settings, product->param, text, m->fault) != 0)
    return making_fault_at(m, section_find(m->section, name)->line, name);
  return combine(m, product->param + 1);
}

int making_add_tasks(struct making *m) { return combine(m, 0); }

/* ---- the naive method ---- */

/* True if `given` names the method or its first words: "memo" matches "memo bound=128". */
static bool is_method(const char *method, const char *given) {
  size_t length = strlen(given);
  return strncmp(method, given, length) == 0 && (method[length] == '\0' || method[length] == ' ');
}

/* The task of a block that is marked naive, or NULL. */
static struct task *naive_of(struct plan *plan, int block) {
  for (int i = 0; i < plan->task_count; i++)
    if (plan->tasks[i].block == block && plan->tasks[i].naive)
      return &plan->tasks[i];
  return NULL;
}

static int set_naive(struct making *m, struct task *task, int line) {
  struct task *before = naive_of(m->plan, task->block);
  if (before && before != task && before->naive_line > 0 && line > 0)
    return fault_set(m->fault, EXIT_USAGE, "%s:%d: naive: duplicate naive method (line %d chose '%s'); keep one",
                     m->config->file, line, before->naive_line, before->method);
  if (before && (before == task || line == 0 || strcmp(before->method, task->method) == 0))
    return 0; /* in weak scaling the task for one worker comes first and stays */
  if (before)
    before->naive = false;
  task->naive = true;
  task->naive_line = line;
  return 0;
}

int making_mark_naive(struct making *m) {
  const struct setting *setting = section_find(m->section, "naive");
  bool found = false;
  for (int i = 0; i < m->task_count; i++) {
    struct task *task = &m->plan->tasks[m->tasks[i]];
    bool called = setting && is_method(task->method, setting->value);
    found |= called;
    if ((called || !setting) && set_naive(m, task, called ? setting->line : 0) != 0)
      return -1;
  }
  if (!setting || found)
    return 0;
  return fault_set(m->fault, EXIT_USAGE, "%s:%d: naive: unknown method '%s'; the first one of this problem is '%s'",
                   m->config->file, setting->line, setting->value, m->plan->tasks[m->tasks[0]].method);
}
