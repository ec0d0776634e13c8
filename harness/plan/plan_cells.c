/* Expands the tasks of a section into cells. */
#include "base/knee.h"
#include "base/translate.h"
#include "cell/memory.h"
#include "cell/module.h"
#include "environment.h"
#include "making.h"
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_cell(const struct plan *plan, int task) {
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].task == task)
      return true;
  return false;
}

/* A cell in reserve that another section asks for becomes a cell like others. */
static const struct plan_cell *add_cell(struct plan *plan, const struct plan_cell *cell) {
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *c = &plan->cells[i];
    if (c->workers == cell->workers && plan_same_way(c, cell)) {
      c->state = c->state == CELL_SPARE ? cell->state : c->state;
      return c;
    }
  }
  if (plan->cell_count >= plan->cell_room) {
    int room = plan->cell_count ? 2 * plan->cell_count : 16;
    struct plan_cell *grown = realloc(plan->cells, (size_t)room * sizeof *grown);
    if (!grown)
      return NULL;
    plan->cells = grown;
    plan->cell_room = room;
  }
  plan->cells[plan->cell_count] = *cell;
  if (!has_cell(plan, cell->task))
    plan->tasks[cell->task].env = cell->env;
  return &plan->cells[plan->cell_count++];
}

/* Writes why the kernel cannot run under the variant; "" if it can. */
static void why_not(const struct task *task, const struct plan_cell *cell, char *note, size_t size) {
  char missing[100];
  unsigned lacking = task->kernel->needs & ~cell->variant->offers;
  note[0] = '\0';
  if (cell->variant->missing)
    snprintf(note, size, "%s: %s", cell->variant->name, cell->variant->missing);
  else if (lacking)
    snprintf(note, size, N_("%s needs what %s does not offer: %s"), task->kernel->name, cell->variant->name,
             needs_text(lacking, missing, sizeof missing));
  else if (!catalog_fits(task->kernel, cell->variant))
    snprintf(note, size, N_("%s runs only kernels with workers of their own; %s has none"), cell->variant->name,
             task->kernel->name);
  else if (!(cell->variant->schedules & SCHEDULE_BIT(cell->schedule.kind)))
    snprintf(note, size, N_("%s has no %s schedule"), cell->variant->name, schedule_names[cell->schedule.kind]);
}

enum { ENVS_MAX = 16 };

struct cells {
  struct making *m;
  int pin, env;
  int envs[ENVS_MAX], env_count; /* of the section */
  const char *memory;
  const struct known_variant *variant;
  const struct counts *counts;
  bool spare; /* they are in reserve */
};

static int refuse_cells(struct making *m, const struct counts *counts) {
  fault_set(m->fault, EXIT_USAGE,
            "more than %d cells (this problem alone makes up to %lld); ask for fewer worker counts, parameters or "
            "variants",
            CELLS_MAX, (long long)making_most_cells(m, m->task_count, counts->count));
  return making_fault_in(m);
}

static int add_cells_of_schedule(const char *text, void *with) {
  struct cells *cells = with;
  struct plan *plan = cells->m->plan;
  struct plan_cell cell = {
      .variant = cells->variant, .pin = cells->pin, .env = cells->env, .samples = plan->samples, .iterations = 1};
  if (schedule_parse(text, &cell.schedule, cells->m->fault) != 0)
    return making_fault_at(cells->m, cells->m->setting_line, "schedules");
  /* A variant of one worker gives it all items at once, so the schedule has no effect. */
  if (cells->variant->max_workers == 1)
    cell.schedule = (struct schedule){SCHEDULE_STATIC, 1};
  for (int t = 0; t < cells->m->task_count; t++)
    for (int i = 0; i < cells->counts->count; i++) {
      cell.task = cells->m->tasks[t];
      cell.block = plan->tasks[cell.task].block;
      cell.workers = cells->counts->workers[i];
      if (plan->tasks[cell.task].weak && plan->tasks[cell.task].weak != cell.workers)
        continue;
      if (cells->variant->max_workers && cell.workers > cells->variant->max_workers)
        continue;
      /* Such a kernel's serial cell is the same: its work receives "1". */
      if ((cells->variant->only & plan->tasks[cell.task].kernel->needs) && cell.workers == 1)
        continue;
      why_not(&plan->tasks[cell.task], &cell, cell.note, sizeof cell.note);
      if (cells->m->lacking[0])
        snprintf(cell.note, sizeof cell.note, "%s", cells->m->lacking);
      cell.state = cell.note[0] ? CELL_SKIPPED : cells->spare ? CELL_SPARE : CELL_PLANNED;
      if (cells->spare && (cell.state == CELL_SKIPPED || plan->cell_count == CELLS_MAX))
        continue;
      if (plan->cell_count == CELLS_MAX)
        return refuse_cells(cells->m, cells->counts);
      if (!add_cell(plan, &cell))
        return fault_memory(cells->m->fault);
    }
  return 0;
}

static int need_topology(struct making *m) { return m->topology || (m->topology = topology_open(m->fault)) ? 0 : -1; }

/* Where the cores are of several kinds the system moves a busy thread to a fast one, which it must be free to do. */
static bool has_even_cpus(struct making *m) {
  bool even = need_topology(m) == 0 && topology_is_even(m->topology);
  m->fault->text[0] = '\0'; /* an unknown topology matters to nobody else */
  return even;
}

/* Index of a placement in the plan; a new one is added. -1 on fault. */
static int find_pin(struct making *m, const char *policy, const char *memory) {
  struct plan *plan = m->plan;
  for (int i = 0; i < plan->pin_count; i++)
    if (strcmp(plan->pins[i].policy, policy) == 0 && strcmp(plan->pins[i].memory, memory) == 0)
      return i;
  if (!plan->pins)
    plan->pins = calloc(PINS_MAX, sizeof *plan->pins);
  if (!plan->pins)
    return fault_memory(m->fault);
  if (plan->pin_count == PINS_MAX)
    return fault_set(m->fault, EXIT_USAGE, "more than %d placements; shorten the lists of pin and memory", PINS_MAX);
  struct pin *pin = &plan->pins[plan->pin_count];
  if (strcmp(policy, PIN_NONE) == 0) {
    pin->keeps = has_even_cpus(m);
  } else if (strcmp(policy, PIN_FREE) != 0) {
    if (need_topology(m) != 0 || topology_place(m->topology, policy, &pin->placement, m->fault) != 0)
      return -1;
  }
  snprintf(pin->policy, sizeof pin->policy, "%s", policy);
  pin->memory = memory;
  return plan->pin_count++;
}

static int add_cells_of_pin(const char *policy, void *with) {
  struct cells *cells = with;
  const struct setting *schedules = making_setting(cells->m, "schedules");
  int pin_line = cells->m->setting_line;
  cells->pin = find_pin(cells->m, policy, cells->memory);
  if (cells->pin < 0)
    return making_fault_at(cells->m, pin_line, "pin");
  cells->m->setting_line = schedules ? schedules->line : 0;
  int failed = each_part(making_value(cells->m, "schedules"), ',', add_cells_of_schedule, cells);
  cells->m->setting_line = pin_line;
  return failed;
}

static int add_cells_of_memory(const char *policy, void *with) {
  struct cells *cells = with;
  const struct setting *pin = making_setting(cells->m, "pin");
  int memory_line = cells->m->setting_line;
  cells->memory = memory_policy(policy, cells->m->fault);
  if (!cells->memory)
    return making_fault_at(cells->m, memory_line, "memory");
  cells->m->setting_line = pin ? pin->line : 0;
  int failed = each_part(making_value(cells->m, "pin"), ',', add_cells_of_pin, cells);
  cells->m->setting_line = memory_line;
  return failed;
}

/* Index of an environment in the plan, from 1; a new one is added. 0 for an empty one, -1 if memory runs out. */
static int find_env(struct plan *plan, const char *alternative) {
  for (int i = 0; i < plan->env_count; i++)
    if (strcmp(plan->envs[i], alternative) == 0)
      return i + 1;
  if (alternative[0] == '\0')
    return 0;
  char **grown = realloc(plan->envs, ((size_t)plan->env_count + 1) * sizeof *grown);
  if (grown)
    plan->envs = grown;
  char *copy = grown ? strdup(alternative) : NULL;
  if (!copy)
    return -1;
  plan->envs[plan->env_count] = copy;
  return ++plan->env_count;
}

static int add_env(const char *alternative, void *with) {
  struct cells *cells = with;
  int env = find_env(cells->m->plan, alternative);
  if (env < 0)
    return fault_memory(cells->m->fault);
  if (cells->env_count == ENVS_MAX)
    return fault_set(cells->m->fault, EXIT_USAGE, "more than %d environments; shorten the list of env", ENVS_MAX);
  cells->envs[cells->env_count++] = env;
  return 0;
}

/* Reads the section's environments; without an `env` setting, one empty environment. */
static int read_envs(struct cells *cells) {
  const struct setting *env = making_setting(cells->m, "env");
  cells->env_count = 0;
  if (environment_each(env ? env->value : "", add_env, cells, cells->m->fault) == 0)
    return 0;
  return env ? making_fault_at(cells->m, env->line, "env") : -1;
}

static int add_cells_of(struct cells *cells, const struct known_variant *variant) {
  cells->variant = variant;
  const struct setting *memory = making_setting(cells->m, "memory");
  int variants_line = cells->m->setting_line, failed = 0;
  cells->m->setting_line = memory ? memory->line : 0;
  for (int i = 0; i < cells->env_count && !failed; i++) {
    cells->env = cells->envs[i];
    failed = each_part(making_value(cells->m, "memory"), ',', add_cells_of_memory, cells);
  }
  cells->m->setting_line = variants_line;
  return failed;
}

/* Every variant that can run the kernel; the serial one is there already. */
static int add_all_cells(struct cells *cells) {
  const struct catalog *catalog = cells->m->catalog;
  int failed = 0;
  for (int i = 0; i < catalog->variant_count && !failed; i++) {
    const struct known_variant *v = &catalog->variants[i];
    if (v->missing || catalog_fits(cells->m->kernel, v))
      failed = add_cells_of(cells, v);
  }
  return failed;
}

static int add_cells_of_variant(const char *name, void *with) {
  struct cells *cells = with;
  if (strcmp(name, "all") == 0)
    return add_all_cells(cells);
  const struct known_variant *variant = catalog_variant(cells->m->catalog, name, cells->m->fault);
  return variant ? add_cells_of(cells, variant) : making_fault_at(cells->m, cells->m->setting_line, "variants");
}

static int add_usual_cells(struct cells *cells) {
  const struct catalog *catalog = cells->m->catalog;
  const struct known_variant **usual = calloc((size_t)catalog->variant_count + 1, sizeof *usual);
  if (!usual)
    return fault_memory(cells->m->fault);
  int count = catalog_usual(catalog, cells->m->kernel, usual), failed = 0;
  for (int i = 0; i < count && !failed; i++)
    failed = add_cells_of(cells, usual[i]);
  free(usual);
  return failed;
}

/* Reads the number of cores only where it is needed: for `phys`, or for a default list of more than 8 CPUs. A quota may
 * allow fewer CPUs than the affinity mask has cores. */
static struct capacity capacity_of(struct making *m, const char *list) {
  struct capacity capacity = {.usable = m->plan->usable_cpus};
  if (!(list ? workers_names(list, "phys") : capacity.usable > 8))
    return capacity;
  if (need_topology(m) != 0) {
    m->fault->text[0] = '\0'; /* unknown cores matter only to `phys` */
    return capacity;
  }
  int cores = topology_cores(m->topology);
  capacity.cores = cores < capacity.usable ? cores : capacity.usable;
  return capacity;
}

int making_counts(struct making *m, struct counts *counts) {
  const struct setting *setting = making_setting(m, "workers");
  struct capacity capacity = capacity_of(m, setting ? setting->value : NULL);
  if (!setting)
    workers_default(capacity, counts);
  else if (workers_parse(setting->value, capacity, counts, m->fault) != 0)
    return making_fault_at(m, setting->line, "workers");
  return 0;
}

/* Whether worker counts between those of the section may be added. */
static int reads_refine(struct making *m, bool *refine) {
  static const char *const words[] = {"yes", "no"};
  const struct setting *setting = making_setting(m, "refine");
  *refine = setting ? strcmp(setting->value, "yes") == 0 : m->kernel->command != NULL;
  if (!setting || *refine || strcmp(setting->value, "no") == 0)
    return 0;
  unknown_word(m->fault, "refine", setting->value, words, 2, NULL);
  return making_fault_at(m, setting->line, "refine");
}

/* The cells of all variants of the section at the counts of `cells`. */
static int add_asked_cells(struct cells *cells) {
  const struct setting *variants = making_setting(cells->m, "variants");
  cells->m->setting_line = variants ? variants->line : 0;
  return variants ? each_part(variants->value, ',', add_cells_of_variant, cells) : add_usual_cells(cells);
}

/* Cells in reserve between the counts. */
static int add_spare_cells(const struct cells *asked) {
  struct counts between = {0};
  struct cells spare = *asked;
  bool refine;
  if (reads_refine(asked->m, &refine) != 0)
    return -1;
  if (refine)
    between.count = (int)knee_spares(asked->counts->workers, (size_t)asked->counts->count, between.workers, COUNTS_MAX);
  spare.counts = &between;
  spare.spare = true;
  return between.count ? add_asked_cells(&spare) : 0;
}

static int check_variant(const char *name, void *with) {
  struct making *m = with;
  return strcmp(name, "all") == 0 || catalog_variant(m->catalog, name, m->fault)
             ? 0
             : making_fault_at(m, making_setting(m, "variants")->line, "variants");
}

/* Checks the names of variants that add no cells. */
static int check_variants(struct making *m) {
  const struct setting *variants = making_setting(m, "variants");
  return variants ? each_part(variants->value, ',', check_variant, m) : 0;
}

/* Whether the configuration asks for other cells than the serial one. */
static bool wants_more_workers(struct making *m) {
  const struct setting *variants = making_setting(m, "variants");
  bool serial = variants && strcmp(variants->value, m->plan->serial->name) == 0;
  return !serial && (section_find(m->run, "variants") || making_setting(m, "workers") ||
                     programs_have_braces(m->section, making_setting(m, "env"), m->kernel));
}

/* A program as the user wrote it: its section in a configuration, else its name or its command. */
static const char *program_name(const struct making *m, char *out, size_t size) {
  const struct setting *name = section_find(m->section, "name"),
                       *command = section_find(m->section, m->kernel->command);
  const char *text = name && name->value[0] ? name->value : command ? command->value : m->section->label;
  char shown[100];
  if (m->section->line > 0)
    snprintf(out, size, "[problem %s]", m->section->label);
  else
    snprintf(out, size, "'%.90s'", printable(text, shown, sizeof shown));
  return out;
}

int making_add_cells(struct making *m) {
  struct counts counts, one = {1, {1}};
  char name[200];
  if (making_counts(m, &counts) != 0)
    return -1;
  struct cells cells = {.m = m, .counts = &one};
  m->setting_line = 0;
  if (read_envs(&cells) != 0 || add_cells_of(&cells, m->plan->serial) != 0)
    return -1;
  if (programs_untold(m->section, making_setting(m, "env"), m->kernel)) {
    if (wants_more_workers(m))
      append(m->plan->untold, sizeof m->plan->untold,
             translated("%s: nothing tells the program its number of workers, so it is measured once; write "
                        "{workers} into its arguments, or --env NAME={workers}\n"),
             program_name(m, name, sizeof name));
    return check_variants(m);
  }
  cells.counts = &counts;
  return add_asked_cells(&cells) != 0 ? -1 : add_spare_cells(&cells);
}

int making_add_missing_cell(struct making *m, int task) {
  struct plan_cell cell = {
      .task = task, .block = m->plan->tasks[task].block, .workers = 1, .state = CELL_SKIPPED, .iterations = 1};
  cell.variant = m->plan->serial;
  cell.pin = find_pin(m, PIN_NONE, memory_policy(MEMORY_LOCAL, m->fault));
  snprintf(cell.note, sizeof cell.note, N_("kernel %s: %s"), m->kernel->name, m->kernel->missing);
  if (cell.pin < 0)
    return -1;
  return add_cell(m->plan, &cell) ? 0 : fault_memory(m->fault);
}
