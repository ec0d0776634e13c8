/* Creates a run from options and files, keeps its state on disk, and finishes it after success, failure or a signal. */
#include "run_state.h"

#include "base/clock.h"
#include "base/define.h"
#include "base/manifest.h"
#include "base/translate.h"
#include "base/words.h"
#include "inputs.h"
#include "plan/builds.h"
#include "plan/choose.h"
#include "plan/expect_cells.h"
#include "plan/expect_lookup.h"
#include "resume.h"
#include "second.h"
#include "subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Creates the run's folder and files; fails here, before measuring, if the place cannot be written. */
static int open_folder(struct run *run) {
  char path[4200], name[60];
  const char *root = run->asked.options->results ? run->asked.options->results : "results";
  if (folder_create(&run->folder, root, run->asked.machine.slug, run_config_name(run, name, sizeof name), run->fault) !=
      0)
    return -1;
  run->reached.listed = true;
  int failed = inputs_write(run) || manifest_create(&run->folder.at, run->fault) || run_write_plan(run) ||
               run_write_state(run, RUN_RUNNING) ||
               samples_create(&run->samples, folder_file(&run->folder, "samples.csv", path, sizeof path), run->fault);
  manifest_follow(&run->folder.at, &run->samples);
  if (failed) { /* nothing is measured: an incomplete folder would be taken for a run */
    folder_remove(&run->folder);
    folder_close(&run->folder);
  }
  return failed ? -1 : 0;
}

static enum run_state end_state(const struct run *run) {
  bool cut = run->reached.state == RUN_BUDGET && run->reached.rounds_done < run->plan.rounds;
  return run_stopped(run) ? RUN_INTERRUPTED : cut ? RUN_BUDGET : RUN_COMPLETE;
}

/* Prints where the run's time went, one line for each part. */
static void tell_duty(struct run *run) {
  const struct duty *duty = &run->reached.duty;
  double wall = (double)(run->reached.before_ns + run_elapsed_ns(run));
  const struct {
    const char *name;
    int64_t ns;
  } parts[] = {{N_("timed samples"), duty->timed_ns},
               {N_("warm-up, cold iterations and pilot"), duty->warmup_ns},
               {N_("checks of answers, set-up, reading the machine"), duty->checks_ns},
               {N_("starting processes"), duty->starts_ns}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    char took[40];
    progress_say(&run->progress, "%3.0f %%  %s: %s", 100 * (double)parts[i].ns / wall, translated(parts[i].name),
                 format_duration(parts[i].ns, took, sizeof took));
  }
}

/* Removes a refused run's folder, or `@0` would pick it. */
static int discard(struct run *run) {
  struct fault ignored;
  progress_clear(&run->progress);
  samples_close(&run->samples, &ignored);
  folder_remove(&run->folder);
  folder_close(&run->folder);
  run->folder.path[0] = '\0';
  return -1;
}

/* Counts the cells that were to be measured and have no time as bad, and names the first of them. */
static void tell_cells_without_times(struct run *run) {
  int count = 0;
  char bad[700] = "";
  for (int i = 0; i < run->plan.cell_count; i++) {
    struct plan_cell *cell = &run->plan.cells[i];
    const struct task *task = &run->plan.tasks[cell->task];
    if (cell->state != CELL_PLANNED || cell->valued)
      continue;
    if (count++ == 0)
      snprintf(bad, sizeof bad, "%s %s%s%s %s x%d", task->kernel->name, task->problem, task->method[0] ? " " : "",
               task->method, cell->variant->name, cell->workers);
    if (!cell->note[0])
      snprintf(cell->note, sizeof cell->note, N_("no process of a round gave a time"));
  }
  run->reached.bad_cells += count;
  if (count > 1)
    append(bad, sizeof bad, N_(" and %d more"), count - 1);
  char note[900];
  snprintf(note, sizeof note, N_("%s: planned, but without a result; the notes of the rows say why"), bad);
  if (count > 0)
    run_note(run, note);
}

/* Writes plan, state and `latest` on every way out, so that all measured rows are kept. */
static int finish(struct run *run, int failed) {
  struct fault late;
  struct fault *first = run->fault;
  if (run->reached.state == RUN_REFUSED && !run->asked.options->resume)
    return discard(run);
  if (failed)
    run->fault = &late;
  progress_clear(&run->progress);
  tell_duty(run);
  if (run->reached.planned && !run_stopped(run))
    tell_cells_without_times(run);
  if (!failed)
    failed = manifest_end(&run->folder.at, &run->samples, run->fault);
  failed |= run_write_plan(run) | run_write_state(run, failed ? RUN_INTERRUPTED : end_state(run));
  failed |= samples_close(&run->samples, run->fault);
  if (!run->asked.options->resume)
    folder_point_latest(&run->folder);
  folder_close(&run->folder);
  run->fault = first;
  if (failed)
    return -1;
  if (run_stopped(run))
    return 128 + *run->asked.options->stop;
  if (run->reached.ok_rows == 0)
    return EXIT_UNDECIDED;
  return run->reached.bad_cells > 0 ? EXIT_WRONG : run->reached.rounds_done == 0 ? EXIT_UNDECIDED : EXIT_FINE;
}

static const char *override_of(const struct run_options *o, const char *name) {
  const char *value = NULL;
  for (int i = 0; i < o->override_count; i++)
    value = strcmp(o->overrides[i].name, name) == 0 ? o->overrides[i].value : value;
  return value;
}

/* --rounds N without --max-rounds is N rounds, whatever the configuration has for cells that need more. */
static int keep_rounds(const struct run_options *o, struct section *section, struct fault *fault) {
  const char *rounds = override_of(o, "rounds");
  return rounds && !override_of(o, "max_rounds") ? section_put(section, "max_rounds", rounds, 0, fault) : 0;
}

static int apply_overrides(struct run *run) {
  struct section *section = config_run(&run->asked.config);
  if (!section)
    return fault_memory(run->fault);
  for (int i = 0; i < run->asked.options->override_count; i++)
    if (section_put(section, run->asked.options->overrides[i].name, run->asked.options->overrides[i].value, 0,
                    run->fault) != 0)
      return -1;
  return keep_rounds(run->asked.options, section, run->fault);
}

/* Before the options that the user gives, which replace these. */
static int apply_quick(struct run *run) {
  struct section *section = config_run(&run->asked.config);
  if (!run->asked.options->quick)
    return 0;
  if (!section)
    return fault_memory(run->fault);
  return section_put(section, "rounds", "6", 0, run->fault) != 0 ||
                 section_put(section, "time_budget", "60s", 0, run->fault) != 0 ||
                 define_quick(&run->asked.config, run->fault) != 0
             ? -1
             : 0;
}

static int apply_defines(struct run *run) {
  char notes[2000] = "";
  for (int i = 0; run->asked.options->defines[i]; i++)
    if (define_set(&run->asked.config, run->asked.options->defines[i], run->fault) != 0)
      return -1;
  if (choose_definitions(&run->asked.config, cpus_read("").usable, notes, sizeof notes, run->fault) != 0)
    return -1;
  run_note(run, notes);
  return define_expand(&run->asked.config, run->fault);
}

/* Warns of another run on this machine, since two runs disturb each other. The socket name ends with its process. */
static void tell_of_others(struct run *run) {
  static const struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0nway is measuring"};
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); /* open until the process ends */
  if (fd >= 0 && bind(fd, (const struct sockaddr *)&name, sizeof name) != 0 && errno == EADDRINUSE)
    run_note(run, "another nway is measuring on this machine: the two disturb each other");
}

/* The threads of a program end before nway could read where they ran. */
static void tell_of_bindings(struct run *run) {
  struct vitals vitals;
  char note[500];
  bool programs = false;
  for (int i = 0; i < run->plan.task_count; i++)
    programs |= run->plan.tasks[i].kernel->command != NULL;
  vitals_bindings(&vitals);
  if (!programs || vitals.bindings == 0)
    return;
  snprintf(note, sizeof note,
           "%s: the threads of a program inherit this, so they may share CPUs that nway takes for one each; the "
           "placement of "
           "programs is unknown. unset %s",
           vitals.binding, vitals.unbinding);
  run_note(run, note);
}

static bool is_file(const char *word) { return access(word, F_OK) == 0; }

/* Refuses a word that is nothing that `ab` compares. */
static int check_build(const char *word, struct fault *fault) {
  char shown[300];
  if (is_file(word) || build_is_command(word) || revision_exists(word))
    return 0;
  return fault_set(
      fault, EXIT_USAGE,
      "'%s' is not a program on PATH, a kernel module, a folder with kernels/ or a git revision; check the "
      "name",
      printable(word, shown, sizeof shown));
}

/* Adds the kernels of a file or a folder, or of a git revision, which it builds first. */
static int load_build(struct run *run, int index, struct catalog *catalog) {
  const char *word = run->asked.options->builds[index];
  char path[4200];
  snprintf(path, sizeof path, "%s", word);
  if (!is_file(word) && revision_build(&run->asked.revisions[index], word, path, sizeof path, run->fault) != 0)
    return -1;
  int count = build_add(catalog, path, run->fault);
  run->asked.builds[index] = (struct build){catalog, count};
  return count < 0 ? -1 : 0;
}

/* Loads existing files before it builds revisions, since a file may be refused. */
static int load_builds(struct run *run) {
  struct catalog *const catalogs[] = {&run->asked.catalog, &run->asked.new_catalog};
  if (catalog_load(&run->asked.new_catalog, run->fault) != 0)
    return -1;
  for (int built = 0; built < 2; built++)
    for (int i = 0; i < 2; i++)
      if (is_file(run->asked.options->builds[i]) != built && load_build(run, i, catalogs[i]) != 0)
        return -1;
  return 0;
}

/* Notes whether `ab` compares two values of a parameter; refuses those of two parameters, and values without a kernel.
 */
static int tell_settings(struct run *run, const char *old, const char *new) {
  size_t name = build_setting(old), other = build_setting(new);
  run->asked.settings = name && other == name && strncmp(old, new, name) == 0;
  if (name && other && !run->asked.settings)
    return fault_set(run->fault, EXIT_USAGE,
                     "'%s' and '%s' are of two parameters; give two values of one: %.*s=A %.*s=B", old, new, (int)name,
                     old, (int)name, old);
  if (run->asked.settings && !run->asked.options->kernel && !run->asked.options->modules[0])
    return fault_set(run->fault, EXIT_USAGE, "'%s' and '%s': name the kernel whose parameter it is: --kernel NAME", old,
                     new);
  return 0;
}

/* Notes whether `ab` compares two programs; refuses a program and a build of kernels, before either is built. */
static int tell_commands(struct run *run) {
  const char *old = run->asked.options->builds[0], *new = run->asked.options->builds[1];
  if (!old)
    return 0;
  if (tell_settings(run, old, new) != 0)
    return -1;
  if (run->asked.settings)
    return 0;
  if (check_build(old, run->fault) != 0 || check_build(new, run->fault) != 0)
    return -1;
  run->asked.commands = build_is_command(old) && build_is_command(new);
  return build_is_command(old) == build_is_command(new)
             ? 0
             : fault_set(run->fault, EXIT_USAGE,
                         "'%s' and '%s': one is a program, the other a build; give two programs or two builds", old,
                         new);
}

/* Adds the kernels of --module; refuses two of one name, of which the second would hide the first. */
static int add_modules(const char *const *modules, struct catalog *catalog, struct fault *fault) {
  for (int i = 0, first = catalog->kernel_count; modules[i]; i++) {
    if (catalog_add_kernel(catalog, modules[i], fault) != 0)
      return fault_at(fault, "--module");
    const struct known_kernel *own = &catalog->kernels[first + i];
    for (int j = first; j < first + i; j++)
      if (strcmp(catalog->kernels[j].name, own->name) == 0)
        return fault_set(
            fault, EXIT_USAGE,
            "--module: %s and %s both have the kernel '%s'; rename one, or compare two builds: nway ab %s %s",
            modules[j - first], modules[i], own->name, modules[j - first], modules[i]);
  }
  return 0;
}

/* Two programs, or two values of a parameter: both builds are the same kernels. */
static int load_command_kernels(struct run *run) {
  const char *const *modules = run->asked.options->modules;
  if (catalog_load(&run->asked.new_catalog, run->fault) != 0)
    return -1;
  if (add_modules(modules, &run->asked.new_catalog, run->fault) != 0)
    return -1;
  run->asked.builds[0] = (struct build){&run->asked.catalog, run->asked.catalog.kernel_count};
  run->asked.builds[1] = (struct build){&run->asked.new_catalog, run->asked.new_catalog.kernel_count};
  return 0;
}

/* Loads what there is to run: for two builds, each into a catalog of its own. `pattern` gets the kernels that the old
 * one has, if the user names none. */
static int load_catalogs(struct run *run, char *pattern, size_t size) {
  const struct run_options *options = run->asked.options;
  if (catalog_load(&run->asked.catalog, run->fault) != 0)
    return -1;
  if (add_modules(options->modules, &run->asked.catalog, run->fault) != 0)
    return -1;
  if (tell_commands(run) != 0)
    return -1;
  if (!options->builds[0])
    return 0;
  if (run->asked.commands || run->asked.settings)
    return load_command_kernels(run);
  if (load_builds(run) != 0)
    return -1;
  build_pattern(&run->asked.builds[0], pattern, size);
  return 0;
}

/* A pair can only be the `same` within --worth if its interval is no wider: a wider one is not settled, unless the user
 * says what is wide. */
static void narrow_width(struct run *run) {
  double worth = run->asked.options->worth;
  if (worth > 0 && worth < run->plan.width && !section_find(config_run(&run->asked.config), "width"))
    run->plan.width = worth;
}

/* Pairs of builds get 24 rounds where the budget allows: with fewer, a difference is judged only if every round shows
 * it. A number of rounds that the user gives stays. */
static void more_rounds(struct run *run) {
  enum { PAIR_ROUNDS = 24 };
  struct section *section = config_run(&run->asked.config);
  const struct setting *rounds = section_find(section, "rounds"), *most = section_find(section, "max_rounds");
  bool given = rounds && (rounds->line == 0 || run->asked.options->config);
  if (!run->asked.options->builds[0] || given)
    return;
  int64_t wanted = most && run->plan.max_rounds < PAIR_ROUNDS ? run->plan.max_rounds : PAIR_ROUNDS;
  run->plan.rounds = run->plan.rounds < wanted ? wanted : run->plan.rounds;
  run->plan.max_rounds = run->plan.max_rounds < wanted ? wanted : run->plan.max_rounds;
}

static int prepare(struct run *run) {
  const struct run_options *options = run->asked.options;
  char pattern[2000] = "";
  if (load_catalogs(run, pattern, sizeof pattern) != 0 || subject_read(run, pattern, sizeof pattern) != 0 ||
      apply_quick(run) != 0 || apply_defines(run) != 0 || apply_overrides(run) != 0 || subject_add(run) != 0)
    return -1;
  struct cpus cpus = cpus_read("");
  const char *wanted = options->kernel ? options->kernel : pattern[0] ? pattern : NULL;
  if (plan_make(&run->plan, &run->asked.config, &run->asked.catalog, wanted, cpus.usable, run->fault) != 0 ||
      expect_lookup(&run->asked.config, &run->asked.catalog, run->fault) != 0 || subject_check(run) != 0)
    return -1;
  if (options->builds[0])
    plan_drop_spares(&run->plan);
  if ((options->builds[0] && plan_double(&run->plan, &run->asked.builds[0], &run->asked.builds[1], run->fault) != 0) ||
      (run->asked.commands &&
       plan_double_command(&run->plan, options->builds[0], options->builds[1], run->fault) != 0) ||
      (run->asked.settings && plan_double_setting(&run->plan, options->builds[0], options->builds[1], run->fault) != 0))
    return -1;
  narrow_width(run);
  more_rounds(run);
  expect_mark(&run->plan, run->asked.config.text ? run->asked.config.text : "");
  run->reached.random = (uint64_t)run->plan.seed;
  if (plan_index_blocks(&run->plan, run->fault) != 0)
    return -1;
  return phase_probe(run) != 0 ? -1 : phase_afford(run);
}

static void tell_plan(struct run *run) {
  int planned = 0, skipped = 0;
  char budget[40], *end = strrchr(run->plan.untold, '\n');
  if (end) {
    *end = '\0';
    progress_say(&run->progress, "%s", run->plan.untold);
  }
  for (int i = 0; i < run->plan.cell_count; i++) {
    planned += run->plan.cells[i].state == CELL_PLANNED;
    skipped += run->plan.cells[i].state == CELL_SKIPPED;
  }
  progress_say(&run->progress, "%s: %d %s%s, %d cell%s%s, %d round%s%s%s; %d usable CPU%s", run->asked.config.file,
               run->plan.block_count, run->asked.options->builds[0] ? translated("pair") : translated("problem"),
               plural(run->plan.block_count), planned, plural(planned),
               skipped ? translated(" (and some that cannot run here)") : "", (int)run->plan.rounds,
               plural(run->plan.rounds), run->plan.budget_ns ? translated(" at most, budget ") : "",
               run->plan.budget_ns ? format_duration(run->plan.budget_ns, budget, sizeof budget) : "",
               run->plan.usable_cpus, plural(run->plan.usable_cpus));
}

/* Warns only: --kernel may have left a part of the configuration out on purpose. */
static void tell_stray_expectations(struct run *run) {
  struct expect_reader reader = {.at = run->asked.config.text ? run->asked.config.text : ""};
  char line[EXPECT_BYTES];
  while (expect_stray(&run->plan, &reader, line))
    progress_say(&run->progress, "%s:%d: this run has no cell for the expectation '%s', so it will not be met",
                 run->asked.config.file, reader.line, line);
}

/* Reads the machine's facts and adds compiler and flags of each module of the plan. */
static void describe_machine(struct run *run) {
  char name[120];
  char commit[80];
  machine_read(&run->asked.machine, "", run_label(run), revision_here(commit, sizeof commit));
  for (int i = 0, seen; i < run->plan.task_count; i++) {
    const struct task *task = &run->plan.tasks[i];
    for (seen = 0; seen < i && run->plan.tasks[seen].kernel != task->kernel;)
      seen++;
    snprintf(name, sizeof name, "%s%s%s", task->kernel->name, task->build ? ", " : "", build_role_word(task->build));
    if (seen == i && !task->kernel->missing)
      machine_add_module(&run->asked.machine, name, task->kernel->json);
  }
  for (int i = 0, seen; i < run->plan.cell_count; i++) {
    const struct known_variant *variant = run->plan.cells[i].variant;
    for (seen = 0; seen < i && run->plan.cells[seen].variant != variant;)
      seen++;
    if (seen == i && variant->json)
      machine_add_module(&run->asked.machine, variant->name, variant->json);
  }
}

/* ---- a dry run ---- */

/* Whether cells of the plan differ on this axis. */
static bool varies(const struct plan *plan, enum cell_axis axis) {
  struct plan_identity first, own;
  plan_identify(plan, &plan->tasks[plan->cells[0].task], &plan->cells[0], &first);
  for (int i = 1; i < plan->cell_count; i++) {
    const struct plan_cell *cell = &plan->cells[i];
    if (strcmp(first.id.text[axis], plan_identify(plan, &plan->tasks[cell->task], cell, &own)->text[axis]) != 0)
      return true;
  }
  return false;
}

/* Every line shows five axes; the others appear only if the cells of the plan differ in them. */
static void list_cells(const struct run *run) {
  static const enum cell_axis always[] = {CELL_ID_kernel, CELL_ID_problem, CELL_ID_method, CELL_ID_variant,
                                          CELL_ID_schedule};
  enum { ALWAYS = sizeof always / sizeof *always };
  bool tell[CELL_IDS];
  char shown[4 * FIELD_BYTES];
  for (int axis = 0; axis < CELL_IDS; axis++)
    tell[axis] = varies(&run->plan, (enum cell_axis)axis);
  for (size_t i = 0; i < ALWAYS; i++)
    tell[always[i]] = false;
  for (int i = 0; i < run->plan.cell_count; i++) {
    const struct plan_cell *cell = &run->plan.cells[i];
    struct plan_identity own;
    const struct cell_id *id = plan_identify(&run->plan, &run->plan.tasks[cell->task], cell, &own);
    if (cell->state == CELL_SPARE)
      continue;
    for (size_t j = 0; j < ALWAYS; j++)
      printf("%s | ", id->text[always[j]][0] || always[j] != CELL_ID_method
                          ? printable(id->text[always[j]], shown, sizeof shown)
                          : "-");
    for (int axis = 0; axis < CELL_IDS; axis++)
      if (tell[axis])
        printf("%s=%s | ", cell_axes[axis].name, printable(id->text[axis], shown, sizeof shown));
    printf("%d worker%s%s%s\n", cell->workers, plural(cell->workers), cell->note[0] ? " | " : "",
           printable(cell->note, shown, sizeof shown));
  }
  fflush(stdout); /* stdout first: stderr may go to the same place */
}

static void tell_estimate(struct run *run) {
  char least[40], budget[40];
  int processes = 0;
  int64_t ns = phase_estimate(run);
  for (int block = 0; block < run->plan.block_count; block++)
    processes += plan_processes(&run->plan, block);
  progress_say(&run->progress,
               "estimate: %s at the least, for %d rounds of %d processes; longer where one execution "
               "takes longer than a sample",
               format_duration(ns, least, sizeof least), (int)run->plan.rounds, processes);
  if (run->plan.budget_ns > 0)
    progress_say(&run->progress, ns > run->plan.budget_ns ? N_("the budget of %s shortens it") : N_("the budget is %s"),
                 format_duration(run->plan.budget_ns, budget, sizeof budget));
}

static void release(struct run *run) {
  second_close(run);
  settle_close(run->reached.settle);
  free(run->reached.done);
  plan_free(&run->plan);
  catalog_free(&run->asked.catalog);
  catalog_free(&run->asked.new_catalog);
  for (int i = 0; i < 2; i++)
    revision_remove(&run->asked.revisions[i]);
  config_free(&run->asked.config);
  machine_free(&run->asked.machine);
}

int run_all(const struct run_options *options, char *path, size_t size, struct fault *fault) {
  struct run *run = calloc(1, sizeof *run);
  if (!run)
    return fault_memory(fault);
  *run =
      (struct run){.asked.options = options,
                   .fault = fault,
                   .reached = {.state = RUN_RUNNING, .began_ns = clock_ns(), .started = time(NULL), .first_round = 1}};
  path[0] = '\0';
  progress_begin(&run->progress);
  int result = prepare(run);
  if (result == 0)
    tell_plan(run), tell_stray_expectations(run);
  if (result == 0 && options->dry_run) {
    list_cells(run);
    tell_estimate(run);
  } else if (result == 0) {
    run_watch(run);
    tell_of_others(run), tell_of_bindings(run);
    describe_machine(run);
    run->reached.settle = settle_open(&run->plan);
    result = !run->reached.settle ? fault_memory(fault) : options->resume ? resume_open(run) : open_folder(run);
    if (result == 0) {
      result = finish(run, phase_measure(run));
      snprintf(path, size, "%s", run->folder.path);
    }
  }
  release(run);
  free(run);
  return result;
}
