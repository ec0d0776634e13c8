/* Writes the overview: problems by variants, the gains of method and workers, one waterfall. */
#include "page_parts.h"

#include <math.h>
#include <string.h>

enum { VARIANTS_MAX = 16 };

static size_t variants_of(const struct run *run, const char *variants[VARIANTS_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++) {
      size_t k = 0;
      while (k < count && strcmp(variants[k], run->problems[i].cells[j].variant) != 0)
        k++;
      if (k == count && count < VARIANTS_MAX)
        variants[count++] = run->problems[i].cells[j].variant;
    }
  return count;
}

const char *heat_class(double speedup) {
  static const struct {
    double from;
    const char *name;
  } classes[] = {{4, "b5"},   {1.7, "b4"}, {1.25, "b3"}, {1.05, "b2"}, {1 / 1.05, "b1"},
                 {0.8, "o2"}, {0.5, "o3"}, {0.25, "o4"}, {0, "o5"}};
  size_t i = 0;
  while (speedup < classes[i].from)
    i++;
  return classes[i].name;
}

/* The fastest valid cell of a variant; without one, a failed cell; without any, NULL. */
static const struct figures *best_under(const struct analysis *a, const char *variant) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (strcmp(f->cell->variant, variant) != 0)
      continue;
    if (!best || (best->no_speedup && !f->no_speedup) || (!f->no_speedup && f->speedup.median > best->speedup.median))
      best = f;
  }
  return best;
}

static void heat_cell(struct text *out, const struct analysis *a, const char *variant) {
  const struct figures *f = best_under(a, variant);
  char number[HUMAN_MAX];
  if (!f || f->no_speedup) {
    text_add(out, "<td class=\"none\">");
    text_html(out, f ? f->no_speedup : "–");
    text_add(out, "</td>");
    return;
  }
  text_format(out, "<td class=\"%s\">%s×<small>", f->unfit ? "none" : heat_class(f->speedup.median),
              human_number(number, f->speedup.median));
  text_html(out, f->cell->method);
  text_format(out, "%s×%lld", *f->cell->method ? " " : "", (long long)f->cell->workers);
  if (f->unfit)
    text_add(out, ", "), unfit_mark(out, a, f);
  text_add(out, "</small></td>");
}

static void heat_map(struct text *out, const struct result *result) {
  const char *variants[VARIANTS_MAX];
  size_t count = variants_of(&result->run, variants);
  struct text heads = {0};
  text_add(&heads, "problem");
  for (size_t i = 0; i < count; i++) {
    text_add(&heads, "|");
    text_html(&heads, variants[i]);
  }
  text_add(out, "<h3>Best speedup of each variant over best-serial</h3>\n");
  table_start(out, "Speedup by problem and variant", "heat", text_of(&heads));
  text_free(&heads);
  for (size_t i = 0; i < result->run.problem_count; i++) {
    text_format(out, "<tr><th scope=\"row\"><a href=\"#p%02zu\">", i + 1);
    title_html(out, &result->run.problems[i]);
    text_add(out, "</a></th>");
    for (size_t j = 0; j < count; j++)
      heat_cell(out, &result->analyses[i], variants[j]);
    text_add(out, "</tr>\n");
  }
  table_end(out);
  text_add(out,
           "<p class=\"soft\">Blue: faster than the best serial cell, orange: slower. Each variant is shown with "
           "its fastest method and worker count, named in the small line. Without colour: under 6 rounds (few), an "
           "interval wider than 10 % to either side (±), or a busy machine (BUSY).</p>\n");
}

static void gain_row(struct text *out, const struct analysis *a, size_t i) {
  char number[HUMAN_MAX];
  const struct figures *fast = fastest_parallel(a);
  if (fast && fast->no_speedup)
    fast = NULL;
  text_format(out, "<tr><th scope=\"row\"><a href=\"#p%02zu\">", i + 1);
  title_html(out, a->problem);
  text_format(out, "</a></th><td class=\"n\">%s</td><td>", human_ns(number, a->naive ? a->naive->time.median : NAN));
  if (a->naive && a->naive == a->base)
    text_add(out, "naive is best-serial");
  else
    ratio_html(out, &a->algorithmic);
  text_format(out, "</td><td>%s <span class=\"soft\">", human_ns(number, a->base ? a->base->time.median : NAN));
  if (a->base)
    name_html(out, a->problem, a->base->cell, false);
  text_add(out, "</span></td><td>");
  if (fast)
    ratio_html(out, &a->nearest_speedup);
  else
    text_add(out, "–");
  text_add(out, "</td><td>");
  if (fast)
    name_html(out, a->problem, fast->cell, true);
  text_format(out, "</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
              human_ns(number, fast ? fast->time.median : NAN),
              human_percent((char[HUMAN_MAX]){0}, fast ? fast->efficiency : NAN));
}

void overview_section(struct text *out, const struct result *result, const struct charts *charts) {
  size_t count = result->run.problem_count;
  text_add(out, "<section><h2 id=\"overview\">Overview</h2>\n");
  if (count > PROBLEMS_SHOWN)
    text_format(out, "<details class=\"more\"><summary>Speedups and gains of all %zu problems</summary>\n", count);
  heat_map(out, result);
  text_add(out, "<h3>Gains of the method and of the workers</h3>\n");
  table_start(out, "Gains", "",
              "problem|#naive|algorithmic gain [95 %]|best serial|parallel gain [95 %]|by|#time|#efficiency");
  for (size_t i = 0; i < count; i++)
    gain_row(out, &result->analyses[i], i);
  table_end(out);
  text_add(out, count > PROBLEMS_SHOWN ? "</details>\n" : "");
  if (chart_find(charts, "waterfall")) {
    text_add(out, "<details><summary>");
    title_html(out, &result->run.problems[most_telling(result)]);
    text_add(out, ": from serial to all cores, as a chart</summary>\n<div class=\"waterfall\">");
    figure_html(out, charts, "waterfall", NULL, true);
    text_add(out, "</div></details>\n");
  }
  text_add(out, "</section>\n");
}
