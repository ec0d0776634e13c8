/* Writes the tables of the comparison's page. */
#include "base/words.h"
#include "compare_parts.h"
#include "page_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void words_td(struct text *out, const struct text *raw) {
  text_add(out, "<td class=\"wrap\">");
  text_html(out, raw->length ? text_of(raw) : "–");
  text_add(out, "</td>");
}

static void row_head(struct text *out, const char *foreign) {
  text_add(out, "<tr><th scope=\"row\" class=\"wrap\">");
  text_html(out, foreign);
  text_add(out, "</th>");
}

/* ---- the machines ---- */

static void machine_row(struct text *out, const struct result *result, const char *name) {
  struct badge badges[BADGES_MAX];
  size_t count = run_badges(result, badges);
  struct text shape = {0}, noise = {0};
  shape_words(&shape, &result->run), noise_words(&noise, result);
  row_head(out, name);
  words_td(out, &shape);
  text_format(out, "<td class=\"n\">%lld of %lld</td>", (long long)result->run.rounds_done,
              (long long)result->run.rounds_planned);
  words_td(out, &noise);
  text_add(out, "<td class=\"wrap badges\">");
  for (size_t i = 0; i < count; i++)
    text_format(out, "<b>%s</b> ", badges[i].name);
  text_add(out, count ? "</td></tr>\n" : "none</td></tr>\n");
  text_free(&shape), text_free(&noise);
}

static void badge_texts(struct text *out, const struct machines *m) {
  char code[RUN_CODE_MAX];
  struct text list = {0};
  for (size_t i = 0; i < m->count; i++) {
    struct badge badges[BADGES_MAX];
    size_t count = run_badges(&m->runs[i], badges);
    for (size_t j = 0; j < count; j++) {
      text_format(&list, "<li><b>%s</b>%s: ", badges[j].name, run_code(code, i));
      text_html(&list, badges[j].text);
      text_add(&list, ".</li>\n");
    }
  }
  if (list.length)
    text_format(out, "<details><summary>What the badges mean</summary><ul class=\"badges\">\n%s</ul></details>\n",
                text_of(&list));
  text_free(&list);
}

void machines_table(struct text *out, const struct machines *m, char *const *names) {
  table_start(out, "Machines", "", "machine|cores|#rounds|noise of a pair|badges");
  for (size_t i = 0; i < m->count; i++)
    machine_row(out, &m->runs[i], names[i]);
  table_end(out);
  badge_texts(out, m);
}

/* ---- machine by problem ---- */

static void heat_td(struct text *out, const struct machines *m, const struct contest *c, size_t run) {
  char number[HUMAN_MAX];
  double ratio = over_median(c, m->count, run);
  if (!isfinite(ratio)) {
    text_format(out, "<td class=\"none\">%s</td>", c->analyses[run] ? "no answer" : "not measured");
    return;
  }
  bool odd = is_outlier(c, m->count, run);
  text_format(out, "<td class=\"%s\">%s×", heat_class(ratio), human_number(number, ratio));
  text_format(out, " <span class=\"by\">on %lld</span>%s</td>", (long long)c->best[run].of->cell->workers,
              odd ? " <b>outlier</b>" : "");
}

void machines_heat(struct text *out, const struct machines *m, char *const *names) {
  struct text heads = {0};
  text_add(&heads, "machine");
  for (size_t i = 0; i < m->contest_count; i++) {
    struct text title = {0};
    problem_title(&title, m->contests[i].problem);
    text_add(&heads, "|");
    text_html(&heads, text_of(&title));
    text_free(&title);
  }
  text_add(out, "<h2 id=\"heat\">Machine by problem</h2>\n");
  table_start(out, "Throughput by machine and problem", "heat close", text_of(&heads));
  text_free(&heads);
  for (size_t i = 0; i < m->count; i++) {
    row_head(out, names[i]);
    for (size_t j = 0; j < m->contest_count; j++)
      heat_td(out, m, &m->contests[j], i);
    text_add(out, "</tr>\n");
  }
  table_end(out);
  text_add(out, "<p class=\"soft\">Each machine's best throughput over that of the median machine, and its workers. "
                "Blue: faster, orange: "
                "slower. Outlier: beyond 3 scaled median absolute deviations and 5 %, from 5 machines on.</p>\n");
}

/* ---- per core ---- */

static void per_td(struct text *out, double rate, double by) {
  char number[HUMAN_MAX];
  number_td(out, by > 0 ? human_si(number, rate / by) : "–");
}

void machines_cores(struct text *out, const struct machines *m, char *const *names) {
  char number[HUMAN_MAX];
  enum { ROWS_OPEN = 24 };
  bool fold = m->shared * m->count > ROWS_OPEN;
  text_add(out, "<h2 id=\"cores\">Per core and per thread</h2>\n");
  text_add(out, fold ? "<details><summary>Each problem on each machine</summary>\n" : "");
  table_start(out, "Throughput per core", "",
              "problem|machine|#at its best|#workers|#one worker alone|#best ÷ workers|#best ÷ physical cores|#best ÷ "
              "usable CPUs|unit");
  for (size_t i = 0; i < m->shared; i++) {
    const struct contest *c = &m->contests[i];
    for (size_t j = 0; j < m->count; j++) {
      if (!c->best[j].of)
        continue;
      const struct run *run = &m->runs[j].run;
      const char *cores = run_fact(run, "physical_cores");
      struct text title = {0};
      problem_title(&title, c->problem);
      row_head(out, text_of(&title));
      text_td(out, names[j]);
      number_td(out, human_si(number, c->best[j].median));
      text_format(out, "<td class=\"n\">%lld</td>", (long long)c->best[j].of->cell->workers);
      number_td(out, c->single[j].of ? human_si(number, c->single[j].median) : "–");
      per_td(out, c->best[j].median, (double)c->best[j].of->cell->workers);
      per_td(out, c->best[j].median, cores ? strtod(cores, NULL) : 0);
      per_td(out, c->best[j].median, (double)run->usable_cpus);
      text_add(out, "<td>");
      text_html(out, c->unit);
      text_add(out, "/s</td></tr>\n");
      text_free(&title);
    }
  }
  table_end(out);
  text_add(out, "<p class=\"soft\">One worker alone has a whole core, its caches and the highest clock; with SMT, two "
                "threads share a core. The three columns after it divide the best throughput.</p>\n");
  text_add(out, fold ? "</details>\n" : "");
}

/* ---- what differs ---- */

static bool differs(const struct machines *m, const char *name) {
  struct text first = {0};
  bool differ = false;
  fact_words(&first, &m->runs[0].run, name);
  for (size_t i = 1; i < m->count; i++) {
    struct text value = {0};
    fact_words(&value, &m->runs[i].run, name);
    differ |= strcmp(text_of(&first), text_of(&value)) != 0;
    text_free(&value);
  }
  text_free(&first);
  return differ;
}

static void value_tds(struct text *out, const struct machines *m, const char *name) {
  for (size_t i = 0; i < m->count; i++) {
    struct text value = {0};
    fact_words(&value, &m->runs[i].run, name);
    words_td(out, &value);
    text_free(&value);
  }
}

static void known_facts(struct text *out, const struct machines *m, enum fact_class class) {
  bool first = true;
  for (size_t k = 0; k < fact_meaning_count; k++) {
    const struct fact_meaning *f = &fact_meanings[k];
    if (f->class != class || !differs(m, f->name))
      continue;
    if (first)
      text_format(out, "<tr><th scope=\"rowgroup\" colspan=\"%zu\">%s</th></tr>\n", m->count + 2,
                  fact_class_names[class]);
    first = false;
    text_add(out, "<tr>");
    text_td(out, f->label);
    value_tds(out, m, f->name);
    text_format(out, "<td class=\"wrap soft\">%s</td></tr>\n", f->meaning);
  }
}

static bool is_known(const char *name) {
  for (size_t k = 0; k < fact_meaning_count; k++)
    if (strcmp(fact_meanings[k].name, name) == 0)
      return true;
  return false;
}

static bool seen_before(const struct machines *m, size_t run, const char *name) {
  for (size_t i = 0; i < run; i++)
    for (size_t j = 0; j < m->runs[i].run.fact_count; j++)
      if (strcmp(m->runs[i].run.facts[j].name, name) == 0)
        return true;
  return false;
}

static void code_heads(struct text *heads, size_t count, const char *last) {
  char code[RUN_CODE_MAX];
  text_add(heads, "fact");
  for (size_t i = 0; i < count; i++)
    text_format(heads, "|%s", run_code(code, i));
  text_add(heads, last);
}

static void other_facts(struct text *out, const struct machines *m) {
  struct text heads = {0};
  code_heads(&heads, m->count, "");
  text_add(out, "<details><summary>Other facts that differ</summary>\n");
  table_start(out, "Other differences", "", text_of(&heads));
  for (size_t i = 0; i < m->count; i++)
    for (size_t j = 0; j < m->runs[i].run.fact_count; j++) {
      const char *name = m->runs[i].run.facts[j].name;
      if (is_known(name) || seen_before(m, i, name) || !differs(m, name))
        continue;
      text_add(out, "<tr>");
      text_td(out, name);
      value_tds(out, m, name);
      text_add(out, "</tr>\n");
    }
  table_end(out);
  text_add(out, "</details>\n");
  text_free(&heads);
}

void machines_environment(struct text *out, const struct machines *m, char *const *names) {
  struct text heads = {0};
  (void)names;
  code_heads(&heads, m->count, "|what it means");
  text_add(out, "<h2 id=\"environment\">What differs between the machines</h2>\n");
  table_start(out, "Differences", "", text_of(&heads));
  for (enum fact_class class = 0; class < FACT_CLASSES; class ++)
    known_facts(out, m, class);
  table_end(out);
  text_add(out, "<p class=\"soft\">Facts that are the same on all machines are left out.</p>\n");
  other_facts(out, m);
  text_free(&heads);
}

/* ---- a problem ---- */

static void rate_row(struct text *out, const struct analysis *a, struct rate rate, const char *name) {
  char number[HUMAN_MAX];
  text_add(out, "<tr>");
  text_td(out, name);
  text_format(out, "<td class=\"n\">%lld</td>", (long long)rate.of->cell->workers);
  number_td(out, human_si(number, rate.median));
  text_add(out, "<td class=\"soft\">");
  struct text range = {0};
  rate_range_words(&range, rate);
  text_html(out, text_of(&range));
  text_free(&range);
  text_add(out, "</td>");
  number_td(out, human_ns(number, rate.of->time.median));
  number_td(out, human_percent(number, rate.of->efficiency));
  text_add(out, "<td>");
  name_html(out, a->problem, rate.of->cell, false);
  text_add(out, "</td></tr>\n");
}

void contest_table(struct text *out, const struct machines *m, const struct contest *c, char *const *names,
                   size_t number) {
  struct text heads = {0};
  char label[48];
  text_add(&heads, "machine|#workers|#");
  text_html(&heads, c->unit);
  text_add(&heads, "/s|[this run]|#time|#efficiency|fastest by");
  snprintf(label, sizeof label, "Throughput of problem %zu", number);
  text_add(out, "<details><summary>Every worker count in figures</summary>\n");
  table_start(out, label, "", text_of(&heads));
  for (size_t j = 0; j < m->count; j++)
    for (size_t k = 0; c->analyses[j] && k < c->analyses[j]->worker_count; k++) {
      struct rate rate = rate_at(c, c->analyses[j], c->analyses[j]->workers[k]);
      if (rate.of)
        rate_row(out, c->analyses[j], rate, names[j]);
    }
  table_end(out);
  text_add(out, "</details>\n");
  text_free(&heads);
}
