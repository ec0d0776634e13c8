/* Exports a run for other programs: the table of formats, and those that are plain text. */
#include "export.h"

#include "base/words.h"
#include "export_cells.h"
#include "fields.h"
#include "words/advice_words.h"
#include "words/expectation_words.h"
#include "words/markdown.h"
#include "words/program_words.h"
#include "words/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- shared ---- */

void export_name(struct text *out, const struct problem *p, const struct cell *c) {
  struct text raw = {0};
  problem_title(&raw, p);
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (cell_axes[axis].level == CELL_LEVEL_WAY && *cell_text(c, axis))
      text_format(&raw, "/%s%s", cell_axes[axis].label, cell_text(c, axis));
  text_format(&raw, "/x%lld", (long long)c->workers);
  text_plain(out, text_of(&raw));
  text_free(&raw);
}

size_t export_times(const struct cell *c, double **times) {
  size_t n = 0;
  *times = must_alloc(c->process_count, sizeof **times);
  for (size_t i = 0; i < c->process_count; i++)
    if (c->processes[i].ok && isfinite(c->processes[i].ns))
      (*times)[n++] = c->processes[i].ns;
  return n;
}

void export_each(const struct result *result, void (*each)(const struct analysis *, const struct figures *, void *),
                 void *with) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      if (result->analyses[i].figures[j].valid && result->analyses[i].figures[j].time.n)
        each(&result->analyses[i], &result->analyses[i].figures[j], with);
}

/* ---- JUnit, valid by the schemas of Ant and of Jenkins ---- */

static void xml_text(struct text *out, const char *foreign) { text_html(out, foreign); }

static void junit_cell(struct text *out, const struct analysis *a, const struct figures *f) {
  struct text name = {0}, why = {0};
  export_name(&name, a->problem, f->cell);
  trouble_words(&why, f);
  text_add(out, "    <testcase classname=\"nway.cells\" name=\"");
  xml_text(out, text_of(&name));
  text_format(out, "\" time=\"%.9f\"", f->valid ? f->time.median / 1e9 : 0.0);
  bool skipped = cell_is_skipped(f->cell);
  if (f->valid && !f->cell->trouble.failed)
    text_add(out, "/>\n");
  else {
    text_format(out, "><%s message=\"", skipped ? "skipped" : "failure type=\"cell\"");
    xml_text(out, why.length ? text_of(&why) : skipped ? "left out" : "no valid time");
    text_add(out, "\"/></testcase>\n");
  }
  text_free(&name), text_free(&why);
}

static void junit_expectation(struct text *out, const struct result *result, const struct expectation *e) {
  struct text why = {0}, where = {0};
  expectation_where(&where, result, e);
  text_add(out, "    <testcase classname=\"nway.expectations\" name=\"");
  xml_text(out, e->text);
  text_add(out, "\" time=\"0\"");
  if (e->met)
    text_add(out, "/>\n");
  else {
    if (!e->count)
      no_cell_found_words(&why, result, e);
    for (size_t i = 0; i < e->count; i++)
      if (e->cells[i].outcome != EXPECT_MET) {
        text_add(&why, why.length ? "; " : "");
        judgement_name(&why, &e->cells[i]);
        text_add(&why, ": ");
        if (e->unjudged)
          outcome_words(&why, &e->cells[i]), text_add(&why, ": ");
        judgement_words(&why, &e->cells[i], e->expect.quantity);
      }
    text_format(out, "><%s message=\"", e->unjudged ? "skipped" : "failure type=\"expectation\"");
    xml_text(out, text_of(&where));
    text_add(out, ": ");
    xml_text(out, text_of(&why));
    text_add(out, "\"/></testcase>\n");
  }
  text_free(&why), text_free(&where);
}

/* Of one of the two suites. */
struct suite {
  const char *name;
  size_t id, tests, failures, skipped;
  double seconds;
};

/* The start of the run without the letter of its zone, which the schema of Ant refuses. */
static void junit_time(struct text *out, const struct run *run) {
  static const char form[] = "0000-00-00T00:00:00";
  size_t i = 0;
  while (form[i] && (form[i] == '0' ? run->started[i] >= '0' && run->started[i] <= '9' : run->started[i] == form[i]))
    i++;
  text_format(out, "%.19s", form[i] ? "1970-01-01T00:00:00" : run->started);
}

/* A suite's head. The run's badges stand in the first one, as they stand first wherever the run is shown. */
static void junit_open(struct text *out, const struct result *result, const struct suite *suite) {
  struct badge badges[BADGES_MAX];
  size_t count = suite->id == 0 ? run_badges(result, badges) : 0;
  text_format(out, "  <testsuite name=\"%s\" package=\"nway\" id=\"%zu\" timestamp=\"", suite->name, suite->id);
  junit_time(out, &result->run);
  text_add(out, "\" hostname=\"");
  xml_text(out, run_machine(&result->run));
  text_format(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"%.9f\">\n    <properties>\n",
              suite->tests, suite->failures, suite->skipped, suite->seconds);
  for (size_t i = 0; i < count; i++) {
    text_format(out, "      <property name=\"%s\" value=\"", badges[i].name);
    xml_text(out, badges[i].text);
    text_add(out, "\"/>\n");
  }
  text_add(out, "    </properties>\n");
}

static void junit_close(struct text *out) { text_add(out, "    <system-out/>\n    <system-err/>\n  </testsuite>\n"); }

static struct suite suite_of_cells(const struct result *result) {
  struct suite suite = {.name = "cells"};
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++) {
      const struct figures *f = &result->analyses[i].figures[j];
      bool out_of_it = cell_is_skipped(f->cell), good = f->valid && !f->cell->trouble.failed;
      suite.tests++, suite.skipped += out_of_it && !good, suite.failures += !out_of_it && !good;
      suite.seconds += f->valid ? f->time.median / 1e9 : 0;
    }
  return suite;
}

static void put_junit(struct text *out, const struct result *result, struct export_options options) {
  struct expectations expected = expectations_of(result);
  struct suite cells = suite_of_cells(result);
  (void)options;
  text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
  junit_open(out, result, &cells);
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      junit_cell(out, &result->analyses[i], &result->analyses[i].figures[j]);
  junit_close(out);
  junit_open(out, result, &(struct suite){"expectations", 1, expected.count, expected.unmet, expected.unjudged, 0});
  for (size_t i = 0; i < expected.count; i++)
    junit_expectation(out, result, &expected.list[i]);
  junit_close(out);
  text_add(out, "</testsuites>\n");
  expectations_free(&expected);
}

/* ---- Markdown ---- */

static void markdown_row(const struct analysis *a, const struct figures *f, void *with) {
  struct text *out = with, name = {0}, speedup = {0};
  char number[HUMAN_MAX];
  cell_name(&name, a->problem, f->cell, false);
  speedup_words(&speedup, a, f, true);
  text_add(out, "| ");
  markdown_text(out, text_of(&name));
  text_format(out, " | %lld | %s | ", (long long)f->cell->workers, human_ns(number, f->time.median));
  markdown_text(out, text_of(&speedup));
  text_format(out, " | %s | %s |\n", human_percent(number, f->efficiency), standing_word(f->standing));
  text_free(&name), text_free(&speedup);
}

/* The cells without a figure, which the tables do not show. */
static void markdown_left_out(struct text *out, const struct result *result) {
  struct trouble *list;
  size_t count = troubles_of(result, &list);
  if (count)
    text_add(out, "\n### Left out, and why\n\n");
  for (size_t i = 0; i < count; i++) {
    text_add(out, "- ");
    markdown_text(out, text_of(&list[i].where));
    text_add(out, ": ");
    markdown_text(out, text_of(&list[i].why));
    text_add(out, "\n");
  }
  troubles_free(list, count);
}

static void put_markdown(struct text *out, const struct result *result, struct export_options options) {
  (void)options;
  markdown_head(out, result);
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    struct text title = {0}, verdict = {0};
    problem_title(&title, a->problem), verdict_sentence(&verdict, a);
    text_add(&verdict, " "), advice_sentence(&verdict, a);
    text_add(&verdict, " "), program_sentences(&verdict, a);
    text_add(out, i ? "\n### " : "### ");
    markdown_text(out, text_of(&title));
    text_add(out, "\n\n");
    markdown_text(out, text_of(&verdict));
    text_format(out, "\n\n| way | workers | %s | speedup [95 %%] | efficiency | |\n|---|--:|--:|---|--:|---|\n",
                time_head(a->problem));
    for (size_t j = 0; j < a->count; j++)
      if (a->figures[j].valid && a->figures[j].time.n)
        markdown_row(a, &a->figures[j], out);
    text_free(&title), text_free(&verdict);
  }
  markdown_left_out(out, result);
}

/* ---- CSV ---- */

static void csv_word(struct text *out, const char *foreign, bool spreadsheet) {
  struct text guarded = {0};
  text_format(&guarded, "%s%s", spreadsheet && *foreign && strchr("=+-@\t\r", *foreign) ? "'" : "", foreign);
  csv_text(out, text_of(&guarded));
  text_free(&guarded);
}

struct csv {
  struct text *out;
  bool spreadsheet;
};

static void csv_row(const struct analysis *a, const struct figures *f, const struct csv *csv, const char *badges) {
  struct text why = {0};
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++) {
    csv_word(csv->out, cell_text(f->cell, axis), csv->spreadsheet);
    text_add(csv->out, ",");
  }
  text_format(csv->out, "%lld,%zu", (long long)f->cell->workers, f->valid ? f->time.n : 0);
  const struct estimate *e = &f->speedup;
  bool speed = f->valid && !f->no_speedup && e->n;
  csv_real(csv->out, f->valid ? f->time.median : NAN);
  csv_real(csv->out, f->valid ? f->time.low : NAN), csv_real(csv->out, f->valid ? f->time.high : NAN);
  csv_real(csv->out, speed ? e->median : NAN);
  csv_real(csv->out, speed ? e->low : NAN), csv_real(csv->out, speed ? e->high : NAN);
  csv_real(csv->out, f->valid ? f->efficiency : NAN), csv_real(csv->out, f->valid ? f->throughput : NAN);
  text_add(csv->out, ",");
  csv_word(csv->out, a->problem->unit, csv->spreadsheet);
  text_format(csv->out, ",%s,", standing_word(f->standing));
  trouble_words(&why, f);
  csv_word(csv->out, text_of(&why), csv->spreadsheet);
  text_format(csv->out, ",%s\n", badges);
  text_free(&why);
}

static void put_csv(struct text *out, const struct result *result, struct export_options options) {
  struct csv csv = {out, options.spreadsheet};
  struct text badges = {0};
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    text_format(out, "%s,", cell_axes[axis].name);
  text_add(out, "workers,rounds,time_ns,time_low_ns,time_high_ns,speedup,speedup_low,speedup_high,efficiency,"
                "throughput,unit,standing,trouble,warnings\n");
  badge_names(&badges, result);
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      csv_row(&result->analyses[i], &result->analyses[i].figures[j], &csv, text_of(&badges));
  text_free(&badges);
}

/* ---- the formats ---- */

static void put_google_benchmark(struct text *out, const struct result *result, struct export_options options) {
  put_json(out, export_google_benchmark(result, options.summary), 15);
}

static void put_hyperfine(struct text *out, const struct result *result, struct export_options options) {
  (void)options;
  put_json(out, export_hyperfine(result), 15);
}

static void put_report(struct text *out, const struct result *result, struct export_options options) {
  (void)options;
  put_json(out, export_report(result), 15);
}

static void put_smaller(struct text *out, const struct result *result, struct export_options options) {
  (void)options;
  put_json(out, export_smaller_is_better(result), 15);
}

int export_run(struct text *out, const struct result *result, const char *format, struct export_options options,
               struct fault *why) {
  static const struct {
    const char *name;
    void (*put)(struct text *, const struct result *, struct export_options);
  } formats[] = {{"google-benchmark", put_google_benchmark},
                 {"hyperfine", put_hyperfine},
                 {"customSmallerIsBetter", put_smaller},
                 {"junit", put_junit},
                 {"json", put_report},
                 {"markdown", put_markdown},
                 {"csv", put_csv}};
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (strcmp(formats[i].name, format) == 0) {
      formats[i].put(out, result, options);
      return 0;
    }
  return fault_set(why, EXIT_USAGE, "--format: unknown format '%.40s'; nway export --help lists them", format);
}
