/* The nway command: measures, and passes report commands to nway-report. */
#include "base/exec_words.h"
#include "base/find_run.h"
#include "base/limits.h"
#include "base/words.h"
#include "cell/cell.h"
#include "cell/module.h"
#include "doctor/doctor.h"
#include "options/options.h"
#include "plan/catalog.h"
#include "process/launch.h"
#include "process/spawn.h"
#include "process/stop.h"
#include "run/execute.h"
#include "run/folder.h"
#include "run/import.h"
#include "run/list.h"
#include "run/new_kernel.h"
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A fault may name files and words of strangers. */
static int print_fault(const struct fault *fault) {
  char shown[4 * sizeof fault->text];
  fprintf(stderr, "nway: %s\n", printable(fault->text, shown, sizeof shown));
  return fault->code;
}

/* ---- nway-report ---- */

static char *report_path(char *out, size_t size) {
  append(launch_self(out, size), size, "-report");
  return out;
}

static int cannot_run(const char *path) {
  char why[LIMIT_TEXT];
  fprintf(stderr, "nway: cannot run %s: %s\n", path, error_text(errno, why, sizeof why));
  return EXIT_USAGE;
}

static int exec_report(const char *const *argv) {
  char path[4200];
  execv(report_path(path, sizeof path), exec_words(argv));
  return cannot_run(path);
}

/* Runs a command of nway-report with its options on a run and waits for it. Also used for a run that the user stopped,
 * to show the rows measured so far: only a later signal, which ends this process, stops it then. */
static int call_report(const char *const *command, const char *folder) {
  char path[4200];
  const char *argv[12] = {report_path(path, sizeof path), command[0], folder, NULL};
  for (int i = 1; i < 9 && command[i]; i++)
    argv[i + 2] = command[i];
  fflush(NULL);
  const volatile sig_atomic_t *stop = *stop_flag() ? NULL : stop_flag();
  int code = spawn_run(&(struct spawn){.argv = argv, .output = SPAWN_INHERIT, .folder = SPAWN_INHERIT, .stop = stop});
  return code == SPAWN_NOT_STARTED ? cannot_run(path) : code == SPAWN_STOPPED ? 128 + *stop_flag() : code;
}

/* ---- nway run and nway ab ---- */

static int add_override(struct run_options *run, const char *name, const char *value, struct fault *fault) {
  for (int i = 0; i < run->override_count; i++)
    if (strcmp(run->overrides[i].name, name) == 0)
      return run->overrides[i].value = value, 0;
  if (run->override_count == OVERRIDES_MAX)
    return fault_set(fault, EXIT_USAGE,
                     "too many settings on the command line; at most %d: write them into a configuration (-c FILE)",
                     OVERRIDES_MAX);
  run->overrides[run->override_count].name = name;
  run->overrides[run->override_count++].value = value;
  return 0;
}

static size_t param_length(const char *name) { return strcspn(name, "="); }

/* Refuses a second value of a parameter: one of the two would be lost. */
static int check_once(const struct run_options *run, const char *name, const char *value, struct fault *fault) {
  char one[80], other[80];
  size_t length = param_length(name);
  for (int i = 0; i < run->set_count; i++)
    if (param_length(run->sets[i].name) == length && strncmp(run->sets[i].name, name, length) == 0 &&
        strcmp(run->sets[i].value, value) != 0)
      return fault_set(fault, EXIT_USAGE,
                       "%.*s is given twice, '%s' and '%s'; give it once, commands joined by && (--shell), values of "
                       "--set by commas",
                       (int)length, name, printable(run->sets[i].value, one, sizeof one),
                       printable(value, other, sizeof other));
  return 0;
}

static int add_set(struct run_options *run, const char *name, const char *value, struct fault *fault) {
  if (check_once(run, name, value, fault) != 0)
    return -1;
  if (run->set_count == SETS_MAX)
    return fault_set(fault, EXIT_USAGE,
                     "too many parameters on the command line; at most %d: write them into a configuration (-c FILE)",
                     SETS_MAX);
  run->sets[run->set_count].name = name;
  run->sets[run->set_count++].value = value;
  return 0;
}

/* Takes --set and the options that set a parameter of programs. */
static int take_sets(const struct options *o, struct run_options *run, struct fault *fault) {
  char shown[80];
  for (size_t i = 0; i < o->given_count; i++) {
    const struct given *given = &o->given[i];
    const char *param = option_table[given->option].param, *equals = given->text ? strchr(given->text, '=') : NULL;
    if (param && add_set(run, param, given->text ? given->text : "yes", fault) != 0)
      return -1;
    if (given->option != OPTION_SETS_PARAM)
      continue;
    if (!equals || equals == given->text)
      return fault_set(fault, EXIT_USAGE, "--set: invalid parameter '%s' (expected NAME=VALUES)",
                       printable(given->text, shown, sizeof shown));
    if (add_set(run, given->text, equals + 1, fault) != 0)
      return -1;
  }
  return 0;
}

/* Whether a word computes with {workers}, such as -T{workers*2}. It stays without quotes, so that the check of
 * placeholders refuses it and names the right form. */
static bool is_computed(const char *word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=:,./-{}+*^%";
  return strstr(word, "{workers") && word[strspn(word, plain)] == '\0';
}

/* Two equal programs would be one method. */
static int check_commands(const struct run_options *run, int count, struct fault *fault) {
  char shown[100];
  for (int i = 0; i < count; i++)
    for (int j = 0; j < i; j++)
      if (strcmp(run->commands[i], run->commands[j]) == 0 && !run->names[0])
        return fault_set(fault, EXIT_USAGE, "the program '%s' is given twice; remove one, or give each a --name",
                         printable(run->commands[i], shown, sizeof shown));
  return 0;
}

/* Whether a word has the {NAME} of a --set with values that a shell would split or change. */
static bool takes_odd_values(const struct options *o, const char *word) {
  for (size_t i = 0; i < o->given_count; i++) {
    const char *set = o->given[i].option == OPTION_SETS_PARAM ? o->given[i].text : "", *equals = strchr(set, '=');
    char placeholder[100];
    snprintf(placeholder, sizeof placeholder, "{%.*s}", equals ? (int)(equals - set) : 0, set);
    if (equals && !is_plain_word(equals + 1) && strstr(word, placeholder))
      return true;
  }
  return false;
}

static void append_argument(const struct options *o, const char *word, char *line, size_t size) {
  if (is_computed(word))
    append(line, size, "%s", word);
  else if (is_plain_word(word) && takes_odd_values(o, word))
    append(line, size, "'%s'", word);
  else
    append_quoted(line, size, word);
}

/* Takes the programs: those of --command, then that behind "--", which `line` gets. */
static int take_programs(const struct options *o, struct run_options *run, char *line, size_t size,
                         struct fault *fault) {
  const char *title;
  int count = option_texts(o, OPTION_COMMAND, run->commands, PROGRAMS_MAX - 1, fault);
  if (count < 0)
    return -1;
  if (o->word_count == 1 && strchr(o->words[0], ' ') && access(o->words[0], F_OK) != 0)
    append(line, size, "%s", o->words[0]); /* a whole command line in quotes */
  else
    for (size_t i = 0; i < o->word_count; i++) {
      append(line, size, "%s", i ? " " : "");
      append_argument(o, o->words[i], line, size);
    }
  if (strlen(line) + 1 >= size)
    return fault_set(fault, EXIT_USAGE, "the program's arguments are longer than %zu bytes; shorten them", size - 2);
  if (o->word_count)
    run->commands[count++] = line;
  int names = count ? option_texts(o, OPTION_NAME, run->names, PROGRAMS_MAX, fault) : 0;
  if (names > count)
    return fault_set(fault, EXIT_USAGE, "%d names for %d program%s; --label LABEL names this machine", names, count,
                     plural(count));
  return names < 0 || check_commands(run, count, fault) != 0 || option_texts(o, OPTION_TITLE, &title, 1, fault) < 0 ? -1
                                                                                                                    : 0;
}

/* Several --env are one environment; alternatives of one leave it open what the others belong to. */
static int add_env(struct run_options *run, const char *value, struct fault *fault) {
  if (run->env[0] && (strchr(run->env, '|') || strchr(value, '|')))
    return fault_set(fault, EXIT_USAGE, "--env: write alternatives (A=1 B=2 | A=3) into one --env");
  append(run->env, sizeof run->env, "%s%s", run->env[0] ? " " : "", value);
  if (strlen(run->env) + 1 == sizeof run->env)
    return fault_set(fault, EXIT_USAGE, "--env: the environment is too long; shorten it");
  return add_override(run, "env", run->env, fault);
}

/* Takes the options that override a setting of [run], in the order of the command line. */
static int take_settings(const struct options *o, struct run_options *run, struct fault *fault) {
  for (size_t i = 0; i < o->given_count; i++) {
    bool names_program = o->given[i].option == OPTION_NAME && run->commands[0];
    const char *setting = names_program ? NULL : option_table[o->given[i].option].setting;
    if (o->given[i].option == OPTION_ENV) {
      if (add_env(run, o->given[i].text, fault) != 0)
        return -1;
    } else if (setting && add_override(run, setting, o->given[i].text, fault) != 0)
      return -1;
  }
  return 0;
}

/* `line` gets the program behind "--". */
static int run_options_of(const struct options *o, char *const *argv, struct run_options *run, char *line, size_t size,
                          struct fault *fault) {
  const char *resume = option_text(o, OPTION_RESUME);
  *run = (struct run_options){.stop = stop_flag(),
                              .argv = (const char *const *)argv,
                              .config = option_text(o, OPTION_CONFIG),
                              .kernel = option_text(o, OPTION_KERNEL),
                              .title = option_text(o, OPTION_TITLE),
                              .results = option_text(o, OPTION_RESULTS),
                              .resume = option_given(o, OPTION_RESUME) ? resume ? resume : "" : NULL,
                              .quick = option_given(o, OPTION_QUICK),
                              .force = option_given(o, OPTION_FORCE),
                              .dry_run = option_given(o, OPTION_DRY_RUN),
                              .second_opinion = option_given(o, OPTION_SECOND_OPINION)};
  return option_texts(o, OPTION_MODULE, run->modules, MODULES_MAX, fault) < 0 ||
                 option_texts(o, OPTION_DEFINE, run->defines, DEFINES_MAX, fault) < 0 ||
                 (line && o->command == COMMAND_RUN && take_programs(o, run, line, size, fault) != 0) ||
                 take_sets(o, run, fault) != 0
             ? -1
             : take_settings(o, run, fault);
}

/* Measures, then shows the result with `report`: a command of nway-report and its options. */
static int measure_and_show(const struct run_options *options, const char *const *report, bool page) {
  struct fault fault = {0};
  char folder[4200];
  stop_on_signals();
  int result = run_all(options, folder, sizeof folder, &fault);
  if (result < 0 && *stop_flag() && !folder[0])
    return 128 + *stop_flag(); /* interrupted during setup; not an error */
  if (result < 0)
    print_fault(&fault);
  bool saves = result >= 0 && options->save && folder[0] && !*stop_flag();
  bool saved = saves && folder_save(folder, options->save, &fault) == 0;
  if (saves && !saved)
    print_fault(&fault);
  bool refused = result < 0 && fault.code == EXIT_USAGE; /* so nothing was measured */
  if (refused)
    folder[0] = '\0';
  int shown = folder[0] ? call_report(report, folder) : EXIT_FINE;
  if (saved)
    printf("Saved as %s. A later run is compared with it by: nway show --against %s\n", options->save, options->save);
  if (folder[0] && page && !*stop_flag() && shown != EXIT_USAGE)
    shown = call_report((const char *const[]){"report", NULL}, folder);
  /* With two builds, the comparison decides what a failed cell means. */
  if (result == EXIT_FINE || (result == EXIT_WRONG && options->builds[0]) || shown > 128)
    result = shown;
  return result < 0 ? fault.code : result;
}

static int do_run(const struct options *o, char *const *argv, struct fault *fault) {
  struct run_options run;
  char line[4096] = "";
  if (run_options_of(o, argv, &run, line, sizeof line, fault) != 0)
    return -1;
  const char *name = option_text(o, OPTION_SAVE);
  char shown[100];
  if (name && !run_may_be_called(name))
    return fault_set(fault, EXIT_USAGE,
                     "--save: invalid name '%s'; use at most 100 letters, digits, '-', '_' and, after the first, '.'",
                     printable(name, shown, sizeof shown));
  run.save = name;
  return measure_and_show(&run, (const char *const[]){"show", NULL}, option_given(o, OPTION_PAGE));
}

/* Without two builds `ab` reports a run, which takes no option of measuring. --results is an option of both. */
static int refuse_measuring(const struct options *o, struct fault *fault) {
  for (size_t i = 0; i < o->given_count; i++) {
    enum option_id id = o->given[i].option;
    if (id != OPTION_RESULTS && !command_takes(COMMAND_AB_REPORT, id))
      return fault_set(fault, EXIT_USAGE, "%s: only for measuring two builds or programs; %s: nway ab OLD NEW",
                       option_table[id].name, o->word_count ? "one is given, so name the other too" : "name them");
  }
  return 0;
}

/* Measures two builds; passes the options that nway-report's ab takes on to it. */
static int do_ab(const struct options *o, char *const *argv, struct fault *fault) {
  const char *report[2 * OPTIONS] = {"ab"};
  struct run_options run;
  int count = 1;
  if (o->word_count < 2) /* the comparison of a run that was measured: nway-report has it */
    return refuse_measuring(o, fault) != 0 ? -1 : exec_report((const char *const *)argv);
  if (run_options_of(o, argv, &run, NULL, 0, fault) != 0)
    return -1;
  run.builds[0] = o->words[0], run.builds[1] = o->words[1];
  run.worth = option_given(o, OPTION_WORTH) ? option_share(o, OPTION_WORTH) : 0;
  for (enum option_id id = 0; id < OPTIONS; id++) {
    if (!option_given(o, id) || !command_takes(COMMAND_AB_REPORT, id))
      continue;
    report[count++] = option_table[id].name;
    if (option_text(o, id))
      report[count++] = option_text(o, id);
  }
  return measure_and_show(&run, report, false);
}

static int do_list(const struct options *o, char *const *argv, struct fault *fault) {
  (void)argv;
  struct catalog catalog;
  const char *what = o->word_count ? o->words[0] : "";
  bool module = catalog_is_file(what);
  int failed = module ? (catalog = (struct catalog){0}, catalog_add_kernel(&catalog, what, fault))
                      : catalog_load(&catalog, fault);
  if (!failed)
    failed = list_print(&catalog, module ? "kernels" : what, fault);
  catalog_free(&catalog);
  return failed;
}

static int do_new_kernel(const struct options *o, char *const *argv, struct fault *fault) {
  (void)argv;
  return new_kernel(o->words[0], option_text(o, OPTION_NEW_LANGUAGE), fault);
}

static int do_doctor(const struct options *o, char *const *argv, struct fault *fault) {
  (void)argv;
  return doctor_examine(option_given(o, OPTION_THOROUGH), fault);
}

/* ---- the processes of nway itself ---- */

static int do_cell(const struct options *o, char *const *argv, struct fault *fault) {
  (void)argv;
  return cell_main(o, fault);
}

/* Writes the modules' descriptions, a line of JSON each, to the launcher's pipe, or to stdout if there is none. */
static int do_describe(const struct options *o, char *const *argv, struct fault *fault) {
  (void)argv;
  int fd = fcntl(LAUNCH_FD, F_GETFD) != -1 ? LAUNCH_FD : STDOUT_FILENO;
  for (size_t i = 0; i < o->word_count; i++) {
    json_t *json = module_describe(o->words[i], fault);
    char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (!json)
      return -1;
    int failed = !line || dprintf(fd, "%s\n", line) < 0; /* at once: each write wakes the launcher */
    free(line);
    if (failed)
      return EXIT_UNDECIDED;
  }
  return dprintf(fd, "end\n") < 0 ? EXIT_UNDECIDED : EXIT_FINE;
}

static int do_kernel(const struct options *o, char *const *argv, struct fault *fault) {
  (void)argv;
  return execute_main(o, fault);
}

static int do_import(const struct options *o, char *const *argv, struct fault *fault) {
  const struct import_options options = {.file = o->words[0],
                                         .results = option_text(o, OPTION_RESULTS),
                                         .title = option_text(o, OPTION_TITLE),
                                         .parameter = option_text(o, OPTION_PARAMETER)};
  char folder[4200];
  (void)argv;
  if (import_file(&options, folder, sizeof folder, fault) != 0)
    return -1;
  return call_report((const char *const[]){"show", NULL}, folder);
}

static int do_version(const struct options *o, char *const *argv, struct fault *fault) {
  (void)o, (void)argv, (void)fault;
  puts("nway " NWAY_VERSION);
  return EXIT_FINE;
}

/* ---- choosing ---- */

static int do_help(const struct options *o, char *const *argv, struct fault *fault);

static const struct action {
  /* Returns an exit code, or -1 and a fault; `argv` is the whole command line. */
  int (*run)(const struct options *o, char *const *argv, struct fault *fault); /* NULL: a command of nway-report */
  void (*explain)(FILE *out); /* prints more help after the options, or NULL */
} actions[COMMANDS] = {
    [COMMAND_RUN] = {.run = do_run},
    [COMMAND_AB] = {.run = do_ab},
    [COMMAND_LIST] = {.run = do_list},
    [COMMAND_HELP] = {.run = do_help},
    [COMMAND_VERSION] = {.run = do_version},
    [COMMAND_DOCTOR] = {.run = do_doctor, .explain = doctor_thresholds},
    [COMMAND_CELL] = {.run = do_cell},
    [COMMAND_DESCRIBE] = {.run = do_describe},
    [COMMAND_NEW_KERNEL] = {.run = do_new_kernel},
    [COMMAND_EXECUTE] = {.run = do_kernel},
    [COMMAND_IMPORT] = {.run = do_import},
};

static int print_help(enum command_id command) {
  options_help(command, stdout);
  if (actions[command].explain)
    actions[command].explain(stdout);
  return EXIT_FINE;
}

static int do_help(const struct options *o, char *const *argv, struct fault *fault) {
  (void)argv;
  if (o->word_count == 0 || option_given(o, OPTION_FORMAT))
    return options_overview(o, IN_NWAY, stdout, fault);
  enum command_id command = command_find(o->words[0], IN_NWAY, fault);
  return command == COMMANDS ? -1 : print_help(command);
}

/* Opens descriptors 0 to 2 if the caller closed them, so that no file of a run gets one of these numbers. */
static void open_standard_fds(void) {
  for (int fd; (fd = open("/dev/null", O_RDWR)) >= 0;)
    if (fd > 2) {
      close(fd);
      return;
    }
}

int main(int argc, char **argv) {
  struct options options;
  struct fault fault = {0};
  if (limits_check_stack(&fault) != 0)
    return print_fault(&fault);
  open_standard_fds();
  limits_report_file_size();
  setenv("NWAY_COMMAND", argv[0], 1); /* the command name in nway-report's advice */
  enum command_id command = command_find(argc > 1 ? argv[1] : "help", IN_NWAY, &fault);
  if (command == COMMANDS)
    return print_fault(&fault);
  if (!actions[command].run) {
    argv[0] = "nway-report";
    return exec_report((const char *const *)argv);
  }
  if (options_parse(&options, command, argc > 2 ? argc - 2 : 0, argv + 2, &fault) != 0)
    return print_fault(&fault);
  if (option_given(&options, OPTION_HELP))
    return print_help(command);
  if (limits_check_files(&fault) != 0)
    return print_fault(&fault);
  int code = actions[command].run(&options, argv, &fault);
  return code < 0 ? print_fault(&fault) : code;
}
