/* Writes the sections after the problems: the machine, what was left out, data and method. */
#include "page_parts.h"
#include "prose.h"

/* ---- machine, failures ---- */

void machine_section(struct text *out, const struct run *run) {
  text_add(out, "<section><h2 id=\"machine\">Machine</h2>\n");
  text_format(out, "<details><summary>All %zu facts, with their sources</summary>\n", run->fact_count);
  table_start(out, "Machine facts", "", "fact|value|source");
  for (size_t i = 0; i < run->fact_count; i++) {
    const struct fact *f = &run->facts[i];
    text_add(out, "<tr>");
    text_td(out, f->name);
    text_add(out, "<td class=\"wrap\">");
    text_html(out, f->value ? f->value : "unknown");
    text_add(out, f->value && *f->unit ? " " : "");
    text_html(out, f->value ? f->unit : "");
    text_add(out, "</td>");
    text_td(out, f->source);
    text_add(out, "</tr>\n");
  }
  table_end(out);
  text_add(out, "</details>\n<p class=\"soft\">Identity ");
  text_html(out, *run->machine_id ? run->machine_id : "unknown");
  text_add(out, ". Facts that could not be determined are unknown, never guessed.</p></section>\n");
}

static void failure_rows(struct text *out, const struct trouble *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    text_format(out, "<tr><td class=\"n\">%zu</td><td class=\"wrap\">", list[i].cells);
    text_html(out, text_of(&list[i].why));
    text_add(out, "</td><td class=\"wrap\">");
    text_html(out, text_of(&list[i].where));
    text_add(out, "</td></tr>\n");
  }
}

static void lines(struct text *out, char *const *texts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    text_add(out, "<li>");
    text_html(out, texts[i]);
    text_add(out, "</li>\n");
  }
}

void failure_section(struct text *out, const struct result *result) {
  struct trouble *list;
  size_t count = troubles_of(result, &list);
  text_add(out, "<section><h2 id=\"failures\">Left out, and why</h2>\n");
  if (count) {
    table_start(out, "Left out", "", "#cells|why|which");
    failure_rows(out, list, count);
    table_end(out);
  } else
    text_add(out, "<p>Nothing: every planned cell ran, and every answer was right.</p>\n");
  if (result->run.note_count + result->run.notice_count) {
    text_add(out, "<h3>Notes of the run and its files</h3><ul>\n");
    lines(out, result->run.notes, result->run.note_count);
    lines(out, result->run.notices, result->run.notice_count);
    text_add(out, "</ul>\n");
  }
  text_add(out, "</section>\n");
  troubles_free(list, count);
}

/* ---- data and method ---- */

static void dictionary(struct text *out) {
  static const char *const columns[][4] = {
#define COLUMN(name, type, unit, meaning) {#name, #type, unit, meaning},
#include "base/columns.def"
#undef COLUMN
  };
  text_add(out, "<details><summary>Columns of samples.csv</summary>");
  table_start(out, "Columns", "", "column|type|unit|meaning");
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    text_add(out, "<tr>");
    for (size_t j = 0; j < 4; j++)
      text_td(out, columns[i][j]);
    text_add(out, "</tr>\n");
  }
  table_end(out);
  text_add(out, "</details>\n");
}

static void commands(struct text *out, const struct run *run) {
  text_add(out, "<details><summary>To run it again</summary>");
  verbatim(out, "Command line", *run->command ? run->command : "(the command line was not recorded)");
  text_format(out, "\n<p>Seed %lld; nway ", (long long)run->seed);
  text_html(out, *run->nway ? run->nway : "unknown");
  text_add(out, "; run ");
  text_html(out, *run->id ? run->id : "unknown");
  text_add(out, ". To draw the charts again: <code>cd gnuplot &amp;&amp; gnuplot all.gp</code>.</p></details>\n");
  if (*run->config_text) {
    text_add(out, "<details><summary>The configuration</summary>");
    verbatim(out, "Configuration", run->config_text);
    text_add(out, "</details>\n");
  }
}

void data_section(struct text *out, const struct run *run) {
  text_add(out, "<section><h2 id=\"data\">Data and method</h2>\n");
  for (size_t i = 0; i < method_word_count; i++)
    text_format(out, "<details><summary>%s</summary><p>%s</p></details>\n", method_words[i].heading,
                method_words[i].html);
  commands(out, run);
  text_format(out,
              "<details><summary>Files</summary><p>%ld rows were read from samples.csv beside this folder; data/ holds "
              "the numbers of each chart, "
              "gnuplot/ its script, png/ slides of those that show a result.</p></details>\n",
              run->rows);
  dictionary(out);
  text_add(out, "</section>\n");
}
