/* Expands a configuration into tasks and cells. */
#include "making.h"

#include "options/settings.h"
#include "pattern.h"
#include "programs.h"
#include "requires.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_setting(const char *name, enum setting_place where) {
  const struct setting_row *row = setting_find(name);
  return row && (row->where & where);
}

static int at_known_key(struct making *m, const struct setting *setting) {
  const char *names[SETTINGS];
  size_t count = 0;
  if (is_setting(setting->name, IN_RUN))
    return 0;
  for (int i = 0; i < SETTINGS; i++)
    if (setting_table[i].where & IN_RUN)
      names[count++] = setting_table[i].name;
  unknown_word(m->fault, "setting", setting->name, names, count, NULL);
  return fault_at(m->fault, "%s:%d", m->config->file, setting->line);
}

/* ---- settings of [run] ---- */

static int run_number(struct making *m, const char *name, int64_t low, int64_t high, int64_t *value) {
  const struct setting *setting = section_find(m->run, name);
  if (!setting)
    return 0;
  if (parse_count(setting->value, value, m->fault) == 0 && *value >= low && *value <= high)
    return 0;
  if (m->fault->text[0] == '\0')
    fault_set(m->fault, EXIT_USAGE, "invalid value '%s' (expected %lld to %lld)", setting->value, (long long)low,
              (long long)high);
  return making_fault_at(m, setting->line, name);
}

static int run_duration(struct making *m, const char *name, int64_t *value) {
  const struct setting *setting = section_find(m->run, name);
  if (!setting || parse_duration(setting->value, value, m->fault) == 0)
    return 0;
  return making_fault_at(m, setting->line, name);
}

static int run_width(struct making *m, double *width) {
  const struct setting *setting = section_find(m->run, "width");
  if (!setting || parse_share(setting->value, width, m->fault) == 0)
    return 0;
  return making_fault_at(m, setting->line, "width");
}

/* max_rounds defaults to rounds: every cell then gets the same number of rounds. give_up defaults to never. */
static int read_max_rounds(struct making *m) {
  m->plan->max_rounds = m->plan->rounds;
  return run_number(m, "max_rounds", m->plan->rounds, ROUNDS_MOST, &m->plan->max_rounds) != 0 ||
                 run_number(m, "give_up", 0, ROUNDS_MOST, &m->plan->give_up) != 0
             ? -1
             : 0;
}

static int read_order(struct making *m) {
  static const char *const orders[] = {"random", "sequential"};
  const struct setting *setting = section_find(m->run, "order");
  m->plan->sequential = setting && strcmp(setting->value, "sequential") == 0;
  if (!setting || m->plan->sequential || strcmp(setting->value, "random") == 0)
    return 0;
  unknown_word(m->fault, "order", setting->value, orders, 2, NULL);
  return making_fault_at(m, setting->line, "order");
}

static int read_run(struct making *m) {
  struct plan *plan = m->plan;
  plan->rounds = 12, plan->samples = 3, plan->seed = 1, plan->width = 0.02;
  plan->sample_ns = 20000000, plan->limit_ns = 60000000000, plan->budget_ns = 0;
  for (int i = 0; i < m->run->count; i++)
    if (m->run->settings[i].line > 0 && at_known_key(m, &m->run->settings[i]) != 0)
      return -1;
  return run_number(m, "rounds", 1, ROUNDS_MOST, &plan->rounds) ||
                 run_number(m, "samples", 1, SAMPLES_MOST, &plan->samples) ||
                 run_number(m, "seed", 0, INT64_MAX, &plan->seed) || run_duration(m, "sample_time", &plan->sample_ns) ||
                 run_duration(m, "time_budget", &plan->budget_ns) || run_duration(m, "limit", &plan->limit_ns) ||
                 run_width(m, &plan->width) || read_order(m)
             ? -1
             : read_max_rounds(m);
}

/* ---- sections ---- */

static int check_keys(struct making *m) {
  for (int i = 0; i < m->section->count; i++) {
    const struct setting *setting = &m->section->settings[i];
    struct fault as_param;
    if (is_setting(setting->name, IN_PROBLEM) ||
        params_find(m->kernel->name, m->kernel->params, setting->name, &as_param) >= 0)
      continue;
    if (is_setting(setting->name, IN_RUN))
      return fault_set(m->fault, EXIT_USAGE, "%s:%d: '%s' belongs in the [run] section; move it there", m->config->file,
                       setting->line, setting->name);
    return fault_set(m->fault, EXIT_USAGE, "%s:%d: %s", m->config->file, setting->line, as_param.text);
  }
  return 0;
}

/* Adds one skipped cell, with the reason, for a kernel that could not be built. */
static int add_missing_kernel(struct making *m) {
  struct plan *plan = m->plan;
  struct task task = {.kernel = m->kernel, .section = m->section, .block = plan->block_count++};
  snprintf(task.problem, sizeof task.problem, "%s", m->section->label);
  if (making_keep_task(m, &task) != 0)
    return -1;
  return making_add_missing_cell(m, plan->task_count - 1);
}

int plan_scale(const char *text, bool *weak, struct fault *fault) {
  const char *const scales[] = {scale_word(SCALE_STRONG), scale_word(SCALE_WEAK)};
  enum scale scale = scale_of(text);
  *weak = scale == SCALE_WEAK;
  if (*weak || scale == SCALE_STRONG)
    return 0;
  return unknown_word(fault, "scale", text, scales, 2, NULL);
}

static int refuse_scale(struct making *m) {
  const struct setting *scale = making_setting(m, "scale");
  return scale ? making_fault_at(m, scale->line, "scale") : -1;
}

/* Adds the tasks of a scale: "strong" keeps the problem fixed, "weak" adds a task for each worker count. */
static int add_scale(const char *scale, void *with) {
  struct making *m = with;
  bool weak;
  m->weak = 0;
  if (plan_scale(scale, &weak, m->fault) != 0)
    return refuse_scale(m);
  if (!weak)
    return making_add_tasks(m);
  if (!m->kernel->weak) {
    fault_set(m->fault, EXIT_USAGE,
              "weak scaling is not possible: kernel %s has no parameter that grows with the workers; leave out weak",
              m->kernel->name);
    return refuse_scale(m);
  }
  struct counts counts;
  if (making_counts(m, &counts) != 0 || workers_add(&counts, 1, m->fault) != 0)
    return -1;
  int failed = 0;
  for (int i = 0; i < counts.count && !failed; i++) {
    m->weak = counts.workers[i];
    failed = making_add_tasks(m);
  }
  m->weak = 0;
  return failed;
}

static const struct check *earlier_check(const struct making *m, const char *line) {
  for (int i = 0; i < m->check_count; i++)
    if (strcmp(m->checks[i].line, line) == 0)
      return &m->checks[i];
  return NULL;
}

/* Runs the section's `requires` command, unless an earlier section's is the same; m->lacking gets the reason if it
 * fails. */
static int check_requires(struct making *m) {
  const struct setting *requires = section_find(m->section, "requires");
  const struct check *earlier = requires ? earlier_check(m, requires->value) : NULL;
  snprintf(m->lacking, sizeof m->lacking, "%s", earlier ? earlier->lacking : "");
  if (!requires || earlier)
    return 0;
  if (requires_check(requires->value, REQUIRES_LIMIT_NS, m->lacking, sizeof m->lacking, m->fault) != 0)
    return making_fault_at(m, requires->line, "requires");
  if (m->check_count < CHECKS_MAX) {
    struct check *check = &m->checks[m->check_count++];
    check->line = requires->value;
    snprintf(check->lacking, sizeof check->lacking, "%s", m->lacking);
  }
  return 0;
}

/* Warns of settings that affect no task of the section. */
static void warn_unused_settings(const struct making *m) {
  char condition[200];
  for (int i = 0; i < params_count(m->kernel->params); i++) {
    const struct param *param = &m->kernel->params[i];
    const struct setting *setting = section_find(m->section, param->name);
    if (setting && setting->line > 0 && !m->counted[i] &&
        *params_condition(m->kernel->params, i, condition, sizeof condition))
      fprintf(stderr, "%s:%d: %s has no effect here; it applies only %s\n", m->config->file, setting->line, param->name,
              condition);
  }
}

static int add_section(struct making *m) {
  const struct setting *kernel = section_find(m->section, "kernel");
  if (!kernel)
    return fault_set(m->fault, EXIT_USAGE, "%s:%d: [problem %s]: missing kernel; add kernel = NAME", m->config->file,
                     m->section->line, m->section->label);
  m->kernel = catalog_kernel(m->catalog, kernel->value, m->fault);
  if (!m->kernel)
    return making_fault_at(m, kernel->line, "kernel");
  if (m->kernel->missing)
    return add_missing_kernel(m);
  struct section *section = &m->config->sections[m->section - m->config->sections];
  if (programs_take_sets(m->config, section, m->kernel, m->fault) != 0 ||
      programs_check(m->config, section, m->kernel, m->fault) != 0 || programs_name(section, m->kernel, m->fault) != 0)
    return -1;
  if (check_keys(m) != 0 || check_requires(m) != 0 || params_init(m->kernel->params, &m->settings, m->fault) != 0)
    return -1;
  m->task_count = 0;
  memset(m->counted, 0, sizeof m->counted);
  int failed = making_check_size(m) != 0 || each_part(making_value(m, "scale"), ',', add_scale, m) != 0;
  if (!failed)
    warn_unused_settings(m);
  params_free(&m->settings);
  return failed || making_mark_naive(m) != 0 || making_add_cells(m) != 0 ? -1 : 0;
}

static bool wanted(const struct section *section, struct pattern *pattern) {
  const struct setting *kernel = section_find(section, "kernel");
  return strcmp(section->kind, "problem") == 0 &&
         (!pattern || pattern_matches(pattern, section->label) || (kernel && pattern_matches(pattern, kernel->value)));
}

/* A kernel that no section names runs with its own defaults when it is asked for. */
static int add_unlisted(struct making *m, struct pattern *pattern) {
  for (int i = 0; pattern && i < m->catalog->kernel_count; i++) {
    const char *name = m->catalog->kernels[i].name;
    bool listed = false;
    for (int j = 0; j < m->config->count; j++) {
      const struct setting *kernel = section_find(&m->config->sections[j], "kernel");
      listed |= kernel && strcmp(kernel->value, name) == 0;
    }
    if (listed || !pattern_matches(pattern, name))
      continue;
    struct section *section = config_add(m->config, "problem", name, 0);
    if (!section || section_put(section, "kernel", name, 0, m->fault) != 0)
      return fault_memory(m->fault);
  }
  return 0;
}

/* Drops the cells in reserve whose worker count finds no room in the list. */
static void keep_counted_spares(struct plan *plan) {
  struct fault ignored;
  int kept = 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].state != CELL_SPARE || workers_add(&plan->counts, plan->cells[i].workers, &ignored) == 0)
      plan->cells[kept++] = plan->cells[i];
  plan->cell_count = kept;
}

/* Fills the plan's worker counts, and each cell's index in them. Counts in reserve are never thinned. */
static int index_counts(struct plan *plan, struct fault *fault) {
  plan->counts.count = 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].state != CELL_SPARE && workers_add(&plan->counts, plan->cells[i].workers, fault) != 0)
      return -1;
  plan->thinned = plan->counts;
  keep_counted_spares(plan);
  for (int i = 0; i < plan->cell_count; i++)
    while (plan->counts.workers[plan->cells[i].count_index] != plan->cells[i].workers)
      plan->cells[i].count_index++;
  return 0;
}

static int add_sections(struct making *m, struct pattern *pattern) {
  m->plan->serial = catalog_serial(m->catalog, m->fault);
  if (!m->plan->serial || add_unlisted(m, pattern) != 0 || programs_expand(m->config, m->catalog, m->fault) != 0)
    return -1;
  m->run = config_run(m->config);
  if (read_run(m) != 0)
    return -1;
  for (int i = 0; i < m->config->count; i++) {
    m->section = &m->config->sections[i];
    if (wanted(m->section, pattern) && add_section(m) != 0)
      return -1;
  }
  if (m->plan->cell_count > 0 && programs_check_sets(m->config, m->plan->tasks[0].kernel->command, m->fault) != 0)
    return -1;
  return index_counts(m->plan, m->fault);
}

/* Sets the fault for a --kernel that matches nothing, with the nearest kernel or problem. */
static int no_match(struct making *m, const char *pattern) {
  const char *names[256];
  char shown[80], hint[300];
  int count = 0;
  for (int i = 0; i < m->catalog->kernel_count && count < 128; i++)
    names[count++] = m->catalog->kernels[i].name;
  for (int i = 0; i < m->config->count && count < 256; i++)
    if (strcmp(m->config->sections[i].kind, "problem") == 0)
      names[count++] = m->config->sections[i].label;
  return fault_set(m->fault, EXIT_USAGE, "--kernel: no kernel or problem matches '%s'; %s",
                   printable(pattern, shown, sizeof shown),
                   suggest(hint, sizeof hint, pattern, names, (size_t)count, "see 'nway list'"));
}

int plan_make(struct plan *plan, struct config *config, const struct catalog *catalog, const char *pattern,
              int usable_cpus, struct fault *fault) {
  struct pattern *compiled = pattern ? pattern_open(pattern, fault) : NULL;
  char shown[200];
  *plan = (struct plan){.usable_cpus = usable_cpus};
  if (pattern && !compiled)
    return fault_at(fault, "--kernel");
  fault->text[0] = '\0';
  if (!config_run(config)) /* before anyone keeps a pointer to a section */
    return pattern_close(compiled), fault_memory(fault);
  struct making m = {.plan = plan, .config = config, .catalog = catalog, .fault = fault};
  int failed = add_sections(&m, compiled);
  topology_close(m.topology);
  free(m.tasks);
  bool overran = compiled && pattern_overran(compiled);
  pattern_close(compiled);
  if (failed)
    return -1;
  if (overran)
    return fault_set(fault, EXIT_USAGE, "--kernel: '%s' takes too many steps to match; write a simpler one",
                     printable(pattern, shown, sizeof shown));
  if (plan->cell_count == 0)
    return pattern ? no_match(&m, pattern)
                   : fault_set(fault, EXIT_USAGE, "%s: nothing to measure; add a [problem NAME] section", config->file);
  return 0;
}

void plan_drop_spares(struct plan *plan) {
  int kept = 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].state != CELL_SPARE)
      plan->cells[kept++] = plan->cells[i];
  plan->cell_count = kept;
}

double plan_attainable(const struct task *task, const struct plan_cell *cell) {
  return cell->variant->only & NEED_OWN ? 0 : task->attainable[cell->count_index];
}

void plan_free(struct plan *plan) {
  for (int i = 0; i < plan->task_count; i++)
    making_free_task(&plan->tasks[i]);
  free(plan->tasks);
  free(plan->cells);
  free(plan->blocks.first), free(plan->blocks.next);
  free(plan->pins);
  for (int i = 0; i < plan->env_count; i++)
    free(plan->envs[i]);
  free(plan->envs);
  *plan = (struct plan){0};
}
