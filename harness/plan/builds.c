/* Plans two builds side by side in the same blocks. */
#include "builds.h"

#include "revision.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STRETCH = 5 };

static int is_object(const struct dirent *entry) {
  const char *dot = strrchr(entry->d_name, '.');
  return dot && strcmp(dot, ".so") == 0;
}

/* True for an executable file, given by its path or found on PATH. */
static bool is_program(const char *name) {
  char path[4200], full[8400];
  if (strchr(name, '/'))
    return access(name, X_OK) == 0;
  snprintf(path, sizeof path, "%s", getenv("PATH") ? getenv("PATH") : "");
  for (char *rest = path, *folder; (folder = strsep(&rest, ":"));) {
    snprintf(full, sizeof full, "%s/%s", folder, name);
    if (*name && access(full, X_OK) == 0)
      return true;
  }
  return false;
}

bool build_is_command(const char *word) {
  struct stat facts;
  char program[4200];
  size_t length = strlen(word);
  if (stat(word, &facts) == 0)
    return S_ISREG(facts.st_mode) && access(word, X_OK) == 0 && !(length > 3 && strcmp(word + length - 3, ".so") == 0);
  snprintf(program, sizeof program, "%.*s", (int)strcspn(word, " "), word);
  return !revision_exists(word) && is_program(program);
}

size_t build_setting(const char *word) {
  size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  bool setting =
      length > 0 && word[length] == '=' && word[length + 1] && !strpbrk(word, ", ") && access(word, F_OK) != 0;
  return setting ? length : 0;
}

static int add_folder(struct catalog *catalog, const char *folder, struct fault *fault) {
  char kernels[4200];
  struct dirent **entries;
  snprintf(kernels, sizeof kernels, "%s/kernels", folder);
  int count = scandir(kernels, &entries, is_object, alphasort), failed = 0;
  if (count <= 0)
    return fault_set(fault, EXIT_USAGE, "%s: not a build: the folder has no kernels/*.so", folder);
  for (int i = 0; i < count; i++) {
    char path[4500];
    snprintf(path, sizeof path, "%s/%s", kernels, entries[i]->d_name);
    failed |= failed ? 0 : catalog_add_kernel(catalog, path, fault);
    free(entries[i]);
  }
  free(entries);
  return failed ? -1 : count;
}

int build_add(struct catalog *catalog, const char *path, struct fault *fault) {
  struct stat facts;
  if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
    return add_folder(catalog, path, fault);
  return catalog_add_kernel(catalog, path, fault) == 0 ? 1 : -1;
}

/* The first of a build's own kernels. */
static const struct known_kernel *own_kernels(const struct build *build) {
  return build->catalog->kernels + build->catalog->kernel_count - build->count;
}

char *build_pattern(const struct build *build, char *out, size_t size) {
  snprintf(out, size, "^(");
  for (int i = 0; i < build->count; i++)
    append(out, size, "%s%s", i ? "|" : "", own_kernels(build)[i].name);
  append(out, size, ")$");
  return out;
}

/* Finds a build's own kernel by name; the last one counts. A kernel of nway itself is not part of the build. */
static const struct known_kernel *build_kernel(const struct build *build, enum build_role role, const char *name,
                                               struct fault *fault) {
  for (int i = build->count; i-- > 0;)
    if (strcmp(own_kernels(build)[i].name, name) == 0)
      return &own_kernels(build)[i];
  fault_set(fault, EXIT_USAGE, "the %s build has no kernel '%s'; name one that both builds have", build_role_word(role),
            name);
  return NULL;
}

static int check_same_params(const struct known_kernel *old, const struct known_kernel *new, struct fault *fault) {
  if (new->missing)
    return fault_set(fault, EXIT_USAGE, "the new build's kernel %s cannot be used: %s; build it again", new->name,
                     new->missing);
  if (old->json && new->json && json_equal(json_object_get(old->json, "params"), json_object_get(new->json, "params")))
    return 0;
  return fault_set(fault, EXIT_USAGE,
                   "the two builds of kernel %s take different parameters; compare builds that take the same",
                   old->name);
}

/* Replaces the task's `sets` by copies; -1 if memory runs out, with no copy left. */
static int copy_sets(struct task *task) {
  int i = 0;
  for (; task->sets[i] && (task->sets[i] = strdup(task->sets[i])); i++)
    ;
  if (!task->sets[i] && i == params_count(task->kernel->params))
    return 0;
  while (i-- > 0)
    free(task->sets[i]);
  return -1;
}

/* Adds the new build's copy of task `index`; -1 on fault. */
static int add_new_task(struct plan *plan, int index, const struct build *old, const struct build *new,
                        struct fault *fault) {
  struct task task = plan->tasks[index];
  const struct known_kernel *kernel = build_kernel(new, BUILD_NEW, task.kernel->name, fault);
  if (!kernel || !build_kernel(old, BUILD_OLD, task.kernel->name, fault))
    return -1;
  if (check_same_params(task.kernel, kernel, fault) != 0)
    return fault_at(fault, "%s", task.kernel->name);
  if (copy_sets(&task) != 0)
    return fault_memory(fault);
  task.kernel = kernel;
  task.build = BUILD_NEW;
  task.naive = false;
  plan->tasks[plan->task_count++] = task;
  return 0;
}

int plan_double(struct plan *plan, const struct build *old_build, const struct build *new_build, struct fault *fault) {
  int tasks = plan->task_count, cells = plan->cell_count;
  struct task *more_tasks = realloc(plan->tasks, 2 * (size_t)tasks * sizeof *more_tasks);
  if (more_tasks)
    plan->tasks = more_tasks;
  struct plan_cell *more_cells = realloc(plan->cells, 2 * (size_t)cells * sizeof *more_cells);
  if (more_cells)
    plan->cells = more_cells, plan->cell_room = 2 * cells;
  if (!more_tasks || !more_cells)
    return fault_memory(fault);
  for (int i = 0; i < tasks; i++) {
    if (add_new_task(plan, i, old_build, new_build, fault) != 0)
      return -1;
    plan->tasks[i].build = BUILD_OLD;
    plan->tasks[i].naive = false;
  }
  for (int i = 0; i < cells; i++) {
    struct plan_cell *old = &plan->cells[i], *new = &plan->cells[plan->cell_count++];
    old->block = i;
    *new = *old;
    new->task += tasks;
    old->best_serial = true;
  }
  plan->block_count = cells;
  return 0;
}

int plan_double_command(struct plan *plan, const char *old, const char *new, struct fault *fault) {
  for (int i = 0; i < plan->task_count; i++) {
    struct task *task = &plan->tasks[i];
    char set[100];
    snprintf(set, sizeof set, "%s=", task->kernel->command);
    snprintf(task->problem, sizeof task->problem, "%.190s | %.190s", old, new);
    for (char **at = task->sets; task->build == BUILD_NEW && *at; at++) {
      if (strncmp(*at, set, strlen(set)) != 0)
        continue;
      char *text = malloc(strlen(set) + strlen(new) + 1);
      if (!text)
        return fault_memory(fault);
      sprintf(text, "%s%s", set, new);
      free(*at);
      *at = text;
    }
  }
  return 0;
}

/* Whether the parameter chooses how the same answer is reached. */
static int check_role(const struct task *task, const char *set, size_t length, struct fault *fault) {
  const struct param *p = task->kernel->params;
  while (p && p->name && (strlen(p->name) != length || strncmp(p->name, set, length) != 0))
    p++;
  if (!p || !p->name)
    return fault_set(fault, EXIT_USAGE, "kernel %s has no parameter '%.*s'; see 'nway list %s'", task->kernel->name,
                     (int)length, set, task->kernel->name);
  return p->role == PARAM_METHOD || p->role == PARAM_OPTION
             ? 0
             : fault_set(fault, EXIT_USAGE,
                         "'%.*s' of kernel %s changes the problem, so its values cannot be compared; choose a "
                         "parameter that changes the method",
                         (int)length, set, task->kernel->name);
}

static int replace_setting(struct task *task, const char *set, size_t length, struct fault *fault) {
  for (char **at = task->sets; *at; at++) {
    if (strncmp(*at, set, length + 1) != 0)
      continue;
    char *text = strdup(set);
    if (!text)
      return fault_memory(fault);
    free(*at);
    *at = text;
  }
  return 0;
}

int plan_double_setting(struct plan *plan, const char *old, const char *new, struct fault *fault) {
  size_t length = build_setting(new);
  for (int i = 0; i < plan->task_count; i++) {
    struct task *task = &plan->tasks[i];
    if (check_role(task, new, length, fault) != 0 ||
        (task->build == BUILD_NEW && replace_setting(task, new, length, fault) != 0))
      return -1;
    append(task->problem, sizeof task->problem, "%s%.90s | %.90s", task->problem[0] ? ", " : "", old, new + length + 1);
  }
  return 0;
}

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

static void set_pair(struct plan_cell *old, struct plan_cell *new, int64_t iterations) {
  plan_set_work(old, iterations, old->warmup, old->samples);
  plan_set_work(new, iterations, new->warmup, new->samples);
}

/* Gives both cells of a pair the iterations that fill a sample of the faster one. A sample of the slower one takes at
 * most STRETCH times the sample time, or one execution. Where a process would then exceed half of its limit, both get
 * the fewer ones. */
static void equalize(struct plan_cell *old, struct plan_cell *new, const struct plan *plan) {
  int64_t least = greater(lesser(old->iterations, new->iterations), 1);
  int64_t most = greater(old->iterations, new->iterations);
  int64_t room = plan->sample_ns / greater(greater(old->pilot_ns, new->pilot_ns) / STRETCH, 1);
  set_pair(old, new, greater(least, lesser(most, room)));
  if (greater(old->process_ns, new->process_ns) > plan->limit_ns / 2)
    set_pair(old, new, least);
}

void plan_twin(struct plan *plan) {
  int pairs = plan->cell_count / 2;
  for (int i = 0; i < pairs; i++) {
    struct plan_cell *old = &plan->cells[i], *new = &plan->cells[i + pairs];
    if (old->state == CELL_PLANNED && new->state == CELL_PLANNED)
      equalize(old, new, plan);
  }
}
