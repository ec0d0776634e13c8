/* Writes METG, the item size from which a way of running pays off, as a table, sentences and a chart. */
#include "page_metg.h"

#include "charts/plot.h"
#include "html.h"
#include "stats/fitness.h"
#include "stats/metg.h"
#include "words/language.h"
#include "words/note_words.h"

#include <math.h>
#include <string.h>

/* A problem whose kernel probes granularity, or NULL. */
static const struct problem *probe_of(const struct run *run) {
  for (size_t i = 0; i < run->problem_count; i++)
    if (run->problems[i].probes_granularity)
      return &run->problems[i];
  return NULL;
}

bool has_metg(const struct result *result) { return probe_of(&result->run) != NULL; }

/* ---- the chart ---- */

static const char *chart_id(void) { return language_is_english() ? "metg" : "metg-translated"; }

void metg_chart(struct charts *charts, const struct result *result) {
  if (!has_metg(result))
    return;
  struct metg_curves curves = metg_curves(result);
  struct text caption = {0};
  struct xy_chart chart = {.id = chart_id(),
                           .title = _("Efficiency against the size of items (METG)"),
                           .x_label = _("time of one item on one worker, µs (log)"),
                           .y_label = _("efficiency over own serial time"),
                           .y_format = "%.0f %%",
                           .joined = true,
                           .line = LINE_LEVEL,
                           .level = 100 * METG_LEVEL};
  const char *before = "";
  for (size_t i = 0; i < curves.count; i++) {
    const struct metg_curve *c = &curves.list[i];
    struct text name = {0};
    text_format(&name, "%s ×%lld", text_of(&c->name), (long long)c->workers);
    struct xy_series *s =
        xy_add(&chart, text_of(&name), &charts->looks[c->cell->variant_at], strcmp(before, c->cell->variant) == 0);
    for (size_t j = 0; j < c->count; j++) {
      const struct size_point *p = &c->points[j];
      xy_point(s, p->item_ns / 1e3, 100 * p->efficiency, 100 * p->low, 100 * p->high);
    }
    before = c->cell->variant;
    text_free(&name);
  }
  text_format(&caption,
              _("%s, kernel %s. Bars: 95 percent interval over rounds. Dashed: half of the ideal; METG lies near where "
                "a line crosses it. Baseline: the sequential cell of the same items."),
              run_machine(&result->run), probe_of(&result->run)->kernel);
  chart.caption = text_of(&caption);
  plot_xy(charts, &chart);
  xy_free(&chart);
  text_free(&caption);
  metg_free(&curves);
}

/* ---- the words ---- */

static void end_words(struct text *out, const struct metg_end *end) {
  char number[HUMAN_MAX];
  const char *const words[] = {
      [METG_UNKNOWN] = _("unknown"), [METG_BELOW] = _("below "), [METG_FOUND] = "", [METG_NOT_REACHED] = _("over ")};
  text_format(out, "%s%s", words[end->state], end->state == METG_UNKNOWN ? "" : human_ns(number, end->ns));
}

static void reason_of(struct text *out, const struct cell *c) {
  const char *note = c->trouble.note && *c->trouble.note ? c->trouble.note : c->plan_note;
  struct text words = {0};
  note_words(&words, note);
  text_add(out, words.length ? ": " : "");
  text_html(out, text_of(&words));
  text_free(&words);
}

static void metg_row(struct text *out, const struct metg_curve *c, bool busy) {
  const char *const remarks[] = {[METG_UNKNOWN] = _("no valid cell"),
                                 [METG_BELOW] = _("below the smallest measured size"),
                                 [METG_FOUND] = "",
                                 [METG_NOT_REACHED] = _("not reached at the largest measured size")};
  const struct metg *m = &c->metg;
  if (metg_never(c)) {
    text_add(out, "<tr>");
    text_td(out, text_of(&c->name));
    text_format(out,
                "<td class=\"n\">%lld</td><td class=\"n\">%s</td><td class=\"soft\">–</td><td class=\"n\">%zu"
                "</td><td class=\"wrap\">%s</td></tr>\n",
                (long long)c->workers, _("never"), c->count, _("its workers share one thread"));
    return;
  }
  text_add(out, "<tr>");
  text_td(out, text_of(&c->name));
  text_format(out, "<td class=\"n\">%lld</td><td class=\"n\">", (long long)c->workers);
  end_words(out, &m->middle);
  text_add(out, "</td><td class=\"soft\">");
  if (m->low.state == METG_UNKNOWN || m->high.state == METG_UNKNOWN)
    text_add(out, "–");
  else {
    text_add(out, "["), end_words(out, &m->low);
    text_add(out, ", "), end_words(out, &m->high), text_add(out, "]");
  }
  bool few = c->count > 0 && c->count < METG_SIZES, withheld = c->withheld && m->middle.state == METG_UNKNOWN;
  text_format(out, "</td><td class=\"n\">%zu</td><td class=\"wrap\">%s", c->count,
              withheld && busy ? _("efficiency withheld: machine busy")
              : withheld       ? _("efficiency withheld: too few rounds or too wide")
              : few            ? _("one valid size; METG needs two")
                               : remarks[m->middle.state]);
  if (m->middle.state == METG_UNKNOWN && !few && !withheld)
    reason_of(out, c->cell);
  text_add(out, "</td></tr>\n");
}

/* What a worker runs on, as the answer names it. */
enum carrier { STANDING_THREAD, NEW_THREAD, STANDING_PROCESS, NEW_PROCESS, COROUTINE, CARRIERS };
static const char *carrier_name(enum carrier carrier) {
  const char *const names[CARRIERS] = {_("A thread of a standing team"), _("a newly created thread"),
                                       _("a process of a standing team"), _("a newly created process"),
                                       _("a coroutine")};
  return names[carrier];
}

static enum carrier carrier_of(const struct metg_curve *c) {
  if (metg_never(c))
    return COROUTINE;
  if (c->cell->by_processes)
    return c->cell->per_iteration ? NEW_PROCESS : STANDING_PROCESS;
  return c->cell->per_iteration ? NEW_THREAD : STANDING_THREAD;
}

static double pays_from(const struct metg_curve *c) {
  return metg_never(c) || c->metg.middle.state == METG_UNKNOWN || c->metg.middle.state == METG_NOT_REACHED
             ? INFINITY
             : c->metg.middle.ns;
}

static bool is_withheld(const struct metg_curves *curves, enum carrier carrier) {
  for (size_t i = 0; i < curves->count; i++)
    if (carrier_of(&curves->list[i]) == carrier && curves->list[i].withheld)
      return true;
  return false;
}

static void carrier_words(struct text *out, const struct metg_curves *curves, enum carrier carrier) {
  const struct metg_curve *best = NULL;
  char number[HUMAN_MAX];
  for (size_t i = 0; i < curves->count; i++) {
    const struct metg_curve *c = &curves->list[i];
    if (carrier_of(c) == carrier && c->workers > 1 && c->count && (!best || pays_from(c) < pays_from(best)))
      best = c;
  }
  bool unknown = best && best->metg.middle.state == METG_UNKNOWN && !metg_never(best),
       withheld = is_withheld(curves, carrier);
  text_format(out, "%s ", carrier_name(carrier));
  if (unknown && best->count < METG_SIZES && !withheld)
    text_add(out, _("has one valid size, where METG needs two"));
  else if (unknown || (!best && withheld))
    text_add(out,
             /* xgettext:no-c-format */ _("has no efficiency: under 6 rounds, or an interval wider than 10 % to either "
                                          "side"));
  else if (!best)
    text_add(out, _("was not measured on several CPUs"));
  else if (metg_never(best))
    text_add(out, _("never for computation: its workers share one thread"));
  else if (best->metg.middle.state == METG_NOT_REACHED)
    text_add(out, _("at no size measured"));
  else {
    text_add(out, best->metg.middle.state == METG_BELOW ? _("from the smallest measured size, ") : _("from items of "));
    text_format(out, "%s%s (", human_ns(number, best->metg.middle.ns),
                best->metg.middle.state == METG_BELOW ? "" : _(" on"));
    text_html(out, text_of(&best->name));
    text_format(out, " ×%lld%s)", (long long)best->workers,
                best->metg.high.state == METG_NOT_REACHED ? _(", unproven: its interval has no upper end")
                : best->metg.high.state == METG_UNKNOWN   ? _(", without an interval")
                                                          : "");
  }
}

static int64_t fewest_workers(const struct metg_curves *curves) {
  int64_t fewest = 0;
  for (size_t i = 0; i < curves->count; i++)
    if (!fewest || curves->list[i].workers < fewest)
      fewest = curves->list[i].workers;
  return fewest;
}

static void answer(struct text *out, const struct metg_curves *curves, bool busy) {
  text_format(out, "<p><b>%s</b> ", _("From which item size does it pay off?"));
  if (busy)
    text_add(out, _("Not judged: machine busy"));
  for (enum carrier i = 0; i < CARRIERS && !busy; i++) {
    text_add(out, i == 0 ? "" : "; ");
    carrier_words(out, curves, i);
  }
  text_format(out, ".</p>\n<p class=\"soft\">%s",
              _("METG(50 %) is the smallest item at which a way of running reaches half of its ideal speedup"));
  if (fewest_workers(curves) == 2)
    text_add(out,
             _("; with two workers that is the speed of one worker, so above it the second worker starts to help"));
  text_format(out, ". %s</p>\n",
              _("Coroutines share one thread: they overlap waits, not computations. After Slaughter et al. 2020, Task "
                "Bench, doi 10.1109/SC41405.2020.00066."));
}

void metg_section(struct text *out, const struct result *result, const struct charts *charts) {
  if (!has_metg(result))
    return;
  struct metg_curves curves = metg_curves(result);
  text_format(out, "<section><h2 id=\"metg\">%s</h2>\n", _("The smallest item worth distributing (METG)"));
  bool busy = is_busy(&result->run);
  answer(out, &curves, busy);
  text_add(out, "<div class=\"waterfall\">");
  figure_html(out, charts, chart_id(), NULL, true);
  text_add(out, "</div>\n");
  table_start(out, "METG", "", _("way|#workers|#METG(50 %)|[95 %]|#sizes measured|remark"));
  for (size_t i = 0; i < curves.count; i++)
    metg_row(out, &curves.list[i], busy);
  table_end(out);
  text_format(out, "<p class=\"soft\">%s</p></section>\n",
              _("The size of an item is the sequential time divided by the number of items. Workers: the largest count "
                "with one CPU per worker. Between two measured sizes the ratio of useful to lost time is interpolated "
                "as a power of the size; the interval comes from the ends of the efficiencies&rsquo; intervals."));
  metg_free(&curves);
}
