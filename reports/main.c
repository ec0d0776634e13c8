/* nway-report: reads runs and shows what they say; never launches a kernel. */
#include "base/find_run.h"
#include "base/words.h"
#include "course/course.h"
#include "page/compare.h"
#include "page/page.h"
#include "selftest/selftest.h"
#include "stats/examiner.h"
#include "words/ab.h"
#include "words/expectation_words.h"
#include "words/gate.h"
#include "words/show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { RUNS_MAX = 16, PATH_BYTES = 4096 };

struct options {
  const char *results;
  bool strict, help;
  const char *runs[GATE_RUNS_MAX];
  size_t run_count, most_runs;
  struct selftest selftest;
  double worth; /* of ab and gate, and of show and report of two builds: the share of time that is worth attention */
  struct {
    const char *runs[GATE_RUNS_MAX];
    size_t count;
  } sides[GATE_SIDES]; /* of gate */
  bool csv;            /* of ab and gate */
  const char *config;  /* of expect: whose [expect] sections judge; NULL: the run's own */
};

struct command {
  const char *name;
  int (*does)(const struct options *, struct fault *);
  const char *what;
  int (*parse)(int argc, char **argv, struct options *, struct fault *); /* NULL: the usual options */
  const char *help;                                                      /* NULL: the list of all commands */
};

/* ---- which runs ---- */

/* From a word of the user to a folder. */
static int run_folder(const struct options *o, const char *word, char folder[PATH_BYTES], struct fault *why) {
  struct fault fault;
  return find_run(o->results, word, folder, PATH_BYTES, &fault) == 0 ? 0 : fault_set(why, EXIT_USAGE, "%s", fault.text);
}

static int load_runs(const struct options *o, size_t least, struct result *results, size_t *count, struct fault *why) {
  static const char *const last[] = {"@0", "@1"};
  const char *words[RUNS_MAX];
  *count = o->run_count ? o->run_count : least;
  for (size_t i = 0; i < *count; i++) /* without names, the newest; two in the order they were measured */
    words[i] = o->run_count ? o->runs[i] : last[least - 1 - i];
  if (*count < least)
    return fault_set(why, EXIT_USAGE, "two runs are needed, as in: nway compare @1 @0");
  for (size_t i = 0; i < *count; i++) {
    char folder[PATH_BYTES];
    if (run_folder(o, words[i], folder, why) != 0 || result_load(&results[i], folder, why) != 0)
      return -1;
    results[i].worth = o->worth;
  }
  return 0;
}

/* ---- the screen ---- */

static bool says_utf8(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value && *value)
      return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8") || strstr(value, "utf-8");
  }
  return false;
}

static struct screen screen_now(void) {
  enum { USUAL = 100, LEAST = 40, MOST = 200 };
  struct screen s = {.columns = USUAL, .unicode = says_utf8(), .command = getenv("NWAY_COMMAND")};
  struct winsize size;
  const char *columns = getenv("COLUMNS"), *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
  bool tty = isatty(STDOUT_FILENO);
  if (tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
    s.columns = size.ws_col < USUAL ? size.ws_col : USUAL;
  if (columns && atoi(columns) > 0)
    s.columns = (size_t)atoi(columns);
  s.columns = s.columns < LEAST ? LEAST : s.columns > MOST ? MOST : s.columns;
  s.colour = tty && !(no_colour && *no_colour) && !(term && strcmp(term, "dumb") == 0);
  return s;
}

/* ---- commands ---- */

static int put(const struct text *out, int code, struct fault *why) {
  if (fputs(text_of(out), stdout) == EOF || fflush(stdout) == EOF) {
    fault_set(why, EXIT_USAGE, "standard output: %s", strerror(errno));
    return EXIT_USAGE;
  }
  return code;
}

/* The folder that a run lies in, as the user would write it. */
static void root_of(struct text *out, const char *folder) {
  size_t length = strlen(folder);
  while (length > 1 && folder[length - 1] == '/')
    length--;
  while (length > 0 && folder[length - 1] != '/')
    length--;
  while (length > 1 && folder[length - 1] == '/')
    length--;
  text_bytes(out, length ? folder : ".", length ? length : 1);
}

/* Of a run as a whole: an expectation that is not met is as wrong as an answer. */
static int run_exit(const struct result *result) {
  return expectations_unmet(result) ? EXIT_WRONG : result_exit(result);
}

static int do_show(const struct options *o, struct fault *why) {
  struct result results[RUNS_MAX] = {0};
  size_t count;
  int code = EXIT_USAGE;
  struct text out = {0};
  if (o->run_count > 2)
    fault_set(why, EXIT_USAGE, "show takes one run, or two to set beside each other");
  else if (load_runs(o, 1, results, &count, why) == 0) {
    if (count == 2)
      code = show_two(&out, &results[0], &results[1], screen_now()) ? EXIT_FINE : EXIT_UNDECIDED;
    else {
      struct screen screen = screen_now();
      struct text root = {0};
      char **names;
      root_of(&root, results[0].run.folder);
      screen.results = text_of(&root);
      screen.runs = runs_list(screen.results, &names);
      runs_free(names, screen.runs);
      show_run(&out, &results[0], screen);
      text_free(&root);
      code = run_exit(&results[0]);
    }
    code = put(&out, code, why);
  }
  text_free(&out);
  for (size_t i = 0; i < RUNS_MAX; i++)
    result_free(&results[i]);
  return code;
}

static int do_report(const struct options *o, struct fault *why) {
  struct result results[RUNS_MAX] = {0};
  size_t count;
  int code = EXIT_USAGE;
  if (load_runs(o, 1, results, &count, why) == 0) {
    code = EXIT_FINE;
    for (size_t i = 0; i < count && code != EXIT_USAGE; i++) {
      struct text out = {0};
      struct page_outcome outcome = page_write(&results[i], course_pages, why);
      int own = outcome.failed                        ? EXIT_USAGE
                : outcome.charts_missing && o->strict ? EXIT_UNDECIDED
                                                      : run_exit(&results[i]);
      code = own > code ? own : code;
      if (outcome.charts_missing)
        fprintf(stderr, "nway report: charts unavailable: %s\n", outcome.why.text);
      text_plain(&out, results[i].run.folder);
      text_add(&out, "/report/report.html\n");
      for (const struct companion *c = course_pages; c->file; c++)
        if (c->applies(&results[i].run)) {
          text_plain(&out, results[i].run.folder);
          text_format(&out, "/report/%s\n", c->file);
        }
      if (!outcome.failed)
        code = put(&out, code, why);
      text_free(&out);
    }
  }
  for (size_t i = 0; i < RUNS_MAX; i++)
    result_free(&results[i]);
  return code;
}

/* Another configuration's [expect] sections in place of the run's own: a teacher's, say. */
static int judge_by(struct run *run, struct examiner *examiner, const char *path, struct fault *why) {
  struct fault fault;
  if (examiner_read(examiner, path, &fault) != 0) {
    fault_set(why, EXIT_USAGE, "%s", fault.text);
    return -1;
  }
  free(run->config_text), free(run->config_file);
  run->config_text = must_copy(examiner->config.text), run->config_file = must_copy(path);
  run->examiner = examiner;
  return 0;
}

static int do_expect(const struct options *o, struct fault *why) {
  struct result results[RUNS_MAX] = {0};
  size_t count;
  struct text out = {0};
  struct screen screen = screen_now();
  struct examiner examiner = {0};
  int code = EXIT_USAGE;
  if (o->run_count > 1)
    fault_set(why, EXIT_USAGE, "expect takes one run");
  else if (load_runs(o, 1, results, &count, why) == 0 &&
           (!o->config || judge_by(&results[0].run, &examiner, o->config, why) == 0)) {
    if (expectations_print(&out, &results[0], screen, false))
      code = expectations_unmet(&results[0]) ? EXIT_WRONG : EXIT_FINE;
    else {
      fault_set(why, EXIT_USAGE, "%.400s: %s has no line in an [expect] section", results[0].run.folder,
                o->config ? o->config : "its configuration");
      code = EXIT_UNDECIDED;
    }
    if (!screen.unicode)
      text_ascii(&out);
    code = put(&out, code, why);
  }
  text_free(&out);
  for (size_t i = 0; i < RUNS_MAX; i++)
    result_free(&results[i]);
  examiner_free(&examiner);
  return code;
}

static int do_compare(const struct options *o, struct fault *why) {
  struct result results[RUNS_MAX] = {0};
  size_t count;
  int code = EXIT_USAGE;
  struct text out = {0};
  if (load_runs(o, 2, results, &count, why) == 0) {
    struct page_outcome outcome = compare_write(results, count, &out, screen_now(), why);
    code = outcome.failed                                             ? EXIT_USAGE
           : outcome.nothing || (outcome.charts_missing && o->strict) ? EXIT_UNDECIDED
                                                                      : EXIT_FINE;
    if (outcome.charts_missing)
      fprintf(stderr, "nway compare: charts unavailable: %s\n", outcome.why.text);
    if (code != EXIT_USAGE)
      code = put(&out, code, why);
  }
  text_free(&out);
  for (size_t i = 0; i < RUNS_MAX; i++)
    result_free(&results[i]);
  return code;
}

static int parse_selftest(int argc, char **argv, struct options *o, struct fault *why) {
  return selftest_options(&o->selftest, argc - 2, argv + 2, why);
}

static int do_selftest(const struct options *o, struct fault *why) {
  int code = selftest_print(&o->selftest, stdout);
  if (ferror(stdout) || fflush(stdout) == EOF) {
    fault_set(why, EXIT_USAGE, "standard output: %s", strerror(errno));
    return EXIT_USAGE;
  }
  return code;
}

static int do_ab(const struct options *o, struct fault *why) {
  struct result results[RUNS_MAX] = {0};
  size_t count;
  struct text out = {0};
  int code = EXIT_USAGE;
  if (load_runs(o, 1, results, &count, why) == 0) {
    struct ab_counts counts = (o->csv ? ab_csv : ab_print)(&results[0].run, o->worth, &out);
    code = counts.regressions || counts.broken            ? EXIT_WRONG
           : counts.compared == 0                         ? EXIT_UNDECIDED
           : o->strict && counts.of[CHANGE_UNDECIDED] > 0 ? EXIT_UNDECIDED
                                                          : EXIT_FINE;
    code = put(&out, code, why);
  }
  text_free(&out);
  for (size_t i = 0; i < RUNS_MAX; i++)
    result_free(&results[i]);
  return code;
}

static int load_side(const struct options *o, size_t side, struct result *results, struct fault *why) {
  for (size_t i = 0; i < o->sides[side].count; i++) {
    char folder[PATH_BYTES];
    if (run_folder(o, o->sides[side].runs[i], folder, why) != 0 || result_load(&results[i], folder, why) != 0)
      return -1;
  }
  return 0;
}

static int do_gate(const struct options *o, struct fault *why) {
  struct result results[GATE_SIDES][GATE_RUNS_MAX] = {0};
  const struct gate_side sides[GATE_SIDES] = {{results[GATE_BASE], o->sides[GATE_BASE].count},
                                              {results[GATE_NEW], o->sides[GATE_NEW].count}};
  struct text out = {0};
  int code = EXIT_USAGE;
  if (load_side(o, GATE_BASE, results[GATE_BASE], why) == 0 && load_side(o, GATE_NEW, results[GATE_NEW], why) == 0 &&
      gate_check(sides, why) == 0) {
    struct gate_counts counts =
        o->csv ? gate_csv(sides, o->worth, &out) : gate_print(sides, o->worth, &out, screen_now());
    code = put(&out, gate_exit(&counts, o->strict), why);
  }
  text_free(&out);
  for (size_t side = 0; side < GATE_SIDES; side++)
    for (size_t i = 0; i < GATE_RUNS_MAX; i++)
      result_free(&results[side][i]);
  return code;
}

static int take_worth(const char *text, double *worth, struct fault *why) {
  struct fault fault;
  return parse_share(text, worth, &fault) == 0 ? 0 : fault_set(why, EXIT_USAGE, "--worth: %s", fault.text);
}

static int do_help(const struct options *, struct fault *);
static int parse_gate(int argc, char **argv, struct options *, struct fault *);

static const char expect_help[] =
    "usage: nway expect [--results DIR] [--config FILE] [RUN]\n"
    "Whether a run meets every line of its configuration's [expect] sections; only those not met are shown.\n"
    "  RUN                a folder, or @0, @1, ...: the newest run, the one before it, ... (@0)\n"
    "  --results DIR      where runs are (results)\n"
    "  -c, --config FILE  judge by the [expect] sections of this configuration, not the run's own; the\n"
    "                     run must be of its problems too\n"
    "Exit codes: 0 all are met, 1 one is not, 2 bad input, 3 there is no line in an [expect] section.";

static const struct command commands[] = {
    {"show", do_show, "the result of a run in the terminal; of two runs: cell by cell", NULL, NULL},
    {"report", do_report, "a page with charts, tables and data under RUN/report/", NULL, NULL},
    {"compare", do_compare, "runs or machines by throughput and efficiency over workers", NULL, NULL},
    {"ab", do_ab, "two builds measured in the same blocks: slower, faster, same or undecided", NULL, NULL},
    {"expect", do_expect, "whether a run meets what its configuration's [expect] sections ask, for a CI", NULL,
     expect_help},
    {"gate", do_gate, "separate runs, base against new, for a CI: needs 5 a side to decide", parse_gate, NULL},
    {"selftest", do_selftest, "whether the intervals cover what they say, on synthetic runs (--help)", parse_selftest,
     NULL},
    {"help", do_help, "this list", NULL, NULL},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int do_help(const struct options *o, struct fault *why) {
  (void)o, (void)why;
  puts("usage: nway show|report|compare [--results DIR] [--strict] [RUN...]\n"
       "       nway expect [--results DIR] [--config FILE] [RUN]\n"
       "       nway ab [--worth 3%] [--strict] [--csv] [RUN]     (of a run that 'nway ab OLD NEW' measured)\n"
       "       nway gate --base RUN... --new RUN... [--worth 3%] [--strict] [--csv]     (or: nway gate BASE NEW)\n"
       "       nway selftest [--sets N] [--seed N]\n");
  for (size_t i = 0; i < COMMANDS; i++)
    printf("  %-9s %s\n", commands[i].name, commands[i].what);
  puts("\nRUN is a folder, or @0, @1, ...: the newest run under results/, the one before it, ...\n"
       "Without RUN: the newest (compare: the last two).\n"
       "  --results DIR   where runs are (results)\n"
       "  --worth P       a difference worth attention (3%); of show and report too, for a run of two builds\n"
       "  --csv           ab, gate: a line a cell for programs; ratio is new over old\n"
       "  --strict        a missing chart is an error (3); ab, gate: so is what could not be decided\n"
       "Exit codes: 0 fine, 1 a wrong answer among the cells, an expectation not met, a slowdown or a failed\n"
       "selftest, 2 usage or bad input, 3 nothing could be decided.");
  return EXIT_FINE;
}

/* ---- the command line ---- */

static int parse_options(int argc, char **argv, struct options *o, struct fault *why) {
  static const char *const known[] = {"--results", "--config", "--strict", "--worth", "--csv", "--help"};
  bool words_only = false;
  for (int i = 2; i < argc; i++) {
    if (words_only || argv[i][0] != '-') {
      if (o->run_count == o->most_runs)
        return fault_set(why, EXIT_USAGE, "at most %zu runs%s", o->most_runs, o->most_runs > RUNS_MAX ? " a side" : "");
      o->runs[o->run_count++] = argv[i];
    } else if (strcmp(argv[i], "--") == 0)
      words_only = true;
    else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
      o->help = true;
    else if (strcmp(argv[i], "--strict") == 0)
      o->strict = true;
    else if (strcmp(argv[i], "--csv") == 0)
      o->csv = true;
    else if (strcmp(argv[i], "--worth") == 0 && i + 1 < argc) {
      if (take_worth(argv[++i], &o->worth, why) != 0)
        return -1;
    } else if (strncmp(argv[i], "--worth=", 8) == 0) {
      if (take_worth(argv[i] + 8, &o->worth, why) != 0)
        return -1;
    } else if ((strcmp(argv[i], "-c") == 0 || strcmp(argv[i], "--config") == 0) && i + 1 < argc)
      o->config = argv[++i];
    else if (strcmp(argv[i], "--results") == 0 && i + 1 < argc && argv[i + 1][0])
      o->results = argv[++i];
    else if (strcmp(argv[i], "-c") == 0 || strcmp(argv[i], "--config") == 0)
      return fault_set(why, EXIT_USAGE, "--config: needs a configuration after it");
    else if (strcmp(argv[i], "--results") == 0)
      return fault_set(why, EXIT_USAGE, "--results: needs a folder after it");
    else if (strcmp(argv[i], "--worth") == 0)
      return fault_set(why, EXIT_USAGE, "--worth: needs a share of time after it, as in --worth 3%%");
    else {
      const char *near = nearest_word(argv[i], known, sizeof known / sizeof *known);
      return fault_set(why, EXIT_USAGE, "'%.80s': not an option here%s%s%s", argv[i], near ? "; the nearest is '" : "",
                       near ? near : "", near ? "'" : "");
    }
  }
  return 0;
}

/* Sorts the runs of o->runs from `first` on to a side. */
static int take_side(struct options *o, size_t side, size_t first, struct fault *why) {
  for (size_t i = first; i < o->run_count; i++) {
    if (o->sides[side].count == GATE_RUNS_MAX)
      return fault_set(why, EXIT_USAGE, "at most %d runs a side", GATE_RUNS_MAX);
    o->sides[side].runs[o->sides[side].count++] = o->runs[i];
  }
  o->run_count = first;
  return 0;
}

static size_t side_of(const char *word) {
  return strcmp(word, "--base") == 0 ? GATE_BASE : strcmp(word, "--new") == 0 ? GATE_NEW : GATE_SIDES;
}

/* The words up to --base or --new, then those after each of them; all may hold the usual options. */
static int parse_gate(int argc, char **argv, struct options *o, struct fault *why) {
  size_t side = GATE_SIDES, plain;
  o->most_runs = GATE_RUNS_MAX;
  for (int from = 2, to; from <= argc; from = to + 1) {
    for (to = from; to < argc && side_of(argv[to]) == GATE_SIDES;)
      to++;
    plain = side == GATE_SIDES ? 0 : o->run_count;
    if (parse_options(to - from + 2, argv + from - 2, o, why) != 0)
      return -1;
    if (side < GATE_SIDES && take_side(o, side, plain, why) != 0)
      return -1;
    side = to < argc ? side_of(argv[to]) : side;
  }
  bool sided = o->sides[GATE_BASE].count || o->sides[GATE_NEW].count;
  if (!sided && o->run_count == 2)
    return take_side(o, GATE_NEW, 1, why) || take_side(o, GATE_BASE, 0, why) ? -1 : 0;
  if (o->help || (o->sides[GATE_BASE].count && o->sides[GATE_NEW].count && o->run_count == 0))
    return 0;
  return fault_set(why, EXIT_USAGE,
                   "runs of both sides are needed: nway gate --base RUN... --new RUN..., or nway gate BASE NEW");
}

static const struct command *find_command(const char *word, struct fault *why) {
  const char *names[COMMANDS];
  for (size_t i = 0; i < COMMANDS; i++) {
    names[i] = commands[i].name;
    if (strcmp(word, names[i]) == 0)
      return &commands[i];
  }
  const char *near = nearest_word(word, names, COMMANDS);
  fault_set(why, EXIT_USAGE, "'%.80s': not a command%s%s%s", word, near ? "; the nearest is '" : "", near ? near : "",
            near ? "'" : "");
  return NULL;
}

int main(int argc, char **argv) {
  struct options options = {.results = "results", .worth = WORTH, .most_runs = RUNS_MAX};
  struct fault why = {0};
  const char *word = argc > 1 ? argv[1] : "help";
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
    word = "help";
  const struct command *command = find_command(word, &why);
  int (*parse)(int, char **, struct options *, struct fault *) =
      command && command->parse ? command->parse : parse_options;
  bool read = command && parse(argc, argv, &options, &why) == 0;
  if (read && options.config && command->does != do_expect)
    read = fault_set(&why, EXIT_USAGE, "--config: only expect takes it") == 0;
  if (read && options.csv && command->does != do_ab && command->does != do_gate)
    read = fault_set(&why, EXIT_USAGE, "--csv: only ab and gate take it") == 0;
  int code = !read                           ? EXIT_USAGE
             : options.help && command->help ? (puts(command->help), EXIT_FINE)
             : options.help                  ? do_help(&options, &why)
                                             : command->does(&options, &why);
  if (why.text[0]) {
    struct text safe = {0};
    text_plain(&safe, why.text);
    fprintf(stderr, "nway %s: %s\n", command ? command->name : "report", text_of(&safe));
    text_free(&safe);
  }
  return code;
}
