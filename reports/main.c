/* nway-report: reads finished runs, then prints, draws and judges them. It launches no kernel. */
#include "base/find_run.h"
#include "base/limits.h"
#include "base/report_section.h"
#include "charts/plot_fit.h"
#include "course/course.h"
#include "data/embed.h"
#include "export/change_csv.h"
#include "export/export.h"
#include "export/fit_data.h"
#include "options/options.h"
#include "page/card.h"
#include "page/changes.h"
#include "page/compare.h"
#include "page/page.h"
#include "selftest/selftest.h"
#include "stats/examiner.h"
#include "words/ab.h"
#include "words/expectation_words.h"
#include "words/fit_words.h"
#include "words/gate.h"
#include "words/language.h"
#include "words/show.h"
#include "words/show_two.h"
#include "words/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

/* ---- runs ---- */

/* The runs that a command reads. */
struct loaded {
  struct result of[RUNS_MAX];
  size_t count;
};

static int read_run(const struct options *o, const char *word, struct result *result, struct fault *why) {
  char folder[PATH_BYTES] = "";
  if (embed_is_page(word))
    return result_load_page(result, word, why);
  if (strlen(word) > 5 && strcmp(word + strlen(word) - 5, ".html") == 0 && access(word, F_OK) == 0)
    return fault_set(why, EXIT_USAGE, "%.400s:1: not a page of nway report; pass such a page, or the run's folder",
                     word);
  if (find_run(option_text(o, OPTION_RUNS_IN), word, folder, sizeof folder, why) != 0)
    return -1;
  return result_load(result, folder, why);
}

/* Tells what is wrong with the files of a run, which only the text of `show` and a page hold. */
static void tell_notices(const struct options *o, const struct run *run) {
  char shown[1100];
  if (o->command == COMMAND_SHOW && strcmp(option_text(o, OPTION_SHOW_FORMAT), "text") == 0)
    return;
  for (size_t i = 0; i < run->notice_count; i++)
    fprintf(stderr, "nway %s: %s: %s\n", command_table[o->command].name, run->folder,
            printable(run->notices[i], shown, sizeof shown));
}

/* Finds and loads the run that `word` names, and tells what is wrong with its files. */
static int load_run(const struct options *o, const char *word, struct result *result, struct fault *why) {
  if (read_run(o, word, result, why) != 0)
    return -1;
  tell_notices(o, &result->run);
  return 0;
}

/* Loads the runs that the user names; without names the newest `least` runs, oldest first. */
static int load_runs(const struct options *o, size_t least, struct loaded *runs, struct fault *why) {
  static const char *const last[] = {"@0", "@1"};
  runs->count = o->word_count ? o->word_count : least;
  if (runs->count < least)
    return fault_set(why, EXIT_USAGE, "compare needs two runs; for the last two: nway compare @1 @0");
  for (size_t i = 0; i < runs->count; i++) {
    if (load_run(o, o->word_count ? o->words[i] : last[(least - 1 - i) % 2], &runs->of[i], why) != 0)
      return -1;
    runs->of[i].worth = option_share(o, OPTION_WORTH);
    result_remember(&runs->of[i]);
  }
  return 0;
}

static void free_results(struct result *results, size_t count) {
  for (size_t i = 0; i < count; i++)
    result_free(&results[i]);
}

/* ---- output ---- */

static int no_output(struct fault *why) {
  fault_set(why, EXIT_USAGE, "cannot write to standard output: %s", strerror(errno));
  return EXIT_USAGE;
}

/* Prints and frees a command's text; returns its exit code. */
static int put(struct text *out, int code, struct fault *why) {
  bool written = fputs(text_of(out), stdout) != EOF && fflush(stdout) != EOF;
  text_free(out);
  return written ? code : no_output(why);
}

/* The same for words to people, in ASCII where the terminal has no more. */
static int put_words(struct text *out, int code, struct fault *why) {
  if (!screen_now().unicode)
    text_ascii(out);
  return put(out, code, why);
}

static void warn_of_charts(const struct options *o, const struct page_outcome *outcome) {
  if (outcome->charts_missing)
    fprintf(stderr, "nway %s: charts unavailable: %s\n", command_table[o->command].name, outcome->why.text);
}

/* An unmet expectation exits like a wrong answer. */
static int run_exit(const struct result *result) {
  int expected = expectations_exit(result), own = result_exit(result);
  return expected == EXIT_WRONG || own == EXIT_FINE ? expected : own;
}

/* ---- show ---- */

/* The length of the folder that holds what these `length` bytes of a path name. */
static size_t parent_length(const char *path, size_t length) {
  while (length > 1 && path[length - 1] == '/')
    length--;
  while (length > 0 && path[length - 1] != '/')
    length--;
  while (length > 1 && path[length - 1] == '/')
    length--;
  return length;
}

/* The folder that holds the run's folder, as the user would type it; not that of links to saved runs. */
static void root_of(struct text *out, const char *folder) {
  static const char saved[] = "/" SAVED_RUNS;
  size_t length = parent_length(folder, strlen(folder)), tail = sizeof saved - 1;
  if (length > tail && strncmp(folder + length - tail, saved, tail) == 0)
    length = parent_length(folder, length);
  text_bytes(out, length ? folder : ".", length ? length : 1);
}

static int show_one(const struct result *result, struct text *out, struct fault *why) {
  struct screen screen = screen_now();
  struct text root = {0};
  char **names;
  root_of(&root, result->run.folder);
  screen.results = text_of(&root);
  int failed = runs_list(screen.results, &names, &screen.runs, why);
  runs_free(names, screen.runs);
  if (!failed)
    show_run(out, result, screen);
  text_free(&root);
  return failed ? why->code : run_exit(result);
}

/* Prints one run in a format for other readers. */
static int show_as(const struct result *result, const char *format, struct fault *why) {
  struct text out = {0};
  struct export_options options = {0};
  if (export_run(&out, result, strcmp(format, "md") == 0 ? "markdown" : format, options, why) != 0)
    return EXIT_USAGE;
  return put(&out, run_exit(result), why);
}

static bool same_folder(const char *one, const char *two) {
  struct stat a, b;
  return one && two && stat(one, &a) == 0 && stat(two, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Puts the run of --against before the one that is shown. */
static int load_against(const struct options *o, struct loaded *runs, struct fault *why) {
  const char *against = option_text(o, OPTION_AGAINST);
  if (!against)
    return 0;
  if (runs->count != 1)
    return fault_set(why, EXIT_USAGE, "--against: give at most one run; without one the latest is compared");
  runs->of[1] = runs->of[0];
  runs->of[0] = (struct result){0};
  runs->count = 2;
  if (load_run(o, against, &runs->of[0], why) != 0)
    return -1;
  return !same_folder(runs->of[0].run.folder, runs->of[1].run.folder)
             ? 0
             : fault_set(why, EXIT_USAGE, "--against: '%s' is the run that is shown; measure another, then compare",
                         against);
}

/* One run as a text, or two side by side. */
static int show_text(const struct loaded *runs, struct fault *why) {
  struct text out = {0};
  language_begin();
  int code = runs->count == 1                                           ? show_one(&runs->of[0], &out, why)
             : show_two(&out, &runs->of[0], &runs->of[1], screen_now()) ? EXIT_FINE
                                                                        : EXIT_UNDECIDED;
  language_end();
  return put(&out, code, why);
}

/* Two runs in a format for other readers. */
static int show_two_as(const struct loaded *runs, const char *format, struct fault *why) {
  struct text out = {0};
  if (strcmp(format, "md") != 0)
    return fault_set(why, EXIT_USAGE, "--format %s prints one run; name one, or use md", format), EXIT_USAGE;
  return put(&out, show_two_markdown(&out, &runs->of[0], &runs->of[1]) ? EXIT_FINE : EXIT_UNDECIDED, why);
}

/* Draws the card of a run and prints its path. */
static int show_card(const struct result *result, struct fault *why) {
  struct text out = {0};
  if (card_write(result, why) != 0)
    return why->code;
  text_plain(&out, result->run.folder);
  text_add(&out, "/report/png/card.png\n");
  return put(&out, EXIT_FINE, why);
}

static int refuse_worth(const struct options *o, const struct loaded *runs, struct fault *why) {
  return runs->count < 2 || !option_given(o, OPTION_WORTH)
             ? 0
             : fault_set(
                   why, EXIT_USAGE,
                   "--worth: two runs are shown side by side and not judged; to judge, use nway gate, or nway ab");
}

static int do_show(const struct options *o, struct fault *why) {
  struct loaded runs = {0};
  const char *format = option_text(o, OPTION_SHOW_FORMAT);
  int code = EXIT_USAGE;
  if (language_choose(option_text(o, OPTION_LANGUAGE), why) != 0 || load_runs(o, 1, &runs, why) != 0 ||
      load_against(o, &runs, why) != 0 || refuse_worth(o, &runs, why) != 0)
    code = EXIT_USAGE;
  else if (strcmp(format, "text") == 0)
    code = show_text(&runs, why);
  else if (runs.count == 1)
    code = show_as(&runs.of[0], format, why);
  else
    code = show_two_as(&runs, format, why);
  if (code != EXIT_USAGE && option_given(o, OPTION_CARD) && runs.count == 1) {
    int drawn = show_card(&runs.of[0], why);
    code = drawn == EXIT_FINE ? code : drawn;
  }
  free_results(runs.of, RUNS_MAX);
  return code;
}

/* ---- report ---- */

static void name_page(const struct run *run, const char *file, struct text *out) {
  text_plain(out, run->report ? run->report : run->folder);
  text_format(out, "%s/%s\n", run->report ? "" : "/report", file);
}

static void name_pages(const struct run *run, const struct companion *companions, struct text *out) {
  name_page(run, "report.html", out);
  for (const struct companion *c = companions; c && c->file; c++)
    if (c->applies(run))
      name_page(run, c->file, out);
}

static int report_one(const struct options *o, const struct result *result, struct fault *why) {
  struct text out = {0};
  const enum page_rows rows = option_given(o, OPTION_NO_EMBED) ? ROWS_LEFT_OUT
                              : option_given(o, OPTION_EMBED)  ? ROWS_EMBEDDED
                                                               : ROWS_IF_SMALL;
  const struct companion *companions = result->alone ? NULL : course_pages;
  struct page_outcome outcome = page_write(result, companions, rows, why);
  warn_of_charts(o, &outcome);
  if (outcome.failed)
    return EXIT_USAGE;
  name_pages(&result->run, companions, &out);
  bool strict = outcome.charts_missing && option_given(o, OPTION_STRICT_CHARTS);
  return put(&out, strict ? EXIT_UNDECIDED : run_exit(result), why);
}

/* Loads the run `word` as the reference of a run; `reference` gets it. */
static int refer_to(const struct options *o, const char *word, struct result *result, struct result *reference,
                    struct fault *why) {
  const struct run *run = &result->run;
  if (load_run(o, word, reference, why) != 0)
    return -1;
  if (of_two_builds(run) || of_two_builds(&reference->run))
    return fault_set(why, EXIT_USAGE, "'%.300s' has two builds; give runs of one build",
                     of_two_builds(run) ? run->folder : reference->run.folder);
  if (*run->id && reference->run.id && strcmp(run->id, reference->run.id) == 0)
    return fault_set(why, EXIT_USAGE, "'%.300s' is the run of the report; name another one", reference->run.folder);
  result_refer(result, reference);
  return 0;
}

/* The reference of [report] in the run's configuration. The run is measured, so where its reference is missing or unfit
 * the report says so and goes without. */
static void configured_reference(const struct options *o, struct result *result, struct result *reference) {
  struct config config = {0};
  struct fault why = {0};
  struct text told = {0};
  const char *text = result->run.config_text, *file = result->run.config_file;
  bool read = text && config_read_text(file && *file ? file : "config.conf", text, &config, &why) == 0;
  const struct setting *found = read ? report_reference(&config) : NULL;
  if (found && refer_to(o, found->value, result, reference, &why) != 0) {
    text_plain(&told, config.file), text_format(&told, ":%d: reference: ", found->line), text_plain(&told, why.text);
    fprintf(stderr, "nway report: %s; the report goes without it\n", text_of(&told));
  }
  text_free(&told);
  config_free(&config);
}

/* Gives a run its reference: that of --reference, else that of its configuration. */
static int take_reference(const struct options *o, struct result *result, struct result *reference, struct fault *why) {
  const char *word = option_text(o, OPTION_REFERENCE);
  if (!word)
    configured_reference(o, result, reference);
  else if (refer_to(o, word, result, reference, why) != 0)
    return fault_at(why, "--reference");
  return 0;
}

/* Returns the worst exit code of all runs. */
static int do_report(const struct options *o, struct fault *why) {
  struct loaded runs = {0};
  if (language_choose(option_text(o, OPTION_LANGUAGE), why) != 0)
    return EXIT_USAGE;
  int code = load_runs(o, 1, &runs, why) == 0 ? EXIT_FINE : EXIT_USAGE;
  if (option_given(o, OPTION_REPORT_OUTPUT) && runs.count > 1)
    fault_set(why, code = EXIT_USAGE, "--output holds the report of one run; name one");
  for (size_t i = 0; i < runs.count && code != EXIT_USAGE; i++) {
    struct result reference = {0};
    runs.of[i].run.report = option_text(o, OPTION_REPORT_OUTPUT);
    runs.of[i].alone = option_given(o, OPTION_ALONE);
    int own = take_reference(o, &runs.of[i], &reference, why) == 0 ? report_one(o, &runs.of[i], why) : EXIT_USAGE;
    code = own > code ? own : code;
    result_free(&reference);
  }
  free_results(runs.of, RUNS_MAX);
  return code;
}

/* ---- expect ---- */

/* Replaces the run's [expect] sections by those of another configuration, for example a teacher's. */
static int judge_by(struct run *run, struct examiner *examiner, const char *path, struct fault *why) {
  if (examiner_read(examiner, path, why) != 0)
    return -1;
  free(run->config_text), free(run->config_file);
  run->config_text = must_copy(examiner->config.text), run->config_file = must_copy(path);
  run->examiner = examiner;
  return 0;
}

static int expect_of(const struct result *result, const char *config, struct fault *why) {
  struct text out = {0};
  int code = EXIT_UNDECIDED;
  language_begin();
  size_t count = expectations_print(&out, result, screen_now(), false);
  language_end();
  if (count)
    code = expectations_exit(result);
  else
    fault_set(why, EXIT_USAGE, "%.400s: %s states no expectation; add an [expect] section", result->run.folder,
              config ? config : "its configuration");
  return put_words(&out, code, why);
}

static int do_expect(const struct options *o, struct fault *why) {
  struct loaded runs = {0};
  struct examiner examiner = {0};
  const char *config = option_text(o, OPTION_EXAMINER);
  int code = EXIT_USAGE;
  if (language_choose(option_text(o, OPTION_LANGUAGE), why) == 0 && load_runs(o, 1, &runs, why) == 0 &&
      (!config || judge_by(&runs.of[0].run, &examiner, config, why) == 0))
    code = expect_of(&runs.of[0], config, why);
  free_results(runs.of, RUNS_MAX);
  examiner_free(&examiner);
  return code;
}

/* ---- compare, ab and gate ---- */

static int do_compare(const struct options *o, struct fault *why) {
  struct loaded runs = {0};
  struct text out = {0};
  int code = EXIT_USAGE;
  if (load_runs(o, 2, &runs, why) == 0) {
    struct page_outcome outcome = compare_write(runs.of, runs.count, &out, screen_now(), why);
    bool strict = outcome.charts_missing && option_given(o, OPTION_STRICT_CHARTS);
    warn_of_charts(o, &outcome);
    if (!outcome.failed)
      code = put(&out, outcome.nothing || strict ? EXIT_UNDECIDED : EXIT_FINE, why);
  }
  text_free(&out);
  free_results(runs.of, RUNS_MAX);
  return code;
}

static int do_ab(const struct options *o, struct fault *why) {
  struct loaded runs = {0};
  struct text out = {0};
  int code = EXIT_USAGE;
  if (load_runs(o, 1, &runs, why) == 0) {
    if (!option_given(o, OPTION_CSV))
      show_badges(&out, &runs.of[0], screen_now());
    struct pair_counts counts =
        (option_given(o, OPTION_CSV) ? ab_csv : ab_print)(&runs.of[0].run, option_share(o, OPTION_WORTH), &out);
    code = pairs_exit(&counts, option_given(o, OPTION_STRICT));
    code = (option_given(o, OPTION_CSV) ? put : put_words)(&out, code, why);
  }
  free_results(runs.of, RUNS_MAX);
  return code;
}

struct side {
  const char *words[GATE_RUNS_MAX];
  int count;
};

/* Reads the runs of both sides from --base and --new, or from two plain words. */
static int take_sides(const struct options *o, struct side sides[GATE_SIDES], struct fault *why) {
  struct side *base = &sides[GATE_BASE], *new = &sides[GATE_NEW];
  base->count = option_texts(o, OPTION_BASE, base->words, GATE_RUNS_MAX, why);
  new->count = option_texts(o, OPTION_NEW, new->words, GATE_RUNS_MAX, why);
  if (base->count < 0 || new->count < 0)
    return -1;
  if (base->count > 0 && new->count > 0 && o->word_count == 0)
    return 0;
  if (base->count > 0 || new->count > 0 || o->word_count != 2)
    return fault_set(
        why, EXIT_USAGE,
        "gate needs runs of both sides; write: nway gate --base RUN... --new RUN..., or nway gate BASE NEW");
  *base = (struct side){{o->words[0]}, 1};
  *new = (struct side){{o->words[1]}, 1};
  return 0;
}

static int load_side(const struct options *o, const struct side *side, struct result *results, struct fault *why) {
  for (int i = 0; i < side->count; i++)
    if (load_run(o, side->words[i], &results[i], why) != 0)
      return -1;
  return 0;
}

/* Writes the page of a gate. A page that fails turns a green verdict into a fault, and leaves any other as it is. */
static int gate_page(const struct options *o, struct result *first, const struct gate_side *sides, int verdict,
                     struct fault *why) {
  first->run.report = option_text(o, OPTION_REPORT_OUTPUT);
  struct page_outcome outcome = gate_write(sides, option_share(o, OPTION_WORTH), why);
  warn_of_charts(o, &outcome);
  if (outcome.failed)
    return verdict == EXIT_FINE ? EXIT_USAGE : verdict;
  struct text path = {0};
  name_page(&first->run, "gate.html", &path);
  fputs(text_of(&path), option_given(o, OPTION_CSV) ? stderr : stdout);
  text_free(&path);
  return verdict;
}

static int gate_of(const struct options *o, struct result *first, const struct gate_side sides[GATE_SIDES],
                   struct fault *why) {
  double worth = option_share(o, OPTION_WORTH);
  struct text out = {0};
  struct gate_counts counts =
      option_given(o, OPTION_CSV) ? gate_csv(sides, worth, &out) : gate_print(sides, worth, &out, screen_now());
  int code = put(&out, gate_exit(&counts, option_given(o, OPTION_STRICT)), why);
  if (code == EXIT_USAGE || !(option_given(o, OPTION_PAGE) || option_given(o, OPTION_REPORT_OUTPUT)))
    return code;
  return gate_page(o, first, sides, code, why);
}

static int do_gate(const struct options *o, struct fault *why) {
  struct result results[GATE_SIDES][GATE_RUNS_MAX] = {0};
  struct side words[GATE_SIDES] = {0};
  int code = EXIT_USAGE;
  bool loaded = take_sides(o, words, why) == 0;
  for (size_t side = 0; side < GATE_SIDES; side++)
    loaded = loaded && load_side(o, &words[side], results[side], why) == 0;
  const struct gate_side sides[GATE_SIDES] = {{results[GATE_BASE], (size_t)words[GATE_BASE].count},
                                              {results[GATE_NEW], (size_t)words[GATE_NEW].count}};
  if (loaded && gate_check(sides, why) == 0)
    code = gate_of(o, &results[GATE_NEW][0], sides, why);
  free_results(results[GATE_BASE], GATE_RUNS_MAX), free_results(results[GATE_NEW], GATE_RUNS_MAX);
  return code;
}

/* ---- fit ---- */

static void put_fits(struct text *out, const char *format, const struct fit_source *s) {
  if (strcmp(format, "json") == 0)
    fit_json(out, s);
  else if (strcmp(format, "csv") == 0)
    fit_csv(out, &s->fits);
  else {
    if (s->badges.length)
      text_format(out, "! %s\n", text_of(&s->badges));
    fit_print(out, s, screen_now());
  }
}

/* Draws the charts of fitted laws if the output is text or --output names a folder. With `people`, lists the files in
 * `out`. */
static int draw_fits(const struct options *o, const struct fit_source *s, bool people, struct text *out,
                     struct fault *why) {
  const char *folder = option_text(o, OPTION_OUTPUT);
  struct fault missing = {0};
  struct text listed = {0};
  int code = fit_exit(&s->fits);
  if (code != EXIT_FINE || option_given(o, OPTION_NO_CHART) || (!people && !folder))
    return code;
  if (fit_charts(folder, s, &listed, &missing, why) != 0)
    code = EXIT_USAGE;
  else if (missing.text[0]) {
    fprintf(stderr, "nway fit: charts unavailable: %s\n", missing.text);
    code = option_given(o, OPTION_STRICT_CHARTS) ? EXIT_UNDECIDED : code;
  }
  if (people && listed.length)
    text_format(out, "\n%s", text_of(&listed));
  text_free(&listed);
  return code;
}

static int do_fit(const struct options *o, struct fault *why) {
  const char *format = option_text(o, OPTION_FIT_FORMAT);
  struct fit_source source;
  struct text out = {0};
  int code = EXIT_USAGE;
  const struct table_choice choice = {option_text(o, OPTION_COUNT_COLUMN), option_text(o, OPTION_TIME_COLUMN),
                                      option_text(o, OPTION_RATE_COLUMN), option_text(o, OPTION_GROUP)};
  if (fit_load(&source, o->word_count ? o->words[0] : "@0", option_text(o, OPTION_RUNS_IN), &choice, why) == 0) {
    if (source.fits.torn)
      fprintf(stderr, "nway fit: ignored the last line: it has no line feed, so it may be cut off; end it with a line "
                      "feed to include it\n");
    put_fits(&out, format, &source);
    code = draw_fits(o, &source, strcmp(format, "text") == 0, &out, why);
  }
  fit_source_free(&source);
  code = code == EXIT_USAGE ? code : put(&out, code, why);
  text_free(&out);
  return code;
}

/* ---- export ---- */

static int export_one(const struct options *o, const struct result *result, const char *format, struct fault *why) {
  struct export_options options = {option_given(o, OPTION_SUMMARY), option_given(o, OPTION_SPREADSHEET)};
  struct text out = {0};
  bool notebook = strcmp(format, "notebook") == 0;
  if ((notebook ? course_table(&out, result, why) : export_run(&out, result, format, options, why)) != 0) {
    text_free(&out);
    return EXIT_USAGE;
  }
  return put(&out, result_exit(result) == EXIT_UNDECIDED ? EXIT_UNDECIDED : EXIT_FINE, why);
}

static int do_export(const struct options *o, struct fault *why) {
  struct loaded runs = {0};
  const char *format = option_text(o, OPTION_EXPORT_FORMAT);
  int code = EXIT_USAGE;
  if (!format)
    fault_set(why, EXIT_USAGE, "export needs --format; nway export --help lists the formats");
  else if (load_runs(o, 1, &runs, why) == 0)
    code = export_one(o, &runs.of[0], format, why);
  free_results(runs.of, RUNS_MAX);
  return code;
}

/* ---- selftest and help ---- */

static int do_selftest(const struct options *o, struct fault *why) {
  const char *plant = option_given(o, OPTION_FLAT_POOLING) ? "flat-pooling" : option_text(o, OPTION_PLANT);
  struct selftest test = {.sets = option_number(o, OPTION_SETS), .seed = option_number(o, OPTION_TABLE_SEED)};
  if (plant && (test.plant = selftest_plant(plant)) == PLANT_NONE)
    return fault_set(why, EXIT_USAGE, "--plant: unknown fault '%.40s'; nway selftest --help lists them", plant),
           EXIT_USAGE;
  int code = selftest_print(&test, stdout);
  return ferror(stdout) || fflush(stdout) == EOF ? no_output(why) : code;
}

static int do_help(const struct options *o, struct fault *why) {
  if (o->word_count == 0 || option_given(o, OPTION_FORMAT))
    return options_overview(o, IN_REPORT, stdout, why);
  enum command_id command = command_find(o->words[0], IN_REPORT, why);
  if (command == COMMANDS)
    return EXIT_USAGE;
  options_help(command, stdout);
  return EXIT_FINE;
}

/* ---- choosing ---- */

/* Each returns an exit code and sets `why` on failure. */
static int (*const actions[COMMANDS])(const struct options *, struct fault *why) = {
    [COMMAND_SHOW] = do_show,     [COMMAND_REPORT] = do_report,     [COMMAND_COMPARE] = do_compare,
    [COMMAND_GATE] = do_gate,     [COMMAND_AB_REPORT] = do_ab,      [COMMAND_EXPECT] = do_expect,
    [COMMAND_HELP] = do_help,     [COMMAND_SELFTEST] = do_selftest, [COMMAND_FIT] = do_fit,
    [COMMAND_EXPORT] = do_export,
};

static int run_command(enum command_id command, int argc, char **argv, struct fault *why) {
  struct options options;
  if (options_parse(&options, command, argc > 2 ? argc - 2 : 0, argv + 2, why) != 0)
    return EXIT_USAGE;
  if (!option_given(&options, OPTION_HELP))
    return actions[command](&options, why);
  options_help(command, stdout);
  return EXIT_FINE;
}

int main(int argc, char **argv) {
  struct fault why = {0};
  limits_report_file_size();
  enum command_id command = command_find(argc > 1 ? argv[1] : "help", IN_REPORT, &why);
  int code = command == COMMANDS || limits_check_stack(&why) != 0 ? EXIT_USAGE : run_command(command, argc, argv, &why);
  if (why.text[0]) {
    struct text safe = {0};
    text_plain(&safe, why.text);
    fprintf(stderr, "nway %s: %s\n", command == COMMANDS ? "report" : command_table[command].name, text_of(&safe));
    text_free(&safe);
  }
  return code;
}
