/* The nway command: measures by itself, hands reporting on to nway-report, as git does. */
#include "base/words.h"
#include "cell/cell.h"
#include "cell/module.h"
#include "doctor/doctor.h"
#include "plan/catalog.h"
#include "process/launch.h"
#include "run/list.h"
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t stop_signal;

/* The first signal lets the run end well; a second one ends it at once. */
static void on_signal(int signal_number) {
  if (stop_signal)
    _exit(128 + signal_number);
  stop_signal = signal_number;
}

static int tell(const struct fault *fault) {
  fprintf(stderr, "nway: %s\n", fault->text);
  return fault->code;
}

/* ---- nway-report ---- */

static void report_path(char *out, size_t size) {
  launch_self(out, size);
  append(out, size, "-report");
}

static int exec_report(char **argv) {
  char path[4200];
  report_path(path, sizeof path);
  execv(path, argv);
  fprintf(stderr, "nway: cannot run %s: %s\n", path, strerror(errno));
  return EXIT_USAGE;
}

/* Runs a command of nway-report with its options on a finished run and waits. */
static int call_report(char *const *command, const char *folder) {
  char *argv[12] = {"nway-report", command[0], (char *)folder, NULL};
  for (int i = 1; command[i] && i < 9; i++)
    argv[i + 2] = command[i];
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0)
    _exit(exec_report(argv));
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) < 0)
    return EXIT_UNDECIDED;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int command_report(int argc, char **argv) {
  (void)argc;
  argv[-1] = "nway-report";
  return exec_report(argv - 1);
}

/* ---- nway run ---- */

static const char run_help[] =
    "usage: nway run [options]\n"
    "  -c, --config FILE      what to measure (configs/default.conf)\n"
    "      --kernel RE        only kernels or problems that match; one in no config runs with its defaults\n"
    "      --define NAME=VALUE  another value for what [define] in the configuration names; may be given again\n"
    "      --command LINE     an external program, run without a shell: 'xz -T{workers} -k -c FILE'\n"
    "      --variant LIST     seq,pthread,omp,fork ... (seq with one worker always runs: it is the base)\n"
    "      --workers LIST     1,2,4..max; max: the usable CPUs, phys: the physical cores among them, 2x: twice max\n"
    "      --schedules LIST   static,dynamic:CHUNK,guided:CHUNK,task:CHUNK (task: omp only)\n"
    "      --pin LIST         none,cores,compact,scatter or CPUs such as 0+2+4-7: where workers are bound\n"
    "      --memory LIST      local,interleave: on which memory nodes pages lie\n"
    "      --scale LIST       strong,weak: the problem is fixed, or grows with the workers\n"
    "      --rounds N         passes over all cells; an interval needs 6\n"
    "      --max-rounds N     more passes over cells whose interval is wider than --width (2%)\n"
    "      --samples N        timed samples of each process\n"
    "      --time-budget T    3min; worker counts are thinned first to keep it\n"
    "      --limit T          time limit of one process\n"
    "      --seed N           of the random order; the same seed gives the same order\n"
    "      --order sequential cells and blocks in the order of the plan, to debug\n"
    "      --name LABEL       what to call this machine\n"
    "      --module FILE.so   a kernel from outside the tree; may be given again\n"
    "      --results DIR      where the run's folder goes (results)\n"
    "      --report           write the HTML report as well\n"
    "      --resume[=RUN]     take up the latest run, or RUN (a folder, or @0, @1 ...), where it was interrupted\n"
    "      --force            take it up though config, options, modules or machine have changed\n"
    "      --dry-run          list the cells, each with what tells it apart; measure nothing\n";

static const struct option run_options_long[] = {{"config", required_argument, NULL, 'c'},
                                                 {"kernel", required_argument, NULL, 'k'},
                                                 {"variant", required_argument, NULL, 'o'},
                                                 {"variants", required_argument, NULL, 'o'},
                                                 {"workers", required_argument, NULL, 'o'},
                                                 {"pin", required_argument, NULL, 'o'},
                                                 {"memory", required_argument, NULL, 'o'},
                                                 {"scale", required_argument, NULL, 'o'},
                                                 {"order", required_argument, NULL, 'o'},
                                                 {"schedules", required_argument, NULL, 'o'},
                                                 {"rounds", required_argument, NULL, 'o'},
                                                 {"max-rounds", required_argument, NULL, 'o'},
                                                 {"width", required_argument, NULL, 'o'},
                                                 {"samples", required_argument, NULL, 'o'},
                                                 {"time-budget", required_argument, NULL, 'o'},
                                                 {"limit", required_argument, NULL, 'o'},
                                                 {"seed", required_argument, NULL, 'o'},
                                                 {"name", required_argument, NULL, 'o'},
                                                 {"command", required_argument, NULL, 'x'},
                                                 {"define", required_argument, NULL, 'D'},
                                                 {"module", required_argument, NULL, 'm'},
                                                 {"results", required_argument, NULL, 'r'},
                                                 {"report", no_argument, NULL, 'R'},
                                                 {"resume", optional_argument, NULL, 'u'},
                                                 {"force", no_argument, NULL, 'f'},
                                                 {"dry-run", no_argument, NULL, 'd'},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {NULL, 0, NULL, 0}};

/* The setting of [run] that an option stands for: --time-budget is time_budget. */
static const char *setting_of(const char *option) {
  static const char *const pairs[][2] = {
      {"variant", "variants"}, {"time-budget", "time_budget"}, {"max-rounds", "max_rounds"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (strcmp(option, pairs[i][0]) == 0)
      return pairs[i][1];
  return option;
}

static int unknown_option(const char *option, const struct option *known, struct fault *fault) {
  const char *names[64];
  size_t count = 0;
  char shown[80];
  for (; known[count].name; count++)
    names[count] = known[count].name;
  char name[80];
  snprintf(name, sizeof name, "%.*s", (int)strcspn(option + strspn(option, "-"), "="), option + strspn(option, "-"));
  const char *near = nearest_word(name, names, count);
  for (size_t i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0 || (strlen(name) == 1 && known[i].val == name[0]))
      return fault_set(fault, EXIT_USAGE, "%s needs a value", printable(option, shown, sizeof shown));
  printable(option, shown, sizeof shown);
  return near ? fault_set(fault, EXIT_USAGE, "no option '%s'; did you mean '--%s'?", shown, near)
              : fault_set(fault, EXIT_USAGE, "no option '%s'; see 'nway run --help'", shown);
}

static int add_override(struct run_options *options, const char *name, const char *value, struct fault *fault) {
  for (int i = 0; i < options->override_count; i++)
    if (strcmp(options->overrides[i].name, name) == 0)
      return options->overrides[i].value = value, 0;
  if (options->override_count == OVERRIDES_MAX)
    return fault_set(fault, EXIT_USAGE, "too many options");
  options->overrides[options->override_count].name = name;
  options->overrides[options->override_count++].value = value;
  return 0;
}

/* An empty value is an unset variable of a shell: not the folder '/', nor the latest run. */
static int take_word(const char *option, const char *word, const char **value, struct fault *fault) {
  if (!*word)
    return fault_set(fault, EXIT_USAGE, "%s: the folder's name is empty; name one, or leave the option out", option);
  return *value = word, 0;
}

static int add_module(struct run_options *options, const char *path, struct fault *fault) {
  for (int i = 0; i < 15; i++)
    if (!options->modules[i])
      return options->modules[i] = path, 0;
  return fault_set(fault, EXIT_USAGE, "more than 15 --module");
}

static int add_define(struct run_options *options, const char *text, struct fault *fault) {
  for (int i = 0; i < DEFINES_MAX; i++)
    if (!options->defines[i])
      return options->defines[i] = text, 0;
  return fault_set(fault, EXIT_USAGE, "more than %d --define", DEFINES_MAX);
}

struct run_extras {
  bool report, help;
};

/* getopt_long takes "--s" for any option that starts so; a benchmark should not guess. */
static int exact_options(int argc, char **argv, const struct option *known, struct fault *fault) {
  for (int i = 1; i < argc; i++) {
    size_t length = strcspn(argv[i], "=");
    const struct option *found = NULL;
    for (const struct option *o = known; o->name && !found; o++)
      if (strncmp(argv[i], "--", 2) == 0 && strlen(o->name) + 2 == length &&
          strncmp(argv[i] + 2, o->name, length - 2) == 0)
        found = o;
    if (strncmp(argv[i], "--", 2) == 0 && !found)
      return unknown_option(argv[i], known, fault);
    bool takes_next =
        found ? found->has_arg == required_argument && argv[i][length] == '\0' : strcmp(argv[i], "-c") == 0;
    i += takes_next;
  }
  return 0;
}

static int parse_run(int argc, char **argv, struct run_options *options, struct run_extras *extras,
                     struct fault *fault) {
  int index = 0;
  opterr = 0;
  if (exact_options(argc, argv, run_options_long, fault) != 0)
    return -1;
  for (int letter; (letter = getopt_long(argc, argv, "+:c:h", run_options_long, &index)) != -1;) {
    switch (letter) {
    case 'c':
      options->config = optarg;
      break;
    case 'k':
      options->kernel = optarg;
      break;
    case 'x':
      options->command = optarg;
      break;
    case 'r':
      if (take_word("--results", optarg, &options->results, fault) != 0)
        return -1;
      break;
    case 'R':
      extras->report = true;
      break;
    case 'u':
      options->resume = "";
      if (optarg && take_word("--resume", optarg, &options->resume, fault) != 0)
        return -1;
      break;
    case 'f':
      options->force = true;
      break;
    case 'd':
      options->dry_run = true;
      break;
    case 'h':
      extras->help = true;
      break;
    case 'D':
      if (add_define(options, optarg, fault) != 0)
        return -1;
      break;
    case 'm':
      if (add_module(options, optarg, fault) != 0)
        return -1;
      break;
    case 'o':
      if (add_override(options, setting_of(run_options_long[index].name), optarg, fault) != 0)
        return -1;
      break;
    default:
      return unknown_option(argv[optind - 1], run_options_long, fault);
    }
  }
  if (optind < argc)
    return fault_set(fault, EXIT_USAGE, "'%s' is not an option; see 'nway run --help'", argv[optind]);
  return 0;
}

static void catch_signals(void) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = on_signal};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    sigaction(signals[i], &action, NULL);
  signal(SIGPIPE, SIG_IGN);
}

/* Measures, then shows the result by `report`, a command of nway-report and its options after the folder. */
static int measure_and_show(const struct run_options *options, char *const *report, bool page) {
  struct fault fault = {0};
  char folder[4200];
  catch_signals();
  int result = run_all(options, folder, sizeof folder, &fault);
  if (result < 0 && stop_signal && !folder[0])
    return 128 + stop_signal; /* what was being prepared was ended, which is no fault of its own */
  if (result < 0)
    tell(&fault);
  bool refused = result < 0 && fault.code == EXIT_USAGE; /* then there is nothing to show */
  if (refused)
    folder[0] = '\0';
  int shown = folder[0] ? call_report(report, folder) : EXIT_FINE;
  if (folder[0] && page && !stop_signal && shown < EXIT_USAGE)
    shown = call_report((char *[]){"report", NULL}, folder);
  /* Of two builds the comparison says what a failed cell means. */
  if (result == EXIT_FINE || (result == EXIT_WRONG && options->builds[0]))
    result = shown;
  return result < 0 ? fault.code : result;
}

static int command_run(int argc, char **argv) {
  struct run_options options = {.stop = &stop_signal, .argv = (const char *const *)argv - 1};
  struct run_extras extras = {0};
  struct fault fault = {0};
  if (parse_run(argc, argv, &options, &extras, &fault) != 0)
    return tell(&fault);
  if (extras.help)
    return fputs(run_help, stdout), EXIT_FINE;
  return measure_and_show(&options, (char *[]){"show", NULL}, extras.report);
}

/* ---- nway ab ---- */

static const char ab_help[] =
    "usage: nway ab OLD NEW [--worth 3%] [--strict] [--csv] [options of nway run]\n"
    "Holds two builds against each other: every cell of both stands in the same block, one beside the other.\n"
    "  OLD, NEW       a kernel's shared object, a folder with kernels/ (such as build/), or a git revision, which is\n"
    "                 built in a worktree of its own; or two programs, with arguments: 'xz -1 -c F' 'xz -2 -c F'\n"
    "  --worth P      a difference worth attention (3%). More rounds, up to --max-rounds, are for pairs whose\n"
    "                 interval is wider than --width: by default 2%, or P where that is less\n"
    "  --strict       what could not be decided is exit 3\n"
    "  --csv          a line a pair for programs, on standard output; ratio is new over old\n"
    "Exit codes: 0 no slowdown proven beyond --worth, 1 a slowdown, or a cell that only the new build fails, 3 "
    "nothing\n"
    "compared, or undecided with --strict.\n";

/* Takes --worth, --strict and --csv out of argv for the report, once they are found good: nothing is measured before.
 * What is left are options of nway run: how many, or -1. `share` gets what --worth says. */
static int split_ab(int argc, char **argv, char **report, double *share, struct fault *fault) {
  int kept = 0, given = 1;
  report[0] = "ab";
  for (int i = 0; i < argc; i++) {
    bool worth = strcmp(argv[i], "--worth") == 0;
    const char *value = worth ? argv[i + 1] : strncmp(argv[i], "--worth=", 8) == 0 ? argv[i] + 8 : NULL;
    if (worth && !value)
      return fault_set(fault, EXIT_USAGE, "--worth needs a share of time after it, as in --worth 3%%");
    if (value && parse_share(value, share, fault) != 0)
      return fault_at(fault, "--worth");
    if (given < 6 && (worth || strncmp(argv[i], "--worth=", 8) == 0 || strcmp(argv[i], "--strict") == 0 ||
                      strcmp(argv[i], "--csv") == 0)) {
      report[given++] = argv[i];
      if (worth)
        report[given++] = argv[++i];
    } else {
      argv[kept++] = argv[i];
    }
  }
  report[given] = NULL;
  argv[kept] = NULL;
  return kept;
}

static int command_ab(int argc, char **argv) {
  struct run_options options = {.stop = &stop_signal, .argv = (const char *const *)argv - 1};
  struct run_extras extras = {0};
  struct fault fault = {0};
  char *report[8];
  if (argc < 3 || argv[1][0] == '-' || argv[2][0] == '-')
    return fputs(ab_help, argc > 1 && strcmp(argv[1], "--help") == 0 ? stdout : stderr),
           argc > 1 && strcmp(argv[1], "--help") == 0 ? EXIT_FINE : EXIT_USAGE;
  options.builds[0] = argv[1];
  options.builds[1] = argv[2];
  argc = split_ab(argc - 2, argv + 2, report, &options.worth, &fault);
  argv += 2;
  if (argc < 0 || parse_run(argc, argv, &options, &extras, &fault) != 0)
    return tell(&fault);
  if (extras.help)
    return fputs(ab_help, stdout), EXIT_FINE;
  if (extras.report)
    return fault_set(&fault, EXIT_USAGE, "ab has no --report; its table is the report"), tell(&fault);
  return measure_and_show(&options, report, false);
}

static int command_list(int argc, char **argv) {
  if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
    return puts("usage: nway list [kernels|variants|machine]"), EXIT_FINE;
  struct catalog catalog;
  struct fault fault;
  launch_adopt_orphans();
  int failed = catalog_load(&catalog, &fault);
  if (!failed)
    failed = list_print(&catalog, argc > 1 ? argv[1] : "", &fault);
  catalog_free(&catalog);
  return failed ? tell(&fault) : EXIT_FINE;
}

/* ---- the processes of nway itself ---- */

static int command_cell(int argc, char **argv) {
  struct fault fault = {0};
  return cell_main(argc, argv, &fault) == 0 ? EXIT_FINE : tell(&fault);
}

/* Describes one module as a line of JSON, on the launcher's pipe or, by hand, on stdout. */
static int command_describe(int argc, char **argv) {
  struct fault fault = {0};
  json_t *json = argc == 2 ? module_describe(argv[1], &fault) : NULL;
  if (argc != 2)
    fault_set(&fault, EXIT_USAGE, "usage: nway describe FILE.so");
  if (!json)
    return tell(&fault);
  int fd = fcntl(LAUNCH_FD, F_GETFD) != -1 ? LAUNCH_FD : STDOUT_FILENO;
  int failed = json_dumpfd(json, fd, JSON_COMPACT);
  failed |= dprintf(fd, "\nend\n") < 0;
  json_decref(json);
  return failed ? EXIT_UNDECIDED : EXIT_FINE;
}

static int command_version(int argc, char **argv) {
  (void)argc, (void)argv;
  puts("nway " NWAY_VERSION);
  return EXIT_FINE;
}

/* ---- choosing ---- */

static int command_help(int argc, char **argv);

static const struct command {
  const char *name, *summary;
  int (*run)(int argc, char **argv); /* argv[0] is the command */
} commands[] = {
    {"run", "measure a config into results/, then show it", command_run},
    {"ab", "two builds in the same blocks: slower, faster, same or undecided", command_ab},
    {"show", "the result of a run in the terminal; of two: side by side", command_report},
    {"report", "write the HTML report of a run, with charts", command_report},
    {"compare", "two machines by throughput and efficiency against workers", command_report},
    {"gate", "separate runs, base against new, for a CI: slower, faster, same or undecided", command_report},
    {"expect", "whether a run meets what its config's [expect] asks, for a CI", command_report},
    {"selftest", "whether the intervals cover what they say, on synthetic runs", command_report},
    {"list", "kernels, variants, machine", command_list},
    {"doctor", "whether this machine is fit to measure on, and what would mend it", doctor_main},
    {"help", "this list", command_help},
    {"version", "which nway this is", command_version},
    {"cell", NULL, command_cell},
    {"describe", NULL, command_describe},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int command_help(int argc, char **argv) {
  (void)argc, (void)argv;
  puts("nway: run a kernel every way the machine can, and know how it scales\n\nusage: nway COMMAND [options]");
  for (int i = 0; i < COMMANDS; i++)
    if (commands[i].summary)
      printf("  %-10s %s\n", commands[i].name, commands[i].summary);
  puts("\nA run is named by its folder, or @0 (the newest), @1 (the one before) ...\n"
       "Exit codes: 0 fine, 1 a wrong answer, a failed cell or an expectation not met, 2 bad input, 3 nothing could be "
       "measured,\n"
       "128 + n ended by signal n. 'nway run --help' lists its options.");
  return EXIT_FINE;
}

/* Rows must not land on 0, 1 or 2 because the caller closed them. */
static void open_standard_fds(void) {
  for (int fd; (fd = open("/dev/null", O_RDWR)) >= 0;)
    if (fd > 2) {
      close(fd);
      return;
    }
}

int main(int argc, char **argv) {
  const char *names[COMMANDS], *name = argc > 1 ? argv[1] : "help";
  char shown[80];
  open_standard_fds();
  setenv("NWAY_COMMAND", argv[0], 1); /* what nway-report tells users to type */
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
    name = "help";
  if (strcmp(name, "--version") == 0)
    name = "version";
  size_t listed = 0;
  for (int i = 0; i < COMMANDS; i++) {
    if (strcmp(name, commands[i].name) == 0)
      return commands[i].run(argc > 1 ? argc - 1 : argc, argc > 1 ? argv + 1 : argv);
    if (commands[i].summary)
      names[listed++] = commands[i].name;
  }
  const char *near = nearest_word(name, names, listed);
  fprintf(stderr, "nway: no command '%s'; %s%s%s\n", printable(name, shown, sizeof shown),
          near ? "did you mean '" : "see 'nway help'", near ? near : "", near ? "'?" : "");
  return EXIT_USAGE;
}
