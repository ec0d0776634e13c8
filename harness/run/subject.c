/* What a run measures: a configuration's problems, a module's kernels, or the programs of the command line. */
#include "subject.h"

#include "base/report_section.h"
#include "base/words.h"
#include "options/options.h"
#include "plan/programs.h"
#include "resume_state.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* For programs, and where no configuration is: rounds as in configs/default.conf, and time for what takes long. */
static const char built_in[] = "# The settings that nway has without a configuration.\n"
                               "[run]\n"
                               "rounds = 12\n"
                               "max_rounds = 48\n"
                               "time_budget = 3min\n"
                               "limit = 10min\n";

/* ---- the configuration ---- */

/* Where configurations lie, seen from the folder of this program: those of an installation, those of the source tree.
 */
static const char *const config_places[] = {"../share/nway", "../share/nway/configs", "..", "../configs"};
enum { INSTALLED = 1, PLACES = sizeof config_places / sizeof *config_places };

static bool is_file(const char *path) {
  struct stat facts;
  return stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

/* Finds a configuration by its path or, if no such file is here, in the first `places`, also by its bare name:
 * "programs". Returns `out`, or NULL if there is none. */
static const char *find_config(const char *name, size_t places, char *out, size_t size) {
  char self[PATH_MAX], path[PATH_MAX + 400], full[PATH_MAX];
  if (is_file(name))
    return snprintf(out, size, "%s", name), out;
  launch_self(self, sizeof self);
  if (name[0] == '/' || name[0] == '.' || !strrchr(self, '/'))
    return NULL;
  *strrchr(self, '/') = '\0';
  for (size_t i = 0; i < 2 * places; i++) {
    snprintf(path, sizeof path, "%s/%s/%.300s%s", self, config_places[i / 2], name, i % 2 ? ".conf" : "");
    if (is_file(path) && realpath(path, full))
      return snprintf(out, size, "%s", full), out;
  }
  return NULL;
}

/* Refuses a bare name that is neither a file here nor a configuration that comes with nway. */
static int check_name(const char *name, struct fault *fault) {
  char hint[300] = "no such file here, and the ready configurations are ";
  for (size_t i = 0; i < READY_COUNT; i++)
    append(hint, sizeof hint, "%s%s", i ? ", " : "", ready_names[i]);
  return strpbrk(name, "/.") || access(name, F_OK) == 0
             ? 0
             : unknown_word(fault, "configuration", name, ready_names, READY_COUNT, hint);
}

static bool is_named(const struct run_options *o) {
  return o->kernel || o->modules[0] || o->commands[0] || o->builds[0];
}

static int read_built_in(struct run *run) {
  if (is_named(run->asked.options))
    return config_read_text("built-in", built_in, &run->asked.config, run->fault);
  if (run->asked.options->resume) {
    fault_set(run->fault, EXIT_USAGE, "--resume: type the command line of the run again");
    resume_add_command(run->fault->text, sizeof run->fault->text, run->asked.options);
    return -1;
  }
  return fault_set(run->fault, EXIT_USAGE,
                   "no configs/default.conf here; name what to measure: nway run -- PROGRAM, --kernel NAME (see 'nway "
                   "list'), --module FILE.so, or -c FILE");
}

/* The kernels of --module are the last of the catalog. */
static void pattern_of_modules(const struct run *run, char *pattern, size_t size) {
  const struct catalog *catalog = &run->asked.catalog;
  int count = 0;
  while (run->asked.options->modules[count])
    count++;
  snprintf(pattern, size, "^(");
  for (int i = catalog->kernel_count - count; i < catalog->kernel_count; i++)
    append(pattern, size, "%s\\Q%s\\E", i > catalog->kernel_count - count ? "|" : "", catalog->kernels[i].name);
  append(pattern, size, ")$");
}

static bool has_problems(const struct config *config) {
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, "problem") == 0)
      return true;
  return false;
}

/* A module is measured by itself unless a configuration with problems says what is. */
int subject_read(struct run *run, char *pattern, size_t size) {
  const struct run_options *o = run->asked.options;
  char found[PATH_MAX];
  /* The default configuration has the kernels' own methods, which the two values replace, and limits and worker counts
   * of its problems, which are not those of programs and of modules from elsewhere. */
  bool own =
      run->asked.settings || run->asked.commands || o->commands[0] || (o->modules[0] && !o->kernel && !o->builds[0]);
  const char *config = o->config ? find_config(o->config, PLACES, found, sizeof found)
                       : own     ? NULL
                                 : find_config("configs/default.conf", INSTALLED, found, sizeof found);
  if (!config && o->config && check_name(o->config, run->fault) != 0)
    return fault_at(run->fault, "--config");
  config = config ? config : o->config; /* config_read says that there is none */
  if (o->modules[0] && !o->config && !o->commands[0] && (!o->builds[0] || run->asked.settings))
    pattern_of_modules(run, pattern, size);
  int failed = config ? config_read(config, &run->asked.config, run->fault) : read_built_in(run);
  if (!failed && o->config && o->modules[0] && !o->builds[0] && !has_problems(&run->asked.config))
    pattern_of_modules(run, pattern, size);
  const char *results = o->results ? o->results : "results";
  return failed ? failed : report_section_check(&run->asked.config, results, run->fault);
}

/* ---- programs ---- */

/* The last part of a command's first word. */
static int name_of(const char *command, const char **name) {
  size_t length = strcspn(command, " ");
  *name = command;
  for (const char *at = command; at < command + length; at++)
    if (*at == '/' && at + 1 < command + length)
      *name = at + 1;
  return (int)(command + length - *name);
}

/* "xz, zstd": each program once. */
static void name_all(const struct run_options *o, char *out, size_t size) {
  out[0] = '\0';
  for (int i = 0; o->commands[i]; i++) {
    const char *name, *other;
    int length = name_of(o->commands[i], &name), seen = 0;
    for (int j = 0; j < i && !seen; j++)
      seen = name_of(o->commands[j], &other) == length && strncmp(name, other, (size_t)length) == 0;
    if (!seen)
      append(out, size, "%s%.*s", out[0] ? ", " : "", length, name);
  }
}

/* One program alone is the problem; several are ways to solve one. */
static int add_program(struct run *run, const struct known_kernel *kernel, int index) {
  const struct run_options *o = run->asked.options;
  const char *command = o->commands[index], *name = o->names[index];
  bool alone = o->commands[1] == NULL;
  char title[200], label[40];
  name_all(o, title, sizeof title);
  const char *problem = o->title ? o->title : !alone ? title : name ? name : NULL;
  const char *method = alone && !o->title ? "" : name ? name : command;
  snprintf(label, sizeof label, "program %d", index + 1);
  struct section *section = config_add(&run->asked.config, "problem", label, 0);
  if (!section)
    return fault_memory(run->fault);
  return section_put(section, "kernel", kernel->name, 0, run->fault) ||
                 (problem && section_put(section, "title", problem, 0, run->fault)) ||
                 section_put(section, "name", method, 0, run->fault) ||
                 section_put(section, kernel->command, command, 0, run->fault)
             ? -1
             : 0;
}

/* Two programs that are compared share a problem; that of the old one stands for both. */
static int add_pair(struct run *run, const struct known_kernel *kernel, const struct known_variant *serial) {
  const char *const *builds = run->asked.options->builds;
  struct section *section = config_add(&run->asked.config, "problem", kernel->name, 0);
  bool takes_workers = strstr(builds[0], "{workers") || strstr(builds[1], "{workers");
  if (!section || section_put(section, "kernel", kernel->name, 0, run->fault) != 0 ||
      (!takes_workers && section_put(section, "variants", serial->name, 0, run->fault) != 0))
    return fault_memory(run->fault);
  return section_put(section, kernel->command, builds[0], 0, run->fault);
}

static int add_programs(struct run *run) {
  const struct run_options *o = run->asked.options;
  const struct known_kernel *kernel = catalog_commander(&run->asked.catalog, run->fault);
  const struct known_variant *serial = catalog_serial(&run->asked.catalog, run->fault);
  if (!kernel || !serial)
    return -1;
  config_drop(&run->asked.config, "problem");
  for (int i = 0; o->commands[i]; i++)
    if (add_program(run, kernel, i) != 0)
      return -1;
  return run->asked.commands ? add_pair(run, kernel, serial) : 0;
}

/* ---- parameters ---- */

static int add_sets(struct run *run) {
  const struct run_options *o = run->asked.options;
  struct section *sets =
      o->set_count || run->asked.settings ? config_add(&run->asked.config, SECTION_OF_SETS, "", 0) : NULL;
  if ((o->set_count || run->asked.settings) && !sets)
    return fault_memory(run->fault);
  if (run->asked.settings) { /* the old build's; the new one's replaces it in the plan */
    char name[80];
    size_t length = build_setting(o->builds[0]);
    snprintf(name, sizeof name, "%.*s", (int)length, o->builds[0]);
    if (section_put(sets, name, o->builds[0] + length + 1, 0, run->fault) != 0)
      return -1;
  }
  for (int i = 0; i < o->set_count; i++) {
    char name[80];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(o->sets[i].name, "="), o->sets[i].name);
    if (section_put(sets, name, o->sets[i].value, 0, run->fault) != 0)
      return -1;
  }
  return 0;
}

int subject_add(struct run *run) {
  const struct run_options *o = run->asked.options;
  if (o->commands[0] && o->modules[0])
    return fault_set(run->fault, EXIT_USAGE, "--module names kernels; leave it out where programs are measured");
  if (o->kernel && !o->kernel[0])
    return fault_set(run->fault, EXIT_USAGE, "--kernel: empty; write a name or a regular expression, or leave it out");
  if (o->commands[0] && (o->kernel || o->builds[0]))
    return fault_set(run->fault, EXIT_USAGE, "%s; leave it out where programs are measured",
                     o->kernel ? "--kernel chooses kernels"
                               : "'nway ab' takes its two programs as OLD and NEW, not by --command");
  if ((o->commands[0] || run->asked.commands) && add_programs(run) != 0)
    return -1;
  return add_sets(run);
}

/* ---- what is not measured ---- */

int subject_check(struct run *run) {
  const struct catalog *catalog = &run->asked.catalog;
  const char *const *modules = run->asked.options->modules;
  int count = 0;
  while (!run->asked.options->builds[0] && modules[count])
    count++;
  for (int i = 0; i < count; i++) {
    const struct known_kernel *own = &catalog->kernels[catalog->kernel_count - count + i];
    int task = 0;
    while (task < run->plan.task_count && strcmp(run->plan.tasks[task].kernel->name, own->name) != 0)
      task++;
    if (task == run->plan.task_count)
      return fault_set(run->fault, EXIT_USAGE,
                       "--module: nothing that is asked for runs %s, the kernel '%s'; leave it out, or what stands "
                       "beside it",
                       modules[i], own->name);
  }
  return 0;
}
