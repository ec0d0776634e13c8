/* Writes the report as a page: the verdict, then every problem with charts and figures, then data and method. */
#include "page.h"

#include "base/scratch.h"
#include "base/words.h"
#include "changes.h"
#include "charts/charts.h"
#include "charts/plot.h"
#include "charts/plot_samples.h"
#include "charts/plot_stack.h"
#include "data/embed.h"
#include "page_metg.h"
#include "page_parts.h"
#include "words/ab.h"
#include "words/advice_words.h"
#include "words/growth_words.h"
#include "words/program_words.h"
#include "words/second_words.h"

/* ---- the first screen ---- */

static void verdict_item(struct text *out, const struct result *result, size_t i) {
  struct text sentence = {0};
  text_format(out, "<li><a href=\"#p%02zu\">", i + 1);
  title_html(out, result->analyses[i].problem);
  text_add(out, "</a>: ");
  verdict_sentence(&sentence, &result->analyses[i]);
  text_add(&sentence, " ");
  advice_sentence(&sentence, &result->analyses[i]);
  text_add(&sentence, " ");
  program_sentences(&sentence, &result->analyses[i]);
  text_html(out, text_of(&sentence));
  text_add(out, "</li>\n");
  text_free(&sentence);
}

static const struct sides_words build_words = {"old", "new", "rounds", CHANGE_FILLED};

/* Two builds: every pair in a table, and what `nway ab` prints. */
static void builds_verdict(struct text *out, const struct result *result) {
  struct change_rows rows = {0};
  struct text table = {0};
  ab_rows(&result->run, result->worth, &rows);
  ab_print(&result->run, result->worth, &table);
  changes_table(out, &build_words, &rows);
  text_add(out, "<details><summary>The same as nway ab prints it, with what each pair can detect</summary>\n");
  verbatim(out, "Old build against new", text_of(&table));
  text_add(out, "</details>\n");
  text_free(&table);
  change_rows_free(&rows);
}

/* Every compared pair of the two builds. */
static void builds_chart(struct charts *charts, const struct result *result) {
  struct change_rows rows = {0};
  ab_rows(&result->run, result->worth, &rows);
  plot_forest(charts, "overview", "Old build against new", &build_words, result->worth, &rows);
  change_rows_free(&rows);
}

static void sentence_html(struct text *out, void (*say)(struct text *, const struct result *),
                          const struct result *result) {
  struct text words = {0};
  say(&words, result);
  if (words.length) {
    text_add(out, "<p>");
    text_html(out, text_of(&words));
    text_add(out, "</p>\n");
  }
  text_free(&words);
}

static void verdict_list(struct text *out, const struct result *result) {
  enum { AT_ONCE = 6 };
  size_t count = result->run.problem_count;
  text_add(out, "<ul class=\"verdict\">\n");
  for (size_t i = 0; i < count && i < AT_ONCE; i++)
    verdict_item(out, result, i);
  text_add(out, "</ul>\n");
  sentence_html(out, width_sentence, result);
  sentence_html(out, unproven_sentence, result);
  sentence_html(out, second_sentence, result);
  if (count > AT_ONCE) {
    text_format(out, "<details><summary>%zu more problem%s</summary><ul class=\"verdict\">\n", count - AT_ONCE,
                plural(count - AT_ONCE));
    for (size_t i = AT_ONCE; i < count; i++)
      verdict_item(out, result, i);
    text_add(out, "</ul></details>\n");
  }
}

/* The companion of this run at or after `at`, or NULL. */
static const struct companion *next_companion(const struct companion *at, const struct run *run) {
  while (at && at->file && !at->applies(run))
    at++;
  return at && at->file ? at : NULL;
}

/* The run in one sentence. */
static void heading(struct text *out, const struct result *result, bool builds) {
  struct text sentence = {0};
  if (builds)
    text_add(&sentence, "Old build against new on "), text_add(&sentence, run_machine(&result->run));
  else
    run_sentence(&sentence, result);
  text_format(out, "<h1%s>", builds ? " id=\"verdict\"" : "");
  text_html(out, text_of(&sentence));
  text_add(out, "</h1>\n");
  text_free(&sentence);
}

static void growth_list(struct text *out, const struct result *result) {
  struct growth_lines lines = growth_lines(result);
  for (size_t i = 0; i < lines.count; i++) {
    struct text words = {0};
    growth_sentence(&words, &lines.list[i]);
    if (i == 0)
      text_add(out, "<h3>How time grows with the size</h3>\n<ul>\n");
    text_add(out, "<li>");
    text_html(out, text_of(&words));
    text_add(out, "</li>\n");
    text_free(&words);
  }
  text_add(out, lines.count ? "</ul>\n" : "");
  growth_free(&lines);
}

static void verdict_section(struct text *out, const struct result *result) {
  text_add(out, "<section><h2 id=\"verdict\">Verdict, problem by problem</h2>\n");
  verdict_list(out, result);
  growth_list(out, result);
  text_add(out, "</section>\n");
}

/* Of many problems the links are folded. */
static void problem_links(struct text *out, const struct result *result) {
  size_t count = result->run.problem_count;
  if (count > PROBLEMS_SHOWN)
    text_format(out, "<details><summary>%zu problems</summary>\n", count);
  for (size_t i = 0; i < count; i++) {
    text_format(out, "<a href=\"#p%02zu\">", i + 1);
    title_html(out, result->analyses[i].problem);
    text_format(out, "</a>%s", count > PROBLEMS_SHOWN ? "\n" : "");
  }
  text_add(out, count > PROBLEMS_SHOWN ? "</details>\n" : "");
}

static void first_screen(struct text *out, const struct result *result, const struct charts *charts,
                         const struct companion *companions) {
  size_t count = result->run.problem_count;
  bool builds = of_two_builds(&result->run);
  text_format(out, "<header>\n<div%s>\n<div>\n", builds ? "" : " class=\"first\"");
  heading(out, result, builds);
  machine_line(out, &result->run);
  badge_line(out, result);
  for (const struct companion *c = next_companion(companions, &result->run); c; c = next_companion(c + 1, &result->run))
    text_format(out, "<p><a href=\"%s\">%s →</a></p>\n", c->file, c->link);
  if (builds) {
    changes_figure(out, charts, "overview", &build_words);
    builds_verdict(out, result);
  }
  if (!count)
    text_add(out, "<p>The plan of this run has no cells.</p>\n");
  if (!builds) {
    text_add(out, "</div>\n<div>\n");
    figure_html(out, charts, "overview",
                has_scaling(result) ? "Speedup over the best serial method, by workers"
                                    : "Speedup over the best serial method, at the most workers",
                true);
  }
  text_format(out, "</div>\n</div>\n<nav aria-label=\"Sections\">%s",
              builds ? "" : "<a href=\"#verdict\">Verdict</a><a href=\"#overview\">Overview</a>");
  if (!builds && has_pairs(result))
    text_add(out, "<a href=\"#pairs\">Strong and weak</a>");
  problem_links(out, result);
  if (has_metg(result))
    text_add(out, "<a href=\"#metg\">Smallest item</a>");
  if (result->reference)
    text_add(out, "<a href=\"#reference\">Against the reference</a>");
  text_add(out,
           "<a href=\"#machine\">Machine</a><a href=\"#failures\">Left out</a><a href=\"#data\">Data and method</a>"
           "<a href=\"#rules\">Twelve rules</a></nav>\n</header>\n");
}

/* ---- the whole ---- */

/* The page is the data: its run, for `nway compare`, `show`, `fit` and `expect`. */
static int rows_of(struct text *out, const struct run *run, enum page_rows rows, struct fault *why) {
  enum embedded done;
  if (rows == ROWS_LEFT_OUT)
    return 0;
  return embed_run(out, run->unpacked ? run->unpacked->folder : run->folder, rows == ROWS_EMBEDDED, &done, why);
}

static void draw_all(struct charts *charts, const struct result *result, const struct companion *companions) {
  const bool builds = of_two_builds(&result->run);
  struct text stamp = {0};
  badge_names(&stamp, result);
  charts_stamp(charts, text_of(&stamp));
  text_free(&stamp);
  if (builds)
    builds_chart(charts, result);
  else
    charts_overview(charts, result);
  for (size_t i = 0; i < result->run.problem_count; i++) {
    charts->alone = result->alone || i >= PROBLEMS_SHOWN;
    charts_problem(charts, result, i);
    if (i < PROBLEMS_SHOWN)
      charts_losses(charts, result, i), fit_chart_of(charts, result, i), charts_samples(charts, result, i);
  }
  charts->alone = result->alone;
  metg_chart(charts, result);
  if (!builds)
    pairs_charts(charts, result);
  reference_chart(charts, result);
  for (const struct companion *c = next_companion(companions, &result->run); c; c = next_companion(c + 1, &result->run))
    c->draw(charts, result);
  charts_draw(charts);
}

static void write_sections(struct text *out, const struct result *result, const struct charts *charts) {
  const size_t count = result->run.problem_count;
  const bool builds = of_two_builds(&result->run); /* without a baseline there are no speedups to overview */
  if (!builds)
    verdict_section(out, result);
  badge_section(out, result);
  expectations_section(out, result);
  if (!builds)
    overview_section(out, result, charts), pairs_section(out, result, charts);
  for (size_t i = 0; i < count; i++) {
    if (i == PROBLEMS_SHOWN)
      text_format(out,
                  "<details class=\"more\"><summary>Problems %zu to %zu, without charts of losses, fits and "
                  "processes</summary>\n",
                  i + 1, count);
    problem_section(out, result, charts, i);
  }
  text_add(out, count > PROBLEMS_SHOWN ? "</details>\n" : "");
  metg_section(out, result, charts);
  reference_section(out, result, charts);
  machine_section(out, &result->run);
  failure_section(out, result);
  data_section(out, &result->run);
  rules_section(out, result);
}

/* Writes report.html, then the pages of the companions. */
static int write_all(const struct result *result, const struct charts *charts, const struct companion *companions,
                     enum page_rows rows, struct fault *why) {
  struct text out = {0}, title = {0};
  text_format(&title, "%s · nway report", run_machine(&result->run));
  page_start(&out, text_of(&title));
  text_format(&out, "<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n");
  first_screen(&out, result, charts, companions);
  text_add(&out, "<main>\n");
  write_sections(&out, result, charts);
  int failed = rows_of(&out, &result->run, rows, why);
  text_add(&out, "</main>\n");
  page_end(&out);
  failed = failed ? failed : write_file(&charts->at, "report.html", &out, why);
  for (const struct companion *c = next_companion(companions, &result->run); c && !failed;
       c = next_companion(c + 1, &result->run))
    failed = c->write(result, charts, why);
  text_free(&out), text_free(&title);
  return failed;
}

struct page_outcome page_write(const struct result *result, const struct companion *companions, enum page_rows rows,
                               struct fault *why) {
  struct page_outcome outcome = {0};
  struct charts charts = {0};
  outcome.failed = charts_open(&charts, &result->run, "all.gp", why) != 0;
  charts.alone = result->alone;
  if (!outcome.failed) {
    draw_all(&charts, result, companions);
    outcome.failed = write_all(result, &charts, companions, rows, why) != 0;
  }
  outcome.charts_missing = charts.why.text[0] != '\0';
  outcome.why = charts.why;
  charts_free(&charts);
  return outcome;
}
