/* Prints the result in the terminal: per problem a table and a verdict, then what failed and the next commands. */
#include "show.h"

#include "ab.h"
#include "advice_words.h"
#include "base/words.h"
#include "counter_words.h"
#include "expectation_words.h"
#include "growth_words.h"
#include "history_words.h"
#include "language.h"
#include "note_words.h"
#include "program_words.h"
#include "second_words.h"
#include "times_words.h"
#include "work_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show_problem(struct text *out, const struct analysis *a, struct screen s) {
  struct text words = {0};
  problem_title(&words, a->problem);
  struct text safe = {0};
  text_plain(&safe, text_of(&words));
  text_rule(out, text_of(&safe), s);
  text_free(&words);
  text_free(&safe);
  show_table(out, a, s);
  verdict_sentence(&words, a);
  text_wrapped(out, text_of(&words), 2, s.columns);
  text_free(&words);
  times_sentence(&words, a);
  if (words.length)
    text_wrapped(out, text_of(&words), 2, s.columns);
  text_free(&words);
  work_sentence(&words, a);
  if (words.length)
    text_add(out, "! "), text_wrapped(out, text_of(&words), 2, s.columns);
  text_free(&words);
  oracle_sentence(&words, a->problem);
  if (words.length)
    text_wrapped(out, text_of(&words), 2, s.columns);
  text_free(&words);
}

/* Two builds have no baseline and so no speedups; prints the table of `nway ab` instead. */
static void show_builds(struct text *out, const struct result *result, struct screen s) {
  text_rule(out, _("Old build against new"), s);
  ab_print(&result->run, result->worth, out);
}

/* ---- before and after the tables ---- */

void show_headline(struct text *out, const struct run *run, struct screen s) {
  struct text words = {0};
  text_format(&words, "%s · ", run_machine(run));
  if (run->usable_cpus)
    text_format(&words, dngettext("nway", "%lld usable CPU", "%lld usable CPUs", (unsigned long)run->usable_cpus),
                (long long)run->usable_cpus),
        text_add(&words, " · ");
  if (*run->config_name)
    text_format(&words, "%s %s · ", _("config"), run->config_name);
  text_format(&words,
              dngettext("nway", "%lld of %lld round", "%lld of %lld rounds", (unsigned long)run->rounds_planned),
              (long long)run->rounds_done, (long long)run->rounds_planned);
  if (*run->started) {
    text_add(&words, " · ");
    time_words(&words, run->started);
  }
  text_wrapped(out, text_of(&words), 0, s.columns);
  text_free(&words);
}

void show_badges(struct text *out, const struct result *result, struct screen s) {
  struct badge all[BADGES_MAX];
  size_t count = run_badges(result, all);
  for (size_t i = 0; i < count; i++) {
    struct text words = {0};
    text_format(&words, "! %s: %s", all[i].name, all[i].text);
    if (s.colour)
      text_add(out, YELLOW);
    text_wrapped(out, text_of(&words), 0, s.columns);
    if (s.colour)
      text_add(out, RESET);
    text_free(&words);
  }
}

static void left_out(struct text *out, const struct result *result, struct screen s) {
  struct trouble *list;
  size_t count = troubles_of(result, &list);
  if (count)
    text_rule(out, _("Left out, and why"), s);
  for (size_t i = 0; i < count; i++) {
    struct text line = {0};
    text_format(&line, dngettext("nway", "%zu cell: %s (%s)", "%zu cells: %s (%s)", list[i].cells), list[i].cells,
                text_of(&list[i].why), text_of(&list[i].where));
    text_wrapped(out, text_of(&line), 2, s.columns);
    text_free(&line);
  }
  troubles_free(list, count);
}

static void note_line(struct text *out, const char *note, struct screen s) {
  struct text line = {0};
  note_words(&line, note);
  text_wrapped(out, text_of(&line), 2, s.columns);
  text_free(&line);
}

static void notices(struct text *out, const struct run *run, struct screen s) {
  for (size_t i = 0; i < run->notice_count; i++)
    note_line(out, run->notices[i], s);
  for (size_t i = 0; i < run->note_count; i++)
    note_line(out, run->notes[i], s);
}

static void sentence(struct text *out, void (*say)(struct text *, const struct result *), const struct result *result,
                     struct screen s) {
  struct text words = {0};
  say(&words, result);
  if (words.length) {
    text_add(out, "\n");
    text_wrapped(out, text_of(&words), 0, s.columns);
  }
  text_free(&words);
}

/* What stands out about programs: their CPU time against their workers. */
static void programs(struct text *out, const struct result *result, struct screen s) {
  for (size_t i = 0; i < result->run.problem_count; i++) {
    struct text words = {0};
    program_sentences(&words, &result->analyses[i]);
    if (words.length) {
      text_add(out, "\n! ");
      text_wrapped(out, text_of(&words), 0, s.columns);
    }
    text_free(&words);
  }
}

static void counters(struct text *out, const struct result *result, struct screen s) {
  size_t printed = 0;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    struct text words = {0}, line = {0};
    counter_sentence(&words, &result->analyses[i]);
    if (words.length && !printed++)
      text_add(out, "\n");
    if (words.length && result->run.problem_count > 1)
      problem_title(&line, result->analyses[i].problem), text_add(&line, ": ");
    text_add(&line, text_of(&words));
    if (words.length)
      text_wrapped(out, text_of(&line), 0, s.columns);
    text_free(&words), text_free(&line);
  }
}

static void growths(struct text *out, const struct result *result, struct screen s) {
  struct growth_lines lines = growth_lines(result);
  for (size_t i = 0; i < lines.count; i++) {
    struct text words = {0};
    growth_sentence(&words, &lines.list[i]);
    if (i == 0 && words.length)
      text_rule(out, _("How time grows with the size"), s);
    text_wrapped(out, text_of(&words), 2, s.columns);
    text_free(&words);
  }
  growth_free(&lines);
}

static void slow_starts(struct text *out, const struct result *result, struct screen s) {
  struct text words = {0};
  slow_start_sentence(&words, result->analyses, result->run.problem_count);
  if (words.length) {
    text_add(out, "\n");
    text_wrapped(out, text_of(&words), 0, s.columns);
  }
  text_free(&words);
}

static void another_run(struct text *out, const struct result *result, struct screen s) {
  struct text sentence = {0};
  history_of_run(&sentence, result);
  text_add(out, "\n");
  text_wrapped(out, text_of(&sentence), 0, s.columns);
  text_free(&sentence);
  for (size_t i = 0; i < result->run.problem_count; i++) {
    struct text line = {0}, best = {0};
    history_of_best(&best, result, i);
    problem_title(&line, result->analyses[i].problem);
    text_format(&line, ": %s", text_of(&best));
    if (best.length)
      text_wrapped(out, text_of(&line), 2, s.columns);
    text_free(&line), text_free(&best);
  }
}

static void next_commands(struct text *out, const struct run *run, struct screen s) {
  struct text folder = {0}, command = {0}, root = {0};
  if (run->unpacked) /* a page is shown, not a folder */
    return;
  text_plain(&folder, run->folder);
  text_plain(&command, s.command ? s.command : "nway");
  if (s.results && strcmp(s.results, "results") != 0)
    text_add(&root, " --results "), text_plain(&root, s.results);
  text_rule(out, _("Next"), s);
  text_format(out, "  %s report %s\n      %s\n", text_of(&command), text_of(&folder),
              _("a page with charts, for a browser or mail"));
  if (s.runs > 1)
    text_format(out, "  %s compare%s @1 @0\n      %s\n", text_of(&command), text_of(&root),
                _("the last two runs side by side, by throughput"));
  text_free(&command), text_free(&folder), text_free(&root);
}

struct advice_lines {
  struct text *out;
  struct screen screen;
  size_t printed;
};

static void advice_line(const char *sentence, void *with) {
  struct advice_lines *lines = with;
  if (!lines->printed++)
    text_rule(lines->out, _("How many workers"), lines->screen);
  text_wrapped(lines->out, sentence, 2, lines->screen.columns);
}

/* The last lines: what people come for. */
static void advices(struct text *out, const struct result *result, struct screen s) {
  advice_sentences(result->analyses, result->run.problem_count, advice_line, &(struct advice_lines){out, s, 0});
}

void show_run(struct text *out, const struct result *result, struct screen s) {
  show_headline(out, &result->run, s);
  show_badges(out, result, s);
  bool builds = of_two_builds(&result->run);
  if (builds)
    show_builds(out, result, s);
  for (size_t i = 0; i < result->run.problem_count && !builds; i++)
    show_problem(out, &result->analyses[i], s);
  if (result->run.problem_count == 0)
    text_format(out, "\n%s\n", _("No cells: plan.csv is empty."));
  if (!builds)
    counters(out, result, s), growths(out, result, s);
  if (!builds)
    sentence(out, width_sentence, result, s);
  sentence(out, unproven_sentence, result, s);
  sentence(out, second_sentence, result, s);
  slow_starts(out, result, s);
  programs(out, result, s);
  if (!builds && result->run.problem_count)
    another_run(out, result, s);
  left_out(out, result, s);
  if (result->run.notice_count + result->run.note_count) {
    text_rule(out, _("Notes"), s);
    notices(out, &result->run, s);
  }
  expectations_show(out, result, s);
  next_commands(out, &result->run, s);
  if (!builds)
    advices(out, result, s);
  if (!s.unicode)
    text_ascii(out);
}
